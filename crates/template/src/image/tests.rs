//! Images of Dockerfiles as people write them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::*;
use crate::dockerfile::parse;

const RUNTIME: &str = "Entrypoint Exec; molecule-runtime";

/// A build context in memory.
struct Folder(BTreeMap<&'static str, &'static str>);

impl BuildContext for Folder {
    fn entry(&self, path: &str) -> Entry {
        let inside = format!("{path}/");
        if self.0.contains_key(path) {
            Entry::File
        } else if path.is_empty() || self.0.keys().any(|file| file.starts_with(&inside)) {
            Entry::Folder
        } else {
            Entry::Absent
        }
    }

    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|text| (*text).to_owned())
    }
}

fn image(text: &str) -> Image {
    Image::of(&parse(text)).expect("the text has a stage")
}

fn trace(text: &str, trace: &[Reason]) -> String {
    trace.iter().fold(String::new(), |mut shown, reason| {
        let place = match &reason.file {
            Some(file) => file.clone(),
            None => text[reason.span.range()].lines().next().unwrap_or_default().to_owned(),
        };
        write!(shown, "\n    {place} | {}", reason.why).unwrap();
        shown
    })
}

fn base(text: &str) -> String {
    let image = image(text);
    image.base.reference.map_or_else(|| format!("none: {:?}", image.faults), |base| base.to_string())
}

fn accounts(text: &str) -> String {
    let image = image(&format!("FROM a\n{text}\n"));
    let present = image.accounts.present.iter();
    let shown =
        present.map(|(name, account)| format!("{} {:?}", name.as_deref().unwrap_or("?"), account.uid));
    shown.collect::<Vec<_>>().join(", ")
}

/// Every install of the image: what is asked for, and which variables its layer uses with what binds them.
fn installs(text: &str) -> String {
    let image = image(text);
    let mut shown = String::new();
    for run in &image.runs {
        for install in &run.installs {
            let words = |fields: &[crate::shell::Field]| {
                let texts = fields.iter().map(|field| field.text.clone().unwrap_or_else(|| "?".to_owned()));
                texts.collect::<Vec<_>>().join(" ")
            };
            write!(shown, "{:?} [{}]", install.installer, words(&install.requirements)).unwrap();
            for path in &install.paths {
                write!(shown, " -r {}", path.as_deref().unwrap_or("?")).unwrap();
            }
        }
        for used in &run.uses {
            let kind = used.binding.as_ref().map(|binding| binding.kind);
            write!(shown, " {}:{}", used.name, kind.map_or("shell".to_owned(), |kind| format!("{kind:?}")))
                .unwrap();
        }
        shown.push('\n');
    }
    shown
}

fn launched(text: &str, files: &[(&'static str, &'static str)]) -> String {
    let context = Folder(files.iter().copied().collect());
    let Some(launch) = image(text).launch(&context) else { return "nothing".to_owned() };
    let mut shown = format!("{:?} {:?}", launch.by, launch.form);
    for end in &launch.ends {
        let argv = end.argv.iter().map(|field| field.text.clone().unwrap_or_else(|| "?".to_owned()));
        let how = if end.replaces { "" } else { " waited for" };
        write!(shown, "; {}{how}", argv.collect::<Vec<_>>().join(" ")).unwrap();
        if let Some(unread) = &end.unread {
            write!(shown, " ({unread})").unwrap();
        }
    }
    for (_, fault) in &launch.faults {
        write!(shown, "; fault: {fault}").unwrap();
    }
    shown
}

