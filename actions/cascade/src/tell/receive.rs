//! Taking a target's receipt: looking at its image until that holds the release, or is given up.

use std::time::Duration;

use futures_util::future::{Either, select};
use registry::Reference;

use super::Teller;
use crate::outcome::{Outcome, State};
use crate::preflight::Ready;
use crate::receipt::plan::{Due, Look, Next, Rules, due, plan};
use crate::receipt::{Receipt, Receipts, Standing};
use crate::trouble::Trouble;

/// How long one look may take, with all of its requests and their repetitions.
const LONGEST_LOOK: Duration = Duration::from_mins(1);

impl Teller<'_> {
    /// Takes the receipt of a target that was told, where receipts are asked for. One that fails is the target's fault.
    pub(super) async fn receive(&self, ready: &Ready, outcome: &mut Outcome) {
        let Some(receipts) = self.receipts else { return };
        let patience = match due(&outcome.state) {
            Due::Never(why) => {
                outcome.receipt = Some(Box::new(Receipt::absent(why)));
                return;
            }
            // who runs dry wants to know how it is now
            _ if self.settings.dry_run => Duration::ZERO,
            Due::Now => receipts.asked().patience,
            Due::Sometime => receipts.asked().patience.max(self.settings.deadline),
        };
        let receipt = match receipts.image(&ready.target, &ready.repo) {
            Ok(Some(image)) => self.looked_at(receipts, &image, patience).await,
            Ok(None) => Receipt::absent("the manifest says that it builds no image"),
            Err(error) => Receipt::unknown(error.trouble()),
        };
        if let Standing::Failed(trouble) = &receipt.standing {
            outcome.state = State::Failed(trouble.clone());
        }
        outcome.receipt = Some(Box::new(receipt));
    }

    async fn looked_at(&self, receipts: &Receipts<'_>, image: &Reference, patience: Duration) -> Receipt {
        let version = self.settings.payload.version();
        let rules = Rules { image, version, rollback: self.settings.rollback, patience };
        let begun = self.clock.now();
        loop {
            let Ok(look) = self.stop.unless(self.look_of_a_minute(receipts, image)).await else {
                return Receipt { image: Some(image.clone()), ..Receipt::unknown(interrupted()) };
            };
            let waited = self.clock.now().duration_since(begun).unsigned_abs();
            match plan(look, waited, &rules) {
                Next::Wait(pause) => self.sleep(pause).await,
                Next::Done(receipt) => return receipt,
            }
        }
    }

    async fn look_of_a_minute(&self, receipts: &Receipts<'_>, image: &Reference) -> Look {
        let look = Box::pin(receipts.look(image));
        match select(look, Box::pin(self.clock.sleep(LONGEST_LOOK))).await {
            Either::Left((look, _)) => look,
            Either::Right(_) => {
                let seconds = LONGEST_LOOK.as_secs();
                let what =
                    format!("what its image `{image}` holds is not known: no answer within {seconds} s");
                let trouble =
                    Trouble::new("unread-image", what).mended_by("run again when the registry answers");
                Look::Lost { trouble, again: Some(Duration::ZERO) }
            }
        }
    }
}

fn interrupted() -> Trouble {
    let what = "it was told, and the run was ended before its image was seen";
    Trouble::new("interrupted", what).mended_by("run again: what was told is adopted")
}
