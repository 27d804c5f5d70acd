//! How many jobs a run of a workflow has.

use template::yaml::{Mapping, Node};

/// How many jobs a run that ends well has had: Gitea tells a reader of the jobs alone that a runner has taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jobs {
    /// So many, if none is skipped.
    Counted(usize),
    /// The file does not tell: a matrix is computed, or two jobs have one name.
    Unknown,
}

impl Jobs {
    /// Counts the jobs of a workflow. One that runs only when another fails is left out.
    pub(super) fn of(jobs: Option<&Node>) -> Self {
        let jobs = jobs.and_then(Node::as_mapping).map(Mapping::entries).unwrap_or_default();
        let mut names: Vec<&str> = Vec::new();
        let mut all = 0;
        for entry in jobs {
            let job = entry.value.as_mapping();
            if job.and_then(|job| job.value("if")).is_some_and(is_for_failures) {
                continue;
            }
            let name = job.and_then(|job| job.value("name")).or(Some(&entry.key));
            let name = name.and_then(Node::as_scalar).map_or("", |name| name.text());
            let strategy = job.and_then(|job| job.value("strategy")).and_then(Node::as_mapping);
            let Some(count) = combinations(strategy.and_then(|strategy| strategy.value("matrix"))) else {
                return Self::Unknown;
            };
            if names.contains(&name) {
                return Self::Unknown;
            }
            names.push(name);
            all += count;
        }
        Self::Counted(all)
    }
}

/// How many jobs a matrix makes; none where it is computed, or has exceptions.
fn combinations(matrix: Option<&Node>) -> Option<usize> {
    let Some(matrix) = matrix else { return Some(1) };
    let axes = matrix.as_mapping()?.entries();
    axes.iter().try_fold(1_usize, |product, axis| {
        let name = axis.key.as_scalar()?.text();
        let values = axis.value.as_sequence().filter(|_| !matches!(name, "include" | "exclude"))?;
        product.checked_mul(values.len())
    })
}

/// Whether a condition holds in a run that has failed alone.
fn is_for_failures(condition: &Node) -> bool {
    let Some(condition) = condition.as_scalar() else { return false };
    let text: String = condition.text().chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")).unwrap_or(&text);
    !text.is_empty() && text.split("||").all(|one| matches!(one, "failure()" | "cancelled()"))
}

#[cfg(test)]
mod tests {
    use template::yaml::{Document, Limits};

    use super::*;

    fn of(text: &str) -> Jobs {
        let document = Document::parse(text, &Limits::default()).unwrap();
        Jobs::of(document.root())
    }

    #[test]
    fn every_job_counts_but_those_for_failures() {
        for (text, count) in [
            ("a: {}\nb:\n  needs: a\n", 2),
            ("a: {}\nb:\n  if: github.ref == 'x'\n", 2),
            ("a: {}\nb:\n  if: failure()\nc:\n  if: ${{ failure() || cancelled() }}\n", 1),
            ("a:\n  strategy:\n    matrix:\n      os: [x, y]\n      python: ['3.11', '3.12', '3.13']\n", 6),
        ] {
            assert_eq!(of(text), Jobs::Counted(count), "{text}");
        }
        for text in [
            "a:\n  strategy:\n    matrix: ${{ fromJSON(needs.x.outputs.m) }}\n",
            "a:\n  strategy:\n    matrix:\n      os: [x, y]\n      exclude: [{ os: x }]\n",
            "a:\n  name: same\nb:\n  name: same\n",
        ] {
            assert_eq!(of(text), Jobs::Unknown, "{text}");
        }
    }
}
