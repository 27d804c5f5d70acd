//! Shell text: what it says, and what running it would come to.

#![no_main]

use fuzz::shown;
use libfuzzer_sys::fuzz_target;
use template::Mapped;
use template::shell::{self, Field, Start, Value};
use text::Span;

fuzz_target!(|text: &str| {
    let script = shell::parse(&Mapped::verbatim(text, 0));
    script.problems.iter().for_each(|problem| shown(text, problem.span));
    script.expansions.iter().for_each(|expansion| shown(text, expansion.span));
    let variables = |name: &str| match name {
        "RUNTIME_VERSION" => Value::Known(String::new()),
        "AS_AGENT" => Value::OneOf(vec!["gosu agent".to_owned(), String::new()]),
        "HOME" => Value::Unknown,
        _ => Value::Unset,
    };
    let execution = shell::run(
        &script,
        Start {
            variables: &variables,
            name: Some("/entrypoint.sh".to_owned()),
            arguments: vec![Field::known("molecule-runtime", Span::at(0))],
            directory: Some("/app".into()),
        },
    );
    for command in &execution.commands {
        shown(text, command.span);
        let _ = shell::program(&command.argv);
    }
    for ending in &execution.endings {
        assert!(ending.command < execution.commands.len(), "an ending without a command");
    }
});
