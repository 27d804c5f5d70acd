//! The inputs, as they are typed.

mod bad_input;
mod settings;
mod span;

pub use bad_input::BadInput;
pub use settings::Settings;
pub(crate) use settings::chosen;
pub use span::{Span, SpanError};

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;
use registry::Platform;
use runner::inputs::List;
use secrecy::SecretString;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Command {
    /// Refresh once
    Refresh,
    /// Refresh whenever a digest in the registry changes
    Watch,
    /// Refresh whenever it is asked for by HTTP; with `IMAGE_AUTO_REFRESH=true` also as `watch` does
    Serve,
}

/// The inputs of refresh-images.
#[derive(Debug, clap::Parser)]
pub struct Inputs {
    /// What to do; `watch` where it is empty and `IMAGE_AUTO_REFRESH` is `true`, else `refresh`
    #[arg(value_enum)]
    pub command: Option<Command>,
    /// The runtimes to refresh, parted by commas; all of them where it is empty
    #[arg(long)]
    pub runtime: Option<List>,
    /// The runtimes that there are, parted by commas; those that the platform knows where it is empty
    #[arg(long)]
    pub runtimes: Option<List>,
    /// The image of a runtime, `{runtime}` standing for its name
    #[arg(long, default_value = "ghcr.io/molecule-ai/workspace-template-{runtime}:latest")]
    pub image: String,
    /// What the names of the platform's containers begin with
    #[arg(long, default_value = "ws-")]
    pub prefix: String,
    /// Leave the containers as they are
    #[arg(long, conflicts_with = "remove_only")]
    pub no_recreate: bool,
    /// Remove the containers and make no new ones: the platform does
    #[arg(long)]
    pub remove_only: bool,
    /// The platform to pull for, where it is not the engine's own: `linux/amd64` on Apple Silicon
    #[arg(long)]
    pub platform: Option<Platform>,
    /// How long the image of one runtime may take
    #[arg(long, default_value = "10m")]
    pub timeout: Span,
    /// How long a new container has to stay up before the old one is removed
    #[arg(long, default_value = "3s")]
    pub settle: Span,
    /// Print what one refresh would do and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The engine's socket; `DOCKER_HOST` where it is empty, or else `unix:///var/run/docker.sock`
    #[arg(long)]
    pub docker_host: Option<String>,
    /// The user of `token`; `GHCR_USER` where it is empty
    #[arg(long)]
    pub user: Option<String>,
    /// Who pulls, at the registry that `image` names; the host's Docker configuration where it is empty
    #[arg(long)]
    pub token: Option<SecretString>,
    /// The folder that keeps refreshes apart and that `watch` remembers digests in; `STATE_DIRECTORY` where it is empty, or else `/var/lib/refresh-images`
    #[arg(long)]
    pub state_dir: Option<PathBuf>,
    /// How often `watch` asks the registry
    #[arg(long, default_value = "5m")]
    pub interval: Span,
    /// After how many looks `watch` ends; never where it is 0
    #[arg(long, default_value_t = 0)]
    pub ticks: u64,
    /// Where `serve` listens
    #[arg(long, default_value = "127.0.0.1:8787")]
    pub listen: SocketAddr,
    /// What those must show who ask `serve` for a refresh; needed unless it listens on loopback
    #[arg(long)]
    pub serve_token: Option<SecretString>,
}
