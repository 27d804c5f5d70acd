//! What distributions are imported as.

use std::collections::BTreeMap;

use crate::manifest::{Dependency, Distribution, ModuleName};

/// Distributions whose import name is not their own name: normalised name, then what is imported.
///
/// An index does not tell this. A distribution that is not here is taken to be imported by its own name, with
/// `_` or `.` for `-`, and in small letters; where that is wrong too, the manifest's `[import-names]` says it.
const TABLE: &[(&str, &[&str])] = &[
    ("attrs", &["attr", "attrs"]),
    ("beautifulsoup4", &["bs4"]),
    ("biopython", &["Bio"]),
    ("cython", &["Cython", "cython"]),
    ("discord-py", &["discord"]),
    ("django-environ", &["environ"]),
    ("djangorestframework", &["rest_framework"]),
    ("docker-py", &["docker"]),
    ("faiss-cpu", &["faiss"]),
    ("faiss-gpu", &["faiss"]),
    ("gitpython", &["git"]),
    ("google-api-core", &["google.api_core"]),
    ("google-api-python-client", &["googleapiclient"]),
    ("google-cloud-aiplatform", &["google.cloud.aiplatform", "vertexai"]),
    ("google-cloud-pubsub", &["google.cloud.pubsub", "google.cloud.pubsub_v1", "google.pubsub"]),
    ("google-cloud-secret-manager", &["google.cloud.secretmanager", "google.cloud.secretmanager_v1"]),
    (
        "googleapis-common-protos",
        &[
            "google.api",
            "google.cloud.location",
            "google.logging",
            "google.longrunning",
            "google.rpc",
            "google.type",
        ],
    ),
    ("grpcio", &["grpc"]),
    ("grpcio-status", &["grpc_status"]),
    ("grpcio-tools", &["grpc_tools"]),
    ("levenshtein", &["Levenshtein"]),
    ("markdown-it-py", &["markdown_it"]),
    ("msgpack-python", &["msgpack"]),
    ("mysqlclient", &["MySQLdb"]),
    ("opencv-python", &["cv2"]),
    ("opencv-python-headless", &["cv2"]),
    (
        "opentelemetry-api",
        &[
            "opentelemetry._events",
            "opentelemetry._logs",
            "opentelemetry.attributes",
            "opentelemetry.baggage",
            "opentelemetry.context",
            "opentelemetry.environment_variables",
            "opentelemetry.metrics",
            "opentelemetry.propagate",
            "opentelemetry.propagators",
            "opentelemetry.trace",
            "opentelemetry.util",
            "opentelemetry.version",
        ],
    ),
    ("opentelemetry-semantic-conventions", &["opentelemetry.semconv"]),
    ("pillow", &["PIL"]),
    ("protobuf", &["google.protobuf", "google._upb"]),
    ("psycopg2-binary", &["psycopg2"]),
    ("pycryptodome", &["Crypto"]),
    ("pycryptodomex", &["Cryptodome"]),
    ("pygithub", &["github"]),
    ("pyjwt", &["jwt"]),
    ("pymupdf", &["fitz", "pymupdf"]),
    ("pynacl", &["nacl"]),
    ("pyopengl", &["OpenGL"]),
    ("pyopenssl", &["OpenSSL"]),
    ("pyqt5", &["PyQt5"]),
    ("pyqt6", &["PyQt6"]),
    ("pyserial", &["serial"]),
    ("pyside2", &["PySide2", "shiboken2"]),
    ("pyside6", &["PySide6", "shiboken6"]),
    ("pysocks", &["socks", "sockshandler"]),
    ("python-dateutil", &["dateutil"]),
    ("python-docx", &["docx"]),
    ("python-dotenv", &["dotenv"]),
    ("python-gitlab", &["gitlab"]),
    ("python-jose", &["jose"]),
    ("python-levenshtein", &["Levenshtein"]),
    ("python-magic", &["magic"]),
    ("python-multipart", &["multipart", "python_multipart"]),
    ("python-pptx", &["pptx"]),
    ("python-slugify", &["slugify"]),
    ("python-socketio", &["socketio"]),
    ("python-engineio", &["engineio"]),
    ("python-telegram-bot", &["telegram"]),
    ("python-xlib", &["Xlib"]),
    ("pywavelets", &["pywt"]),
    ("pywin32", &["win32api", "win32con", "win32file", "win32pipe", "pywintypes", "pythoncom", "win32com"]),
    ("pyyaml", &["yaml", "_yaml"]),
    ("pyzmq", &["zmq"]),
    ("scikit-image", &["skimage"]),
    ("scikit-learn", &["sklearn"]),
    ("setuptools", &["setuptools", "pkg_resources", "_distutils_hack"]),
    ("slack-sdk", &["slack_sdk", "slack"]),
    ("a2a-sdk", &["a2a"]),
    ("websocket-client", &["websocket"]),
];

/// Packages that many distributions have a part of: each brings its part and none the whole.
const NAMESPACES: [&str; 14] = [
    "azure",
    "backports",
    "collective",
    "google",
    "jaraco",
    "logilab",
    "mpl_toolkits",
    "opentelemetry",
    "plone",
    "repoze",
    "ruamel",
    "sphinxcontrib",
    "zc",
    "zope",
];

/// The import names that the package's declared dependencies bring.
pub(crate) struct Distributions<'a> {
    imports: Vec<Import<'a>>,
}

struct Import<'a> {
    name: String,
    /// Whether the packages above it are namespaces, so that they are there with it.
    in_namespace: bool,
    dependency: &'a Dependency,
}

