use std::sync::LazyLock;

use super::*;

/// Installed once: tests run side by side.
static LINTERS: LazyLock<Linters> = LazyLock::new(|| Linters::install(&Workspace::find().unwrap()).unwrap());

/// A checkout that holds an action of ours and one workflow.
fn checkout(workflow: &str) -> (tempfile::TempDir, Vec<PathBuf>) {
    let checkout = tempfile::tempdir().unwrap();
    let workspace = Workspace::find().unwrap();
    let action = PathBuf::from("auto-tag/action.yml");
    let path = PathBuf::from("examples/callers/caller.yml");
    for path in [&action, &path] {
        fs_err::create_dir_all(checkout.path().join(path).parent().unwrap()).unwrap();
    }
    fs_err::copy(workspace.root().join(&action), checkout.path().join(&action)).unwrap();
    fs_err::write(checkout.path().join(&path), workflow).unwrap();
    (checkout, vec![action, path])
}

const SOUND: &str = "\
name: tag
on: push
permissions: {}
jobs:
  tag:
    runs-on: ubuntu-latest
    steps:
      - uses: molecule-ai/runtime-actions/auto-tag@v1
        id: tag
        with:
          dispatch: publish.yml
      - run: echo \"$TAG\"
        env:
          TAG: ${{ steps.tag.outputs.tag }}
";

fn judged(workflow: &str) -> Vec<&'static str> {
    let (checkout, files) = checkout(workflow);
    LINTERS.judge(checkout.path(), &files).unwrap()
}

#[test]
fn a_workflow_that_asks_an_action_for_what_it_has_passes() {
    assert_eq!(judged(SOUND), Vec::<&str>::new());
}

#[test]
fn a_broken_workflow_is_refused() {
    assert_eq!(
        judged(&SOUND.replace("runs-on: ubuntu-latest", "runs_on: ubuntu-latest")),
        ["actionlint", "zizmor"]
    );
}

#[test]
fn an_input_or_an_output_that_the_action_lacks_is_refused() {
    assert_eq!(judged(&SOUND.replace("dispatch:", "dispatches:")), ["actionlint"]);
    assert_eq!(judged(&SOUND.replace("outputs.tag ", "outputs.tags ")), ["actionlint"]);
}

#[test]
fn an_action_of_others_that_is_not_pinned_by_commit_is_refused() {
    let unpinned = SOUND.replace("      - run:", "      - uses: docker/login-action@v4\n      - run:");
    assert_eq!(judged(&unpinned), ["zizmor"]);
}

#[test]
fn text_of_strangers_in_a_script_is_refused() {
    let injected = SOUND.replace("\"$TAG\"", "\"${{ github.event.pull_request.title }}\"");
    assert!(judged(&injected).contains(&"zizmor"));
}

#[test]
fn an_ignore_without_a_reason_is_refused() {
    let ignored = SOUND.replace("on: push", "on: pull_request_target # zizmor: ignore[dangerous-triggers]");
    assert_eq!(judged(&ignored), ["ignores without a reason"]);
}
