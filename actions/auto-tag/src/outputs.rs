//! The outputs: declared here once.

use domain::{CommitSha, TagName, TagVersion};

runner::outputs! {
    /// What auto-tag tells the steps that follow.
    #[derive(Debug, Clone)]
    pub struct Outputs {
        /// The commit's release tag: `runtime-v1.4.0`; empty when there is none.
        pub tag: Option<TagName>,
        /// Its version, SemVer: `1.4.0`, `1.4.0-rc.1`.
        pub version: Option<TagVersion>,
        /// The same version as Python packages write it: `1.4.0`, `1.4.0rc1`.
        pub package_version: Option<String>,
        /// The final release before it; empty for the first.
        pub previous_tag: Option<TagName>,
        /// That release's version.
        pub previous_version: Option<TagVersion>,
        /// How far the version moves: `major`, `minor`, `patch`, or `initial` for the first release.
        pub bump: Option<String>,
        /// Whether this run made the tag; `false` when it was there already.
        pub created: bool,
        /// Whether there is nothing to release.
        pub skipped: bool,
        /// Why, in a word: `released`, `already-released`, `planned`, `preview`, or the reason of a skip:
        /// `superseded`, `skip-marker`, `skip-label`, `paths`, `no-pull-request`, `version-tagged`,
        /// `not-merged`, `other-branch`, `merge-group`, `branch-deleted`.
        pub reason: String,
        /// The numbers of the release's pull requests, separated by commas.
        pub pr_numbers: Vec<u64>,
        /// The commit.
        pub commit: Option<CommitSha>,
        /// The page of the run that `dispatch` started, or that works on the tag already; empty when the forge
        /// does not tell.
        pub dispatched_run_url: Option<String>,
        /// The verdict, its reasons and the steps, as JSON.
        pub plan: serde_json::Value,
    }
}