impl<'a> Distributions<'a> {
    /// Those of the declared dependencies, where `known` has the last word.
    pub(crate) fn of(
        dependencies: &'a [Dependency],
        known: &BTreeMap<Distribution, Vec<ModuleName>>,
    ) -> Self {
        let imports = dependencies.iter().flat_map(|dependency| {
            let (names, are_known) = names(dependency.distribution(), known);
            names.into_iter().map(move |name| Import {
                in_namespace: are_known || NAMESPACES.iter().any(|namespace| is_within(&name, namespace)),
                name,
                dependency,
            })
        });
        Self { imports: imports.collect() }
    }

    /// The dependencies that bring a module, or `name` of it. A namespace such as `google` is brought by whoever has a
    /// part of it; what is taken from it must be that part.
    pub(crate) fn providing(&self, module: &str, name: Option<&str>) -> impl Iterator<Item = &'a Dependency> {
        let full = name.map_or_else(|| module.to_owned(), |name| format!("{module}.{name}"));
        let brings = move |import: &&Import<'a>| {
            is_within(&full, &import.name) || (import.in_namespace && is_within(&import.name, &full))
        };
        self.imports.iter().filter(brings).map(|import| import.dependency)
    }
}

/// A distribution, not declared, that is known to bring this module.
pub(crate) fn known_for(module: &str) -> Option<&'static str> {
    let (distribution, _) =
        TABLE.iter().find(|(_, names)| names.iter().any(|name| is_within(module, name)))?;
    Some(distribution)
}

/// The import names of a distribution; the flag says that they are known, and not guessed by its name.
fn names(distribution: &str, known: &BTreeMap<Distribution, Vec<ModuleName>>) -> (Vec<String>, bool) {
    if let Some((_, names)) = known.iter().find(|(name, _)| name.as_str() == distribution) {
        return (names.iter().map(ToString::to_string).collect(), true);
    }
    if let Some((_, names)) = TABLE.iter().find(|(name, _)| *name == distribution) {
        return (names.iter().map(|name| (*name).to_owned()).collect(), true);
    }
    (vec![distribution.replace('-', "_"), distribution.replace('-', ".")], false)
}

/// Whether `module` is `name` or lies in it.
fn is_within(module: &str, name: &str) -> bool {
    module.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn providing(dependencies: &[&str], module: &str) -> Option<String> {
        taking(dependencies, module, None)
    }

    fn taking(dependencies: &[&str], module: &str, name: Option<&str>) -> Option<String> {
        let mut manifest = fixtures::manifest();
        manifest.project.dependencies = dependencies.iter().map(|one| one.parse().unwrap()).collect();
        Distributions::of(&manifest.project.dependencies, &manifest.import_names)
            .providing(module, name)
            .next()
            .map(|dependency| dependency.distribution().to_owned())
    }

    #[test]
    fn a_distribution_is_imported_by_its_own_name_unless_it_is_known_otherwise() {
        assert_eq!(providing(&["HTTPX>=1"], "httpx._client").as_deref(), Some("httpx"));
        assert_eq!(
            providing(&["typing-extensions"], "typing_extensions").as_deref(),
            Some("typing-extensions")
        );
        assert_eq!(providing(&["PyYAML"], "yaml").as_deref(), Some("pyyaml"));
        assert_eq!(providing(&["PyYAML"], "pyyaml"), None);
        assert_eq!(providing(&["httpx"], "httpxx"), None);
    }

    #[test]
    fn the_manifest_has_the_last_word() {
        assert_eq!(providing(&["acme_wire"], "acme_wire.x").as_deref(), Some("acme-wire"));
        assert_eq!(providing(&["acme-wire"], "acme.wire"), None, "the manifest names only `acme_wire`");
    }

    #[test]
    fn a_namespace_is_brought_by_whoever_has_a_part_of_it() {
        assert_eq!(providing(&["protobuf"], "google").as_deref(), Some("protobuf"));
        assert_eq!(providing(&["protobuf"], "google.cloud.storage"), None);
        assert_eq!(
            providing(&["google-cloud-storage"], "google.cloud.storage.blob").as_deref(),
            Some("google-cloud-storage")
        );
        assert_eq!(taking(&["protobuf"], "google", Some("genai")), None);
        assert_eq!(taking(&["protobuf"], "google", Some("protobuf")).as_deref(), Some("protobuf"));
        assert_eq!(
            taking(&["google-cloud-storage"], "google.cloud", Some("storage")).as_deref(),
            Some("google-cloud-storage")
        );
    }

    #[test]
    fn a_distribution_does_not_bring_another_whose_name_it_begins_with() {
        for (distribution, module) in [
            ("langchain-core", "langchain"),
            ("flask-cors", "flask"),
            ("requests", "Requests"),
            ("pillow", "pil"),
        ] {
            assert_eq!(providing(&[distribution], module), None, "{module}");
        }
        assert_eq!(taking(&["langchain-core"], "langchain", Some("core")).as_deref(), Some("langchain-core"));
        assert_eq!(taking(&["httpx"], "httpx", Some("get")).as_deref(), Some("httpx"));
        assert_eq!(providing(&["PyQt5"], "PyQt5.QtCore").as_deref(), Some("pyqt5"));
    }

    #[test]
    fn the_table_is_written_in_normalised_names_without_repetition() {
        for (index, (name, _)) in TABLE.iter().enumerate() {
            assert_eq!(name.parse::<crate::manifest::ProjectName>().unwrap().normalised(), *name);
            assert!(TABLE[..index].iter().all(|(other, _)| other != name), "{name} is there twice");
        }
    }

    #[test]
    fn a_missing_distribution_is_suggested_by_what_it_brings() {
        assert_eq!(known_for("yaml"), Some("pyyaml"));
        assert_eq!(known_for("nobody_knows"), None);
    }
}
