//! Accounts of the image.

use super::*;

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
