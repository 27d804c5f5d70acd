//! What a console prints, in each place.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]
#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes its snapshots so")]

mod support;

use runner::{Annotation, Console, Environment, LogStyle, Stream};
use snapbox::{IntoData as _, assert_data_eq, str};
use support::{Capture, GITEA, GITHUB, console};

/// Everything that a console can be asked for.
fn say_all(console: &Console) {
    console.mask(&"-----BEGIN KEY-----\nMIIEpAIB\n-----END KEY-----\n".into());
    let group = console.group("Plan: 1 step");
    console.progress("reading MIIEpAIB\n::error::x");
    console.debug("asked\ntwice");
    drop(group);
    console.annotate(&Annotation::notice("nothing to do"));
    console.annotate(&Annotation::warning("no label\nsecond line").title("preview").file("a,b.yml").line(3));
    console.annotate(&Annotation::error("100% wrong"));
    console.result("tag: v1");
}

fn printed(variables: &[(&str, &str)]) -> String {
    let debug = [("RUNNER_DEBUG", "1")];
    let environment = Environment::from_pairs(variables.iter().chain(&debug).copied());
    let (console, out, err) = console(&environment);
    say_all(&console);
    format!("{}--- stderr\n{}", out.text(), err.text())
}

#[test]
fn on_github() {
    assert_data_eq!(
        printed(&GITHUB),
        str![[r#"
::add-mask::-----BEGIN KEY-----%0AMIIEpAIB%0A-----END KEY-----%0A
::add-mask::-----BEGIN KEY-----%0AMIIEpAIB%0A-----END KEY-----
::add-mask::-----BEGIN KEY-----
::add-mask::MIIEpAIB
::add-mask::-----END KEY-----
::group::Plan: 1 step
reading ***
:\:error::x
::debug::asked%0Atwice
::endgroup::
::notice::nothing to do
::warning file=a%2Cb.yml,line=3,title=preview::no label%0Asecond line
::error::100%25 wrong
tag: v1
--- stderr

"#]]
        .raw()
    );
}

#[test]
fn on_gitea() {
    assert_data_eq!(
        printed(&GITEA),
        str![[r#"
::add-mask::-----BEGIN KEY-----%0AMIIEpAIB%0A-----END KEY-----%0A
::add-mask::-----BEGIN KEY-----%0AMIIEpAIB%0A-----END KEY-----
::add-mask::-----BEGIN KEY-----
::add-mask::MIIEpAIB
::add-mask::-----END KEY-----
::group::Plan: 1 step
reading ***
:\:error::x
debug: asked
twice
::endgroup::
notice: nothing to do
warning: preview: no label (a,b.yml:3)
second line
error: 100% wrong
tag: v1
--- stderr

"#]]
        .raw()
    );
}

#[test]
fn at_a_terminal() {
    assert_data_eq!(
        printed(&[]),
        str![[r#"
tag: v1
--- stderr
Plan: 1 step
reading ***
:\:error::x
debug: asked
twice
notice: nothing to do
warning: preview: no label (a,b.yml:3)
second line
error: 100% wrong

"#]]
        .raw()
    );
}

#[test]
fn at_a_terminal_with_colours() {
    let (out, err) = (Capture::default(), Capture::default());
    let environment = Environment::default();
    let console = Console::new(&environment, Stream::coloured(out.clone()), Stream::coloured(err.clone()));
    say_all(&console);
    assert_data_eq!(
        format!("{}--- stderr\n{}", out.text(), err.text()).replace('\u{1b}', "ESC"),
        str![[r#"
tag: v1
--- stderr
ESC[1mPlan: 1 stepESC[0m
reading ***
:\:error::x
ESC[1mESC[36mnoticeESC[0m: nothing to do
ESC[1mESC[33mwarningESC[0m: preview: no label (a,b.yml:3)
second line
ESC[1mESC[31merrorESC[0m: 100% wrong

"#]]
        .raw()
    );
}

#[test]
fn act_reads_the_plain_style_and_is_spared_masks_that_it_would_print() {
    let environment = Environment::from_pairs([("GITHUB_ACTIONS", "true"), ("ACT", "true")]);
    let (console, out, _) = console(&environment);
    assert_eq!(console.style(), LogStyle::Plain);
    console.mask(&"a::b-secret".into());
    console.progress("a::b-secret");
    assert_eq!(out.text(), "***\n");
}

#[test]
fn without_a_request_there_are_no_debug_lines() {
    let (console, out, err) = console(&Environment::from_pairs(GITHUB));
    console.debug("asked");
    assert_eq!(out.text() + &err.text(), "");
}

#[test]
fn a_secret_minted_by_a_library_is_masked_at_once() {
    let (console, out, _) = console(&Environment::from_pairs(GITHUB));
    let sink = console.mask_sink();
    sink(&"ghs_minted".into());
    sink(&"ghs_minted".into());
    console.progress("got ghs_minted");
    assert_eq!(out.text(), "::add-mask::ghs_minted\ngot ***\n");
}
