//! What holds for every Dockerfile and every script.

use proptest::prelude::*;
use template::Mapped;
use template::dockerfile::{Arguments, CommandLine, Dockerfile, Instruction, Keyword, parse};
use template::image::{BuildContext, Entry, Image, Origin};
use template::shell;
use text::Span;

/// Pieces that mean something to a Dockerfile or a shell, put together in any order.
const PIECES: [&str; 76] = [
    "\n",
    "\n",
    "\n",
    "\r\n",
    " ",
    " ",
    "\t",
    "\\\n",
    "\\\r\n",
    "`\n",
    "\\",
    "`",
    "#",
    "# escape=`\n",
    "# c\n",
    "\u{feff}",
    "FROM ",
    "from a AS b\n",
    "FROM a\n",
    "RUN ",
    "run ",
    "COPY ",
    "ADD ",
    "ENV ",
    "ARG ",
    "ARG A=b\n",
    "ENTRYPOINT ",
    "CMD ",
    "SHELL ",
    "USER ",
    "WORKDIR ",
    "ONBUILD ",
    "HEALTHCHECK ",
    "LABEL ",
    "VOLUME ",
    "--from=b ",
    "--mount=a ",
    "--",
    "[\"a\", \"b\"]",
    "[",
    "]",
    "\"",
    "'",
    "$",
    "$A",
    "${A",
    "${A:-",
    "${A#*",
    "}",
    "$(",
    "$((",
    "))",
    "(",
    ")",
    "{",
    "<<EOF",
    "<<-'E'",
    "EOF\n",
    "E\n",
    "<<<",
    "&&",
    "||",
    "|",
    ";",
    "&",
    "if ",
    "then ",
    "fi",
    "case a in ",
    "esac",
    "for x in ",
    "do ",
    "done",
    "=",
    "é",
    "useradd -u 1000 agent",
];

fn any_text() -> impl Strategy<Value = String> {
    let pieces =
        prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => any::<String>()]
}

struct Anything(String);

impl BuildContext for Anything {
    fn entry(&self, path: &str) -> Entry {
        if path.len().is_multiple_of(2) { Entry::File } else { Entry::Folder }
    }

    fn text(&self, _: &str) -> Option<String> {
        Some(self.0.clone())
    }
}

fn is_sound(text: &str, span: Span) -> bool {
    text.get(span.start..span.end).is_some()
}

fn spans(instruction: &Instruction, spans: &mut Vec<Span>) {
    spans.extend([instruction.span, instruction.keyword_span]);
    spans.extend(instruction.flags.iter().map(|flag| flag.span));
    for heredoc in &instruction.heredocs {
        spans.extend([heredoc.opener, heredoc.body.span(), heredoc.contents().span()]);
        spans.extend(heredoc.end);
    }
    let mut add = |text: &Mapped| spans.push(text.span());
    match &instruction.arguments {
        Arguments::From { image, name } => [Some(image), name.as_ref()].into_iter().flatten().for_each(add),
        Arguments::Declarations(declared) => declared.iter().for_each(|one| {
            add(&one.name);
            one.value.iter().for_each(&mut add);
        }),
        Arguments::Pairs(pairs) => pairs.iter().for_each(|pair| {
            add(&pair.name);
            add(&pair.value);
        }),
        Arguments::Command(CommandLine::Exec(words)) | Arguments::Words(words) => words.iter().for_each(add),
        Arguments::Command(CommandLine::Shell(text)) | Arguments::Text(text) | Arguments::Unread(text) => {
            add(text);
        }
        Arguments::Transfer { destination, .. } => add(destination),
        Arguments::Healthcheck(_) => {}
        Arguments::Trigger(trigger) => self::spans(trigger, spans),
    }
}

/// The file put together again: each instruction by its span, and what lies between.
fn printed(text: &str, file: &Dockerfile) -> String {
    let mut printed = String::new();
    let mut at = 0;
    for instruction in file.instructions() {
        printed.push_str(&text[at..instruction.span.start]);
        printed.push_str(&text[instruction.span.range()]);
        at = instruction.span.end;
    }
    printed + &text[at..]
}