#[test]
fn the_base_image_is_resolved_from_the_final_stage_down() {
    for (text, wanted) in [
        ("FROM python:3.11-slim", "python:3.11-slim"),
        ("from docker.io/library/python:3.11-slim as final", "python:3.11-slim"),
        ("FROM --platform=$BUILDPLATFORM python:3.11-slim", "python:3.11-slim"),
        ("ARG TAG=3.11-slim\nFROM python:${TAG}", "python:3.11-slim"),
        ("ARG V=3.11\nARG TAG=${V}-slim\nFROM python:\"$TAG\"", "python:3.11-slim"),
        ("ARG BASE\nFROM ${BASE:-python:3.11-slim}", "python:3.11-slim"),
        ("FROM python:3.11-slim AS a\nFROM a AS b\nFROM B", "none: []"),
        ("FROM python:3.11-slim AS A\nFROM a", "python:3.11-slim"),
        ("FROM node AS a\nFROM python:3.11-slim", "python:3.11-slim"),
        ("FROM python:3.11-slim\nFROM node", "node:latest"),
        ("FROM python:3.11-slim-bookworm", "python:3.11-slim-bookworm"),
        ("FROM scratch", "none: []"),
    ] {
        let told = base(text);
        if text.ends_with("FROM B") {
            assert!(told.contains("BaseName(\"B\")"), "{told}: stages are named in lower case");
        } else {
            assert_eq!(told, wanted, "{text}");
        }
    }
    assert!(base("ARG TAG\nFROM $TAG").contains("EmptyBase"));
    assert!(
        base("FROM a\nARG TAG=x\nFROM python:$TAG").contains("BaseName"),
        "that `ARG` belongs to a stage"
    );
}

#[test]
fn the_way_to_the_base_image_is_told() {
    let text = "ARG TAG=3.11-slim\nFROM python:$TAG AS base\nFROM base\n";
    assert_eq!(
        trace(text, &image(text).base.trace),
        "\n    base | builds on the stage `base`\
         \n    ARG TAG=3.11-slim | `TAG` is `3.11-slim` by default\
         \n    python:$TAG | builds on the image `python:3.11-slim`"
    );
}

#[test]
fn accounts_are_made_by_every_spelling_of_the_commands() {
    for text in [
        "RUN useradd -u 1000 agent",
        "RUN useradd -m -s /bin/bash --uid=1000 agent",
        "RUN useradd --create-home \\\n  --uid 1000 \\\n  # the platform's account\n  agent",
        "run useradd -mu1000 agent && chown agent /app",
        "RUN adduser --disabled-password --gecos '' --uid 1000 agent",
        "RUN adduser -D -u 1000 agent agent-is-no-group; adduser -D -u 1000 agent",
        "RUN groupadd -g 1000 agent && useradd -u 1000 -g agent agent",
        "RUN id -u agent || useradd -u 1000 agent",
        "RUN if ! id agent; then useradd -u 1000 agent; fi",
        "RUN [\"useradd\", \"-u\", \"1000\", \"agent\"]",
        "RUN [\"sh\", \"-c\", \"useradd -u 1000 agent\"]",
        "RUN <<EOF\nset -e\nuseradd -u 1000 agent\nEOF",
        "RUN bash -e <<'EOF'\nuseradd -u 1000 agent\nEOF",
        "ARG UID=1000\nENV NAME=agent\nRUN useradd -u ${UID} $NAME",
        "RUN U=agent; useradd -u 1000 \"$U\"",
        "RUN useradd -u 999 agent && usermod --uid 1000 agent",
        "RUN useradd -u 1000 agent && userdel other",
        "RUN echo 'agent:x:1000:1000::/home/agent:/bin/sh' >> /etc/passwd",
        "RUN userdel agent; useradd -u 1000 agent",
    ] {
        assert_eq!(accounts(text), "agent Given(1000)", "{text}");
    }
    assert_eq!(accounts("RUN useradd -m agent"), "agent Next(1000)");
    assert_eq!(accounts("RUN useradd -u 1000 a && useradd agent"), "a Given(1000), agent Next(1001)");
    assert_eq!(accounts("RUN useradd -r agent"), "agent System");
    assert_eq!(accounts("RUN useradd -u $(id -u) agent"), "agent Unknown");
}

