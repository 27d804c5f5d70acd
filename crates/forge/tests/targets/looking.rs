//! What there is: single repositories, an organisation's, and many together.

use forge::{RepositoryLookup, RepositoryState, Workflows};
use local_forge::{NewRepo, Role};

use crate::stage::{RECEIVER, REPO, Stage, name, wait_for};

fn look(stage: &Stage, repo: &str) -> RepositoryLookup {
    wait_for(async { stage.open().repository(name(repo)).0.repository().await.unwrap() })
}

fn here(lookup: RepositoryLookup) -> RepositoryState {
    match lookup {
        RepositoryLookup::Here(state) => state,
        other => panic!("{other:?}"),
    }
}

on_both! {
    fn a_repository_tells_what_a_plan_must_know_of_it(stage: &Stage) {
        stage.forge.set_topics(REPO, &["molecule-template"]);
        let state = here(look(stage, "ACME/Template-One"));
        assert_eq!(state.name.as_str(), REPO);
        assert_eq!(state.default_branch.unwrap().as_str(), "main");
        assert_eq!(state.topics, ["molecule-template"]);
        assert!(!state.archived && !state.fork && !state.template);
        assert_eq!(state.user_may_push, Some(true));

        stage.forge.set_archived(REPO, true);
        stage.forge.set_template(REPO, true);
        let state = here(look(stage, REPO));
        assert!(state.archived && state.template);
        stage.forge.fork(REPO, "stranger");
        let fork = here(look(stage, "stranger/template-one"));
        assert!(fork.fork);
        assert_eq!(fork.user_may_push, Some(false));
    }

    fn a_renamed_repository_is_told_by_its_new_name(stage: &Stage) {
        stage.forge.rename(REPO, "template-uno");
        let RepositoryLookup::Moved(state) = look(stage, REPO) else { panic!() };
        assert_eq!(state.name.as_str(), "acme/template-uno");
    }

    fn a_hidden_repository_and_a_missing_one_look_the_same(stage: &Stage) {
        stage.forge.new_repo("acme/secret", &NewRepo { private: true, writers: Vec::new() });
        for repo in ["acme/secret", "acme/nowhere"] {
            assert_eq!(look(stage, repo), RepositoryLookup::HiddenOrMissing);
        }
    }

    fn a_survey_tells_each_repository_with_its_workflows_in_the_order_asked(stage: &Stage) {
        stage.forge.repo("acme/plain");
        stage.forge.rename("acme/plain", "bare");
        stage.forge.repo("other/one");
        stage.add_receiver("other/one");
        stage.forge.forget_exchanges();
        let asked = ["acme/nowhere", "other/one", "acme/plain", REPO].map(name);
        let survey = wait_for(async { stage.open().survey(&asked).await });
        let told: Vec<_> = survey.iter().map(|(repo, _)| repo.clone()).collect();
        assert_eq!(told, asked);
        let surveyed: Vec<_> = survey.into_iter().map(|(_, told)| told.unwrap()).collect();
        assert_eq!(surveyed[0].repository, RepositoryLookup::HiddenOrMissing);
        assert!(matches!(surveyed[0].workflows, Workflows::Unknown(_)));
        let RepositoryLookup::Moved(bare) = &surveyed[2].repository else { panic!("{:?}", surveyed[2]) };
        assert_eq!(bare.name.as_str(), "acme/bare");
        assert_eq!(surveyed[2].workflows, Workflows::Known(Vec::new()));
        for at in [1, 3] {
            assert!(matches!(surveyed[at].repository, RepositoryLookup::Here(_)));
            let Workflows::Known(files) = &surveyed[at].workflows else { panic!("{:?}", surveyed[at]) };
            assert_eq!(files.len(), 1);
            assert_eq!((files[0].name.as_str(), files[0].text.as_str()), ("rebuild.yml", RECEIVER));
        }
        let state = here(look(stage, REPO));
        let RepositoryLookup::Here(surveyed) = &surveyed[3].repository else { panic!() };
        assert_eq!(*surveyed, state, "one repository, looked at in two ways");
    }

    fn only_yaml_files_are_workflows(stage: &Stage) {
        let folder = if stage.open().capabilities().repository_dispatch { ".github" } else { ".gitea" };
        let notes = format!("{folder}/workflows/notes.md");
        let nested = format!("{folder}/workflows/more/deep.yml");
        stage.forge.commit(REPO, "main", &[(&notes, "on: push"), (&nested, "on: push")], "Add notes");
        let survey = wait_for(async { stage.open().survey(&[name(REPO)]).await });
        let Workflows::Known(files) = &survey[0].1.as_ref().unwrap().workflows else { panic!() };
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["rebuild.yml"]);
    }

    fn a_bad_token_is_one_error_for_all_that_were_asked(stage: &Stage) {
        let token = stage.forge.token(Role::Write);
        stage.forge.revoke_token(&token);
        let survey = wait_for(async { stage.open().survey(&[name(REPO), name("acme/nowhere")]).await });
        for (_, told) in survey {
            let error = told.unwrap_err();
            assert_eq!(error.status(), Some(401));
            assert_eq!(error.hint().unwrap(), "the token is missing, expired or revoked");
        }
    }

    fn the_files_of_a_commit_and_the_commits_of_a_branch_are_told(stage: &Stage) {
        let base = stage.forge.head(REPO, "main");
        stage.forge.commit(REPO, "bump/x", &[("docker/Dockerfile", "FROM x\n")], "Bump\n\nCascade-Id: c1");
        let head = stage.forge.commit(REPO, "bump/x", &[("y", "")], "More");
        let (base, head) = (base.parse().unwrap(), head.parse().unwrap());
        let (reader, _) = stage.handles();
        let files = wait_for(async { reader.files(&head).await.unwrap() });
        let file = files.iter().find(|file| file.path == "docker/Dockerfile").unwrap();
        assert_eq!((file.mode.as_str(), file.size), ("100644", 7));
        assert!(files.iter().all(|file| file.path != "docker"), "folders are no files");
        let mut ahead = wait_for(async { reader.commits_ahead(&base, &head).await.unwrap() });
        ahead.sort_by_key(|commit| commit.author.at);
        assert_eq!(ahead.len(), 2);
        assert_eq!(ahead[0].message.trim_end(), "Bump\n\nCascade-Id: c1");
        assert_eq!((ahead[0].parents.as_slice(), &ahead[1].parents[0]), (&[base.clone()][..], &ahead[0].sha));
        assert_eq!((ahead[0].author.login.as_deref(), ahead[0].author.email.as_str()), (Some("root1"), "r@e.local"));
        assert!(wait_for(async { reader.commits_ahead(&head, &head).await.unwrap() }).is_empty());
    }

    fn every_page_of_an_organisations_repositories_is_read(stage: &Stage) {
        let names: Vec<_> = (0..120).map(|number| format!("acme/r{number:03}")).collect();
        stage.forge.repos(&names, &[]);
        stage.forge.new_repo("acme/secret", &NewRepo { private: true, writers: Vec::new() });
        stage.forge.set_topics("acme/r007", &["molecule-template"]);
        stage.forge.set_archived("acme/r008", true);
        let org = "Acme".parse().unwrap();
        let found = wait_for(async { stage.open().organisation(&org).await.unwrap() });
        let mut names: Vec<_> = found.iter().map(|state| state.name.name().to_owned()).collect();
        names.sort();
        names.dedup();
        assert_eq!((found.len(), names.len()), (121, 121));
        assert!(!names.contains(&"secret".to_owned()));
        let find = |short: &str| found.iter().find(|state| state.name.name() == short).unwrap();
        assert_eq!(find("r007").topics, ["molecule-template"]);
        assert!(find("r008").archived);
    }

    fn an_organisation_that_is_not_there_is_named_with_what_to_do(stage: &Stage) {
        let org = "nobody".parse().unwrap();
        let error = wait_for(async { stage.open().organisation(&org).await.unwrap_err() });
        assert_eq!(error.to_string(), "could not list the repositories of organisation `nobody`");
        assert!(error.hint().unwrap().starts_with("see that `nobody` is spelt"));
    }
}

