//! What `test` answers, where what it compares is known.

use super::super::syntax::{Command, Pipeline};
use super::Runner;

impl Runner<'_, '_> {
    /// What a question is answered with the values that variables have now; none where that cannot be told, and for
    /// what is no question.
    pub(super) fn answer(&mut self, pipeline: &Pipeline) -> Option<bool> {
        let [Command::Simple(simple)] = pipeline.commands.as_slice() else { return None };
        let name = simple.words.first()?.plain()?;
        if !matches!(name, "[" | "test") {
            return None;
        }
        let fields: Vec<_> = simple.words[1..].iter().flat_map(|word| self.variables.fields(word)).collect();
        let texts = fields.iter().map(|field| field.text.as_deref()).collect::<Option<Vec<_>>>()?;
        let asked = match texts.split_last() {
            Some((&"]", asked)) if name == "[" => asked,
            _ if name == "test" => &texts,
            _ => return None,
        };
        let answer = match asked {
            ["!", rest @ ..] => !answered(rest)?,
            asked => answered(asked)?,
        };
        Some(answer != pipeline.negated)
    }
}

fn answered(asked: &[&str]) -> Option<bool> {
    match asked {
        [] => Some(false),
        [text] | ["-n", text] => Some(!text.is_empty()),
        ["-z", text] => Some(text.is_empty()),
        [one, "=" | "==", other] => Some(one == other),
        [one, "!=", other] => Some(one != other),
        _ => None,
    }
}
