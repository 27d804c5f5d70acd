//! No text, whatever it holds, can start a workflow command or break out of the one that carries it.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod support;

use proptest::prelude::*;
use runner::{Annotation, Console, Environment, Level, neutralise};
use support::runner_model::{commands, commands_in_any_reading};
use support::{Capture, GITEA, GITHUB, console};

/// What an attacker would write, and what lies between.
const FRAGMENTS: [&str; 42] = [
    "::",
    ":",
    "##[",
    "#",
    "##",
    "[",
    "]",
    "error",
    "add-mask",
    "set-env name=PATH",
    "stop-commands",
    "group",
    "::error::",
    "::error file=a,line=1::",
    "##[error]",
    "##[set-env name=A;]",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u{b}",
    "\u{c}",
    "\u{1c}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "\u{34f}",
    "\u{e0001}",
    "\u{1b}[31m",
    "\u{1b}",
    "\0",
    "%0A",
    "%0D%0A",
    "%25",
    "%3A%3A",
    "=",
    ",",
];

fn untrusted() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        6 => prop::sample::select(FRAGMENTS.as_slice()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,6}",
    ];
    prop::collection::vec(fragment, 0..14).prop_map(|fragments| fragments.concat())
}

fn on(variables: &[(&str, &str)]) -> (Console, Capture, Capture) {
    let debug = [("RUNNER_DEBUG", "1")];
    console(&Environment::from_pairs(variables.iter().chain(&debug).copied()))
}

fn annotation(level: Level, parts: &[String; 3]) -> Annotation {
    let [message, title, file] = parts.clone();
    Annotation::new(level, message).title(title).file(file).line(7)
}

fn names(output: &str) -> Vec<String> {
    let mut names =
        commands_in_any_reading(output).into_iter().map(|command| command.name).collect::<Vec<_>>();
    names.dedup();
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_command(text in untrusted()) {
        prop_assert_eq!(commands_in_any_reading(&neutralise(&text)), []);
    }

    #[test]
    fn no_text_is_a_command_after_a_word_of_ours(text in untrusted()) {
        prop_assert_eq!(commands_in_any_reading(&format!("error: {}", neutralise(&text))), []);
    }

    #[test]
    fn harmless_text_is_left_alone(text in untrusted()) {
        let harmless = neutralise(&text);
        prop_assert_eq!(neutralise(&harmless), harmless);
    }

    #[test]
    fn an_annotation_is_one_command_that_carries_all_of_its_text(parts in [untrusted(), untrusted(), untrusted()]) {
        let (console, out, _) = on(&GITHUB);
        console.annotate(&annotation(Level::Warning, &parts));
        let output = out.text();
        prop_assert_eq!(output.lines().count(), 1);
        let read = commands(&output);
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(&read[0].name, "warning");
        prop_assert_eq!(&read[0].data, &neutralise(&parts[0]));
        prop_assert_eq!(read[0].property("line"), Some("7"));
        for (_, value) in &read[0].properties {
            prop_assert_eq!(&neutralise(value), value);
        }
        prop_assert!(read[0].properties.iter().all(|(key, _)| ["file", "line", "title"].contains(&key.as_str())));
        let is_blank = |character: char| character.is_whitespace() || ('\u{1c}'..='\u{1e}').contains(&character);
        let words = |text: &str| text.replace(is_blank, "");
        prop_assert_eq!(words(read[0].property("title").unwrap_or_default()).is_empty(), words(&parts[1]).is_empty());
    }

    #[test]
    fn on_github_text_stays_within_what_the_console_prints(text in untrusted()) {
        let (console, out, _) = on(&GITHUB);
        console.progress(&text);
        console.result(&text);
        prop_assert_eq!(names(&out.text()), Vec::<String>::new());
        console.debug(&text);
        prop_assert_eq!(names(&out.text()), ["debug"]);
        drop(console.group(&text));
        prop_assert_eq!(names(&out.text()), ["debug", "group", "endgroup"]);
    }

    #[test]
    fn on_gitea_the_plain_log_holds_no_command_but_groups(parts in [untrusted(), untrusted(), untrusted()]) {
        let (console, out, _) = on(&GITEA);
        console.progress(&parts[0]);
        console.result(&parts[0]);
        console.debug(&parts[0]);
        console.annotate(&annotation(Level::Error, &parts));
        prop_assert_eq!(names(&out.text()), Vec::<String>::new());
        drop(console.group(&parts[0]));
        prop_assert_eq!(names(&out.text()), ["group", "endgroup"]);
    }

    #[test]
    fn a_terminal_gets_no_command_and_no_control_character(parts in [untrusted(), untrusted(), untrusted()]) {
        let (console, out, err) = on(&[]);
        console.progress(&parts[0]);
        console.result(&parts[0]);
        console.debug(&parts[0]);
        console.annotate(&annotation(Level::Error, &parts));
        drop(console.group(&parts[0]));
        console.mask(&"hunter2".into());
        let printed = out.text() + &err.text();
        prop_assert_eq!(names(&printed), Vec::<String>::new());
        prop_assert!(!printed.chars().any(|character| character.is_control() && !"\n\t".contains(character)));
    }
}
