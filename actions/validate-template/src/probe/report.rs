//! What the probe reports.

use serde::Deserialize;

/// What a template did inside its image.
#[derive(Debug, Clone, Deserialize)]
pub struct ProbeReport {
    /// The version of the report's format.
    format: u32,
    /// The version of the Python that ran it.
    pub python: String,
    /// The runtime, and every module of the app.
    pub modules: Vec<ProbedModule>,
    /// The adapter; none where the probe ran out of time before.
    pub adapter: Option<ProbedAdapter>,
    /// What the probe was at when its time was up; none where it came to its end.
    pub pending: Option<String>,
    /// Whether the interpreter itself ended over that, without a report.
    #[serde(skip)]
    pub ended: bool,
}

/// What the probe prints before it imports a module.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    importing: String,
}

/// A module, and whether it can be imported.
#[derive(Debug, Clone, Deserialize)]
pub struct ProbedModule {
    /// Its name: `plugins.echo`.
    pub name: String,
    /// Its file in the app's folder; none where it is from elsewhere.
    pub path: Option<String>,
    /// Why it cannot be imported.
    pub error: Option<ImportError>,
}

/// Why a module cannot be imported.
#[derive(Debug, Clone, Deserialize)]
pub struct ImportError {
    /// The exception's class.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its message.
    pub message: String,
    /// The module that is not there, where that is the reason.
    pub missing: Option<String>,
    /// The way to it.
    pub traceback: String,
}

/// What the runtime would find when the container starts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProbedAdapter {
    /// The module that the environment names; none where it names none.
    pub module: Option<String>,
    /// Why that module cannot be imported.
    pub error: Option<ImportError>,
    /// Whether it has the attribute that the runtime asks for.
    pub has_attribute: bool,
    /// Whether that is a class that derives from the base class.
    pub is_adapter: bool,
    /// The methods that are abstract still.
    pub abstract_methods: Vec<String>,
    /// The methods that are the base class's own.
    pub lacking: Vec<String>,
    /// Every concrete adapter that the module defines.
    pub classes: Vec<String>,
}

/// A report that is none.
#[derive(Debug, thiserror::Error)]
pub enum ProbeReportError {
    /// Nothing was printed: the image's Python did not get to its end.
    #[error("the probe's report is empty")]
    Empty,
    /// The last line is no report.
    #[error("the probe's report is not what `validate-template probe` prints")]
    Malformed(#[source] serde_json::Error),
    /// It is of another version of the probe.
    #[error("the probe's report has format {0}, and this is read: 1")]
    Format(u32),
}

impl ProbeReport {
    /// Of a template that ended Python while a module was imported: by a signal, or by `os._exit`.
    fn ended_over(module: String) -> Self {
        Self {
            format: 1,
            python: String::new(),
            modules: Vec::new(),
            adapter: None,
            pending: Some(module),
            ended: true,
        }
    }

    /// Reads what the probe printed: its last line, since an image may print before the program begins.
    ///
    /// # Errors
    /// When there is no report in it.
    pub fn parse(printed: &str) -> Result<Self, ProbeReportError> {
        let line = printed.lines().rfind(|line| !line.trim().is_empty()).ok_or(ProbeReportError::Empty)?;
        if let Ok(Begun { importing }) = serde_json::from_str(line) {
            return Ok(Self::ended_over(importing));
        }
        let report: Self = serde_json::from_str(line).map_err(ProbeReportError::Malformed)?;
        if report.format == 1 { Ok(report) } else { Err(ProbeReportError::Format(report.format)) }
    }
}

impl runner::Diagnostic for ProbeReportError {
    fn exit(&self) -> runner::Exit {
        runner::Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        let run =
            "validate-template probe | docker run -i --rm --network none --entrypoint python IMAGE - > FILE";
        vec![format!("let the image make it: `{run}`")]
    }
}
