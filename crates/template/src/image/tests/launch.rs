//! What a container of the image starts.

use super::*;

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
