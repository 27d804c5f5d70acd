//! The tables of inputs and outputs, as the docs show them.

use runner::inputs::DeclaredInput;
use runner::markdown::{code, table};

use super::model::{Declared, meaning, prose};

/// A Markdown table of what a caller may set.
pub(crate) fn inputs(action: &Declared) -> String {
    let rows = action.inputs.iter().map(|input| [code(&input.name), cell(&meaning(input)), default(input)]);
    table(["Input", "Meaning", "Default"], rows)
}

/// A Markdown table of what later steps can read.
pub(crate) fn outputs(action: &Declared) -> String {
    let rows = action.outputs.iter().map(|output| [code(&output.name), cell(&prose(&output.description))]);
    table(["Output", "Meaning"], rows)
}

fn default(input: &DeclaredInput) -> String {
    match input.default.as_deref() {
        _ if input.required => "required".to_owned(),
        None | Some("") => String::new(),
        Some(default) => code(default),
    }
}

/// Our own prose, which is Markdown, in a cell: a bar would end the cell, a line break the table.
fn cell(prose: &str) -> String {
    let lines = prose.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("<br>").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use snapbox::{IntoData as _, assert_data_eq, str};

    use super::super::model::sample;
    use super::*;

    #[test]
    fn inputs_are_listed_with_meaning_and_default() {
        assert_data_eq!(
            inputs(&sample()),
            str![[r#"
| Input | Meaning | Default |
| --- | --- | --- |
| `token` | Who sounds it | `${{ github.token }}` |
| `when` | When to sound it. One of `now`, `soon` or `late\|never` | `now` |
| `why` | Say "toot" \| and write<br># loudly | required |

"#]]
            .raw()
        );
    }

    #[test]
    fn outputs_are_listed_with_meaning() {
        assert_data_eq!(
            outputs(&sample()),
            str![[r"
| Output | Meaning |
| --- | --- |
| `loudness` | In dB |

"]]
            .raw()
        );
    }
}
