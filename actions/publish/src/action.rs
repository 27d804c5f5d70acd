//! The action.

use runner::{Action, Binding, Completed, Context, Failure};

use crate::inputs::Inputs;
use crate::outputs::Outputs;
use crate::stages::Run;

/// publish.
#[derive(Debug)]
pub struct Publish;

impl Action for Publish {
    const NAME: &'static str = "publish";
    const DESCRIPTION: &'static str = "Builds, proves and tries a Python runtime, and publishes it to PyPI or a Gitea registry exactly once";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ICON: &'static str = "package";
    const COLOR: &'static str = "purple";
    const BINDINGS: &'static [Binding] = &[
        Binding { input: "token", expression: None, variable: Some("PUBLISH_TOKEN") },
        Binding {
            input: "forge-token",
            expression: Some("${{ github.token }}"),
            variable: Some("GITHUB_TOKEN"),
        },
        Binding { input: "mirror-signing-key", expression: None, variable: Some("MIRROR_SIGNING_KEY") },
        Binding { input: "mirror-token", expression: None, variable: Some("MIRROR_TOKEN") },
    ];
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(context: &Context, inputs: Inputs) -> Result<Completed<Outputs>, Failure> {
        Run::prepare(context, inputs)?.stages()
    }
}