#[test]
fn twenty_five_repositories_take_one_request_on_github() {
    let stage = Stage::new(local_forge::Dialect::GitHub);
    let asked: Vec<_> = (0..26).map(|number| name(&format!("acme/none-{number}"))).collect();
    let survey = wait_for(async { stage.open().survey(&asked).await });
    assert_eq!((survey.len(), stage.asked("graphql")), (26, 2));
    assert_eq!(stage.forge.exchanges().len(), 2);
}

#[test]
fn a_survey_takes_one_round_trip_on_github_and_two_on_gitea() {
    for (dialect, trips) in [(local_forge::Dialect::GitHub, 1), (local_forge::Dialect::Gitea, 2)] {
        let stage = Stage::new(dialect);
        stage.forge.repo("acme/two");
        stage.add_receiver("acme/two");
        stage.forge.forget_exchanges();
        stage.forge.set_latency(std::time::Duration::from_millis(250));
        let survey = wait_for(async { stage.open().survey(&[name(REPO), name("acme/two")]).await });
        assert!(survey.iter().all(|(_, told)| matches!(&told.as_ref().unwrap().workflows, Workflows::Known(files) if files.len() == 1)));
        assert_eq!(local_forge::round_trips(&stage.forge.exchanges()), trips, "{dialect}");
    }
}

#[test]
fn a_query_that_is_too_much_for_github_is_asked_in_halves() {
    let stage = Stage::new(local_forge::Dialect::GitHub);
    let asked: Vec<_> =
        (0..3).map(|number| name(&format!("acme/none-{number}"))).chain([name(REPO)]).collect();
    // as often as one query is tried
    stage.forge.fail(local_forge::Fault::status("graphql", 502).times(4));
    let survey = wait_for(async { stage.open().survey(&asked).await });
    let told: Vec<_> = survey.iter().map(|(repo, _)| repo.clone()).collect();
    assert_eq!((told, stage.asked("graphql")), (asked, 6));
    assert!(survey.iter().all(|(_, told)| told.is_ok()));
}

#[test]
fn workflows_that_may_not_be_read_are_unknown_and_not_none() {
    let stage = Stage::new(local_forge::Dialect::GitHub);
    let new = NewRepo { private: true, writers: vec![Role::Write] };
    stage.forge.new_repo("acme/secret", &new);
    stage.add_receiver("acme/secret");
    let token = stage.forge.narrowed_token(Role::Write, local_forge::Permissions::none());
    let forge = stage.open_as(forge::Credential::Token(token.into()));
    let survey = wait_for(async { forge.survey(&[name("acme/secret")]).await });
    let surveyed = survey[0].1.as_ref().unwrap();
    assert!(matches!(surveyed.repository, RepositoryLookup::Here(_)));
    let Workflows::Unknown(reason) = &surveyed.workflows else { panic!("{surveyed:?}") };
    assert_eq!(reason, "Resource not accessible by personal access token");
}
