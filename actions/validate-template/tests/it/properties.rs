//! What does not change the meaning of a template does not change its verdict, what does change it does, and nothing
//! that a file may hold ends in anything but a verdict.

use proptest::prelude::*;
use proptest::sample::select;
use validate_template::contract::Contracts;
use validate_template::finding::Severity;
use validate_template::folder::Folder;
use validate_template::judge;
use validate_template::report::Judged;

use crate::program::{good, write};

fn judged(files: &[(&str, &[u8])]) -> Judged {
    let template = good();
    for (path, bytes) in files {
        fs_err::write(template.path().join(path), bytes).unwrap();
    }
    judge::judge(&Folder::open(template.path()).unwrap(), &Contracts::embedded(), None)
}

fn errors(judged: &Judged) -> Vec<&'static str> {
    let errors = judged.findings.iter().filter(|finding| finding.severity() == Severity::Error);
    errors.map(|finding| finding.rule.id).collect()
}

/// Instructions of a Dockerfile that keeps the contract, each in one of the forms that mean the same.
fn instructions() -> impl Strategy<Value = Vec<&'static str>> {
    (
        select(&["FROM python:3.11-slim", "FROM docker.io/library/python:3.11-slim AS final", "FROM --platform=linux/amd64 python:3.11-slim"][..]),
        select(
            &[
                "RUN useradd --create-home --uid 1000 agent",
                "RUN useradd -mu 1000 agent",
                "RUN useradd agent -u 1000",
                "RUN apt-get update && useradd -u '1000' \"agent\" && rm -rf /var/lib/apt",
                "RUN adduser --disabled-password --uid=1000 agent",
                "RUN groupadd -g 1000 agent ; useradd -g agent -s /bin/sh agent",
            ][..],
        ),
        select(&["ARG RUNTIME_VERSION=", "ARG RUNTIME_VERSION", "ARG OTHER=1 RUNTIME_VERSION=\"\""][..]),
        select(&["COPY requirements.txt adapter.py ./", "COPY . .", "COPY [\"requirements.txt\", \"adapter.py\", \"/\"]"][..]),
        select(
            &[
                "RUN pip install -r requirements.txt && pip install \"molecule-ai-workspace-runtime${RUNTIME_VERSION:+==${RUNTIME_VERSION}}\"",
                "RUN python -m pip install -U molecule_ai_workspace_runtime${RUNTIME_VERSION:+==$RUNTIME_VERSION}",
                "RUN : \"${RUNTIME_VERSION}\" && pip install --no-cache-dir -r requirements.txt",
            ][..],
        ),
        select(&["ENV ADAPTER_MODULE=adapter", "ENV A=b ADAPTER_MODULE=\"adapter\""][..]),
        select(
            &[
                "ENTRYPOINT [\"molecule-runtime\"]",
                "RUN apt-get update && apt-get install -y tini gosu\nENTRYPOINT [\"tini\", \"--\", \"gosu\", \"agent\", \"/usr/local/bin/molecule-runtime\", \"-v\"]",
                "COPY entrypoint.sh /bin/start\nENTRYPOINT [\"/bin/start\"]",
                "ENTRYPOINT [\"env\", \"A=b\", \"molecule-runtime\"]\nCMD [\"--help\"]",
            ][..],
        ),
    )
        .prop_map(|(from, user, argument, copy, install, environment, entrypoint)| {
            vec![from, user, argument, copy, install, environment, entrypoint]
        })
}

/// How a Dockerfile may be written.
#[derive(Debug, Clone)]
struct Hand {
    lowercase: bool,
    mark: bool,
    windows: bool,
    /// In front of each instruction.
    between: Vec<&'static str>,
    /// In the place of ` && `.
    and: &'static str,
}

fn hand() -> impl Strategy<Value = Hand> {
    let between = select(&["", "\n", "# useradd -u 1 x\n", "  # FROM alpine\n\n", "#\n"][..]);
    let and = select(&[" && ", " \\\n  && ", " \\\n# why \\\n    && ", " && \\\n\t"][..]);
    (any::<bool>(), any::<bool>(), any::<bool>(), prop::collection::vec(between, 8), and)
        .prop_map(|(lowercase, mark, windows, between, and)| Hand { lowercase, mark, windows, between, and })
}

