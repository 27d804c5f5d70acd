//! An action as its program declares it, and as its users are told of it.

use runner::inputs::{DeclaredInput, declared_inputs};
use runner::outputs::DeclaredOutput;
use runner::{Action, Outputs as _};

/// Everything `action.yml` and the tables of the docs say about an action.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// The name on the marketplace; also the action's folder.
    pub(crate) name: &'static str,
    /// The image that it runs in, by the name of the program that it is made of.
    pub(crate) image: &'static str,
    /// What that program is told before its inputs.
    pub(crate) arguments: Vec<&'static str>,
    /// One sentence: what it does.
    pub(crate) description: &'static str,
    /// The badge's icon, a name of the Feather set.
    pub(crate) icon: &'static str,
    /// The badge's background.
    pub(crate) color: &'static str,
    /// What a caller may set, in the order of the declaration.
    pub(crate) inputs: Vec<DeclaredInput>,
    /// What later steps read, in the order of the declaration.
    pub(crate) outputs: Vec<DeclaredOutput>,
}

impl Declared {
    /// Asks an action that has a program and an image of its own.
    pub(crate) fn of<A: Action>() -> Self {
        Self {
            name: A::NAME,
            image: A::NAME,
            arguments: Vec::new(),
            description: A::DESCRIPTION,
            icon: A::ICON,
            color: A::COLOR,
            inputs: declared_inputs::<A>(),
            outputs: A::Outputs::declared(),
        }
    }

    /// The same as a subcommand of another action's program: what it is called is the word that it is started by.
    pub(crate) fn within<A: Action>(self) -> Self {
        Self { image: A::NAME, arguments: vec![self.name], ..self }
    }
}

/// A doc comment as running text: its line breaks are those of the source, only an empty line parts paragraphs; and
/// like clap, which has done so to inputs already, without a full stop at the end.
pub(crate) fn prose(comment: &str) -> String {
    let paragraphs = comment.trim().split("\n\n");
    let joined: Vec<_> =
        paragraphs.map(|paragraph| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ")).collect();
    joined.join("\n").trim_end_matches('.').to_owned()
}

/// What an input means, with the values it allows where these can be listed.
pub(crate) fn meaning(input: &DeclaredInput) -> String {
    let description = prose(&input.description);
    let Some((last, others)) = input.possible_values.split_last() else { return description };
    let others = others.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    if others.is_empty() {
        format!("{description}. Only `{last}`")
    } else {
        format!("{description}. One of {others} or `{last}`")
    }
}

#[cfg(test)]
pub(super) fn sample() -> Declared {
    let input = |name: &str, description: &str| DeclaredInput {
        name: name.to_owned(),
        description: description.to_owned(),
        default: None,
        required: false,
        secret: false,
        possible_values: Vec::new(),
        variable: None,
    };
    Declared {
        name: "sound-horn",
        image: "sound-horn",
        arguments: Vec::new(),
        description: "Sounds the horn: once, loudly",
        icon: "volume-2",
        color: "blue",
        inputs: vec![
            DeclaredInput {
                default: Some("${{ github.token }}".to_owned()),
                secret: true,
                ..input("token", "Who sounds it")
            },
            DeclaredInput {
                default: Some("now".to_owned()),
                possible_values: vec!["now".to_owned(), "soon".to_owned(), "late|never".to_owned()],
                ..input("when", "When to sound it.")
            },
            DeclaredInput { required: true, ..input("why", "Say \"toot\" | and \nwrite\n\n# loudly") },
        ],
        outputs: vec![DeclaredOutput { name: "loudness".to_owned(), description: "In dB.".to_owned() }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meaning_is_running_text_with_the_allowed_values() {
        let inputs = sample().inputs;
        assert_eq!(meaning(&inputs[0]), "Who sounds it");
        assert_eq!(meaning(&inputs[2]), "Say \"toot\" | and write\n# loudly");
        assert_eq!(meaning(&inputs[1]), "When to sound it. One of `now`, `soon` or `late|never`");
    }
}
