//! What distributions are imported as.

use std::collections::BTreeMap;

use crate::manifest::{Dependency, Distribution, ModuleName};

/// Distributions whose import name is not their own name: normalised name, then what is imported.
///
/// An index does not tell this. A distribution that is not here is taken to be imported by its own name, with
/// `_` or `.` for `-`; where that is wrong too, the manifest's `[import-names]` says it.
const TABLE: &[(&str, &[&str])] = &[
    ("attrs", &["attr", "attrs"]),
    ("beautifulsoup4", &["bs4"]),
    ("discord-py", &["discord"]),
    ("django-environ", &["environ"]),
    ("djangorestframework", &["rest_framework"]),
    ("docker-py", &["docker"]),
    ("faiss-cpu", &["faiss"]),
    ("faiss-gpu", &["faiss"]),
    ("gitpython", &["git"]),
    ("google-api-python-client", &["googleapiclient"]),
    ("grpcio", &["grpc"]),
    ("grpcio-status", &["grpc_status"]),
    ("grpcio-tools", &["grpc_tools"]),
    ("markdown-it-py", &["markdown_it"]),
    ("msgpack-python", &["msgpack"]),
    ("mysqlclient", &["MySQLdb"]),
    ("opencv-python", &["cv2"]),
    ("opencv-python-headless", &["cv2"]),
    ("opentelemetry-api", &["opentelemetry"]),
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
    ("pyopenssl", &["OpenSSL"]),
    ("pyserial", &["serial"]),
    ("pysocks", &["socks", "sockshandler"]),
    ("python-dateutil", &["dateutil"]),
    ("python-docx", &["docx"]),
    ("python-dotenv", &["dotenv"]),
    ("python-gitlab", &["gitlab"]),
    ("python-jose", &["jose"]),
    ("python-magic", &["magic"]),
    ("python-multipart", &["multipart", "python_multipart"]),
    ("python-pptx", &["pptx"]),
    ("python-slugify", &["slugify"]),
    ("python-socketio", &["socketio"]),
    ("python-engineio", &["engineio"]),
    ("python-telegram-bot", &["telegram"]),
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

/// The import names that the package's declared dependencies bring.
pub(crate) struct Distributions<'a> {
    imports: Vec<Import<'a>>,
}

struct Import<'a> {
    name: String,
    distribution: &'a str,
}

impl<'a> Distributions<'a> {
    /// Those of the declared dependencies, where `known` has the last word.
    pub(crate) fn of(
        dependencies: &'a [Dependency],
        known: &BTreeMap<Distribution, Vec<ModuleName>>,
    ) -> Self {
        let imports = dependencies.iter().flat_map(|dependency| {
            let distribution = dependency.distribution();
            names(distribution, known).into_iter().map(move |name| Import { name, distribution })
        });
        Self { imports: imports.collect() }
    }

    /// The distribution that brings this module; a namespace such as `google` is brought by whoever has a part of
    /// it, because only what is imported from it tells which.
    pub(crate) fn providing(&self, module: &str) -> Option<&'a str> {
        let import = self.imports.iter().find(|import| is_within(module, &import.name));
        import
            .or_else(|| self.imports.iter().find(|import| is_within(&import.name, module)))
            .map(|one| one.distribution)
    }
}

/// A distribution, not declared, that is known to bring this module.
pub(crate) fn known_for(module: &str) -> Option<&'static str> {
    let (distribution, _) =
        TABLE.iter().find(|(_, names)| names.iter().any(|name| is_within(module, name)))?;
    Some(distribution)
}

fn names(distribution: &str, known: &BTreeMap<Distribution, Vec<ModuleName>>) -> Vec<String> {
    if let Some((_, names)) = known.iter().find(|(name, _)| name.as_str() == distribution) {
        return names.iter().map(ToString::to_string).collect();
    }
    if let Some((_, names)) = TABLE.iter().find(|(name, _)| *name == distribution) {
        return names.iter().map(|name| (*name).to_owned()).collect();
    }
    vec![distribution.replace('-', "_"), distribution.replace('-', ".")]
}

/// Whether `module` is `name` or lies in it; distributions that are named after their module differ from it in case.
fn is_within(module: &str, name: &str) -> bool {
    module.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && matches!(module.as_bytes().get(name.len()), None | Some(b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn providing(dependencies: &[&str], module: &str) -> Option<String> {
        let mut manifest = fixtures::manifest();
        manifest.project.dependencies = dependencies.iter().map(|one| one.parse().unwrap()).collect();
        Distributions::of(&manifest.project.dependencies, &manifest.import_names)
            .providing(module)
            .map(str::to_owned)
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
