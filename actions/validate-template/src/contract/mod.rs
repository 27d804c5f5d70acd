//! What a template must satisfy, as data: one file per schema version, frozen once it was shipped.

mod check;
mod error;
mod keys;
mod set;
#[cfg(test)]
mod tests;

use python::PythonVersion;
use serde::Deserialize;

pub use error::ContractError;
pub use keys::{Key, KeyType, Keys};
pub use set::Contracts;

/// What a workspace template of one schema version must satisfy.
///
/// `contract/v1.toml` is the first of them; every field there has its comment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Contract {
    /// The version that a template declares as `template_schema_version`.
    pub schema_version: i64,
    /// What to tell those who still declare it; none while the version is current.
    pub deprecated: Option<String>,
    /// What the image must be made of.
    pub image: Image,
    /// The runtime that the image must hold.
    pub runtime: Runtime,
    /// What the runtime asks of a template's own module.
    pub adapter: Adapter,
    /// How a template's CI calls for its own judgement.
    pub ci: Ci,
    /// The keys of `config.yaml`.
    pub keys: Keys,
    /// The runtimes that the platform knows, from `data/runtimes.toml` unless the contract lists its own.
    #[serde(default)]
    pub runtimes: Vec<String>,
}

/// What the final stage of a template's Dockerfile must be made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Image {
    /// The base image: `python:3.11-slim`.
    pub base: String,
    /// The version of its Python, by which markers of requirements are judged: `3.11`.
    pub python: String,
    /// The user that agents run as.
    pub user: String,
    /// That user's id, which owns the volumes.
    pub uid: u32,
    /// The command that the container must come to.
    pub entrypoint: String,
    /// The build argument that carries the runtime's version.
    pub version_argument: String,
}

impl Image {
    /// The version of its Python.
    ///
    /// # Panics
    /// When it is none: a contract that says so is refused when it is read.
    #[must_use]
    pub fn python_version(&self) -> PythonVersion {
        self.python.parse().expect("checked when the contract was read")
    }
}

/// The Python distribution that serves the agent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Runtime {
    /// Its name on the index.
    pub distribution: String,
    /// Its import package.
    pub package: String,
    /// The name of its import package in former times.
    pub former_package: String,
    /// The modules and subpackages in it.
    pub modules: Vec<String>,
}

/// What the runtime asks of a template's own module.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Adapter {
    /// Its file.
    pub file: String,
    /// The environment variable that names its module.
    pub variable: String,
    /// What that variable must say.
    pub module: String,
    /// The class that its class derives from.
    pub base_class: String,
    /// The modules that the class may be imported from.
    pub base_modules: Vec<String>,
    /// The module's attribute that the runtime takes the class from.
    pub attribute: String,
    /// The methods that the class must bring.
    pub methods: Vec<String>,
}

/// How a template's CI calls for its own judgement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ci {
    /// The reusable workflow to call, with its owner.
    pub call: String,
    /// The tag to call it at.
    pub tag: String,
    /// Reusable workflows, without the owner of their repository.
    pub workflows: Vec<String>,
    /// Actions, without the owner of their repository.
    pub actions: Vec<String>,
}

impl Ci {
    /// What a job of a template says to be held to the contract.
    #[must_use]
    pub fn example(&self) -> String {
        format!("{}@{}", self.call, self.tag)
    }
}
