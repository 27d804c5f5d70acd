//! A thousand targets under GitHub's own limits, which the forge enforces; time runs four hundred times as fast.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cascade::inputs::{Inputs, Settings};
use cascade::outcome::{Outcome, Verdict};
use cascade::pace::{Hour, Paced};
use cascade::preflight::preflight;
use cascade::tell::{Before, Over, Progress, Stop, Teller};
use clap::Parser as _;
use forge::{Credential, Forge, Site};
use futures_util::future::{Either, select};
use http_client::{Client, Clock, ScaledClock};
use local_forge::Dialect;
use runner::{Console, Environment, Stream};

use crate::stage::{SOURCE, Stage};

const SCALE: u32 = 400;
const ALL: usize = 1000;

fn names() -> Vec<String> {
    (0..ALL).map(|number| format!("acme/template-{number:04}")).collect()
}

/// A forge with a thousand templates, and the clock by which it counts.
fn hall() -> (Stage, Arc<ScaledClock>) {
    let stage = Stage::new(Dialect::GitHub);
    let receiver = "run-name: Publish [${{ github.event.client_payload.cascade_id }}]\non:\n  repository_dispatch:\n    types: [runtime-published]\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps: []\n";
    stage.forge.repos(&names(), &[(".github/workflows/publish.yml", receiver)]);
    stage.forge.set_time(jiff::Timestamp::now());
    stage.forge.enforce_limits(SCALE);
    (stage, Arc::new(ScaledClock::new(SCALE)))
}

fn settings(wait: &str) -> Settings {
    let list = names().join(",");
    let inputs = ["cascade", "--version", "1.4.0", "--repos", &list, "--wait", wait, "--concurrency", "60"];
    let inputs = Inputs::try_parse_from(inputs).unwrap();
    inputs.settings(Some(&SOURCE.parse().unwrap()), Path::new("")).unwrap()
}

/// Tells all targets, or until `kill` says so: then whatever is under way is cut off.
fn cascade(stage: &Stage, clock: &Arc<ScaledClock>, kill: impl Fn() -> bool) -> Option<Vec<Outcome>> {
    let settings = settings("none");
    runner::block_on(async {
        let client = Client::new(http_client::Settings {
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            ..http_client::Settings::default()
        })
        .unwrap();
        let site = Site {
            dialect: forge::Dialect::GitHub,
            api: stage.forge.api_url().parse().unwrap(),
            server: stage.forge.url().parse().unwrap(),
        };
        let credential = Credential::Token(stage.token.clone().into());
        let (over, stop) = (Over::of(&credential), Stop::default());
        let forge = Forge::new(site, client.clone(), credential, Arc::new(|_| {}), settings.at_once).unwrap();
        let targets = settings.sources.listed.clone();
        let looked = preflight(&forge, forge::Dialect::GitHub, targets, &settings.event).await.unwrap();
        let console = Console::new(
            &Environment::from_pairs([("GITHUB_ACTIONS", "true")]),
            Stream::plain(std::io::sink()),
            Stream::plain(std::io::sink()),
        );
        let progress = Progress::new(&console, client.clock().as_ref(), ALL);
        let hour = Hour::of(&forge.who().await.unwrap(), over.is_by_owner(), client.clock().now());
        assert!(hour.is_some(), "the forge tells what the token may ask");
        let paced = Paced::new(&settings.pace, forge::Dialect::GitHub, hour, Arc::clone(client.clock()));
        let teller = Teller {
            forge: &forge,
            dialect: forge::Dialect::GitHub,
            paced: &paced,
            clock: client.clock().as_ref(),
            settings: &settings,
            before: Before::default(),
            progress: &progress,
            over: &over,
            receipts: None,
            stop: &stop,
            interval: Duration::ZERO,
        };
        let killed = async {
            while !kill() {
                // the forge tells times by the clock that it counts by
                stage.forge.set_time(clock.now());
                client.clock().sleep(Duration::from_secs(10)).await;
            }
        };
        match select(Box::pin(teller.tell_all(looked)), Box::pin(killed)).await {
            Either::Left((outcomes, _)) => Some(outcomes),
            Either::Right(_) => None,
        }
    })
}

fn told(stage: &Stage) -> Vec<usize> {
    names().iter().map(|repo| stage.told(repo).len()).collect()
}

#[test]
fn a_thousand_targets_are_told_within_githubs_limits_and_after_a_kill_none_twice() {
    let (stage, clock) = hall();
    let begun = Instant::now();
    let half = || told(&stage).iter().sum::<usize>() >= ALL * 2 / 5;
    assert!(cascade(&stage, &clock, half).is_none(), "it was killed on the way");
    let at_the_kill = told(&stage).iter().sum::<usize>();
    assert!((ALL * 2 / 5..ALL).contains(&at_the_kill));

    let outcomes = cascade(&stage, &clock, || false).unwrap();
    let usage = stage.forge.usage();
    println!(
        "{at_the_kill} were told when it was killed, and all {ALL} after it was run again, {:?} and {} h of the forge's time later: {usage:?}",
        begun.elapsed(),
        begun.elapsed().as_secs() * u64::from(SCALE) / 3600,
    );
    let failed: Vec<_> = outcomes.iter().filter(|one| one.verdict() != Verdict::Told).take(3).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(told(&stage), vec![1; ALL]);
    assert!(stage.forge.limits_met().is_empty(), "{:?} {usage:?}", stage.forge.limits_met());
    assert!(usage.content_a_minute <= 80 && usage.content_an_hour <= 500 && usage.concurrent <= 100);
    assert!(usage.content_an_hour >= 400, "the pace is not slower than it must be: {usage:?}");
}

#[test]
fn a_thousand_targets_take_three_requests_each_and_one_for_every_twenty_five() {
    let stage = Stage::new(Dialect::GitHub);
    let receiver = "run-name: Publish [${{ github.event.client_payload.cascade_id }}]\non: repository_dispatch\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps: []\n";
    stage.forge.repos(&names(), &[(".github/workflows/publish.yml", receiver)]);
    stage.forge.set_time(jiff::Timestamp::now());
    stage.forge.set_latency(Duration::from_millis(50));
    let begun = Instant::now();
    let list = names().join(",");
    stage.run(&[("repos", &list), ("pace", "off"), ("wait", "none"), ("concurrency", "100")]).succeeds();
    let requests = stage.forge.exchanges().len();
    println!("{requests} requests in {:?}, at 50 ms and at most 100 at once", begun.elapsed());
    // who asks and what they have left, the survey, and then for each a look, the event, and a look whether another
    // cascade has told meanwhile; on a slow machine some first looks have grown old before their turn
    assert!(requests <= 2 + ALL / 25 + 4 * ALL, "{requests}");
    assert_eq!(told(&stage), vec![1; ALL]);
}