#[test]
fn what_only_looks_like_an_account_is_none() {
    for text in [
        "# RUN useradd -u 1000 agent",
        "RUN true # useradd -u 1000 agent",
        "RUN echo useradd -u 1000 agent",
        "RUN echo \"&& useradd -u 1000 agent\"",
        "LABEL a=\"useradd -u 1000 agent\"",
        "ENTRYPOINT useradd -u 1000 agent",
        "RUN false && useradd -u 1000 agent",
        "RUN exit 0; useradd -u 1000 agent",
        "RUN f() { useradd -u 1000 agent; }",
        "RUN cat <<EOF\nuseradd -u 1000 agent\nEOF",
        "COPY <<EOF /setup.sh\nuseradd -u 1000 agent\nEOF",
        "ONBUILD RUN useradd -u 1000 agent",
        "RUN useradd -u 1000 agent\nRUN userdel -r agent",
        "RUN useradd -u 1000 agent\nRUN deluser agent",
        "RUN useradd -u 1000 agent\nFROM b",
        "SHELL [\"python\", \"-c\"]\nRUN useradd -u 1000 agent",
    ] {
        assert_eq!(accounts(text), "", "{text}");
    }
}

#[test]
fn accounts_of_the_stages_below_are_there() {
    assert_eq!(
        accounts("RUN useradd -u 1000 agent\nFROM a AS b\nRUN useradd -u 1001 x\nFROM b"),
        "x Given(1001)"
    );
    let onbuild = image("FROM a AS b\nONBUILD RUN useradd -u 1000 agent\nFROM b\nRUN true");
    assert!(onbuild.accounts.get("agent").is_some(), "a trigger runs in the stage on top");
}

#[test]
fn what_is_done_to_an_account_is_told() {
    let text = "FROM a\nRUN useradd -u 1000 agent\nRUN userdel agent || true\n";
    let image = image(text);
    let events: Vec<_> =
        image.accounts.events_of("agent").map(|event| (event.kind, &text[event.span.range()])).collect();
    assert_eq!(
        events,
        [
            (AccountEventKind::Made(Uid::Given(1000)), "useradd -u 1000 agent"),
            (AccountEventKind::Deleted, "userdel agent")
        ]
    );
}

#[test]
fn an_install_is_told_with_the_variables_of_its_layer() {
    let declared = "FROM a\nARG RUNTIME_VERSION=\nWORKDIR /app\n";
    for (run, wanted) in [
        ("RUN pip install x==${RUNTIME_VERSION:-1}", "Pip [x==1] RUNTIME_VERSION:Argument\n"),
        (
            "RUN pip install \"x${RUNTIME_VERSION:+==${RUNTIME_VERSION}}\"",
            "Pip [x] RUNTIME_VERSION:Argument RUNTIME_VERSION:Argument\n",
        ),
        (
            "RUN echo $RUNTIME_VERSION && pip3 install --no-cache-dir -r requirements.txt",
            "Pip [] -r /app/requirements.txt RUNTIME_VERSION:Argument\n",
        ),
        (
            "RUN python3.11 -m pip --quiet install -U --index-url https://x/ 'a>=1' b -c c.txt",
            "Pip [a>=1 b]\n",
        ),
        ("RUN cd /srv && uv pip install --system -r ./r.txt x", "Uv [x] -r /srv/r.txt\n"),
        (
            "RUN if [ -n \"$RUNTIME_VERSION\" ]; then P=x==$RUNTIME_VERSION; else P=x; fi; pip install \"$P\" y",
            "Pip [x x== y] RUNTIME_VERSION:Argument RUNTIME_VERSION:Argument P:shell\n",
        ),
        ("RUN [ a ] && O='--pre a'; pip install $O b", "Pip [a b] O:shell\n"),
        ("RUN uv pip sync requirements.txt", "Uv [] -r /app/requirements.txt\n"),
        ("RUN sh -c 'pip install x==$RUNTIME_VERSION'", "Pip [x==] RUNTIME_VERSION:Argument\n"),
        ("RUN pip install 'x==$RUNTIME_VERSION'", "Pip [x==$RUNTIME_VERSION]\n"),
        ("RUN pip install x # $RUNTIME_VERSION", "Pip [x]\n"),
        ("RUN pip install x && \\\n  # $RUNTIME_VERSION\n  true", "Pip [x]\n"),
        ("RUN echo pip install x$RUNTIME_VERSION", " RUNTIME_VERSION:Argument\n"),
        ("RUN pip uninstall x; pip download y; uv sync", "\n"),
        ("RUN <<EOF\npip install x==$RUNTIME_VERSION\nEOF", "Pip [x==] RUNTIME_VERSION:Argument\n"),
        ("LABEL v=$RUNTIME_VERSION\nRUN pip install x", "Pip [x]\n"),
        (
            "ENV RUNTIME_VERSION=1\nRUN pip install x==$RUNTIME_VERSION",
            "Pip [x==1] RUNTIME_VERSION:Environment\n",
        ),
        ("RUN echo $RUNTIME_VERSION\nRUN pip install x", " RUNTIME_VERSION:Argument\nPip [x]\n"),
    ] {
        assert_eq!(installs(&format!("{declared}{run}\n")), wanted, "{run}");
    }
}

