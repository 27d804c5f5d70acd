//! Targets that need more words than their names.

use crate::stage::{Stage, template};

on_both! {
    fn each_target_is_told_by_its_own_mode(stage: &Stage) {
        let hermes = stage.template("hermes");
        stage.forge.repo("acme/server");
        let files = [("server/requirements.txt", "molecule-ai-workspace-runtime==1.3.0\n"), ("deploy/runtime", "1.3.0\n")];
        stage.forge.commit("acme/server", "main", &files, "feat: pins");
        stage.forge.commit("acme/server", "develop", &[("a.txt", "a")], "feat: develop");
        stage.write(
            "cascade.toml",
            &format!("[[targets]]\nrepo = \"{hermes}\"\n\n[[targets]]\nrepo = \"acme/server\"\nmode = \"bump-pr\"\nref = \"develop\"\npins = [\"server/requirements.txt\", {{ path = \"deploy/runtime\", format = \"version\" }}]\n"),
        );
        let ran = stage.run(&[("manifest", "cascade.toml")]).succeeds();
        assert_eq!(ran.state(&hermes), "started");
        assert_eq!(ran.state("acme/server"), "opened");
        let pull = &stage.forge.pulls("acme/server")[0];
        assert_eq!((pull.base.as_str(), pull.head.as_str()), ("develop", "bump/runtime-1.4.0"));
        let at = "bump/runtime-1.4.0";
        assert_eq!(stage.forge.file("acme/server", at, "deploy/runtime").as_deref(), Some("1.4.0\n"));
        let requirements = stage.forge.file("acme/server", at, "server/requirements.txt").unwrap();
        assert_eq!(requirements, "molecule-ai-workspace-runtime==1.4.0\n");
    }

    fn a_named_workflow_is_started_at_the_named_branch(stage: &Stage) {
        let repo = template("hermes");
        stage.forge.repo(&repo);
        stage.workflow(&repo, "a.yml", "on:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n");
        stage.workflow(&repo, "b.yml", "on:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n");
        stage.forge.commit(&repo, "next", &[("a.txt", "a")], "feat: next");
        stage.write("cascade.toml", &format!("[[targets]]\nrepo = \"{repo}\"\nworkflow = \"b.yml\"\nref = \"next\"\n"));
        stage.run(&[("manifest", "cascade.toml")]).succeeds();
        let told = stage.told(&repo);
        assert_eq!((told[0].workflow.as_str(), told[0].git_ref.as_str()), ("b.yml", "refs/heads/next"));
    }
}
