//! What a target's workflows wait for, as far as a cascade asks.

mod jobs;

use forge::WorkflowFile;
use template::yaml::{Document, Limits, Mapping, Node};

pub use jobs::Jobs;

/// Under what name a receiver is given the cascade's id.
const ID: &str = "cascade_id";

/// A workflow of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its file: `publish-image.yml`.
    pub file: String,
    /// The types of `repository_dispatch` that it waits for; none when it waits for no such event.
    pub events: Option<EventTypes>,
    /// The inputs of `workflow_dispatch`; none when it cannot be started so.
    pub inputs: Option<Vec<String>>,
    /// How many jobs it has.
    pub jobs: Jobs,
    /// What its runs are called, blanks left out.
    run_name: String,
}

/// The types of an event that a workflow waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventTypes {
    /// Any.
    All,
    /// These.
    Named(Vec<String>),
}

/// A workflow file that cannot be read, so that the forge runs nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{file}` cannot be read: {why}")]
pub struct Unreadable {
    file: String,
    why: String,
}

impl Workflow {
    /// Reads a workflow file.
    ///
    /// # Errors
    /// When it is no YAML mapping.
    pub fn read(file: &WorkflowFile) -> Result<Self, Unreadable> {
        let refuse = |why: String| Unreadable { file: file.name.clone(), why };
        let document =
            Document::parse(&file.text, &Limits::default()).map_err(|error| refuse(error.to_string()))?;
        let root = document.root().and_then(Node::as_mapping);
        let root = root.ok_or_else(|| refuse("it is no mapping".to_owned()))?;
        let run_name = root.value("run-name").and_then(Node::as_scalar);
        let on = root.value("on");
        Ok(Self {
            file: file.name.clone(),
            events: on.and_then(|on| event(on, "repository_dispatch")).map(types),
            inputs: on.and_then(|on| event(on, "workflow_dispatch")).map(inputs),
            jobs: Jobs::of(root.value("jobs")),
            run_name: run_name
                .map(|name| name.text().chars().filter(|c| !c.is_whitespace()).collect())
                .unwrap_or_default(),
        })
    }

    /// Whether an event of this type starts it.
    #[must_use]
    pub fn waits_for(&self, event: &str) -> bool {
        match &self.events {
            None => false,
            Some(EventTypes::All) => true,
            Some(EventTypes::Named(types)) => types.iter().any(|one| one == event),
        }
    }

    /// Whether it can be started with the version to build.
    #[must_use]
    pub fn takes_version(&self) -> bool {
        self.takes("runtime_version")
    }

    /// Whether it can be started with the cascade's id. What a workflow does not declare is not sent to it.
    #[must_use]
    pub fn takes_id(&self) -> bool {
        self.takes(ID)
    }

    /// Whether the titles of the runs that an event starts carry the cascade's id.
    #[must_use]
    pub fn names_runs_of_events(&self) -> bool {
        self.names("client_payload")
    }

    /// Whether the titles of the runs that are started carry the cascade's id.
    #[must_use]
    pub fn names_started_runs(&self) -> bool {
        self.takes_id() && self.names("inputs")
    }

    fn takes(&self, name: &str) -> bool {
        self.inputs.as_ref().is_some_and(|inputs| inputs.iter().any(|input| input.eq_ignore_ascii_case(name)))
    }

    /// Whether an expression in the name of its runs reads the id from there.
    fn names(&self, from: &str) -> bool {
        let mut expressions = self.run_name.split("${{").skip(1);
        expressions.any(|rest| {
            let expression = rest.split("}}").next().unwrap_or_default().to_ascii_lowercase();
            let ways = [format!("{from}.{ID}"), format!("{from}['{ID}']")];
            ways.iter().any(|way| expression.contains(way))
        })
    }
}

/// What is said of an event beside its name, if anything.
#[derive(Clone, Copy)]
struct Settings<'n>(Option<&'n Mapping>);

