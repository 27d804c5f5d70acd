//! Text that strangers wrote: titles, labels, messages, branch names.

use local_forge::{MergeStyle, NewPull, PullAction};

use crate::ran::Ran;
use crate::stage::{REPO, Stage};

/// What a stranger may hope for: commands, escapes, a broken table, markup.
const TITLES: [&str; 6] = [
    "::set-output name=tag::runtime-v9.9.9",
    "x%0A::error::pwned ##[error]pwned ##[add-mask]a",
    "a | b | c |\u{1b}[31mred\u{1b}[0m \u{202e}gnp.exe",
    "`tick` <script>alert(1)</script> **bold** [link](https://evil.example) ![i](https://evil.example/i)",
    "@everyone closes #1 https://evil.example \\| <!-- ",
    "ghs_notatoken ${{ github.token }} $(id) \"; rm -rf / #",
];

/// No line of the log is a command of a stranger's, nothing hides, and every table has whole rows.
#[track_caller]
fn assert_harmless(ran: &Ran) {
    for line in ran.log.lines() {
        let line = line.trim_start();
        if let Some(command) = line.strip_prefix("::") {
            // a runner turns `%0A` in here into a line break
            assert!(
                !line.to_lowercase().contains("%0a::") && !line.to_lowercase().contains("%0a##"),
                "{line}"
            );
            let ours = ["add-mask::", "warning::", "error::", "notice::", "debug::", "group::", "endgroup::"];
            assert!(ours.iter().any(|one| command.starts_with(one)), "{line}");
        }
        assert!(!line.contains("##["), "{line}");
    }
    assert!(!ran.log.contains("\n::error::pwned"), "{}", ran.log);
    for text in [&ran.log, &ran.summary] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
    assert_markdown_is_harmless(&ran.summary);
    assert!(ran.outputs.keys().all(|name| name != "pwned"));
}

#[track_caller]
fn assert_markdown_is_harmless(markdown: &str) {
    for markup in ["<script", "<!-- \n", "](https://evil", "https://evil"] {
        assert!(!markdown.contains(markup), "{markup}:\n{markdown}");
    }
    for row in markdown.lines().filter(|line| line.starts_with('|')) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 5, "a row of four cells: {row}");
    }
}

on_both! {
    fn titles_of_strangers_are_only_text(stage: &Stage) {
        stage.released("1.3.9");
        for (at, title) in TITLES.iter().enumerate() {
            let head = format!("topic-{at}");
            let pull = NewPull { head: &head, labels: &["release:minor"], ..NewPull::titled(title) };
            let number = stage.forge.pull_request(REPO, &pull).number;
            let event = stage.forge.pull_request_event(REPO, number, PullAction::Opened);
            let ran = stage.run(&event, &[]).succeeds();
            assert_harmless(&ran);
            let comments = stage.forge.comments(REPO, number);
            assert_markdown_is_harmless(comments[0].body.split_once('\n').unwrap().1);
            stage.forge.merge(REPO, number, MergeStyle::Squash);
        }
        let head = stage.forge.head(REPO, "main");
        let ran = stage.run_push(&head, &[]).releases("runtime-v1.4.0");
        assert_harmless(&ran);
        assert_eq!(ran.output("pr-numbers"), "1,2,3,4,5,6");
        assert_eq!(ran.plan()["contributions"][0]["title"], TITLES[0], "as data it is whole");
    }

    fn messages_of_direct_pushes_are_only_text(stage: &Stage) {
        stage.released("1.3.9");
        for title in TITLES {
            stage.forge.commit(
                REPO,
                "main",
                &[("a.txt", title)],
                &format!("{title}\n\n::error::pwned\n##[error]pwned"),
            );
        }
        let head = stage.forge.head(REPO, "main");
        let ran = stage.run_push(&head, &[("on-no-pr", "fail")]).exits(1);
        assert_harmless(&ran);
        assert_harmless(&stage.run_push(&head, &[]).releases("runtime-v1.3.10"));
    }

    fn labels_of_strangers_are_only_text(stage: &Stage) {
        stage.released("1.3.9");
        let label = "release:minor|::error::pwned ##[error]`x`";
        let merge = stage.merged("One", &[label, "release:skip"], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[("labels-minor", label)]).releases("runtime-v1.4.0");
        assert_harmless(&ran);
    }

    fn a_forges_own_words_are_only_text(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        let body = "{\"message\":\"no\\n::error::pwned\\n##[error]pwned \\u001b[31m\"}";
        let operation = stage.pick("refs.create", "tags.create");
        stage.forge.fail(
            local_forge::Fault::status(operation, 403).header("content-type", "application/json").body(body),
        );
        assert_harmless(&stage.run_push(&merge, &[]).exits(1));
        stage.forge.fail(
            local_forge::Fault::status(operation, 403).body("<html>\n::error::pwned\r##[error]x\u{1b}[2J"),
        );
        assert_harmless(&stage.run_push(&merge, &[]).exits(1));
    }
}
