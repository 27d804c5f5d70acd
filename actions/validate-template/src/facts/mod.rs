//! What a template's files say: read once, within bounds, and understood; rules judge nothing else.

mod adapter;
mod built;
mod context;
mod documents;
mod installed;
mod module;
mod module_path;
mod program;
mod values;
mod yaml;

use std::collections::BTreeSet;

use domain::ProjectName;
use python::PythonVersion;
use template::requirements::{self, FileId, Interpreter, Requirement, Requirements, Unreadable};
use text::{Source, Span};

pub use adapter::{AdapterClasses, Chosen};
pub use built::Built;
pub use context::Context;
pub use installed::Installation;
pub use module::PythonFile;
pub(crate) use module_path::ModulePath;
pub(crate) use values::is_blank;
pub use values::{Reading, reading, reads_as};
pub use yaml::Yaml;

use crate::contract::{Contract, Contracts, KeyType};
use crate::folder::{Folder, Listing, PARSED_LIMIT, Refused, SHELL_LIMIT};
use crate::probe::ProbeReport;
use crate::secrets::Scanned;

/// The file that describes a template.
pub const CONFIG: &str = "config.yaml";
/// The file that its image is built from.
pub const DOCKERFILE: &str = "Dockerfile";
/// The file that Docker falls back to where there is none of that name.
pub const LOWER_DOCKERFILE: &str = "dockerfile";
/// The file that names what the image installs.
pub const REQUIREMENTS: &str = "requirements.txt";
/// The workflow that holds a template to its contract.
pub const CI: &str = ".github/workflows/ci.yml";

/// Where forges look for workflows.
const WORKFLOWS: [&str; 2] = [".github/workflows/", ".gitea/workflows/"];

/// What a template's files say.
#[derive(Debug)]
pub struct Facts {
    /// Where they are.
    pub folder: Folder,
    /// Every file.
    pub listing: Listing,
    /// `config.yaml`.
    pub config: Option<Yaml>,
    /// The Dockerfile.
    pub dockerfile: Option<Built>,
    /// `requirements.txt`, with the files that it includes.
    pub requirements: Option<Requirements>,
    /// The adapter's module, first, and those of the template that it imports.
    pub modules: Vec<PythonFile>,
    /// The workflows, sorted by path.
    pub workflows: Vec<Yaml>,
    /// The schema versions that are understood, from the oldest on.
    pub schema_versions: Vec<i64>,
    /// What the probe reported from inside the image, if it ran.
    pub probe: Option<ProbeReport>,
    /// The credentials that were found.
    pub scanned: Scanned,
    /// The files that rules ask for and that are not read, each with the reason.
    pub refused: Vec<(String, Refused)>,
    sources: Vec<Source>,
    /// The Python that markers are judged for.
    python: Interpreter,
}

impl Facts {
    /// Reads a folder. Whatever is in it, this ends with facts: what cannot be read is one of them.
    #[must_use]
    pub fn gather(folder: &Folder, contracts: &Contracts, probe: Option<ProbeReport>) -> Self {
        let mut reader = Reader { folder, refused: Vec::new(), sources: Vec::new() };
        let listing = folder.files();
        let config = reader.read(CONFIG).map(Yaml::parse);
        let workflows = listing.files.iter().filter(|file| is_workflow(&file.path));
        let workflows = workflows.filter_map(|file| reader.read(&file.path)).map(Yaml::parse).collect();
        let dockerfile =
            reader.read_within(dockerfile_of(folder), SHELL_LIMIT).map(|source| Built::of(source, folder));
        for name in Context::ignore_files(folder).iter().filter(|_| dockerfile.is_some()) {
            reader.read(name);
        }
        let python = interpreter(declared_version(config.as_ref()), contracts);
        let requirements = reader.requirements(python);
        let modules = reader.modules(&listing, contracts);
        let Reader { refused, mut sources, .. } = reader;
        sources.extend(dockerfile.iter().flat_map(|built: &Built| built.scripts.values().cloned()));
        let scanned = Scanned::of(folder, &listing);
        Self {
            folder: folder.clone(),
            listing,
            config,
            dockerfile,
            requirements,
            modules,
            workflows,
            schema_versions: contracts.versions().collect(),
            probe,
            scanned,
            refused,
            sources,
            python,
        }
    }

    /// The schema version that the template declares, if it is a number.
    #[must_use]
    pub fn schema_version(&self) -> Option<i64> {
        declared_version(self.config.as_ref())
    }

    /// The adapter's module; none where it is missing.
    #[must_use]
    pub fn adapter(&self, contract: &Contract) -> Option<&PythonFile> {
        self.modules.first().filter(|file| file.source.path() == contract.adapter.file)
    }

    /// Whether the template's requirements name a distribution of this name.
    #[must_use]
    pub fn requires(&self, distribution: &str) -> bool {
        self.requirements_of(distribution).next().is_some()
    }

    /// The requirements that name a distribution.
    pub fn requirements_of(&self, distribution: &str) -> impl Iterator<Item = &Requirement> {
        let name = distribution.parse::<ProjectName>().ok();
        let all = self.requirements.iter().flat_map(|requirements| &requirements.requirements);
        all.filter(move |requirement| name.is_some() && requirement.name == name)
    }