/// What the image is, without places: what must not change when only the writing does.
fn meaning(text: &str) -> String {
    let file = parse(text);
    let stopped: Vec<_> = file.problems.iter().filter(|problem| problem.stops_build()).collect();
    let image = Image::of(&file).expect("the text has a stage");
    let script = "#!/bin/sh\nexec gosu agent molecule-runtime\n".to_owned();
    let launch = image.launch(&Anything(script)).expect("something is started");
    let ends: Vec<_> = launch.ends.iter().map(|end| (end.program(), end.replaces)).collect();
    let runs = image.runs.iter().map(|run| {
        let uses =
            run.uses.iter().map(|used| (&used.name, used.binding.as_ref().map(|one| (&one.value, one.kind))));
        let asked = |install: &template::image::Install| -> Vec<_> {
            install.requirements.iter().map(|field| field.text.clone()).collect()
        };
        let installs = run.installs.iter().map(|install| (asked(install), install.paths.clone()));
        (uses.collect::<Vec<_>>(), installs.collect::<Vec<_>>())
    });
    let accounts = image.accounts.present.iter().map(|(name, account)| (name, account.uid));
    format!(
        "{stopped:?}\n{:?}\n{:?}\n{:?}\n{ends:?}\n{:?}\n{:?}",
        image.base.reference,
        accounts.collect::<Vec<_>>(),
        runs.collect::<Vec<_>>(),
        image.environment.iter().map(|(name, binding)| (name, &binding.value)).collect::<Vec<_>>(),
        (
            &image.workdir.as_ref().map(|one| &one.text),
            &image.user.as_ref().map(|one| &one.text),
            launch.form
        ),
    )
}

/// A template's Dockerfile. Spaces within instructions may become continuations.
const TEMPLATE: [&str; 14] = [
    "ARG TAG=3.11-slim",
    "FROM python:${TAG} AS base",
    "WORKDIR /app",
    "ARG RUNTIME_VERSION=",
    "ENV ADAPTER_MODULE=adapter OTHER=\"two words\"",
    "RUN useradd -u 1000 -m agent && chown agent /app",
    "COPY --chown=agent:agent requirements.txt ./",
    "RUN pip install --no-cache-dir -r requirements.txt",
    "RUN if [ -n \"$RUNTIME_VERSION\" ]; then pip install \"molecule-ai-workspace-runtime==${RUNTIME_VERSION}\"; fi",
    "COPY *.sh /usr/local/bin/",
    "COPY . .",
    "USER agent",
    "ENTRYPOINT [\"/usr/local/bin/run.sh\"]",
    "CMD [\"--port\", \"8000\"]",
];

