//! Whose certificates are trusted.
//!
//! Mozilla's roots are part of the binary, so that a `scratch` container works. The system's store, or the one
//! named by `SSL_CERT_FILE` and `SSL_CERT_DIR`, is trusted too, for forges with a private authority and for
//! proxies that open TLS. Reading that store was measured at 5 ms of CPU, five requests without it at 2 ms; so it is read
//! once, and only when a certificate does not lead to a bundled root.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::settings::TrustStore;

/// TLS with ring, handed over and not installed for the process; HTTP/1.1 alone.
pub(crate) fn config(trust: TrustStore) -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    let bundled = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let verifier = LayeredVerifier::new(bundled, trust, provider.clone());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3")
        // "Dangerous" is any verifier but rustls' own; this one asks only rustls' own.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// Whether a certificate was turned down because none of the roots issued it, as opposed to what it says.
///
/// A root of the same name with another key, such as an authority renewed, shows as a bad signature.
pub(crate) fn is_untrusted(why: &CertificateError) -> bool {
    matches!(why, CertificateError::UnknownIssuer | CertificateError::BadSignature)
}

/// Asks rustls' verifier with the bundled roots, and, when those do not know the issuer, again with the store.
#[derive(Debug)]
struct LayeredVerifier {
    bundled: Arc<WebPkiServerVerifier>,
    store: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
    trust: TrustStore,
    provider: Arc<CryptoProvider>,
}

impl LayeredVerifier {
    fn new(bundled: RootCertStore, trust: TrustStore, provider: Arc<CryptoProvider>) -> Self {
        let bundled = WebPkiServerVerifier::builder_with_provider(Arc::new(bundled), provider.clone())
            .build()
            .expect("the bundled roots are not empty");
        Self { bundled, store: OnceLock::new(), trust, provider }
    }

    /// The verifier over the store; none when the store is empty.
    fn store(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        let verifier = || {
            let roots = Arc::new(load(&self.trust));
            WebPkiServerVerifier::builder_with_provider(roots, self.provider.clone()).build().ok()
        };
        self.store.get_or_init(verifier).as_ref()
    }
}

/// The certificates of the store. What cannot be read is warned of and left out: the bundled roots still stand.
fn load(trust: &TrustStore) -> RootCertStore {
    let mut found = Vec::new();
    if trust.file.is_none() && trust.folders.is_empty() {
        found.push(rustls_native_certs::load_native_certs());
    } else {
        found.push(rustls_native_certs::load_certs_from_paths(trust.file.as_deref(), None));
        found.extend(
            trust.folders.iter().map(|folder| rustls_native_certs::load_certs_from_paths(None, Some(folder))),
        );
    }
    let mut roots = RootCertStore::empty();
    for result in found {
        for error in &result.errors {
            tracing::warn!("trusted certificates could not be read: {error}");
        }
        let (added, ignored) = roots.add_parsable_certificates(result.certs);
        tracing::debug!(added, ignored, "read trusted certificates");
    }
    roots
}

impl ServerCertVerifier for LayeredVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let ask = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let verdict = ask(&self.bundled);
        match &verdict {
            Err(rustls::Error::InvalidCertificate(why)) if is_untrusted(why) => {
                self.store().map_or(verdict, |store| ask(store))
            }
            _ => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.bundled.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.bundled.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.bundled.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::*;

    /// A root, and a certificate for `localhost` issued by it.
    fn issued() -> (CertificateDer<'static>, CertificateDer<'static>) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        (issuer.der().clone(), leaf.der().clone())
    }

    fn verify(verifier: &LayeredVerifier, leaf: &CertificateDer<'_>, name: &'static str) -> bool {
        let name = ServerName::try_from(name).unwrap();
        verifier.verify_server_cert(leaf, &[], &name, &[], UnixTime::now()).is_ok()
    }

    #[test]
    fn the_store_is_not_read_while_the_bundled_roots_suffice() {
        let ((root, leaf), (_, foreign)) = (issued(), issued());
        let mut bundled = RootCertStore::empty();
        bundled.add(root).unwrap();
        let trust = TrustStore { file: Some("/nonexistent".into()), folders: Vec::new() };
        let verifier = LayeredVerifier::new(bundled, trust, Arc::new(ring::default_provider()));
        assert!(verify(&verifier, &leaf, "localhost"));
        assert!(!verify(&verifier, &leaf, "elsewhere"));
        assert!(verifier.store.get().is_none());
        assert!(!verify(&verifier, &foreign, "localhost"));
        assert!(verifier.store.get().is_some());
    }

    #[test]
    fn no_provider_is_installed_for_the_process() {
        let config = config(TrustStore::default());
        assert_eq!(config.alpn_protocols, [b"http/1.1"]);
        assert!(CryptoProvider::get_default().is_none());
    }
}
