//! The service: what it answers when things fail, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::engine::failed;
use crate::host::{Host, Running, until};

/// A service on this host, which listens.
fn serve(host: &Host) -> (Running, SocketAddr) {
    serve_with(host, &[])
}

fn serve_with(host: &Host, variables: &[(&str, &str)]) -> (Running, SocketAddr) {
    // Free a moment ago.
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let arguments = ["serve", "--runtime", "hermes", "--interval", "1ms", "--listen", &address.to_string()];
    let service = host.spawn_with(variables, &arguments);
    service.says("listening on");
    (service, address)
}

/// Asks for a refresh; status and body.
fn post(address: SocketAddr) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
    let request = "POST /admin/workspace-images/refresh HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let mut bytes = [0; 4096];
    // the connection may stay open after the answer
    while !answer.ends_with('}') {
        let read = stream.read(&mut bytes).unwrap();
        assert!(read > 0, "the answer breaks off: {answer}");
        answer.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn an_error_is_answered_in_the_form_of_every_result() {
    let lists = AtomicBool::new(true);
    let host = Host::new(move |_, target| {
        // the first is asked before the service is asked for anything
        let is_first = lists.load(Ordering::SeqCst);
        (target.contains("/containers/json")).then(|| {
            lists.store(false, Ordering::SeqCst);
            if is_first { (200, "[]".to_owned()) } else { failed("out of memory") }
        })
    });
    let (service, address) = serve(&host);
    until(|| host.asked().iter().any(|asked| asked.contains("/containers/json")), "the first look");
    let (status, body) = post(address);
    assert_eq!((status, &body["failed"][0]), (500, &Value::from("hermes")));
    assert!(body["errors"]["hermes"][0].as_str().unwrap().contains("out of memory"), "{body}");
    service.terminate();
    assert_eq!(service.finish().0, Some(0));
}

#[test]
fn a_service_that_ends_answers_everybody_and_begins_nothing() {
    let may = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&may);
    let host = Host::new(move |_, target| {
        if target.contains("/stop") {
            until(|| waits.load(Ordering::SeqCst), "the signal");
        }
        None
    });
    host.add_old("ws-a");
    host.add_old("ws-b");
    let (service, address) = serve(&host);
    thread::scope(|scope| {
        let first = scope.spawn(|| post(address));
        until(|| host.changes().iter().any(|asked| asked.contains("/stop")), "a replacement");
        let second = scope.spawn(|| post(address));
        service.says_so_often("was asked for", 2);
        service.terminate();
        service.says("SIGTERM");
        may.store(true, Ordering::SeqCst);
        let (status, body) = first.join().unwrap();
        assert_eq!((status, &body["recreated"][0]), (500, &Value::from("ws-a")), "{body}");
        assert!(body["errors"]["hermes"][0].as_str().unwrap().contains("SIGTERM ended the run"), "{body}");
        let (status, body) = second.join().unwrap();
        assert_eq!(status, 503, "{body}");
    });
    assert_eq!(service.finish().0, Some(0));
    let both = [("ws-a".to_owned(), "running"), ("ws-b".to_owned(), "running")];
    assert_eq!(host.engine.told(), both);
}

#[test]
fn a_service_whose_watch_fails_answers_who_has_asked_and_ends_with_that() {
    let may = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&may);
    let host = Host::new(move |_, target| {
        if target.contains("/stop") {
            until(|| waits.load(Ordering::SeqCst), "the watch's turn");
        }
        None
    });
    host.add_old("ws-a");
    // the first look waits until a refresh is under way, and then cannot remember what it saw
    let looking = Arc::new(AtomicBool::new(false));
    let (looks, (go_on, goes_on)) = (Arc::clone(&looking), mpsc::channel::<()>());
    host.registry.before("HEAD manifest", move || {
        looks.store(true, Ordering::SeqCst);
        let _ = goes_on.recv();
    });
    let (service, address) = serve_with(&host, &[("IMAGE_AUTO_REFRESH", "true")]);
    thread::scope(|scope| {
        until(|| looking.load(Ordering::SeqCst), "the first look");
        fs_err::create_dir_all(host.state("digests.json").join("in-the-way")).unwrap();
        let asker = scope.spawn(|| post(address));
        until(|| host.changes().iter().any(|asked| asked.contains("/stop")), "a replacement");
        go_on.send(()).unwrap();
        may.store(true, Ordering::SeqCst);
        let (status, body) = asker.join().unwrap();
        assert_eq!((status, &body["recreated"][0]), (200, &Value::from("ws-a")), "{body}");
    });
    let (code, _, log) = service.finish();
    assert_eq!(code, Some(2), "{log}");
    assert!(log.contains("could not keep") && log.contains("digests.json"), "{log}");
}
