//! Connections that do not come about.

use std::time::Duration;

use http_client::{Client, ConnectCause, ConnectError, Error, Request, RetryPolicy, Settings};

use crate::server::{impatient, settings};

async fn failure(client: &Client, url: &str) -> ConnectError {
    match client.send(Request::get(url.parse().unwrap())).await.unwrap_err() {
        Error::Connect(error) => *error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_connection_names_host_and_port() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = failure(&impatient(), &format!("http://127.0.0.1:{port}/a")).await;
    assert_eq!(error.cause, ConnectCause::ConnectionRefused);
    let expected = format!(
        "could not connect to `127.0.0.1:{port}` for `GET http://127.0.0.1:{port}/a`: the connection was refused"
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_name_without_an_address_is_told_as_such() {
    let client = impatient();
    let error = failure(&client, "https://no-such-host.invalid/").await;
    assert!(matches!(error.cause, ConnectCause::NameNotResolved(_)), "{error:?}");
    assert!(error.to_string().contains("`no-such-host.invalid:443`"), "{error}");
    assert_eq!(Error::Connect(Box::new(error)).hint().unwrap(), "check the name of the host");
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_in_time_is_told_as_such() {
    // Accepts at the system's level only, so that TLS waits for ever.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let settings =
        Settings { connect_timeout: Duration::from_millis(200), retry: RetryPolicy::once(), ..settings().0 };
    let error = failure(&Client::new(settings).unwrap(), &format!("https://127.0.0.1:{port}/")).await;
    assert_eq!(error.cause, ConnectCause::TimedOut);
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_as_such() {
    let server = crate::server::Server::start([crate::server::ok()]);
    let raw = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = raw.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::Write;
        let (mut connection, _) = raw.accept().unwrap();
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let error = failure(&impatient(), &format!("https://127.0.0.1:{port}/")).await;
    assert!(matches!(error.cause, ConnectCause::Tls(_)), "{error:?}");
    drop(server);
}
