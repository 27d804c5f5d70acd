//! Whose certificates are trusted.

use std::net::TcpStream;
use std::sync::Arc;

use http_client::{Client, ConnectCause, Error, Request, RetryPolicy, Settings, TrustStore};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::server::{Server, ok, settings};

/// A private authority, the folder that holds its certificate, and servers with certificates of it.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pub(crate) folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// A server over TLS on 127.0.0.1 whose certificate is for `name`; it answers `times` times.
    pub(crate) fn server(&self, name: &str, times: usize) -> Server {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        Server::start_over(vec![ok(); times], move |stream: TcpStream| {
            let connection = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
            Ok(StreamOwned::new(connection, stream))
        })
    }

    pub(crate) fn file(&self) -> TrustStore {
        TrustStore { file: Some(self.folder.path().join("ca.pem")), folders: Vec::new() }
    }
}

async fn get(server: &Server, trust: TrustStore) -> Result<(), Error> {
    let settings = Settings { trust, retry: RetryPolicy::once(), ..settings().0 };
    let url = format!("https://127.0.0.1:{}/", server.port).parse().unwrap();
    Client::new(settings)?.send(Request::get(url)).await.map(|_| ())
}

fn cause(error: &Error) -> &ConnectCause {
    match error {
        Error::Connect(error) => &error.cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_when_its_file_or_its_folder_is_named() {
    let authority = Authority::new();
    let server = authority.server("127.0.0.1", 2);
    get(&server, authority.file()).await.unwrap();
    get(&server, TrustStore { file: None, folders: vec![authority.folder.path().into()] }).await.unwrap();
}

#[tokio::test]
async fn an_unknown_authority_is_not_trusted_and_the_hint_names_the_variable() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = authority.server("127.0.0.1", 1);
    for trust in [TrustStore::default(), other.file()] {
        let error = get(&server, trust).await.unwrap_err();
        assert_eq!(cause(&error), &ConnectCause::UntrustedCertificate);
        assert!(error.to_string().contains("issued by an authority that is not trusted"), "{error}");
        assert!(error.hint().unwrap().contains("`SSL_CERT_FILE`"));
    }
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_acceptable_even_from_a_trusted_authority() {
    let authority = Authority::new();
    let server = authority.server("elsewhere.example", 1);
    let error = get(&server, authority.file()).await.unwrap_err();
    assert!(matches!(cause(&error), ConnectCause::BadCertificate(_)), "{error:?}");
}

#[tokio::test]
async fn a_trust_store_that_cannot_be_read_trusts_nobody_else() {
    let authority = Authority::new();
    let server = authority.server("127.0.0.1", 1);
    let missing =
        TrustStore { file: Some("/nonexistent/ca.pem".into()), folders: vec!["/nonexistent".into()] };
    let error = get(&server, missing).await.unwrap_err();
    assert_eq!(cause(&error), &ConnectCause::UntrustedCertificate);
}
