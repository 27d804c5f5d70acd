//! The outputs: declared here once.

runner::outputs! {
    /// What validate-template tells the steps that follow.
    #[derive(Debug, Clone, Default)]
    pub struct Outputs {
        /// Whether every template keeps the contract. Warnings do not count, unless `strict` makes them.
        pub valid: bool,
        /// How many errors there are.
        pub errors: usize,
        /// How many warnings there are.
        pub warnings: usize,
        /// The findings as SARIF, relative to the workspace; empty when no file was asked for.
        pub sarif_file: Option<String>,
    }
}
