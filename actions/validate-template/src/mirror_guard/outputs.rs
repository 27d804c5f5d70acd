//! The outputs: declared here once.

use domain::CommitSha;

runner::outputs! {
    /// What mirror-guard tells the steps that follow.
    #[derive(Debug, Clone, Default)]
    pub struct Outputs {
        /// Whether everything that was judged is publish's work.
        pub valid: bool,
        /// How many findings there are.
        pub findings: usize,
        /// How many commits were judged.
        pub commits: usize,
        /// The mirror's head, if it is publish's.
        pub head: Option<CommitSha>,
        /// The version of that head.
        pub version: Option<String>,
        /// The commit of the source repository that it was made from.
        pub source_commit: Option<CommitSha>,
    }
}
