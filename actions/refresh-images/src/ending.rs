//! Being asked to end.

use runner::Signals;
use tokio::sync::watch;

use crate::error::RefreshError;

/// Whether this program has been asked to end: what was begun is finished then, and nothing further is begun.
///
/// Clones are about the same end.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    asked_by: watch::Sender<Option<String>>,
}

impl Ending {
    /// Asks for the end. Who asks first is whom [`asked_by`](Self::asked_by) tells of.
    pub fn ask(&self, by: &str) {
        self.asked_by.send_if_modified(|asked_by| {
            let is_first = asked_by.is_none();
            asked_by.get_or_insert_with(|| by.to_owned());
            is_first
        });
    }

    /// Who has asked for the end: a signal's name, or what ended by itself.
    #[must_use]
    pub fn asked_by(&self) -> Option<String> {
        self.asked_by.borrow().clone()
    }

    /// Waits until the end is asked for; by whom.
    pub async fn asked(&self) -> String {
        let mut heard = self.asked_by.subscribe();
        let asked = heard.wait_for(Option::is_some).await.expect("whoever waits holds the sender");
        asked.clone().expect("that somebody has asked was waited for")
    }

    /// Does this work to its end; meanwhile the signals by which a system ends a program ask for the end.
    ///
    /// # Errors
    ///
    /// When the system refuses a handler.
    pub async fn listen_during<T>(&self, work: impl Future<Output = T>) -> Result<T, RefreshError> {
        let mut signals = Signals::listen().map_err(RefreshError::Signals)?;
        let heard = async {
            loop {
                let signal = signals.next().await;
                tracing::warn!("{signal}: what was begun is finished, and nothing further is begun");
                self.ask(signal);
            }
        };
        tokio::select! {
            done = work => Ok(done),
            never = heard => never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_first_is_told_of_to_all_who_wait() {
        runner::block_on(async {
            let ending = Ending::default();
            assert_eq!(ending.asked_by(), None);
            let (first, other) = (ending.clone(), ending.clone());
            let ask = async {
                ending.ask("SIGTERM");
                ending.ask("SIGINT");
            };
            let (one, two, ()) = tokio::join!(first.asked(), other.asked(), ask);
            assert_eq!((one.as_str(), two.as_str()), ("SIGTERM", "SIGTERM"));
        });
    }
}
