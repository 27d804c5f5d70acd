//! Telling receipts: in a line, in a table, and as JSON.

use domain::PackageVersion;
use runner::markdown;
use serde_json::{Value, json};

use super::{Receipt, Standing};
use crate::inputs::Settings;
use crate::outcome::Outcome;
use crate::report::links;

impl Receipt {
    /// What there is to say beside the image; empty where the image says it all.
    #[must_use]
    pub fn what(&self) -> String {
        match &self.standing {
            Standing::Proven => String::new(),
            Standing::Later(held) => format!("a later release was faster: {held}"),
            Standing::Absent(why) => why.clone(),
            Standing::Failed(trouble) => trouble.what.clone(),
        }
    }

    /// The image by what its tag stood for, as far as that was seen.
    #[must_use]
    pub fn pinned(&self) -> Option<String> {
        let image = self.image.as_ref()?;
        Some(match &self.digest {
            Some(digest) => image.at(digest).to_string(),
            None => image.to_string(),
        })
    }

    /// In the log, behind what came of the target.
    #[must_use]
    pub fn line(&self) -> String {
        let held = |pinned: String| {
            self.runtime.as_ref().map(|runtime| format!("; its image {pinned} holds {runtime}"))
        };
        match &self.standing {
            Standing::Absent(why) => format!("; no receipt: {why}"),
            _ => self.pinned().and_then(held).unwrap_or_else(|| "; no receipt".to_owned()),
        }
    }

    /// As the ledger holds it, with the target that it stands at.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "state": self.word(),
            "image": self.image.as_ref().map(ToString::to_string),
            "digest": self.digest.as_ref().map(ToString::to_string),
            "runtime": self.runtime,
            "what": self.what(),
        })
    }
}

/// The receipt of an outcome, whatever came between.
fn of(outcome: &Outcome) -> Receipt {
    outcome.receipt.as_deref().cloned().unwrap_or_else(|| Receipt::absent(outcome.reason()))
}

/// The whole chain of each target, as JSON; nothing where it is not asked for.
#[must_use]
pub fn chains(outcomes: &[Outcome], settings: &Settings) -> Value {
    let chain = |outcome: &Outcome| {
        let mut chain = of(outcome).json();
        chain["target"] = json!(outcome.target.as_str());
        chain["version"] = json!(settings.payload.version().to_string());
        chain["cascade-id"] = json!(settings.payload.id().as_str());
        chain["mode"] = json!(outcome.mode.as_ref().map(|way| way.mode));
        chain["runs"] = json!(outcome.links);
        chain
    };
    match settings.receipts {
        Some(_) => outcomes.iter().map(chain).collect(),
        None => json!([]),
    }
}

/// The whole chain of each target, as a section of the summary; what is not proven comes first.
#[must_use]
pub fn section(outcomes: &[Outcome], settings: &Settings) -> String {
    if settings.receipts.is_none() {
        return String::new();
    }
    let mut receipts: Vec<(&Outcome, Receipt)> =
        outcomes.iter().map(|outcome| (outcome, of(outcome))).collect();
    receipts.sort_by_key(|(_, receipt)| match receipt.standing {
        Standing::Failed(_) => 0,
        Standing::Absent(_) => 1,
        Standing::Later(_) => 2,
        Standing::Proven => 3,
    });
    let version = settings.payload.version();
    let rows = receipts.into_iter().map(|(outcome, receipt)| row(outcome, &receipt, version));
    let table =
        markdown::table(["release", "target", "told by", "run", "image", "runtime inside", "receipt"], rows);
    format!("\n### Receipts\n\n{table}")
}

fn row(outcome: &Outcome, receipt: &Receipt, version: &PackageVersion) -> [String; 7] {
    let code = |text: Option<&str>| text.map(markdown::code).unwrap_or_default();
    let said = [receipt.word().to_owned(), markdown::text(&receipt.what())];
    let said: Vec<_> = said.into_iter().filter(|text| !text.is_empty()).collect();
    [
        markdown::code(&version.to_string()),
        markdown::code(outcome.target.as_str()),
        outcome.mode.as_ref().map(|way| way.mode.to_owned()).unwrap_or_default(),
        links(outcome),
        code(receipt.pinned().as_deref()),
        code(receipt.runtime.as_deref()),
        said.join(": "),
    ]
}
