//! A thousand repositories.

use std::time::Duration;

use forge::Answer;
use futures_util::future::join_all;
use http_client::{Client, Settings};
use local_forge::{Dialect, LocalForge, Role, most_at_once};
use serde_json::json;

use crate::stage::{RECEIVER, name, wait_for};

#[test]
fn a_thousand_repositories_are_looked_at_and_told_with_no_more_than_a_hundred_requests_at_once() {
    let forge = LocalForge::start(Dialect::GitHub);
    let names: Vec<_> = (0..1000).map(|number| format!("acme/r{number:04}")).collect();
    forge.repos(&names, &[(".github/workflows/rebuild.yml", RECEIVER)]);
    forge.set_latency(Duration::from_millis(50));
    let site = forge::Site {
        dialect: forge::Dialect::GitHub,
        api: forge.api_url().parse().unwrap(),
        server: forge.url().parse().unwrap(),
    };
    let client = Client::new(Settings::default()).unwrap();
    let token = forge::Credential::Token(forge.token(Role::Write).into());
    let product = forge::Forge::new(site, client, token, std::sync::Arc::new(|_| {}), 100).unwrap();
    let names: Vec<_> = names.iter().map(|repo| name(repo)).collect();
    let survey = wait_for(async { product.survey(&names).await });
    assert!(survey.iter().all(|(_, told)| told.as_ref().unwrap().repository.found().is_some()));
    let payload = json!({ "cascade_id": "c1" });
    let payload = payload.as_object().unwrap();
    let answers = wait_for(join_all(names.iter().map(async |repo| {
        product.repository(repo.clone()).1.repository_dispatch("runtime-published", payload).await.unwrap()
    })));
    assert!(answers.iter().all(|answer| matches!(answer, Answer::Done(()))));
    let exchanges = forge.exchanges();
    assert_eq!(exchanges.len(), 1040);
    let most = most_at_once(&exchanges);
    assert!((50..=100).contains(&most), "{most}");
    assert!(names.iter().all(|repo| forge.runs(repo.as_str()).len() == 1));
}
