use domain::{BranchName, Bump, CommitSha, Label, RepoName, TagName, TagVersion};
use url::Url;

/// A value that an output can have. Secrets have none, so a secret output does not compile.
pub trait OutputValue {
    /// The text that the next step sees.
    fn to_output(&self) -> String;
}

macro_rules! output_by_display {
    ($($type:ty),* $(,)?) => {
        $(impl OutputValue for $type {
            fn to_output(&self) -> String {
                self.to_string()
            }
        })*
    };
}

output_by_display!(String, &'static str, bool, u32, u64, usize, Url);
output_by_display!(BranchName, Bump, CommitSha, Label, RepoName, TagName, TagVersion);

/// Compact JSON, for `fromJSON` in a workflow.
impl OutputValue for serde_json::Value {
    fn to_output(&self) -> String {
        self.to_string()
    }
}

/// Nothing is the empty text.
impl<T: OutputValue> OutputValue for Option<T> {
    fn to_output(&self) -> String {
        self.as_ref().map(OutputValue::to_output).unwrap_or_default()
    }
}

/// Separated by commas, without blanks.
impl<T: OutputValue> OutputValue for Vec<T> {
    fn to_output(&self) -> String {
        self.iter().map(OutputValue::to_output).collect::<Vec<_>>().join(",")
    }
}