#[test]
fn an_argument_counts_where_it_is_declared() {
    let uses = |text: &str| installs(text).trim().to_owned();
    let run = "RUN pip install x==$V";
    assert_eq!(uses(&format!("ARG V=\nFROM a\n{run}")), "Pip [x==] V:shell", "before the first stage only");
    assert_eq!(uses(&format!("ARG V=2\nFROM a\nARG V\n{run}")), "Pip [x==2] V:Argument");
    assert_eq!(uses(&format!("FROM a\nARG V=\nFROM b\n{run}")), "Pip [x==] V:shell", "in another stage");
    assert_eq!(
        uses(&format!("FROM a AS b\nARG V=\nFROM b\n{run}")),
        "Pip [x==] V:Argument",
        "in the stage below"
    );
    assert_eq!(uses(&format!("FROM a\n{run}\nARG V=")), "Pip [x==] V:shell", "too late");
    let text = format!("ARG V=2\nFROM a\nARG V\n{run}\nARG W=\n");
    let image = image(&text);
    let argument = image.argument_before("V", image.runs[0].span).unwrap();
    assert_eq!((argument.default.as_deref(), argument.global_default), (Some("2"), true));
    assert_eq!(image.argument_before("W", image.runs[0].span), None);
    assert_eq!(
        trace(&text, &image.runs[0].trace("V")),
        "\n    V | sets `V`\n    $V | `V` is part of what this layer is made of\
         \n    pip install x==$V | installs distributions"
    );
}

#[test]
fn what_is_started_is_followed_to_its_end() {
    for (text, wanted) in [
        ("ENTRYPOINT [\"molecule-runtime\"]", "Entrypoint Exec; molecule-runtime"),
        (
            "ENTRYPOINT [\"/usr/local/bin/molecule-runtime\", \"-v\"]",
            "Entrypoint Exec; /usr/local/bin/molecule-runtime -v",
        ),
        (
            "ENTRYPOINT [\"tini\", \"--\", \"gosu\", \"agent\", \"molecule-runtime\"]",
            "Entrypoint Exec; molecule-runtime",
        ),
        ("ENTRYPOINT [\"tini\", \"--\"]\nCMD [\"molecule-runtime\"]", "Entrypoint Exec; molecule-runtime"),
        ("ENTRYPOINT molecule-runtime", "Entrypoint Shell; molecule-runtime waited for"),
        ("ENTRYPOINT exec molecule-runtime", "Entrypoint Shell; molecule-runtime"),
        ("CMD [\"molecule-runtime\"]", "Cmd Exec; molecule-runtime"),
        ("CMD molecule-runtime", "Cmd Shell; molecule-runtime waited for"),
        ("ENTRYPOINT [\"sh\", \"-c\", \"exec molecule-runtime\"]", "Entrypoint Exec; molecule-runtime"),
        ("ENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]", "Entrypoint Exec; b"),
        ("CMD [\"a\"]\nENTRYPOINT [\"b\"]", "Entrypoint Exec; b a"),
        ("ENTRYPOINT [\"a\"]\nENTRYPOINT []\nCMD [\"b\"]", "Cmd Exec; b"),
        ("ENTRYPOINT [\"a\"]\nFROM b", "nothing"),
        ("CMD [\"a\"]\nFROM b\nCMD [\"c\"]", "Cmd Exec; c"),
        ("ENTRYPOINT ['a']", "Entrypoint Shell; [a] waited for"),
    ] {
        assert_eq!(launched(&format!("FROM a\n{text}\n"), &[]), wanted, "{text}");
    }
    assert_eq!(
        launched("FROM a AS b\nCMD [\"x\"]\nFROM b\nENTRYPOINT [\"y\"]", &[]),
        "Entrypoint Exec; y",
        "an entrypoint resets the command of the stage below"
    );
}