fn written(instructions: &[&str], hand: &Hand) -> String {
    let mut text = String::new();
    let lines = instructions.iter().flat_map(|instruction| instruction.lines());
    for (line, between) in lines.zip(hand.between.iter().cycle()) {
        let (keyword, rest) = line.split_once(' ').unwrap();
        let keyword = if hand.lowercase { keyword.to_lowercase() } else { keyword.to_owned() };
        text.extend([between, keyword.as_str(), " ", &rest.replace(" && ", hand.and), "\n"]);
    }
    let text = if hand.mark { format!("\u{feff}{text}") } else { text };
    if hand.windows { text.replace('\n', "\r\n") } else { text }
}

/// Changes that break a Dockerfile, each with the rule that it breaks: the instruction, what is replaced, by what.
const BREAKS: &[(&str, usize, &str, &str)] = &[
    ("base-image", 0, "3.11-slim", "3.11-slim-trixie"),
    ("base-image", 0, "python:", "pypy:"),
    ("agent-user", 1, "agent", "agents"),
    ("agent-user", 1, "useradd", "echo useradd"),
    ("version-argument", 2, "RUNTIME_VERSION", "RUNTIME_VERSIONS"),
    ("version-in-layer", 4, "RUNTIME_VERSION", "RUNTIME_VERSIONS"),
    ("version-in-layer", 4, "pip install", "pip download"),
    ("dockerfile-syntax", 4, "RUN ", "&& "),
    ("entrypoint", 6, "ENTRYPOINT [\"", "ENTRYPOINT [\"echo\", \""),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_way_a_dockerfile_is_written_does_not_matter(instructions in instructions(), hand in hand()) {
        let text = written(&instructions, &hand);
        let judged = judged(&[("Dockerfile", text.as_bytes())]);
        prop_assert!(judged.findings.is_empty(), "{:#?}\n{text}", judged.findings);
    }

    #[test]
    fn what_breaks_a_dockerfile_is_found(instructions in instructions(), hand in hand(), (rule, at, from, to) in select(BREAKS)) {
        let mut instructions = instructions;
        let broken = instructions[at].replace(from, to);
        prop_assume!(broken != instructions[at]);
        instructions[at] = &broken;
        let text = written(&instructions, &Hand { lowercase: false, ..hand });
        let judged = judged(&[("Dockerfile", text.as_bytes())]);
        prop_assert!(errors(&judged).contains(&rule), "{rule}: {:#?}\n{text}", judged.findings);
    }

    #[test]
    fn the_way_a_config_is_written_does_not_matter(
        quote in select(&["", "'", "\""][..]),
        comment in select(&["", " # ::error::x", "   #"][..]),
        end in select(&["\n", "\r\n"][..]),
        order in Just(["name", "runtime", "template_schema_version", "tier"]).prop_shuffle(),
        key_quote in select(&["", "'", "\""][..]),
    ) {
        let value = |key: &str| match key {
            "name" => format!("{quote}Researcher{quote}"),
            "runtime" => format!("{quote}langgraph{quote}"),
            _ => "1".to_owned(),
        };
        let line = |key: &&str| format!("{key_quote}{key}{key_quote}: {}{comment}{end}", value(key));
        let text: String = order.iter().map(line).collect();
        let judged = judged(&[("config.yaml", text.as_bytes())]);
        prop_assert!(judged.findings.is_empty(), "{:#?}\n{text}", judged.findings);
    }

    #[test]
    fn what_breaks_a_config_is_found(
        (key, value, rule) in select(&[
            ("name", "''", "key-type"), ("name", "[a]", "key-type"), ("name", "no", "key-type"),
            ("runtime", "Lang Graph", "key-type"), ("runtime", "1", "key-type"),
            ("template_schema_version", "'1'", "key-type"), ("template_schema_version", "1.0", "key-type"),
            ("template_schema_version", "true", "key-type"), ("template_schema_version", "99", "schema-version"),
            ("tier", "one", "key-type"),
        ][..]),
        comment in select(&["", " # a comment"][..]),
        end in select(&["\n", "\r\n"][..]),
        order in Just(["name", "runtime", "template_schema_version", "tier"]).prop_shuffle(),
    ) {
        let value_of = |name: &str| match name {
            _ if name == key => value,
            "name" => "Researcher",
            "runtime" => "langgraph",
            _ => "1",
        };
        let text = order.iter().map(|name| format!("{name}: {}{comment}{end}", value_of(name))).collect::<Vec<_>>().concat();
        let found = judged(&[("config.yaml", text.as_bytes())]);
        prop_assert!(errors(&found).contains(&rule), "{rule}: {:#?}\n{text}", found.findings);
        let without = order.iter().filter(|name| **name != key).map(|name| format!("{name}: {}{end}", value_of(name))).collect::<Vec<_>>().concat();
        let found = judged(&[("config.yaml", without.as_bytes())]);
        prop_assert!(key == "tier" || errors(&found).contains(&"required-key"), "{:#?}\n{without}", found.findings);
    }

    #[test]
    fn the_way_requirements_are_written_does_not_matter(
        name in select(&["molecule-ai-workspace-runtime", "Molecule_AI.workspace-Runtime", "molecule_ai_workspace_runtime[a2a]"][..]),
        bound in select(&[">=0.1", " >= 0.1", "==0.1.5", "~=0.1", ">=0.1,<2", "\\\n>=0.1"][..]),
        marker in select(&["", " ; python_version >= '3.9'", "; sys_platform == \"linux\""][..]),
        comment in select(&["", "  # the runtime"][..]),
        before in select(&["", "# molecule-ai-workspace-runtime<1\n", "httpx\n\n", "\u{feff}"][..]),
        windows in any::<bool>(),
    ) {
        let text = format!("{before}{name}{bound}{marker}{comment}\n");
        let text = if windows { text.replace('\n', "\r\n") } else { text };
        let judged = judged(&[("requirements.txt", text.as_bytes())]);
        prop_assert!(judged.findings.is_empty(), "{:#?}\n{text}", judged.findings);
    }

    #[test]
    fn what_breaks_requirements_is_found(
        (line, rule) in select(&[
            ("molecule-ai-workspace-runtime", "runtime-floor"),
            ("molecule-ai-workspace-runtime<2", "runtime-floor"),
            ("molecule-ai-workspace-runtimes>=0.1 =", "requirements-syntax"),
            ("molecule-ai-workspace-runtime>=", "requirements-syntax"),
            ("-r missing.txt", "requirements-syntax"),
        ][..]),
        before in select(&["", "# a comment\n", "httpx>=0.2\n\n"][..]),
        end in select(&["\n", "\r\n", ""][..]),
    ) {
        let text = format!("{before}{line}{end}");
        let judged = judged(&[("requirements.txt", text.as_bytes())]);
        prop_assert!(errors(&judged).contains(&rule), "{rule}: {:#?}\n{text}", judged.findings);
    }

    #[test]
    fn whatever_the_files_hold_there_is_a_verdict(
        file in select(&["config.yaml", "Dockerfile", "requirements.txt", "adapter.py", "entrypoint.sh", ".github/workflows/ci.yml", ".dockerignore"][..]),
        cut in 0_usize..400,
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        words in prop::collection::vec(select(&["<<EOF", "\\\n", "${", "$(", "\"", "'", "&", "*a", "&a ", "[", "{", ": ", "- ", "#", "\r", "\u{2028}", "-r ", "@", "!", "`", "exec ", "COPY . .\n", "\n"][..]), 0..24),
    ) {
        let template = good();
        let path = template.path().join(file);
        let mut text = fs_err::read(&path).unwrap_or_default();
        let at = cut.min(text.len());
        text.splice(at..at, words.concat().into_bytes().into_iter().chain(bytes));
        fs_err::write(&path, text).unwrap();
        write(template.path(), &[]);
        let judged = judge::judge(&Folder::open(template.path()).unwrap(), &Contracts::embedded(), None);
        for finding in &judged.findings {
            prop_assert!(!finding.message.is_empty());
        }
    }
}
