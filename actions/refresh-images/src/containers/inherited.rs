//! What of a container's settings is the operator's own, and what came from its image.
//!
//! The engine merges the two when a container is made and keeps the result alone. They are told apart by the image that
//! the container was made from: what equals the image's came from it. So only the operator's own is asked for again,
//! and the engine fills in the rest from the new image.

use std::collections::HashMap;

use bollard::models::{
    ContainerConfig, ContainerCreateBody, HealthConfig, HostConfig, ImageConfig, NetworkingConfig,
};

use super::networks::{Networks, shares_network};
use super::volumes::with_volumes;
use crate::engine::Container;

/// What a container is made from that takes the place of another: its settings, without what it had from its image.
///
/// Pure. The name of the image is the one that the old container was given: what it stands for now is the new image.
#[must_use]
pub fn made_anew(old: &Container, old_image: &ImageConfig, networks: &Networks) -> ContainerCreateBody {
    let nothing = ContainerConfig::default();
    let config = old.inspected.config.as_ref().unwrap_or(&nothing);
    let host = old.inspected.host_config.clone().unwrap_or_default();
    let shares_network = shares_network(&host);
    let (entrypoint, cmd) = command(config, old_image);
    let own = |mine: &Option<String>, images: &Option<String>| {
        mine.clone().filter(|mine| Some(mine) != images.as_ref())
    };
    ContainerCreateBody {
        // who shares a network, or the host's names, has no name of its own
        hostname: hostname(old, config, &host).filter(|_| !shares_network),
        domainname: config.domainname.clone().filter(|name| !name.is_empty() && !shares_network),
        user: own(&config.user, &old_image.user),
        attach_stdin: config.attach_stdin,
        attach_stdout: config.attach_stdout,
        attach_stderr: config.attach_stderr,
        exposed_ports: without(config.exposed_ports.as_deref(), old_image.exposed_ports.as_deref())
            .filter(|_| !shares_network),
        tty: config.tty,
        open_stdin: config.open_stdin,
        stdin_once: config.stdin_once,
        env: without(config.env.as_deref(), old_image.env.as_deref()),
        cmd,
        healthcheck: healthcheck(config.healthcheck.as_ref(), old_image.healthcheck.as_ref()),
        image: config.image.clone(),
        volumes: without(config.volumes.as_deref(), old_image.volumes.as_deref()),
        working_dir: own(&config.working_dir, &old_image.working_dir),
        entrypoint,
        network_disabled: config.network_disabled,
        labels: labels(config.labels.as_ref(), old_image.labels.as_ref()),
        stop_signal: own(&config.stop_signal, &old_image.stop_signal),
        stop_timeout: config.stop_timeout,
        shell: config.shell.clone().filter(|shell| Some(shell) != old_image.shell.as_ref()),
        host_config: Some(with_volumes(
            with_links(host),
            old.inspected.mounts.as_deref().unwrap_or_default(),
        )),
        networking_config: networks
            .first
            .clone()
            .map(|first| NetworkingConfig { endpoints_config: Some(HashMap::from([first])) }),
        ..ContainerCreateBody::default()
    }
}

/// The engine names a container by the beginning of its id where nobody names it otherwise.
fn hostname(old: &Container, config: &ContainerConfig, host: &HostConfig) -> Option<String> {
    let uses_hosts = host.uts_mode.as_deref() == Some("host");
    config
        .hostname
        .clone()
        .filter(|name| !name.is_empty() && !old.id.starts_with(name.as_str()) && !uses_hosts)
}

/// The entries of a list that are not the image's.
fn without(mine: Option<&[String]>, images: Option<&[String]>) -> Option<Vec<String>> {
    let images = images.unwrap_or_default();
    let own: Vec<_> = mine?.iter().filter(|entry| !images.contains(entry)).cloned().collect();
    (!own.is_empty()).then_some(own)
}

fn labels(
    mine: Option<&HashMap<String, String>>,
    images: Option<&HashMap<String, String>>,
) -> Option<HashMap<String, String>> {
    let is_images = |name: &String, value: &String| images.and_then(|images| images.get(name)) == Some(value);
    let own: HashMap<_, _> = mine?
        .iter()
        .filter(|(name, value)| !is_images(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (!own.is_empty()).then_some(own)
}

/// Entry point and command, which the engine merges together: an entry point of the operator's takes the image's
/// command away.
fn command(config: &ContainerConfig, image: &ImageConfig) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let some = |list: &Option<Vec<String>>| list.clone().filter(|list| !list.is_empty());
    let (entrypoint, cmd) = (some(&config.entrypoint), some(&config.cmd));
    let (images_entrypoint, images_cmd) = (some(&image.entrypoint), some(&image.cmd));
    if entrypoint != images_entrypoint {
        // an empty word is how the engine is told that there is none
        return (Some(entrypoint.unwrap_or_else(|| vec![String::new()])), cmd);
    }
    if cmd == images_cmd {
        return (None, None);
    }
    // without a command of the operator's the image's would come, unless the entry point is the operator's
    let entrypoint = if cmd.is_none() { entrypoint } else { None };
    (entrypoint, cmd)
}

/// A check of health, which the engine merges field by field.
fn healthcheck(mine: Option<&HealthConfig>, images: Option<&HealthConfig>) -> Option<HealthConfig> {
    let mine = mine?;
    let Some(images) = images else { return Some(mine.clone()) };
    if mine == images {
        return None;
    }
    let own = |mine: Option<i64>, images: Option<i64>| mine.filter(|mine| Some(*mine) != images);
    Some(HealthConfig {
        test: mine.test.clone().filter(|test| Some(test) != images.test.as_ref()),
        interval: own(mine.interval, images.interval),
        timeout: own(mine.timeout, images.timeout),
        retries: own(mine.retries, images.retries),
        start_period: own(mine.start_period, images.start_period),
        start_interval: own(mine.start_interval, images.start_interval),
    })
}

/// The engine tells a link as `/other:/me/alias`, and takes it as `other:alias`.
fn with_links(mut host: HostConfig) -> HostConfig {
    if let Some(links) = &mut host.links {
        for link in links {
            if let Some((other, alias)) = link.split_once(':') {
                let alias = alias.rsplit('/').next().unwrap_or(alias);
                *link = format!("{}:{alias}", other.trim_start_matches('/'));
            }
        }
    }
    host
}

#[cfg(test)]
mod tests;
