//! Stages: what the image is built on, its settings and its files.

use super::*;

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
