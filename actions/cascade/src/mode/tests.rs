use forge::WorkflowFile;

use super::*;

const EVENT: &str = "on:\n  repository_dispatch:\n    types: [runtime-published]\nrun-name: ${{ github.event.client_payload.cascade_id }}\n";
const START: &str = "on:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n";

fn chosen(mode: AskedMode, dialect: Dialect, files: &[(&str, &str)]) -> Result<Choice, Trouble> {
    let target = Target::named("acme/t".parse().unwrap(), mode);
    of(&target, dialect, files)
}

fn of(target: &Target, dialect: Dialect, files: &[(&str, &str)]) -> Result<Choice, Trouble> {
    let file = |(name, text): &(&str, &str)| WorkflowFile { name: (*name).into(), text: (*text).into() };
    let workflows = Workflows::Known(files.iter().map(file).collect());
    choose(target, dialect, &workflows, &EventType::new("runtime-published").unwrap())
}

#[test]
fn auto_takes_the_first_that_is_offered_and_says_why() {
    for (dialect, files, mode, why) in [
        (Dialect::GitHub, &[("a.yml", EVENT)][..], "repository-dispatch", "`a.yml` waits for it"),
        (
            Dialect::GitHub,
            &[("b.yml", START), ("a.yml", EVENT)],
            "repository-dispatch",
            "`a.yml` waits for it",
        ),
        (
            Dialect::GitHub,
            &[("b.yml", START)],
            "workflow-dispatch",
            "no workflow waits for `runtime-published`, and `b.yml` can be started",
        ),
        (
            Dialect::Gitea,
            &[("b.yml", START), ("a.yml", EVENT)],
            "workflow-dispatch",
            "Gitea has no repository_dispatch, and `b.yml` can be started",
        ),
        (
            Dialect::Gitea,
            &[("a.yml", EVENT)],
            "bump-pr",
            "Gitea has no repository_dispatch, and no workflow can be started with `runtime_version`",
        ),
        (
            Dialect::GitHub,
            &[],
            "bump-pr",
            "no workflow waits for `runtime-published`, and no workflow can be started with `runtime_version`",
        ),
    ] {
        let choice = chosen(AskedMode::Auto, dialect, files).unwrap();
        assert_eq!((choice.mode.as_str(), choice.why.as_str()), (mode, why));
    }
}

#[test]
fn what_was_asked_for_and_cannot_be_is_told_with_its_mending() {
    for (mode, dialect, files, reason) in [
        (AskedMode::RepositoryDispatch, Dialect::Gitea, &[("a.yml", EVENT)][..], "no-repository-dispatch"),
        (AskedMode::RepositoryDispatch, Dialect::GitHub, &[("b.yml", START)], "no-receiver"),
        (AskedMode::WorkflowDispatch, Dialect::GitHub, &[("a.yml", EVENT)], "no-receiver"),
        (AskedMode::WorkflowDispatch, Dialect::GitHub, &[("a.yml", START), ("b.yml", START)], "no-receiver"),
    ] {
        let trouble = chosen(mode, dialect, files).unwrap_err();
        assert_eq!(trouble.reason, reason);
        assert!(trouble.mending.is_some());
    }
}

#[test]
fn a_named_workflow_is_the_one_that_is_started() {
    let target = Target {
        workflow: Some("b.yml".to_owned()),
        ..Target::named("acme/t".parse().unwrap(), AskedMode::Auto)
    };
    let choice = of(&target, Dialect::GitHub, &[("a.yml", EVENT), ("b.yml", START)]).unwrap();
    assert_eq!(choice.mode.receivers()[0].file, "b.yml");
    assert_eq!(of(&target, Dialect::GitHub, &[("b.yml", EVENT)]).unwrap_err().reason, "no-receiver");
}

#[test]
fn workflows_that_are_not_told_are_never_read_as_none() {
    let target = Target::named("acme/t".parse().unwrap(), AskedMode::Auto);
    let unknown = Workflows::Unknown("forbidden".to_owned());
    let event = EventType::new("runtime-published").unwrap();
    let choice = choose(&target, Dialect::GitHub, &unknown, &event).unwrap();
    assert_eq!(choice.mode, Mode::RepositoryDispatch { receivers: Vec::new() });
    assert!(choice.why.contains("forbidden"));
    assert!(
        choose(&Target { mode: AskedMode::WorkflowDispatch, ..target }, Dialect::GitHub, &unknown, &event)
            .is_err()
    );
}

#[test]
fn runs_that_cannot_be_told_apart_are_a_note() {
    let choice = chosen(AskedMode::WorkflowDispatch, Dialect::GitHub, &[("b.yml", START)]).unwrap();
    assert!(choice.notes[0].contains("`cascade_id`"));
    assert_eq!(chosen(AskedMode::Auto, Dialect::GitHub, &[("a.yml", EVENT)]).unwrap().notes, [""; 0]);
}

#[test]
fn a_named_workflow_that_takes_no_version_is_not_started() {
    let target = Target {
        workflow: Some("a.yml".to_owned()),
        ..Target::named("acme/t".parse().unwrap(), AskedMode::WorkflowDispatch)
    };
    let trouble = of(&target, Dialect::GitHub, &[("a.yml", "on: workflow_dispatch\n")]).unwrap_err();
    assert_eq!(trouble.reason, "no-receiver");
    assert!(trouble.what.contains("`a.yml` has no input `runtime_version`"), "{trouble}");
}
