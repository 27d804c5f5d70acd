//! The outputs: declared here once.

use domain::RepoName;

runner::outputs! {
    /// What cascade tells the steps that follow.
    #[derive(Debug, Clone)]
    pub struct Outputs {
        /// The targets that were told, now or by an earlier run, separated by commas.
        pub dispatched: Vec<RepoName>,
        /// The targets that were not told, or whose run ended badly.
        pub failed: Vec<RepoName>,
        /// The targets that needed no telling: they have a later version.
        pub skipped: Vec<RepoName>,
        /// Those of `failed` that can be told again, by the names of the list: what `only` takes in a retry.
        pub failed_targets: Vec<RepoName>,
        /// The id by which runs and pull requests of this release are found: `1.4.0-3f2a9c1b77e0`.
        pub cascade_id: String,
        /// What came of each target, as JSON.
        pub ledger: serde_json::Value,
        /// With `receipt`, the chain of each target from the version over its telling and its run to the image, as JSON.
        pub receipts: serde_json::Value,
    }
}
