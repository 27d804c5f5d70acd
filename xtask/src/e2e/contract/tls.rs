//! TLS in front of a forge, with a certificate of a private authority.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::Context as _;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::host::SERVER;
use crate::python::Python;

/// Takes TLS off, by Python's own, and hands the rest on; ends with its standard input.
const TERMINATOR: &str = r#"
import os, socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)

def ended():
    sys.stdin.read()
    os._exit(0)

def hand_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for stream in (source, target):
        stream.close()

def serve(stream):
    try:
        secure = context.wrap_socket(stream, server_side=True)
        plain = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
    except OSError:
        return
    threading.Thread(target=hand_on, args=(secure, plain), daemon=True).start()
    hand_on(plain, secure)

threading.Thread(target=ended, daemon=True).start()
while True:
    stream, _ = listener.accept()
    threading.Thread(target=serve, args=(stream,), daemon=True).start()
"#;

/// What takes TLS off on loopback; it ends with this value.
pub(super) struct Terminator {
    process: Child,
    /// Where it listens.
    pub(super) port: u16,
}

impl Terminator {
    /// Stands before the server of this port. The authority's certificate is `ca.pem` in `folder`.
    ///
    /// # Errors
    ///
    /// When there is no Python, or it does not listen.
    pub(super) fn before(port: u16, folder: &Path) -> anyhow::Result<Self> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec![SERVER.to_owned()])?.signed_by(&key, &issuer)?;
        let scratch = tempfile::tempdir()?;
        let (chain, private) = (scratch.path().join("chain.pem"), scratch.path().join("key.pem"));
        fs_err::write(folder.join("ca.pem"), issuer.pem())?;
        fs_err::write(&chain, certificate.pem())?;
        fs_err::write(&private, key.serialize_pem())?;
        let mut process = Python::find()
            .map_err(anyhow::Error::msg)?
            .command()
            .args(["-c", TERMINATOR])
            .args([&chain, &private])
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start Python")?;
        let mut line = String::new();
        let stdout = process.stdout.take().context("standard output was asked to be a pipe")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let port = line.trim().parse().context("what takes TLS off does not listen")?;
        Ok(Self { process, port })
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
