//! Nobody is told before the index serves the version.

use local_index::LocalIndex;

use crate::stage::{Stage, template};

const PACKAGE: &str = "molecule-ai-workspace-runtime";

fn index(version: Option<&str>) -> LocalIndex {
    let index = LocalIndex::start(local_index::Dialect::PyPI);
    index.new_project(PACKAGE);
    if let Some(version) = version {
        let wheel = local_index::wheel(PACKAGE, version);
        index.publish(PACKAGE, version, &wheel.file_name, wheel.bytes.clone());
    }
    index
}

on_both! {
    fn templates_are_told_once_the_index_serves_the_version(stage: &Stage) {
        let repo = stage.template("hermes");
        let index = index(None);
        let url = index.simple_url();
        let started = stage.started(&[
            ("version", "1.4.0"), ("token", &stage.token), ("repos", &repo), ("index-url", &url), ("index-timeout", "30"),
        ]);
        while local_index::count(&index.exchanges(), "read") < 2 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert_eq!(stage.writes(), 0, "nobody was told yet");
        let wheel = local_index::wheel(PACKAGE, "1.4.0");
        index.publish(PACKAGE, "1.4.0", &wheel.file_name, wheel.bytes.clone());
        started.ends(stage).succeeds().says("the index serves");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn a_version_that_never_comes_is_a_failure(stage: &Stage) {
        let index = index(Some("1.3.0"));
        let url = index.simple_url();
        let inputs = [("repos", &*template("hermes")), ("index-url", &url), ("index-timeout", "1")];
        stage.run(&inputs).exits(1).says("does not serve `molecule-ai-workspace-runtime` 1.4.0 after 1 s");
        assert_eq!(stage.writes(), 0);
    }

    fn an_index_that_fails_for_a_while_is_waited_for(stage: &Stage) {
        let repo = stage.template("hermes");
        let index = index(Some("1.4.0"));
        index.fail(local_index::Fault::status("read", 502).times(5));
        let url = index.simple_url();
        let inputs = [("repos", &*repo), ("index-url", &url), ("index-timeout", "120")];
        stage.run(&inputs).succeeds().says("the index serves");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn an_index_that_asks_to_be_left_alone_is_asked_once_more_at_the_end(stage: &Stage) {
        let index = index(Some("1.3.0"));
        index.fail(local_index::Fault::status("read", 429).header("retry-after", "3600").times(1000));
        let url = index.simple_url();
        let inputs = [("repos", &*template("hermes")), ("index-url", &url), ("index-timeout", "8")];
        stage.run(&inputs).exits(1);
        assert_eq!(local_index::count(&index.exchanges(), "read"), 2);
    }

    fn a_version_that_was_yanked_is_not_served(stage: &Stage) {
        let index = index(Some("1.4.0"));
        index.yank(PACKAGE, "1.4.0");
        let url = index.simple_url();
        let inputs = [("repos", &*template("hermes")), ("index-url", &url), ("index-timeout", "1")];
        stage.run(&inputs).exits(1).says("does not serve");
    }
}
