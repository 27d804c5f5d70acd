//! An engine that is made up, and holds containers.

use std::sync::{Mutex, MutexGuard};

use loopback::Answer;
use serde_json::{Value, json};

use crate::host::digest;

/// A container.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) name: String,
    /// As the engine names it: `running`, `exited`, `created`.
    pub(crate) status: &'static str,
    pub(crate) image: String,
    pub(crate) image_id: String,
    /// What its check of health says.
    pub(crate) health: Option<&'static str>,
}

impl Container {
    /// One that runs an older image of this runtime.
    pub(crate) fn old(name: &str, image: &str) -> Self {
        Self {
            id: format!("id-of-{name}"),
            name: name.to_owned(),
            status: "running",
            image: image.to_owned(),
            image_id: "sha256:0".to_owned(),
            health: None,
        }
    }

    fn inspected(&self) -> Value {
        let health = self.health.map(|status| json!({ "Status": status, "Log": [] }));
        json!({
            "Id": self.id,
            "Name": format!("/{}", self.name),
            "Image": self.image_id,
            "RestartCount": 0,
            "State": { "Status": self.status, "Running": self.status == "running", "ExitCode": 0, "Health": health },
            "Config": { "Image": self.image, "StopTimeout": 0 },
            "HostConfig": {},
        })
    }
}

/// The engine's containers; every image that is asked about is there.
#[derive(Default)]
pub(crate) struct Engine {
    containers: Mutex<Vec<Container>>,
    made: Mutex<usize>,
}

impl Engine {
    pub(crate) fn containers(&self) -> MutexGuard<'_, Vec<Container>> {
        self.containers.lock().unwrap()
    }

    /// Name and status of each container.
    pub(crate) fn told(&self) -> Vec<(String, &'static str)> {
        let mut told: Vec<_> =
            self.containers().iter().map(|container| (container.name.clone(), container.status)).collect();
        told.sort();
        told
    }

    /// Changes the container of this name or id.
    pub(crate) fn change(&self, name: &str, change: impl FnOnce(&mut Container)) -> bool {
        let mut containers = self.containers();
        let found = containers.iter_mut().find(|container| container.name == name || container.id == name);
        found.map(change).is_some()
    }

    /// What an engine of version 1.41 answers.
    pub(crate) fn answer(&self, method: &str, target: &str, body: &str) -> Answer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path.ends_with("/version") {
            return (200, json!({ "ApiVersion": "1.41", "MinAPIVersion": "1.12" }).to_string());
        }
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').skip(1).collect();
        let name = query.split('&').find_map(|pair| pair.strip_prefix("name="));
        match (method, parts.as_slice()) {
            ("GET", ["containers", "json"]) => {
                let told: Vec<_> = self
                    .containers()
                    .iter()
                    .map(|one| json!({ "Id": one.id, "Names": [format!("/{}", one.name)] }))
                    .collect();
                (200, json!(told).to_string())
            }
            ("GET", ["containers", id, "json"]) => {
                let containers = self.containers();
                let found = containers.iter().find(|one| one.id == *id || one.name == *id);
                found.map_or_else(absent, |found| (200, found.inspected().to_string()))
            }
            ("POST", ["containers", "create"]) => self.create(name.unwrap(), body),
            ("POST", ["containers", id, "rename"]) => {
                let name = name.unwrap();
                if self.containers().iter().any(|one| one.name == name) {
                    return conflict("the name is taken");
                }
                done(self.change(id, |one| one.name = name.into()))
            }
            ("POST", ["containers", id, "stop"]) => done(self.change(id, |one| one.status = "exited")),
            ("POST", ["containers", id, "start"]) => done(self.change(id, |one| one.status = "running")),
            ("DELETE", ["containers", id]) => {
                let before = self.containers().len();
                self.containers().retain(|one| one.id != *id);
                done(self.containers().len() < before)
            }
            ("GET", ["images", ..]) => {
                let name = path.split_once("/images/").and_then(|(_, rest)| rest.strip_suffix("/json"));
                image(name.unwrap())
            }
            _ => absent(),
        }
    }

    fn create(&self, name: &str, body: &str) -> Answer {
        if self.containers().iter().any(|one| one.name == name) {
            return conflict("the name is taken");
        }
        let body: Value = serde_json::from_str(body).unwrap();
        let mut made = self.made.lock().unwrap();
        *made += 1;
        let id = format!("made-{made}");
        self.containers().push(Container {
            id: id.clone(),
            name: name.to_owned(),
            status: "created",
            image: body["Image"].as_str().unwrap().to_owned(),
            image_id: "sha256:1".to_owned(),
            health: None,
        });
        (201, json!({ "Id": id, "Warnings": [] }).to_string())
    }
}

/// An image that the registry's digest stands for; one by its id was made elsewhere.
fn image(name: &str) -> Answer {
    let name = name.replace("%2F", "/").replace("%3A", ":");
    if name.starts_with("sha256:") {
        return (200, json!({ "Id": name, "Config": {} }).to_string());
    }
    let repository = name.rsplit_once(':').map_or(name.as_str(), |(repository, _)| repository);
    let repository = repository.strip_suffix("@sha256").unwrap_or(repository);
    (200, json!({ "Id": "sha256:1", "RepoDigests": [format!("{repository}@{}", digest())] }).to_string())
}

pub(crate) fn failed(message: &str) -> Answer {
    (500, json!({ "message": message }).to_string())
}

pub(crate) fn conflict(message: &str) -> Answer {
    (409, json!({ "message": message }).to_string())
}

fn absent() -> Answer {
    (404, r#"{"message":"no such thing"}"#.to_owned())
}

fn done(was_there: bool) -> Answer {
    if was_there { (204, String::new()) } else { absent() }
}