#[test]
fn a_wrapper_script_is_followed_to_the_file_that_is_copied() {
    const SCRIPT: &str = "#!/bin/sh\nset -e\nexec gosu agent molecule-runtime \"$@\"\n";
    let start = "\nENTRYPOINT [\"/entrypoint.sh\"]\n";
    for copy in [
        "COPY entrypoint.sh /entrypoint.sh",
        "COPY --chmod=755 --chown=1:1 ./entrypoint.sh /",
        "COPY [\"entrypoint.sh\", \"/\"]",
        "COPY *.sh /",
        "COPY . /",
        "ADD entrypoint.sh /entrypoint.sh",
        "WORKDIR /\nCOPY entrypoint.sh .",
        "COPY scripts/ /\nCOPY entrypoint.sh /entrypoint.sh",
        "COPY entrypoint.sh /app/\nRUN cp /app/entrypoint.sh /entrypoint.sh && chmod +x /entrypoint.sh",
        "WORKDIR /app\nCOPY . .\nRUN ln -s /app/entrypoint.sh /entrypoint.sh",
        "FROM b AS c\nCOPY . /src\nFROM a\nCOPY --from=c /src/entrypoint.sh /",
        "FROM b AS c\nCOPY . /src\nFROM a\nCOPY --from=1 /src /",
        "ENV D=/\nCOPY entrypoint.sh ${D}",
    ] {
        assert_eq!(
            launched(&format!("FROM a\n{copy}{start}"), &[("entrypoint.sh", SCRIPT), ("scripts/a.sh", "")]),
            "Entrypoint Exec; molecule-runtime",
            "{copy}"
        );
    }
    for (copy, wanted) in [
        ("", "/entrypoint.sh"),
        ("COPY entrypoint.sh /app/", "/entrypoint.sh"),
        ("COPY missing.sh /entrypoint.sh", "/entrypoint.sh"),
        ("COPY entrypoint.sh /elsewhere/entrypoint.sh", "/entrypoint.sh"),
        ("RUN make > /entrypoint.sh", "/entrypoint.sh (it is made by a command)"),
        (
            "COPY entrypoint.sh /\nRUN rm /entrypoint.sh",
            "/entrypoint.sh (it is made by nothing: it is taken away again)",
        ),
        ("COPY --from=image /e /entrypoint.sh", "/entrypoint.sh (it is made by another image)"),
        ("ADD https://x/e /entrypoint.sh", "/entrypoint.sh (it is made by a download)"),
    ] {
        let told = launched(&format!("FROM a\n{copy}{start}"), &[("entrypoint.sh", SCRIPT)]);
        assert_eq!(told, format!("Entrypoint Exec; {wanted}"), "{copy}");
    }
}

