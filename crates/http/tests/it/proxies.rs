//! Proxies: forwarding for `http`, tunnels for `https`.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use http_client::{Client, ConnectCause, Error, Proxies, Request, RetryPolicy, Settings};

use crate::server::{Asked, Server, answer, ok, read, settings};
use crate::trust::Authority;

fn client(proxies: Proxies, trust: http_client::TrustStore) -> Client {
    Client::new(Settings { proxies, trust, retry: RetryPolicy::once(), ..settings().0 }).unwrap()
}

#[tokio::test]
async fn http_goes_through_the_proxy_with_its_credentials_even_to_loopback() {
    let proxy = Server::start([ok()]);
    let proxies =
        Proxies { http: Some(format!("me:pw@127.0.0.1:{}", proxy.port).into()), ..Proxies::default() };
    let client = client(proxies, http_client::TrustStore::default());
    client.send(Request::get("http://127.0.0.1:9/a".parse().unwrap())).await.unwrap();
    assert_eq!(proxy.lines(), ["GET http://127.0.0.1:9/a"]);
    assert_eq!(proxy.asked()[0].header("proxy-authorization"), Some("Basic bWU6cHc="));
}

#[tokio::test]
async fn a_host_in_no_proxy_is_reached_directly() {
    let (proxy, server) = (Server::start([ok()]), Server::start([ok()]));
    let http = Some(format!("http://127.0.0.1:{}", proxy.port).into());
    let proxies = Proxies { http, no_proxy: "localhost,127.0.0.1".into(), ..Proxies::default() };
    client(proxies, http_client::TrustStore::default()).send(Request::get(server.url("/a"))).await.unwrap();
    assert_eq!((proxy.lines().len(), server.lines().len()), (0, 1));
}

#[test]
fn the_client_reads_no_proxy_from_the_environment_by_itself() {
    // Environments are per process, so the test of a direct request runs again in one of its own.
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "redirects::an_answer_without_redirect_has_not_moved"])
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:9")))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let server = authority.server("127.0.0.1", 1);
    let (proxy, asked) = tunnel();
    let proxies =
        Proxies { all: Some(format!("http://me:pw@127.0.0.1:{proxy}").into()), ..Proxies::default() };
    let url = format!("https://127.0.0.1:{}/a", server.port).parse().unwrap();
    let response = client(proxies, authority.file()).send(Request::get(url)).await.unwrap();
    assert_eq!(response.body(), "fine");
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].line, format!("CONNECT 127.0.0.1:{} HTTP/1.1", server.port));
    assert_eq!(asked[0].header("proxy-authorization"), Some("Basic bWU6cHc="));
    assert_eq!(server.asked()[0].header("proxy-authorization"), None);
}

/// A proxy that opens one tunnel.
fn tunnel() -> (u16, Arc<Mutex<Vec<Asked>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let mut client = BufReader::new(client);
        let request = read(&mut client).unwrap();
        let to = request.line.split(' ').nth(1).unwrap().to_owned();
        log.lock().unwrap().push(request);
        let mut client = client.into_inner();
        let server = TcpStream::connect(to).unwrap();
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
        let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
        let _ = std::io::copy(&mut { server }, &mut client);
    });
    (port, asked)
}

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_is_named_without_its_password() {
    for (status, told) in [(403, "unsuccessful"), (407, "authorization")] {
        let proxy = Server::start([answer(status, "", "")]);
        let https = Some(format!("http://me:hunter2@127.0.0.1:{}", proxy.port).into());
        let client = client(Proxies { https, ..Proxies::default() }, http_client::TrustStore::default());
        let error = client.send(Request::get("https://127.0.0.1:9/".parse().unwrap())).await.unwrap_err();
        let named = format!("`127.0.0.1:9` through the proxy `http://127.0.0.1:{}`", proxy.port);
        assert!(error.to_string().contains(&named), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(error.hint().unwrap().contains("`NO_PROXY`"));
        let Error::Connect(error) = error else { panic!("{error:?}") };
        assert!(matches!(&error.cause, ConnectCause::Proxy(why) if why.contains(told)), "{:?}", error.cause);
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let http = Some(format!("http://127.0.0.1:{port}").into());
    let client = client(Proxies { http, ..Proxies::default() }, http_client::TrustStore::default());
    let error = client.send(Request::get("http://forge.invalid/".parse().unwrap())).await.unwrap_err();
    let named = format!("`forge.invalid:80` through the proxy `http://127.0.0.1:{port}`");
    assert!(error.to_string().contains(&named) && error.to_string().ends_with("was refused"), "{error}");
}