    /// The file of a requirement.
    #[must_use]
    pub fn file_of(&self, file: FileId) -> Option<&Source> {
        self.requirements.as_ref().map(|requirements| &requirements.file(file).source)
    }

    /// Whether there is nothing of this name, be it readable or not.
    #[must_use]
    pub fn lacks(&self, path: &str) -> bool {
        !self.folder.holds(path)
    }

    /// Whether there is no Dockerfile, under neither of its names.
    #[must_use]
    pub fn lacks_dockerfile(&self) -> bool {
        self.lacks(dockerfile_of(&self.folder))
    }

    /// Whether the template has nothing that could be built, installed or run.
    #[must_use]
    pub fn holds_nothing(&self, contract: &Contract) -> bool {
        self.lacks_dockerfile() && [REQUIREMENTS, &contract.adapter.file].iter().all(|path| self.lacks(path))
    }

    /// The values of a file in which `#` begins no comment, in order.
    pub(crate) fn values_in(&self, source: &Source) -> Vec<Span> {
        let is_it = |other: &Source| other.path() == source.path();
        let mut yaml = self.config.iter().chain(&self.workflows);
        if let Some(file) = yaml.find(|file| is_it(&file.source)) {
            return file.values();
        }
        if let Some(module) = self.modules.iter().find(|file| is_it(&file.source)) {
            return module.strings();
        }
        self.dockerfile.as_ref().map(|built| documents::of(built, source)).unwrap_or_default()
    }

    /// The files that were read as text.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The facts of a search for credentials: nothing else of the folder is read.
    #[must_use]
    pub fn of_scan(folder: &Folder, scanned: Scanned, listing: Listing) -> Self {
        Self {
            folder: folder.clone(),
            listing,
            config: None,
            dockerfile: None,
            requirements: None,
            modules: Vec::new(),
            workflows: Vec::new(),
            schema_versions: Vec::new(),
            probe: None,
            scanned,
            refused: Vec::new(),
            sources: Vec::new(),
            python: Interpreter::default(),
        }
    }
}

/// The Dockerfile that Docker takes of a folder.
pub(crate) fn dockerfile_of(folder: &Folder) -> &'static str {
    if !folder.holds(DOCKERFILE) && folder.holds(LOWER_DOCKERFILE) { LOWER_DOCKERFILE } else { DOCKERFILE }
}

/// The schema version that a config declares, if it is a number.
fn declared_version(config: Option<&Yaml>) -> Option<i64> {
    let value = config?.mapping()?.value("template_schema_version")?;
    reads_as(value, KeyType::Integer).then(|| value.as_int()).flatten()
}

/// The Python that the contract of a schema version asks for.
fn interpreter(version: Option<i64>, contracts: &Contracts) -> Interpreter {
    let contract = version.and_then(|version| contracts.get(version)).unwrap_or_else(|| contracts.newest());
    let PythonVersion { major, minor } = contract.image.python_version();
    Interpreter { major, minor }
}

fn is_workflow(path: &str) -> bool {
    let name = WORKFLOWS.iter().find_map(|folder| path.strip_prefix(folder));
    let ending = name.filter(|name| !name.contains('/')).and_then(|name| name.rsplit_once('.'));
    matches!(ending, Some((_, "yml" | "yaml")))
}

/// Reads files and remembers what was read and what was not.
struct Reader<'a> {
    folder: &'a Folder,
    refused: Vec<(String, Refused)>,
    sources: Vec<Source>,
}

impl Reader<'_> {
    /// What pip would be asked to install. The environment of the build is not known.
    fn requirements(&mut self, python: Interpreter) -> Option<Requirements> {
        let (folder, refused) = (self.folder, &mut self.refused);
        let mut bytes = |path: &str| match folder.read_bytes(path, PARSED_LIMIT) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(Unreadable::Missing),
            Err(why) => {
                let said = why.to_string();
                refused.push((path.to_owned(), why));
                Err(Unreadable::Refused(said))
            }
        };
        let read = requirements::read_for(python, REQUIREMENTS, &mut bytes, &|_| None).ok()?;
        self.sources.extend(read.files.iter().map(|file| file.source.clone()));
        Some(read)
    }

    /// The adapter and what it imports. Every contract names one file, and a template has one of those.
    fn modules(&mut self, listing: &Listing, contracts: &Contracts) -> Vec<PythonFile> {
        let files: BTreeSet<&str> = contracts.all().map(|contract| contract.adapter.file.as_str()).collect();
        let Some(first) = files.into_iter().find(|file| self.folder.holds(file)) else { return Vec::new() };
        let modules = module::reached(first, &listing.files, |path| {
            let bytes = self.folder.read_bytes(path, PARSED_LIMIT);
            bytes.unwrap_or_else(|why| {
                self.refused.push((path.to_owned(), why));
                None
            })
        });
        self.sources.extend(modules.iter().map(|file| file.source.clone()));
        modules
    }

    fn read(&mut self, path: &str) -> Option<Source> {
        self.read_within(path, PARSED_LIMIT)
    }

    fn read_within(&mut self, path: &str, limit: u64) -> Option<Source> {
        match self.folder.read_within(path, limit) {
            Ok(source) => {
                self.sources.extend(source.clone());
                source
            }
            Err(why) => {
                self.refused.push((path.to_owned(), why));
                None
            }
        }
    }
}
