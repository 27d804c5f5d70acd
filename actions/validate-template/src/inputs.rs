//! The inputs: declared here once.

use std::path::PathBuf;

use runner::inputs::Lines;

/// What validate-template may be told.
#[derive(Debug, clap::Parser)]
#[command(disable_version_flag = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that a workflow sets by itself")]
pub struct Inputs {
    /// Folders to look at, in a workflow one a line. On a command line a command may stand before them: `rules`,
    /// `explain RULE`, `probe`, `secret-scan`
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: Vec<String>,
    /// What to do
    #[arg(long, value_enum, default_value_t)]
    pub command: Command,
    /// A file with more folders, one a line; blank lines and those that begin with `#` do not count
    #[arg(long)]
    pub list: Option<PathBuf>,
    /// What the findings are printed as
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A file that the findings are also written to, as SARIF 2.1.0
    #[arg(long)]
    pub sarif_file: Option<PathBuf>,
    /// Contract files to judge by in place of those built in, one a line and a schema version each
    #[arg(long)]
    pub contract: Option<Lines>,
    /// Let warnings fail the run as well
    #[arg(long)]
    pub strict: bool,
    /// Mend what has one safe mending, and judge again
    #[arg(long)]
    pub fix: bool,
    /// Print what `fix` would change, and change nothing
    #[arg(long)]
    pub diff: bool,
    /// Print for each rule the lines that prove or break it
    #[arg(long)]
    pub trace: bool,
    /// Look for credentials only in lines that were added since this revision
    #[arg(long)]
    pub diff_base: Option<String>,
    /// The report that the program of `probe` printed inside the built image; judged with the rest
    #[arg(long)]
    pub probe_report: Option<PathBuf>,
    /// A Python to run the probe with, in the template's folder. It runs the template's own code
    #[arg(long)]
    pub python: Option<PathBuf>,
}

/// The things that validate-template can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Command {
    /// Judge templates
    #[default]
    Check,
    /// Look for credentials alone, in any repository
    SecretScan,
    /// Print the pages of rules
    Explain,
    /// List the rules
    Rules,
    /// Print the program that tries a template inside its image
    Probe,
}

impl Command {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::SecretScan => "secret-scan",
            Self::Explain => "explain",
            Self::Rules => "rules",
            Self::Probe => "probe",
        }
    }
}

/// What the findings are printed as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// What suits the place: `github` in GitHub's jobs, `human` elsewhere
    #[default]
    Auto,
    /// For people: every finding with the lines it is about
    Human,
    /// Annotations of the lines, for GitHub's pages
    Github,
    /// For programs
    Json,
    /// For code scanning, 2.1.0
    Sarif,
    /// A table, as in the step's summary
    Markdown,
}
