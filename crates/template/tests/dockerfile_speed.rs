//! What a megabyte of anything costs: linear time, whatever it holds.

use std::time::{Duration, Instant};

use template::Mapped;
use template::dockerfile::parse;
use template::image::{BuildContext, Entry, Image};
use template::shell;

struct Everything;

impl BuildContext for Everything {
    fn entry(&self, _: &str) -> Entry {
        Entry::File
    }

    fn text(&self, path: &str) -> Option<String> {
        Some(format!("#!/bin/sh\nexec /{path}x\n"))
    }
}

/// What is repeated, and what stands in front of it and behind.
const SHAPES: [(&str, &str, &str); 62] = [
    ("", "a", ""),
    ("", "\n", ""),
    ("", "\\\n", ""),
    ("", "RUN a \\\n\n# c\n", ""),
    ("", "FROM a AS b\n", ""),
    ("FROM a AS x0\n", "FROM x0 AS x0\nCOPY a b\n", ""),
    ("FROM a\n", "COPY --from=0 a /b\n", ""),
    ("FROM a\nFROM b\n", "COPY --from=0 a/ /\n", "ENTRYPOINT [\"a\"]"),
    ("FROM a\n", "COPY * /\n", "ENTRYPOINT [\"a\"]"),
    ("FROM a\nCOPY ", "<<a ", "/x\n"),
    ("FROM a\nRUN ", "<<a ", "\n"),
    ("FROM a\n", "RUN <<a\nx\na\n", ""),
    ("FROM a\n", "RUN <<a\n", ""),
    ("FROM a\nRUN --mount=a ", "--network=b ", ""),
    ("FROM a\n", "RUN --mount=a --mount=b \\\n", ""),
    ("FROM a\n", "ENV A=$A$A$A\n", ""),
    ("FROM a\nENV A=0123456789\n", "ENV A=$A$A B=$A$B\n", ""),
    ("FROM a\nENV A=", "${A:-", ""),
    ("FROM a\nENV A=", "$A", ""),
    ("FROM a\nENV A=b ", "A=$A ", ""),
    ("FROM a\nENV A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "ENV B=${A//a*a/b}\n", ""),
    ("FROM a\n", "ARG A=b\n", ""),
    ("FROM a\n", "ONBUILD ", "RUN a"),
    ("FROM a\n", "ONBUILD RUN a\n", "FROM a AS b\nFROM b"),
    ("FROM a\nCMD [", "\"a\",", "\"\"]"),
    ("FROM a\nCMD ", "[", ""),
    ("FROM a\nCMD [\"", "\\u0041", "\"]"),
    ("FROM a\nRUN ", "(", ""),
    ("FROM a\nRUN ", "$(", ""),
    ("FROM a\nRUN ", "$((", ""),
    ("FROM a\nRUN ", "$((a) ", ""),
    ("FROM a\nRUN ", "((a) b) ", ""),
    ("FROM a\nRUN ", "`", ""),
    ("FROM a\nRUN ", "`a\\`", ""),
    ("FROM a\nRUN ", "\"$(", ""),
    ("FROM a\nRUN ", "${a:-", ""),
    ("FROM a\nRUN ", "'", ""),
    ("FROM a\nRUN ", "a;", ""),
    ("FROM a\nRUN ", "a ", ""),
    ("FROM a\nRUN ", "a=b ", ""),
    ("FROM a\nRUN ", "a && ", ""),
    ("FROM a\nRUN ", "a || ", "b"),
    ("FROM a\nRUN ", "[ a ] && X=1;", ""),
    ("FROM a\nRUN ", "if a; then ", ""),
    ("FROM a\nRUN ", "if a; then b; fi;", ""),
    ("FROM a\nRUN ", "fi;", ""),
    ("FROM a\nRUN ", "case a in ", ""),
    ("FROM a\nRUN ", "f() { f; };", "f"),
    ("FROM a\nRUN f() { ", "a;", "}; f; f; f; f; f; f; f"),
    ("FROM a\nRUN f() { a; b; };", "f;", ""),
    ("FROM a\nRUN X=a;", "X=$X$X;", ""),
    ("FROM a\nRUN X=0123456789012345678901234567890123456789;", "a $X $X;", ""),
    ("FROM a\nRUN X='a;b;c;d;e';", "sh -c \"$X\";", ""),
    ("FROM a\nRUN ", "sh -c '", "'"),
    ("FROM a\nRUN ", "env ", ""),
    ("FROM a\nRUN cd a;", "cd a; b;", ""),
    ("FROM a\nRUN set -- a b c;", "a \"$@\" \"$@\";", ""),
    ("FROM a\nRUN ", "cat <<a;", "\na\n"),
    ("FROM a\nRUN ", "useradd -u 1000 a$X;", ""),
    ("FROM a\n", "RUN useradd a; userdel a\n", ""),
    ("FROM a\n", "RUN pip install a -r b\n", ""),
    ("FROM a\nENTRYPOINT [\"sh\", \"-c\", \"", "exec a; ", "\"]"),
];

fn repeated((before, middle, after): (&str, &str, &str), size: usize) -> String {
    let count = size.saturating_sub(before.len() + after.len()) / middle.len();
    format!("{before}{}{after}", middle.repeat(count))
}

/// What reading and following a Dockerfile and a script takes.
fn cost(shape: (&str, &str, &str), size: usize) -> Duration {
    let text = repeated(shape, size);
    let script = Mapped::verbatim(text.replacen("FROM a\nRUN ", "", 1), 0);
    let began = Instant::now();
    let file = parse(&text);
    let image = Image::of(&file);
    let _launch = image.as_ref().and_then(|image| image.launch(&Everything));
    let dockerfile = began.elapsed();
    let began = Instant::now();
    let parsed = shell::parse(&script);
    let outside = |_: &str| shell::Value::Unset;
    let start = shell::Start { variables: &outside, name: None, arguments: Vec::new(), directory: None };
    let _execution = shell::run(&parsed, start);
    dockerfile.max(began.elapsed())
}

#[test]
fn a_megabyte_of_anything_takes_less_than_a_second() {
    // Without optimisation a smaller text shows a cost that is not linear as well.
    let (size, limit) = if cfg!(debug_assertions) {
        (1 << 16, Duration::from_secs(2))
    } else {
        (1 << 20, Duration::from_secs(1))
    };
    let mut slow = Vec::new();
    for shape in SHAPES {
        // Other work of the machine may slow one attempt down, and hardly all of them.
        let cost = (0..4).map(|_| cost(shape, size)).find(|cost| *cost <= limit);
        if cost.is_none() {
            slow.push(shape);
        }
    }
    assert!(slow.is_empty(), "slower than {limit:?}: {slow:#?}");
}
