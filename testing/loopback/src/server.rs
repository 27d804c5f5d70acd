//! The listener, its thread, and the life of one request.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{fmt, io};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};

use crate::exchange::Exchange;
use crate::fault::{Fault, Mishap, Queue, Target, When};
use crate::hook::Hooks;
use crate::service::{Request, Response, Service};

/// A test that opens more connections than this has lost count of them.
const CONNECTIONS: usize = 256;
/// Enough for every push of a test.
const LARGEST_BODY: usize = 64 << 20;

/// A running server on a free port of `127.0.0.1`; dropping it stops it.
pub struct Server {
    address: SocketAddr,
    controls: Arc<Mutex<Controls>>,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

/// What a test may change while the server runs, and the log that it reads.
#[derive(Default)]
struct Controls {
    latency: Duration,
    faults: Queue,
    hooks: Hooks,
    log: Vec<Exchange>,
}

impl Server {
    /// Starts serving on a free port.
    ///
    /// `service` is made from the address, since most services must tell their own URL.
    ///
    /// # Errors
    ///
    /// When no port can be bound or no thread started.
    pub fn start<S: Service>(service: impl FnOnce(SocketAddr) -> S) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let service = Arc::new(service(address));
        let controls = Arc::new(Mutex::new(Controls::default()));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name(format!("loopback {address}")).spawn({
            let controls = Arc::clone(&controls);
            move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = accept(listener, service, controls) => {}
                        _ = stopped => {}
                    }
                });
                runtime.shutdown_timeout(Duration::from_secs(1));
            }
        })?;
        Ok(Self { address, controls, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes every request from now on take at least this long.
    pub fn set_latency(&self, latency: Duration) {
        self.controls().latency = latency;
    }

    /// Queues a fault behind those already waiting.
    pub fn fail(&self, fault: Fault) {
        self.controls().faults.push(fault);
    }

    /// How many faults still wait for their request: a test that expects a fault asserts on zero.
    #[must_use]
    pub fn waiting_faults(&self) -> usize {
        self.controls().faults.len()
    }

    /// Lets somebody else act once, just before the next request of `target` takes effect.
    ///
    /// The request that sets it off waits for it; other requests do not, and `action` may make some. A
    /// fault before the effect comes first and leaves the hook waiting.
    pub fn before(&self, target: impl Into<Target>, action: impl FnOnce() + Send + 'static) {
        self.controls().hooks.push(target.into(), Box::new(action));
    }

    /// Takes back latency, waiting faults and waiting hooks; the log stays.
    pub fn calm(&self) {
        let mut controls = self.controls();
        controls.latency = Duration::ZERO;
        controls.faults.clear();
        controls.hooks.clear();
    }

    /// Everything asked so far, in the order in which it arrived.
    ///
    /// A request is listed once its answer is ready, shortly before the client can have it.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = self.controls().log.clone();
        exchanges.sort_by_key(|exchange| exchange.started);
        exchanges
    }

    /// Empties the log, so that the next reading shows only what came after.
    pub fn forget_exchanges(&self) {
        self.controls().log.clear();
    }

    fn controls(&self) -> MutexGuard<'_, Controls> {
        lock(&self.controls)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic on the server's thread has been printed; the test fails by its missing answer.
            drop(thread.join());
        }
    }
}

/// A panic in one request must not take the log away from the test that will explain it.
fn lock(controls: &Mutex<Controls>) -> MutexGuard<'_, Controls> {
    controls.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept<S: Service>(
    listener: std::net::TcpListener,
    service: Arc<S>,
    controls: Arc<Mutex<Controls>>,
) {
    let listener = TcpListener::from_std(listener).expect("the listener was made non-blocking");
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
        // A client that gave up between its SYN and our accept is no reason to stop serving.
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (service, controls) = (Arc::clone(&service), Arc::clone(&controls));
        tokio::spawn(async move {
            serve_connection(stream, service, controls).await;
            drop(place);
        });
    }
}

async fn serve_connection<S: Service>(stream: TcpStream, service: Arc<S>, controls: Arc<Mutex<Controls>>) {
    // Without it every small answer waits for the client's delayed acknowledgement.
    drop(stream.set_nodelay(true));
    let answer = service_fn(move |request| {
        let (service, controls) = (Arc::clone(&service), Arc::clone(&controls));
        // A task of its own: the effect must happen even when the client goes away.
        let task = tokio::spawn(respond(request, service, controls));
        async move { task.await.map_err(io::Error::other)? }
    });
    // An error here is a client that went away or a connection that was cut on purpose.
    drop(
        hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), answer)
            .await,
    );
}

async fn respond<S: Service>(
    request: http::Request<Incoming>,
    service: Arc<S>,
    controls: Arc<Mutex<Controls>>,
) -> io::Result<http::Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(io::Error::other)?.to_bytes();
    let request = Request::from_parts(head, body);
    let started = Instant::now();
    let operation = service.operation(&request);
    let asked = request.clone();
    let answer = carry_out(request, &operation, service, &controls).await;
    let ended = Instant::now();
    let (head, body) = match &answer {
        Some(response) => (Some(response), response.body().clone()),
        None => (None, Bytes::new()),
    };
    let exchange = Exchange {
        operation,
        method: asked.method().clone(),
        target: asked.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        request_headers: asked.headers().clone(),
        request_body: asked.into_body(),
        started,
        ended,
        status: head.map(Response::status),
        response_headers: head.map(|response| response.headers().clone()).unwrap_or_default(),
        response_body: body,
    };
    lock(&controls).log.push(exchange);
    // hyper closes the connection without an answer when the service fails.
    let response = answer.ok_or_else(|| io::Error::other("cut"))?;
    Ok(response.map(Full::new))
}

/// Latency, fault before, hook, effect, fault after, or a late effect; `None` when the connection is to be cut.
async fn carry_out<S: Service>(
    request: Request,
    operation: &str,
    service: Arc<S>,
    controls: &Arc<Mutex<Controls>>,
) -> Option<Response> {
    let (latency, fault) = {
        let mut controls = lock(controls);
        (controls.latency, controls.faults.take(operation))
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if let Some(Fault { when: When::Before, mishap, .. }) = &fault {
        match mishap {
            Mishap::Answer { .. } => return mishap.answer(),
            Mishap::CutConnection => return None,
            Mishap::Stall(pause) => tokio::time::sleep(*pause).await,
        }
    }
    if let Some(Fault { when: When::Late(after), mishap, .. }) = &fault
        && !matches!(mishap, Mishap::Stall(_))
    {
        let after = *after;
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            service.call(request).await
        });
        return mishap.answer();
    }
    run_hooks(operation, controls).await;
    let response = service.call(request).await;
    if let Some(Fault { when: When::After, mishap, .. }) = &fault {
        match mishap {
            Mishap::Answer { .. } => return mishap.answer(),
            Mishap::CutConnection => return None,
            Mishap::Stall(pause) => tokio::time::sleep(*pause).await,
        }
    }
    Some(response)
}

async fn run_hooks(operation: &str, controls: &Arc<Mutex<Controls>>) {
    let actions = lock(controls).hooks.take(operation);
    if actions.is_empty() {
        return;
    }
    let done = tokio::task::spawn_blocking(move || actions.into_iter().for_each(|action| action())).await;
    // The panic of a hook has been printed; the request goes on, and the test fails by what it finds.
    drop(done);
}