/// The settings of an event among those of `on`, which is a word, a list of words, or a mapping.
fn event<'n>(on: &'n Node, name: &str) -> Option<Settings<'n>> {
    let is_it = |node: &Node| node.as_scalar().is_some_and(|scalar| scalar.text() == name);
    if is_it(on) || on.as_sequence().is_some_and(|events| events.iter().any(is_it)) {
        return Some(Settings(None));
    }
    Some(Settings(on.as_mapping()?.value(name)?.as_mapping()))
}

fn types(settings: Settings<'_>) -> EventTypes {
    let Some(types) = settings.0.and_then(|settings| settings.value("types")) else { return EventTypes::All };
    let text = |node: &Node| Some(node.as_scalar()?.text().to_owned());
    match types.as_sequence() {
        Some(types) => EventTypes::Named(types.iter().filter_map(text).collect()),
        None if types.is_null() => EventTypes::All,
        None => EventTypes::Named(text(types).into_iter().collect()),
    }
}

fn inputs(settings: Settings<'_>) -> Vec<String> {
    let inputs = settings.0.and_then(|settings| settings.value("inputs")?.as_mapping());
    let names = inputs.into_iter().flat_map(Mapping::entries);
    names.filter_map(|entry| Some(entry.key.as_scalar()?.text().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Workflow {
        Workflow::read(&WorkflowFile { name: "a.yml".to_owned(), text: text.to_owned() }).unwrap()
    }

    #[test]
    fn a_receiver_waits_for_its_types_or_for_all() {
        for (on, waits) in [
            ("on: repository_dispatch", true),
            ("on: [push, repository_dispatch]", true),
            ("on:\n  repository_dispatch:", true),
            ("'on':\n  repository_dispatch:\n    types: [other, runtime-published]", true),
            ("on:\n  repository_dispatch:\n    types: runtime-published", true),
            ("on:\n  repository_dispatch:\n    types: [other]", false),
            ("on:\n  repository_dispatch:\n    types: []", false),
            ("on: push", false),
            ("jobs: {}", false),
        ] {
            assert_eq!(read(on).waits_for("runtime-published"), waits, "{on}");
        }
    }

    #[test]
    fn inputs_are_those_that_are_declared() {
        let workflow = read(
            "on:\n  workflow_dispatch:\n    inputs:\n      runtime_version:\n        required: true\n      other: {}\n",
        );
        assert_eq!(workflow.inputs, Some(vec!["runtime_version".to_owned(), "other".to_owned()]));
        assert!(workflow.takes_version());
        assert_eq!(read("on: workflow_dispatch").inputs, Some(Vec::new()));
        assert_eq!(read("on: push").inputs, None);
    }

    #[test]
    fn a_run_is_found_again_when_its_name_reads_the_id_from_what_started_it() {
        let event = "${{ github.event.client_payload.cascade_id }}";
        let start = "${{ inputs['cascade_id'] }}";
        let both = "${{ github.event.client_payload.cascade_id || inputs.cascade_id }}";
        for (name, of_events, of_starts) in [
            (event, true, false),
            (start, false, true),
            (both, true, true),
            ("${{ github.event.inputs.cascade_id }}", false, true),
            ("the cascade_id of client_payload.cascade_id", false, false),
            ("Rebuild", false, false),
        ] {
            let text = format!(
                "run-name: Rebuild [{name}]\non:\n  repository_dispatch:\n  workflow_dispatch:\n    inputs:\n      cascade_id: {{}}\n"
            );
            let workflow = read(&text);
            let named = (workflow.names_runs_of_events(), workflow.names_started_runs());
            assert_eq!(named, (of_events, of_starts), "{name}");
        }
        let undeclared =
            read(&format!("run-name: Rebuild [{both}]\non: [repository_dispatch, workflow_dispatch]"));
        assert!(undeclared.names_runs_of_events() && !undeclared.names_started_runs());
        assert!(!read("on: repository_dispatch").names_runs_of_events());
    }

    #[test]
    fn what_is_no_workflow_is_told() {
        for text in ["on: [", "- a", ""] {
            let file = WorkflowFile { name: "a.yml".to_owned(), text: text.to_owned() };
            assert!(Workflow::read(&file).unwrap_err().to_string().starts_with("`a.yml` cannot be read"));
        }
    }
}
