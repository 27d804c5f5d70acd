//! The outputs: declared here once.

runner::outputs! {
    /// What publish tells the steps that follow.
    #[derive(Debug, Clone, Default)]
    pub struct Outputs {
        /// The version of the package, by PEP 440: `1.4.0`, `1.4.0rc1`.
        pub version: Option<String>,
        /// The wheel, relative to the workspace; empty when none was written.
        pub wheel: Option<String>,
        /// The sdist, relative to the workspace; empty when none was written.
        pub sdist: Option<String>,
        /// The SHA-256 of the wheel, in hexadecimal.
        pub wheel_sha256: Option<String>,
        /// The SHA-256 of the sdist, in hexadecimal.
        pub sdist_sha256: Option<String>,
        /// The commit that was built, where the job tells.
        pub source_commit: Option<domain::CommitSha>,
        /// The line of a requirements file that installs this wheel or sdist and no other.
        pub requirement: Option<String>,
        /// The simple index that the release is on; empty when nothing was published.
        pub index_url: Option<url::Url>,
        /// How much this run uploaded: `all`, `some`, or `none` when the index had both files already.
        pub uploaded: Option<String>,
        /// The release's page on the forge; empty when none was asked for.
        pub release_url: Option<String>,
        /// The mirror's commit of the release; empty where there is no mirror, or it is at a newer release.
        pub mirror_commit: Option<domain::CommitSha>,
        /// The SHA-256 of that commit's files, as its `Mirror-Tree-SHA256` has it.
        pub mirror_tree_sha256: Option<String>,
        /// The report, relative to the workspace; empty when none was asked for.
        pub report: Option<String>,
    }
}
