//! Dockerfiles as people write them, and as they should not.

use super::*;
use crate::mapped::Mapped;

fn shown(text: &str) -> String {
    use std::fmt::Write as _;
    let file = parse(text);
    let mut shown = String::new();
    for instruction in file.instructions() {
        write!(shown, "{}", instruction.keyword).unwrap();
        for flag in &instruction.flags {
            write!(shown, " --{}={:?}", flag.name, flag.value.as_deref().unwrap_or("none")).unwrap();
        }
        writeln!(shown, " {}", arguments(&instruction.arguments)).unwrap();
        for heredoc in &instruction.heredocs {
            writeln!(shown, "  {} {:?}", heredoc.name, heredoc.contents().text()).unwrap();
        }
    }
    for problem in &file.problems {
        let level = if problem.stops_build() { "error" } else { "notice" };
        writeln!(shown, "{level} {:?}: {}", &text[problem.span.range()], problem.kind).unwrap();
    }
    shown
}

fn words(words: &[Mapped]) -> String {
    format!("{:?}", words.iter().map(Mapped::text).collect::<Vec<_>>())
}

fn command(line: &CommandLine) -> String {
    match line {
        CommandLine::Shell(text) => format!("sh {:?}", text.text()),
        CommandLine::Exec(argv) => format!("exec {}", words(argv)),
    }
}

fn arguments(arguments: &Arguments) -> String {
    match arguments {
        Arguments::From { image, name } => {
            format!(
                "{}{}",
                image.text(),
                name.as_ref().map_or(String::new(), |name| format!(" as {}", name.text()))
            )
        }
        Arguments::Declarations(declared) => declared
            .iter()
            .map(|one| match &one.value {
                Some(value) => format!("{}={}", one.name.text(), value.text()),
                None => one.name.text().to_owned(),
            })
            .collect::<Vec<_>>()
            .join(" | "),
        Arguments::Pairs(pairs) => {
            let pairs = pairs.iter().map(|pair| format!("{}={}", pair.name.text(), pair.value.text()));
            pairs.collect::<Vec<_>>().join(" | ")
        }
        Arguments::Command(line) => command(line),
        Arguments::Transfer { sources, destination } => {
            let sources = sources.iter().map(|source| match source {
                Transferred::Path(path) => path.text().to_owned(),
                Transferred::Heredoc(index) => format!("<{index}>"),
            });
            format!("{:?} to {}", sources.collect::<Vec<_>>(), destination.text())
        }
        Arguments::Healthcheck(line) => line.as_ref().map_or("none".to_owned(), command),
        Arguments::Words(list) => words(list),
        Arguments::Text(text) => text.text().to_owned(),
        Arguments::Trigger(trigger) => format!("{} {}", trigger.keyword, self::arguments(&trigger.arguments)),
        Arguments::Unread(text) => format!("unread {:?}", text.text()),
    }
}

#[test]
fn every_instruction_is_read_by_its_own_rules() {
    let text = r#"ARG TAG=3.11-slim EMPTY= BARE
FROM --platform=$BUILDPLATFORM python:${TAG} AS Base
ENV A=1 B="two words" C=x\ y
env OLD the rest  of it
LABEL "a b"=c
RUN --mount=type=cache,target=/root --network=none pip install x
COPY --from=base --chown=1:1 ["a b", "c", "/d/"]
ADD a b /c
EXPOSE 80 443/tcp
VOLUME ["/data"]
USER agent
WORKDIR /app dir
HEALTHCHECK --interval=5s CMD ["true"]
HEALTHCHECK none
ONBUILD RUN echo hi
SHELL ["/bin/bash", "-c"]
CMD echo hi
ENTRYPOINT []
STOPSIGNAL 9
MAINTAINER A. B.
"#;
    let wanted = r#"ARG TAG=3.11-slim | EMPTY= | BARE
FROM --platform="$BUILDPLATFORM" python:${TAG} as Base
ENV A=1 | B="two words" | C=x\ y
ENV OLD=the rest  of it
LABEL "a b"=c
RUN --mount="type=cache,target=/root" --network="none" sh "pip install x"
COPY --from="base" --chown="1:1" ["a b", "c"] to /d/
ADD ["a", "b"] to /c
EXPOSE ["80", "443/tcp"]
VOLUME ["/data"]
USER agent
WORKDIR /app dir
HEALTHCHECK --interval="5s" exec ["true"]
HEALTHCHECK none
ONBUILD RUN sh "echo hi"
SHELL exec ["/bin/bash", "-c"]
CMD sh "echo hi"
ENTRYPOINT exec []
STOPSIGNAL 9
MAINTAINER A. B.
"#;
    assert_eq!(shown(text), wanted);
}

