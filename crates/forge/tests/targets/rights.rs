//! What a token may do, found out without doing it.

use forge::{Answer, Right};

use crate::stage::{REPO, Stage, name, wait_for};

on_both! {
    fn a_right_is_found_out_without_a_trace_also_where_there_is_no_branch_yet(stage: &Stage) {
        let empty = "acme/empty";
        stage.forge.empty_repo(empty);
        for repo in [REPO, empty] {
            let before = stage.forge.heads(repo);
            let (_, writer) = stage.open().repository(name(repo));
            for right in [Right::Contents, Right::PullRequests("main")] {
                let answer = wait_for(async { writer.probe(right).await });
                assert!(matches!(answer, Ok(Answer::Done(()))), "{repo}: {right:?}: {answer:?}");
            }
            assert_eq!(stage.forge.heads(repo), before, "{repo}");
        }
    }
}
