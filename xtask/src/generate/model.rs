//! An action as its program declares it, and as its users are told of it.

use runner::inputs::{DeclaredInput, declared_inputs};
use runner::outputs::DeclaredOutput;
use runner::{Action, Outputs as _};

/// Everything `action.yml` and the tables of the docs say about an action.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// The name on the marketplace; also the action's folder and its image.
    pub(crate) name: &'static str,
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
    /// Asks an action.
    #[expect(dead_code, reason = "no action declares itself yet")]
    pub(crate) fn of<A: Action>() -> Self {
        Self {
            name: A::NAME,
            description: A::DESCRIPTION,
            icon: A::ICON,
            color: A::COLOR,
            inputs: declared_inputs::<A>(),
            outputs: A::Outputs::declared(),
        }
    }
}

/// What an input means, with the values it allows where these can be listed.
pub(crate) fn meaning(input: &DeclaredInput) -> String {
    let Some((last, others)) = input.possible_values.split_last() else { return input.description.clone() };
    let description = input.description.trim_end_matches('.');
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
            DeclaredInput { required: true, ..input("why", "Say \"toot\" instead\n# quietly | loudly") },
        ],
        outputs: vec![DeclaredOutput { name: "loudness".to_owned(), description: "in dB".to_owned() }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_values_are_part_of_the_meaning() {
        let inputs = sample().inputs;
        assert_eq!(meaning(&inputs[0]), "Who sounds it");
        assert_eq!(meaning(&inputs[1]), "When to sound it. One of `now`, `soon` or `late|never`");
    }
}