#[test]
fn a_wrapper_script_ends_as_its_text_says() {
    let told = |script: &'static str| {
        let text = "FROM a\nCOPY e /usr/local/bin/entry\nENV ADAPTER_MODULE=adapter\nENTRYPOINT [\"entry\"]\n\
                    CMD [\"molecule-runtime\"]\n";
        launched(text, &[("e", script)])
    };
    for script in [
        "#!/bin/bash\nexec molecule-runtime\n",
        "#!/usr/bin/env bash\nexec \"$@\"\n",
        "#!/bin/sh -e\nif [ \"$(id -u)\" = 0 ]; then AS_AGENT=\"gosu agent\"; fi\nexec ${AS_AGENT} env A=b molecule-runtime\n",
        "#!/bin/sh\nmain() {\n  exec molecule-runtime\n}\nmain \"$@\"\n",
        "#!/bin/sh\n[ -n \"$ADAPTER_MODULE\" ] || exit 1\nexec \\\n  molecule-runtime\n",
        "#!/bin/sh\nRUN=molecule-runtime\nexec \"$RUN\"\n",
        "#!/bin/sh\nexec ${CMD:-molecule-runtime}\n",
    ] {
        assert_eq!(told(script), RUNTIME, "{script}");
    }
    for (script, wanted) in [
        ("#!/bin/sh\nmolecule-runtime\n", "molecule-runtime waited for"),
        ("#!/bin/sh\nexec \"$0\" \"$@\"\n", "/usr/local/bin/entry molecule-runtime (it starts itself again)"),
        (
            "#!/bin/sh\n# exec molecule-runtime\necho exec molecule-runtime\n",
            "echo exec molecule-runtime waited for",
        ),
        ("#!/bin/sh\nexec python main.py\nexec molecule-runtime\n", "python main.py"),
        ("#!/bin/sh\nexit 0\nexec molecule-runtime\n", " (it comes to no end that starts a program)"),
        ("#!/usr/bin/env python\nimport x\n", "entry molecule-runtime (it is not a shell script)"),
        (
            "#!/bin/sh\nif [ $1 ]; then exec gosu agent \"$0\" \"$@\"; fi\nexec molecule-runtime\n",
            "molecule-runtime",
        ),
        (
            "#!/bin/sh\r\nexec molecule-runtime\r\n",
            "molecule-runtime; fault: the script's first line ends with a carriage return, which becomes part of its interpreter's name",
        ),
        (
            "exec molecule-runtime\n",
            "molecule-runtime; fault: the script does not begin with `#!` and its interpreter",
        ),
    ] {
        let wanted = match wanted.strip_prefix(' ') {
            Some(_) => format!("Entrypoint Exec; entry molecule-runtime{wanted}"),
            None => format!("Entrypoint Exec; {wanted}"),
        };
        assert_eq!(told(script), wanted, "{script}");
    }
    assert_eq!(
        launched("FROM a\nCOPY e /e\nENTRYPOINT [\"sh\", \"-e\", \"/e\"]", &[("e", "exec molecule-runtime")]),
        RUNTIME,
        "a shell that is told to run a script needs no first line"
    );
    assert_eq!(
        launched(
            "FROM a\nCOPY --chmod=755 <<'EOF' /e\n#!/bin/sh\nexec molecule-runtime\nEOF\nENTRYPOINT [\"/e\"]",
            &[]
        ),
        RUNTIME
    );
}

#[test]
fn the_way_to_what_is_started_is_told() {
    let text = "FROM a\nCOPY run.sh /run.sh\nENTRYPOINT [\"/run.sh\"]\n";
    let context = Folder([("run.sh", "#!/bin/sh\nexec molecule-runtime\n")].into());
    let launch = image(text).launch(&context).unwrap();
    assert_eq!(
        trace(text, &launch.ends[0].trace),
        "\n    ENTRYPOINT [\"/run.sh\"] | the last ENTRYPOINT decides what is started\
         \n    run.sh | puts `/run.sh` there\
         \n    run.sh | becomes `molecule-runtime`"
    );
}

#[test]
fn settings_of_the_final_stage_are_told() {
    let text = "FROM a\nENV ADAPTER_MODULE=adapter B=\"$X y\" C=$ADAPTER_MODULE\nENV D $ADAPTER_MODULE!\n\
                WORKDIR /app\nWORKDIR src\nUSER ${D:+agent}\n";
    let image = image(text);
    let value = |name: &str| image.environment[name].value.clone().unwrap();
    assert_eq!(value("ADAPTER_MODULE"), "adapter");
    assert_eq!(value("B"), " y");
    assert_eq!(value("C"), "", "pairs of one instruction do not see each other");
    assert_eq!(value("D"), "adapter!");
    assert_eq!(image.workdir.unwrap().text.as_deref(), Some("/app/src"));
    assert_eq!(image.user.unwrap().text.as_deref(), Some("agent"));
    let span = image.environment["ADAPTER_MODULE"].span;
    assert_eq!(&text[span.range()], "ADAPTER_MODULE=adapter");
}