#[test]
fn lines_continue_across_comments_and_carriage_returns_behind_a_byte_order_mark() {
    assert_eq!(
        shown("\u{feff}from a\r\n  run one \\\r\n  # a comment \\\r\n    && two \\  \r\n && three\r\n"),
        "FROM a\nRUN sh \"one     && two  && three\"\n"
    );
}

#[test]
fn a_blank_line_within_an_instruction_is_a_notice() {
    assert_eq!(
        shown("FROM a\nRUN b \\\n\n c\n"),
        "FROM a\nRUN sh \"b  c\"\nnotice \"\": a blank line within an instruction\n"
    );
}

#[test]
fn a_doubled_escape_continues_nothing() {
    assert_eq!(shown("FROM a\nRUN b \\\\\nUSER c\n"), "FROM a\nRUN sh \"b \\\\\\\\\"\nUSER c\n");
}

#[test]
fn the_escape_directive_changes_what_continues_lines() {
    assert_eq!(
        shown("# syntax=docker/dockerfile:1\n# Escape = `\nFROM a\nRUN c:\\ `\n  d\n"),
        "FROM a\nRUN sh \"c:\\\\   d\"\n"
    );
    let file = parse("# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=`\nFROM a");
    assert_eq!(file.directives.len(), 3);
    assert_eq!(file.escape, '`');
}

#[test]
fn a_directive_below_a_comment_or_a_blank_line_is_a_comment() {
    for before in ["# a comment\n", "\n", "# other=x\n"] {
        let file = parse(&format!("{before}# escape=`\nFROM a\n"));
        assert_eq!((file.escape, file.directives.len(), file.problems.len()), ('\\', 0, 0), "{before:?}");
    }
}

#[test]
fn directives_that_cannot_be_are_errors() {
    assert_eq!(
        shown("# escape=x\n# syntax=a\n# syntax=b\nFROM a\n"),
        "FROM a\n\
         error \"x\": the escape character can only be a backslash or a backtick\n\
         error \"# syntax=b\": a parser directive is given twice\n"
    );
}

#[test]
fn here_documents_are_read_to_their_ends() {
    let text = "FROM a
RUN <<-'ONE' cat > x && cat <<TWO
\tFROM not
\tONE
# kept
TWO
COPY <<A <<\"B\" /c/
a
A
b $x
B
RUN <<EOF
useradd agent
EOF
ONBUILD COPY <<E /e
e
E
USER last
";
    assert_eq!(
        shown(text),
        r##"FROM a
RUN sh "<<-'ONE' cat > x && cat <<TWO"
  ONE "FROM not\n"
  TWO "# kept\n"
COPY ["<0>", "<1>"] to /c/
  A "a\n"
  B "b $x\n"
RUN sh "<<EOF"
  EOF "useradd agent\n"
ONBUILD COPY ["<0>"] to /e
USER last
"##
    );
    let file = parse(text);
    let heredocs: Vec<_> = file.instructions().flat_map(|one| &one.heredocs).collect();
    let told: Vec<_> =
        heredocs.iter().map(|one| (one.expands, one.strips_tabs, &text[one.opener.range()])).collect();
    assert_eq!(
        told,
        [
            (false, true, "<<-'ONE'"),
            (true, false, "<<TWO"),
            (true, false, "<<A"),
            (false, false, "<<\"B\""),
            (true, false, "<<EOF")
        ]
    );
}

#[test]
fn what_only_looks_like_a_here_document_is_none() {
    for run in
        ["cat <<<EOF", "echo $((1<<3))", "x<<EOF", "[\"<<EOF\"]", "echo 'it' \"<<EOF", "echo \"<<EOF\""]
    {
        let file = parse(&format!("FROM a\nRUN {run}\nUSER b\n"));
        assert_eq!(file.instructions().count(), 3, "{run}");
        assert_eq!(file.problems, [], "{run}");
    }
}

#[test]
fn a_here_document_without_an_end_takes_the_rest() {
    assert_eq!(
        shown("FROM a\nRUN <<EOF\nUSER b\n EOF\n"),
        "FROM a\nRUN sh \"<<EOF\"\n  EOF \"USER b\\n EOF\\n\"\n\
         error \"<<EOF\": the here-document `EOF` has no end\n"
    );
}

