//! `dry-run`: the plan is printed, and nothing changes.

use http::Method;
use local_forge::MergeStyle;

use crate::stage::{REPO, Stage};

on_both! {
    fn the_plan_is_told_and_nothing_changes(stage: &Stage) {
        stage.released("1.3.9");
        stage.workflow("publish.yml");
        let merge = stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        let before = stage.forge.tags(REPO);
        let inputs = [
            ("dry-run", "true"),
            ("floating-tags", "major"),
            ("dispatch", "publish.yml"),
            ("dispatch-inputs", "version={version}"),
        ];
        let ran = stage
            .run_push(&merge, &inputs)
            .succeeds()
            .says("would tag")
            .says("step: create tag `runtime-v1.4.0`")
            .says("step: move tag `runtime-v1`")
            .says("step: start `publish.yml` at `runtime-v1.4.0`");
        assert_eq!(stage.forge.tags(REPO), before);
        assert!(stage.forge.runs(REPO).is_empty());
        for exchange in stage.forge.exchanges() {
            let reads = exchange.method == Method::GET
                || ["git.upload-pack", "graphql"].contains(&exchange.operation.as_str());
            assert!(reads, "{} {}", exchange.method, exchange.target);
        }

        assert_eq!((ran.output("tag"), ran.output("created")), ("runtime-v1.4.0", "false"));
        assert_eq!((ran.output("reason"), ran.output("skipped")), ("planned", "false"));
        let plan = ran.plan();
        assert_eq!(plan["verdict"], "release");
        let steps = plan["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 3);
        assert_eq!((&steps[0]["step"], &steps[0]["tag"]), (&"create-tag".into(), &"runtime-v1.4.0".into()));
        assert!(steps[0]["message"].as_str().unwrap().contains("Release-PR: #1"));
        assert_eq!((&steps[1]["step"], &steps[1]["to"]), (&"move-tag".into(), &merge.as_str().into()));
        assert_eq!(
            (&steps[2]["step"], &steps[2]["inputs"]["version"]),
            (&"dispatch".into(), &"1.4.0".into())
        );

        let real = stage.run_push(&merge, &inputs[1..]).releases("runtime-v1.4.0");
        assert_eq!(real.plan()["contributions"], plan["contributions"]);
    }

    fn a_dry_run_of_a_skip_says_so(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Docs", &["release:skip"], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[("dry-run", "true")]).skips("skip-label");
        assert_eq!(ran.plan()["verdict"], "skip");
    }
}