#[test]
fn what_stops_the_build_while_instructions_are_carried_out_is_a_fault() {
    for (text, wanted) in [
        ("FROM a\nENV A=${B:?needed}", "`B` has no value, and the build asks for one"),
        ("FROM a\nWORKDIR \"/app", "`\"` is missing"),
        ("FROM a\nCOPY --from=9 a b", "`--from=9` names no stage above this one"),
        ("FROM a\nCOPY --from=$X a b", "`--from=$X` names no stage above this one"),
        ("FROM $X", "the name of the base image is empty"),
        ("FROM Python", "`Python` cannot be the name of an image"),
    ] {
        let faults: Vec<_> = image(text).faults.iter().map(Fault::to_string).collect();
        assert_eq!(faults, [wanted], "{text}");
    }
}

#[test]
fn files_are_followed_through_stages_and_commands_and_no_further_than_makes_sense() {
    let script = &[("e", "#!/bin/sh\nexec molecule-runtime\n")];
    let through = "FROM a AS one\nCOPY e /1\nFROM a AS two\nCOPY --from=one /1 /2\nFROM a\nCOPY --from=two /2 /3\n\
                   RUN mv /3 /4\nENTRYPOINT [\"/4\"]\n";
    assert_eq!(launched(through, script), "Entrypoint Exec; molecule-runtime");
    let mut long = "FROM a\nCOPY e /0\n".to_owned();
    for step in 0..10_000 {
        writeln!(long, "RUN cp /{step} /{}", step + 1).unwrap();
    }
    long.push_str("ENTRYPOINT [\"/10000\"]\n");
    assert_eq!(
        launched(&long, script),
        "Entrypoint Exec; /10000 (it is made by more copies than can be followed)"
    );
}

#[test]
fn a_list_of_requirements_is_the_one_that_the_layer_sees() {
    let lists = |text: &str| {
        let image = image(&format!("FROM b AS c\nCOPY list.txt /l/\nFROM a\nWORKDIR /app\n{text}\n"));
        let context = Folder([("requirements.txt", ""), ("list.txt", "")].into());
        let installs = image.runs.iter().flat_map(|run| &run.installs);
        let shown =
            installs.flat_map(|install| install.origins(&image, &context)).map(|origin| match origin {
                Origin::Context { path, .. } => path,
                Origin::Document { text, .. } => text.text().to_owned(),
                Origin::Made { by, .. } => by,
                Origin::Unknown => "?".to_owned(),
            });
        shown.collect::<Vec<_>>().join(" ")
    };
    let install = "RUN pip install -r requirements.txt";
    assert_eq!(lists(&format!("COPY . .\n{install}")), "requirements.txt");
    assert_eq!(lists(&format!("COPY list.txt requirements.txt\n{install}")), "list.txt");
    assert_eq!(lists(&format!("{install}\nCOPY . .")), "?", "it comes too late");
    assert_eq!(lists(&format!("COPY <<EOF requirements.txt\nx\nEOF\n{install}")), "x\n");
    assert_eq!(lists(&format!("RUN echo x > requirements.txt\n{install}")), "x\n");
    assert_eq!(lists(&format!("RUN list > requirements.txt\n{install}")), "a command");
    assert_eq!(lists("RUN pip install -r $(list)"), "?");
    for mount in [
        "type=bind,source=requirements.txt,target=/r.txt",
        "source=./requirements.txt,dst=/r.txt",
        "type=bind,src=.,target=/r,from=c --mount=type=bind,source=requirements.txt,target=/r.txt",
    ] {
        assert_eq!(
            lists(&format!("RUN --mount={mount} pip install -r /r.txt")),
            "requirements.txt",
            "{mount}"
        );
    }
    assert_eq!(lists("RUN --mount=target=/src pip install -r /src/list.txt"), "list.txt");
    assert_eq!(lists("RUN --mount=from=c,source=/l,target=/m pip install -r /m/list.txt"), "list.txt");
    assert_eq!(lists("RUN --mount=type=cache,target=/r.txt pip install -r /r.txt"), "?");
}