/// How an instruction is written.
#[derive(Debug, Clone)]
struct Writing {
    lower: bool,
    indented: bool,
    /// At which of its spaces, outside of quotes, a line is continued; and with what between.
    continued: Option<(usize, &'static str)>,
    before: &'static str,
}

fn writing() -> impl Strategy<Value = Writing> {
    let between = prop::sample::select(&["", "# a comment: useradd -u 1 other && \\\n", "  # b\n# c\n"][..]);
    let before = prop::sample::select(&["", "\n", "# RUN userdel agent\n", "\t# x\n\n"][..]);
    (any::<bool>(), any::<bool>(), prop::option::of((0..8_usize, between)), before)
        .prop_map(|(lower, indented, continued, before)| Writing { lower, indented, continued, before })
}

fn written(instruction: &str, writing: &Writing) -> String {
    let (keyword, rest) = instruction.split_once(' ').expect("every instruction has arguments");
    let keyword = if writing.lower { keyword.to_lowercase() } else { keyword.to_owned() };
    let mut text =
        format!("{}{}{keyword} {rest}", writing.before, if writing.indented { "  \t" } else { "" });
    let Some((chosen, between)) = writing.continued else { return text };
    let mut quoted = false;
    let from = text.len() - rest.len();
    let spaces: Vec<_> = text
        .char_indices()
        .filter(|(at, character)| {
            quoted ^= *character == '"';
            *at >= from && !quoted && *character == ' '
        })
        .collect();
    if let Some((at, _)) = spaces.get(chosen) {
        text.replace_range(*at..=*at, &format!(" \\\n{between}  "));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_text_is_read_and_every_place_is_one_of_it(text in any_text()) {
        let file = parse(&text);
        let mut places: Vec<_> = file.problems.iter().map(|problem| problem.span).collect();
        file.instructions().for_each(|instruction| spans(instruction, &mut places));
        for place in places {
            prop_assert!(is_sound(&text, place), "{place:?}");
        }
        let mut end = 0;
        for instruction in file.instructions() {
            prop_assert!(end <= instruction.span.start, "instructions come in order");
            prop_assert!(instruction.span.contains(instruction.keyword_span));
            end = instruction.span.end;
        }
        prop_assert_eq!(printed(&text, &file), text);
    }

    #[test]
    fn what_lies_between_instructions_says_nothing(text in any_text()) {
        let file = parse(&text);
        let mut at = 0;
        let ends = file.instructions().map(|one| one.span).chain([Span::at(text.len())]);
        for span in ends {
            for line in text[at..span.start].lines() {
                let line = line.trim_start_matches('\u{feff}').trim();
                let says_nothing = line.is_empty() || line.starts_with('#') || line.trim_matches(['\\', '`']).is_empty();
                prop_assert!(says_nothing, "{line:?}");
            }
            at = span.end;
        }
    }

    #[test]
    fn every_image_is_followed_and_every_place_is_one_of_its_text(text in any_text(), script in any_text()) {
        let text = format!("FROM a\nCOPY . /\nENTRYPOINT [\"/entry\"]\n{text}");
        let file = parse(&text);
        let image = Image::of(&file).expect("the text has a stage");
        let mut places: Vec<_> = image.faults.iter().map(|fault| fault.span).collect();
        for run in &image.runs {
            places.push(run.span);
            places.extend(run.uses.iter().map(|used| used.span));
            places.extend(run.execution.commands.iter().map(|command| command.span));
            places.extend(run.problems.iter().map(|problem| problem.span));
        }
        places.extend(image.accounts.events.iter().map(|event| event.span));
        places.extend(image.arguments.iter().map(|argument| argument.span));
        places.extend(image.base.trace.iter().map(|reason| reason.span));
        for place in places {
            prop_assert!(is_sound(&text, place), "{place:?}");
        }
        let context = Anything(script.clone());
        if let Some(launch) = image.launch(&context) {
            let ends = launch.ends.iter().flat_map(|end| &end.trace);
            for reason in ends.chain(launch.faults.iter().map(|(reason, _)| reason)) {
                let of = if reason.file.is_some() { &script } else { &text };
                prop_assert!(is_sound(of, reason.span), "{reason:?}");
            }
        }
        let _: Origin = image.files.origin("/some/file", &context);
    }

    #[test]
    fn every_script_is_read_and_followed(text in any_text()) {
        let source = Mapped::verbatim(text.clone(), 0);
        let script = shell::parse(&source);
        let outside = |_: &str| shell::Value::Unknown;
        let start = shell::Start { variables: &outside, name: None, arguments: Vec::new(), directory: None };
        let execution = shell::run(&script, start);
        let places = script.problems.iter().map(|one| one.span).chain(script.expansions.iter().map(|one| one.span));
        let places = places.chain(execution.commands.iter().map(|one| one.span));
        for place in places.chain(execution.commands.iter().flat_map(|one| &one.argv).map(|field| field.span)) {
            prop_assert!(is_sound(&text, place), "{place:?}");
        }
        for ending in &execution.endings {
            prop_assert!(ending.command < execution.commands.len());
        }
    }

    #[test]
    fn writing_it_differently_makes_the_same_image(
        writings in prop::collection::vec(writing(), TEMPLATE.len()),
        windows in any::<bool>(),
        marked in any::<bool>(),
    ) {
        let plain = TEMPLATE.join("\n");
        let mut text: String =
            TEMPLATE.iter().zip(&writings).map(|(one, writing)| written(one, writing) + "\n").collect();
        if windows {
            text = text.replace('\n', "\r\n");
        }
        if marked {
            text.insert(0, '\u{feff}');
        }
        prop_assert_eq!(meaning(&text), meaning(&plain), "{}", text);
    }

    #[test]
    fn taking_an_instruction_away_is_noticed(gone in 1..TEMPLATE.len() - 1) {
        let rest: Vec<_> = TEMPLATE.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, one)| *one).collect();
        let text = rest.join("\n");
        // Without `FROM` there is no image; `COPY` and `CMD` do not change what is compared.
        if TEMPLATE[gone].starts_with("FROM") || TEMPLATE[gone].starts_with("COPY") {
            return Ok(());
        }
        prop_assert_ne!(meaning(&text), meaning(&TEMPLATE.join("\n")), "without {}", TEMPLATE[gone]);
    }
}

#[test]
fn every_instruction_is_found_by_its_name_in_any_case() {
    for keyword in Keyword::ALL {
        let upper = parse(&format!("{} x", keyword.name()));
        let lower = parse(&format!("{} x", keyword.name().to_lowercase()));
        for file in [upper, lower] {
            assert_eq!(file.instructions().next().unwrap().keyword, keyword);
        }
    }
}