#[test]
fn a_command_that_is_not_quite_json_is_in_shell_form() {
    assert_eq!(
        shown("FROM a\nCMD ['a']\nCMD [\"a\",]\nCMD [\"a\"] b\n"),
        "FROM a\nCMD sh \"['a']\"\nCMD sh \"[\\\"a\\\",]\"\nCMD sh \"[\\\"a\\\"] b\"\n"
    );
    assert_eq!(
        shown("FROM a\nCMD [\"a\", 1]\n"),
        "FROM a\nCMD unread \"[\\\"a\\\", 1]\"\nerror \"[\\\"a\\\", 1]\": the JSON array holds something else than strings\n"
    );
}

#[test]
fn a_line_that_is_no_instruction_is_an_error_and_what_follows_is_read() {
    assert_eq!(
        shown("FROM a\nRUN b\n&& \\\n  c\n\u{1} && d\nUSER e\n"),
        "FROM a\nRUN sh \"b\"\nan unknown instruction unread \"c\"\n\
         an unknown instruction unread \"&& d\"\nUSER e\n\
         error \"&&\": `&&` is no instruction\n\
         notice \"\\u{1}\": the control character U+0001\n\
         error \"\\u{1}\": `\\u{1}` is no instruction\n"
    );
}

#[test]
fn what_build_kit_refuses_is_an_error() {
    for (line, problem) in [
        ("WORKDIR", "WORKDIR takes exactly one argument"),
        ("COPY a", "COPY takes a source and a destination"),
        ("COPY a <<E", "COPY cannot copy to a here-document"),
        ("COPY --form=b a c", "COPY has no flag `--form`"),
        ("COPY --link=maybe a c", "the flag `--link` needs `true` or `false`"),
        ("COPY --chown a c", "the flag `--chown` needs a value"),
        ("COPY --from=a --from=b a c", "the flag `--from` is given twice"),
        ("RUN --rm x", "RUN has no flag `--rm`"),
        ("ENV", "ENV takes at least one `name=value`"),
        ("ENV A", "ENV takes a name and a value"),
        ("ENV A=b c", "`c` is not of the form `name=value`"),
        ("ENV =b", "ENV names nothing before `=`"),
        ("ARG", "ARG takes at least one name"),
        ("ARG =b", "ARG names nothing before `=`"),
        ("FROM", "FROM takes an image, or an image, `AS` and a name"),
        ("FROM a b", "FROM takes an image, or an image, `AS` and a name"),
        ("FROM a AS 1b", "`1b` cannot be the name of a stage"),
        ("ONBUILD", "ONBUILD takes an instruction"),
        ("ONBUILD ONBUILD RUN a", "ONBUILD cannot follow ONBUILD"),
        ("ONBUILD FROM a", "FROM cannot follow ONBUILD"),
        ("ONBUILD RUNN a", "`RUNN` is no instruction"),
        ("SHELL bash", "SHELL takes a JSON array of strings"),
        ("HEALTHCHECK curl", "HEALTHCHECK takes `CMD` and a command, or `NONE` alone"),
        ("HEALTHCHECK NONE x", "HEALTHCHECK takes `CMD` and a command, or `NONE` alone"),
    ] {
        let file = parse(&format!("FROM a\n{line}\n"));
        let told: Vec<_> =
            file.problems.iter().map(|one| (one.stops_build(), one.kind.to_string())).collect();
        assert!(told.contains(&(true, problem.to_owned())), "{line}: {told:?}");
        if !line.ends_with("<<E") {
            assert_eq!(told.len(), 1, "{line}: {told:?}");
        }
    }
}

#[test]
fn a_file_without_stages_is_an_error() {
    assert_eq!(shown("# nothing\n"), "error \"\": the file has no instructions\n");
    assert_eq!(shown("ARG a\n"), "ARG a\nerror \"\": the file has no `FROM`\n");
    assert_eq!(
        shown("RUN a\nFROM b\n"),
        "RUN sh \"a\"\nFROM b\nerror \"RUN\": RUN stands before the first `FROM`\n"
    );
}

#[test]
fn a_line_longer_than_build_kit_reads_is_an_error() {
    let longest = format!("FROM a\nRUN {}\n", "x".repeat(line::LONGEST - 4));
    assert_eq!(parse(&longest).problems, []);
    let longer = longest.replace("RUN ", "RUN x");
    assert_eq!(parse(&longer).problems[0].kind, ProblemKind::LineTooLong);
}

#[test]
fn what_continues_to_the_end_of_the_file_ends_there() {
    assert_eq!(shown("FROM a\nRUN b \\"), "FROM a\nRUN sh \"b\"\n");
    assert_eq!(
        shown("FROM a\n\\\n"),
        "FROM a\nan unknown instruction unread \"\"\nerror \"\\\\\": the line continues nothing\n"
    );
}