#[test]
fn an_argument_without_a_value_is_not_set() {
    let text = "FROM a\nARG V\nENV E=${V-unset}\nRUN pip install x==${V-1} y==$V\n";
    let image = image(text);
    assert_eq!(image.environment["E"].value.as_deref(), Some("unset"));
    assert_eq!(installs(text), "Pip [x==1 y==] V:Argument V:Argument\n");
    assert!(!image.runs[0].uses("V").unwrap().binding.as_ref().unwrap().is_set);
}

#[test]
fn a_script_that_commands_write_is_followed() {
    const START: &str = "ENTRYPOINT [\"/e\"]";
    for write in [
        "RUN printf '#!/bin/sh\\nexec %s \"$@\"\\n' molecule-runtime > /e && chmod +x /e",
        "RUN echo '#!/bin/sh' > /e; echo 'exec molecule-runtime' >> /e; chmod 0755 /e",
        "RUN cat > /e <<'EOF'\n#!/bin/sh\nexec molecule-runtime\nEOF\nRUN chmod a+x /e",
        "RUN <<EOF\ncat > /e <<'END'\n#!/bin/sh\nexec molecule-runtime\nEND\nchmod 755 /e\nEOF",
        "RUN printf '#!/bin/sh\\nexec molecule-runtime\\n' | tee /e; chmod -R 755 /",
    ] {
        let told = launched(&format!("FROM a\n{write}\n{START}"), &[]);
        let wanted =
            if write.contains("tee") { "Entrypoint Exec; /e (it is made by a command)" } else { RUNTIME };
        assert_eq!(told, wanted, "{write}");
    }
    let told =
        launched(&format!("FROM a\nCOPY --chmod=755 <<EOF /e\n#!/bin/sh\nexec $R \"$@\"\nEOF\n{START}"), &[]);
    assert_ne!(told, RUNTIME, "the build replaces what the script was to expand");
    let told =
        launched(&format!("FROM a\nCOPY <<'EOF' /e\n#!/bin/sh\nexec molecule-runtime\nEOF\n{START}"), &[]);
    assert_eq!(told, format!("{RUNTIME}; fault: the script is not executable"));
}

#[test]
fn words_of_a_shell_are_no_programs() {
    for argv in ["\"exec\", ", "\"command\", ", "\"tini\", \"--\", \"exec\", "] {
        let told = launched(&format!("FROM a\nENTRYPOINT [{argv}\"molecule-runtime\"]"), &[]);
        assert_ne!(told, RUNTIME, "{argv}");
    }
    let script = "#!/bin/sh\nexec gosu agent exec molecule-runtime\n";
    assert_ne!(launched("FROM a\nCOPY e /e\nENTRYPOINT [\"/e\"]", &[("e", script)]), RUNTIME);
    for script in [
        "#!/bin/bash\nAS=(gosu agent)\nexec \"${AS[@]}\" molecule-runtime\n",
        "#!/bin/bash\nCMD=(molecule-runtime)\nexec \"${CMD[@]}\"\n",
        "#!/bin/bash\n[ -f x ] && AS=(gosu agent)\nexec \"${AS[@]}\" molecule-runtime\n",
        "#!/bin/sh\nexec env PATH=\"/opt/bin:$PATH\" HOME=/x A=\"$(cat /x)\" molecule-runtime\n",
        "#!/bin/sh\nexec runuser agent -c 'exec molecule-runtime'\n",
    ] {
        assert_eq!(launched("FROM a\nCOPY e /e\nENTRYPOINT [\"/e\"]", &[("e", script)]), RUNTIME, "{script}");
    }
    let entry = "FROM a\nCOPY e /e\nENTRYPOINT [\"bash\", \"-eu\", \"-o\", \"pipefail\", \"/e\"]";
    assert_eq!(launched(entry, &[("e", "exec molecule-runtime\n")]), RUNTIME);
}
