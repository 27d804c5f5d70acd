use std::io;

use tokio::signal::unix::{self, SignalKind};

/// The signals by which a runner ends a step: SIGINT first when a job is cancelled, SIGTERM some seconds later, and then
/// it kills.
///
/// As long as this is there, they do not end the process: whoever listens is to conclude with what is known. A process
/// that is the first of its container, as that of every action in an image is, has no other way to hear of them: the
/// kernel ignores what it has no handler for.
#[derive(Debug)]
pub struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
}

impl Signals {
    /// Listens from now on; within [`block_on`](crate::block_on).
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one; its name.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_listens_hears_of_a_signal_and_goes_on() {
        let heard = crate::block_on(async {
            let mut signals = Signals::listen().unwrap();
            let own = std::process::id().to_string();
            std::process::Command::new("kill").args(["-s", "TERM", &own]).status().unwrap();
            signals.next().await
        });
        assert_eq!(heard, "SIGTERM");
    }
}
