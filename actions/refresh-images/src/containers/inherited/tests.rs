use crate::engine::Life;

use super::*;

#[expect(clippy::unnecessary_wraps, reason = "the engine's lists are optional")]
fn list(words: &[&str]) -> Option<Vec<String>> {
    Some(words.iter().map(|word| (*word).to_owned()).collect())
}

fn image() -> ImageConfig {
    ImageConfig {
        user: Some("agent".into()),
        env: list(&["PATH=/bin", "RUNTIME_VERSION=1.3.0"]),
        cmd: list(&["serve"]),
        entrypoint: list(&["/entry"]),
        working_dir: Some("/app".into()),
        labels: Some(HashMap::from([("version".into(), "1.3.0".into())])),
        exposed_ports: list(&["8000/tcp"]),
        ..ImageConfig::default()
    }
}

/// A container as the engine tells of one: the image's settings with these changes.
fn container(change: impl FnOnce(&mut ContainerConfig, &mut HostConfig)) -> Container {
    let image = image();
    let mut config = ContainerConfig {
        hostname: Some("0123456789ab".into()),
        user: image.user,
        env: image.env,
        cmd: image.cmd,
        entrypoint: image.entrypoint,
        working_dir: image.working_dir,
        labels: image.labels,
        exposed_ports: image.exposed_ports,
        image: Some("ghcr.io/acme/app:latest".into()),
        ..ContainerConfig::default()
    };
    let mut host = HostConfig::default();
    change(&mut config, &mut host);
    let mut inspected = bollard::models::ContainerInspectResponse::default();
    (inspected.config, inspected.host_config) = (Some(config), Some(host));
    Container {
        id: "0123456789abcdef".to_owned(),
        name: "ws-a".to_owned(),
        life: Life::Running,
        created: None,
        image_id: "sha256:old".to_owned(),
        image: "ghcr.io/acme/app:latest".to_owned(),
        inspected: Box::new(inspected),
    }
}

fn anew(change: impl FnOnce(&mut ContainerConfig, &mut HostConfig)) -> ContainerCreateBody {
    made_anew(&container(change), &image(), &Networks::default())
}

#[test]
fn what_came_from_the_image_is_left_to_the_new_one() {
    let body = anew(|_, _| {});
    let expected = ContainerCreateBody {
        image: Some("ghcr.io/acme/app:latest".into()),
        host_config: Some(HostConfig::default()),
        ..ContainerCreateBody::default()
    };
    assert_eq!(body, expected);
}

#[test]
fn what_the_operator_set_is_asked_for_again() {
    let body = anew(|config, host| {
        config.env = list(&["PATH=/bin", "RUNTIME_VERSION=1.3.0", "TOKEN=t"]);
        config.labels.as_mut().unwrap().insert("team".into(), "a".into());
        config.user = Some("root".into());
        config.hostname = Some("agent-7".into());
        config.exposed_ports = list(&["8000/tcp", "9000/tcp"]);
        host.memory = Some(1 << 30);
    });
    assert_eq!(body.env, list(&["TOKEN=t"]));
    assert_eq!(body.labels, Some(HashMap::from([("team".into(), "a".into())])));
    assert_eq!(body.user.as_deref(), Some("root"));
    assert_eq!(body.hostname.as_deref(), Some("agent-7"));
    assert_eq!(body.exposed_ports, list(&["9000/tcp"]));
    assert_eq!(body.host_config.unwrap().memory, Some(1 << 30));
}

#[test]
fn a_variable_of_the_images_that_the_operator_changed_stays_changed() {
    let body = anew(|config, _| config.env = list(&["PATH=/bin", "RUNTIME_VERSION=9"]));
    assert_eq!(body.env, list(&["RUNTIME_VERSION=9"]));
}

#[test]
fn command_and_entry_point_are_told_apart_as_the_engine_merges_them() {
    let merged = |entrypoint: Option<&[&str]>, cmd: Option<&[&str]>| {
        let body = anew(|config, _| {
            config.entrypoint = entrypoint.and_then(list);
            config.cmd = cmd.and_then(list);
        });
        (body.entrypoint, body.cmd)
    };
    assert_eq!(merged(Some(&["/entry"]), Some(&["serve"])), (None, None));
    assert_eq!(merged(Some(&["/entry"]), Some(&["shell"])), (None, list(&["shell"])));
    assert_eq!(merged(Some(&["/own"]), None), (list(&["/own"]), None));
    assert_eq!(merged(Some(&["/own"]), Some(&["serve"])), (list(&["/own"]), list(&["serve"])));
    // `--entrypoint ""`
    assert_eq!(merged(None, Some(&["sh"])), (list(&[""]), list(&["sh"])));
    // an entry point that equals the image's, given without a command
    assert_eq!(merged(Some(&["/entry"]), None), (list(&["/entry"]), None));
}

#[test]
fn a_check_of_health_is_the_operators_field_by_field() {
    let images = HealthConfig { test: list(&["CMD", "ok"]), interval: Some(5), ..HealthConfig::default() };
    let mine = HealthConfig { interval: Some(9), ..images.clone() };
    let own = HealthConfig { interval: Some(9), ..HealthConfig::default() };
    assert_eq!(healthcheck(Some(&mine), Some(&images)), Some(own));
    assert_eq!(healthcheck(Some(&images), Some(&images)), None);
    assert_eq!(healthcheck(Some(&mine), None), Some(mine));
}

#[test]
fn who_shares_a_network_asks_for_no_name_and_no_port() {
    let body = anew(|config, host| {
        config.hostname = Some("other".into());
        config.exposed_ports = list(&["9000/tcp"]);
        host.network_mode = Some("container:other".into());
    });
    assert_eq!((body.hostname, body.exposed_ports), (None, None));
}

#[test]
fn links_are_asked_for_in_the_form_that_the_engine_takes() {
    let body = anew(|_, host| host.links = list(&["/db:/ws-a/database"]));
    assert_eq!(body.host_config.unwrap().links, list(&["db:database"]));
}
