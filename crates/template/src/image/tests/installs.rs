//! What `RUN` installs, and with which variables.

use super::*;

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
fn an_argument_without_a_value_is_not_set() {
    let text = "FROM a\nARG V\nENV E=${V-unset}\nRUN pip install x==${V-1} y==$V\n";
    let image = image(text);
    assert_eq!(image.environment["E"].value.as_deref(), Some("unset"));
    assert_eq!(installs(text), "Pip [x==1 y==] V:Argument V:Argument\n");
    assert!(!image.runs[0].uses("V").unwrap().binding.as_ref().unwrap().is_set);
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
