//! Which containers are to run another image, and how.

mod inherited;
mod networks;
mod volumes;

pub use inherited::made_anew;
pub use networks::{Networks, networks_of};

use std::collections::BTreeMap;

use registry::Reference;

use crate::engine::{Container, Life};
use crate::leftovers::base;

/// What is done about containers that run an image which is no longer the tag's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recreate {
    /// A new one takes the place of each.
    #[default]
    Replace,
    /// Each is removed: the platform makes a new one.
    Remove,
    /// Nothing.
    Leave,
}

/// The image that a runtime's tag stands for on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// The runtime.
    pub runtime: String,
    /// Its id; none while it is yet to be pulled, which is so in a dry run alone.
    pub id: Option<String>,
}

/// What is to happen to one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The runtime whose image it runs.
    pub runtime: String,
    /// The container's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is to happen.
    pub what: What,
}

/// What is to happen to a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A new one takes its place.
    Replace,
    /// It is removed.
    Remove,
    /// It cannot be replaced without the risk of losing it; why.
    Refuse(&'static str),
}

/// What is to happen to the containers, in the order of their names. Pure.
///
/// Only a container that runs, whose name has the prefix, whose image was named exactly as the runtime's, and whose
/// image is another than the one that the name stands for now. Names that a replacement has reserved are no container's
/// own, whatever the prefix.
#[must_use]
pub fn plan(
    containers: &[Container],
    prefix: &str,
    current: &BTreeMap<Reference, Current>,
    recreate: Recreate,
) -> Vec<Step> {
    let step = |container: &Container| {
        if recreate == Recreate::Leave
            || container.life != Life::Running
            || !container.name.starts_with(prefix)
            || base(&container.name).is_some()
        {
            return None;
        }
        let current = current.get(&container.image.parse().ok()?)?;
        if current.id.as_ref() == Some(&container.image_id) {
            return None;
        }
        let what = match recreate {
            _ if container.is_never_killed() => {
                What::Refuse("it was started with `--stop-timeout -1`, so it may never stop")
            }
            Recreate::Remove => What::Remove,
            _ if container.is_removed_when_stopped() => What::Refuse(
                "it was started with `--rm`, so it could not be put back if its successor failed",
            ),
            _ => What::Replace,
        };
        let (runtime, id) = (current.runtime.clone(), container.id.clone());
        Some(Step { runtime, id, name: container.name.clone(), what })
    };
    containers.iter().filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use bollard::models::{ContainerConfig, ContainerInspectResponse, HostConfig};

    use super::*;

    const IMAGE: &str = "ghcr.io/molecule-ai/workspace-template-hermes:latest";

    fn container(name: &str) -> Container {
        Container {
            id: format!("id of {name}"),
            name: name.to_owned(),
            life: Life::Running,
            created: None,
            image_id: "sha256:old".to_owned(),
            image: IMAGE.to_owned(),
            inspected: Box::default(),
        }
    }

    fn current(id: &str) -> BTreeMap<Reference, Current> {
        let current = Current { runtime: "hermes".to_owned(), id: Some(id.to_owned()) };
        BTreeMap::from([(IMAGE.parse().unwrap(), current)])
    }

    fn names(containers: &[Container]) -> Vec<String> {
        let steps = plan(containers, "ws-", &current("sha256:new"), Recreate::Replace);
        steps.into_iter().map(|step| step.name).collect()
    }

    #[test]
    fn a_running_container_of_an_older_image_is_replaced() {
        assert_eq!(
            plan(&[container("ws-a")], "ws-", &current("sha256:new"), Recreate::Replace),
            [Step {
                runtime: "hermes".to_owned(),
                id: "id of ws-a".to_owned(),
                name: "ws-a".to_owned(),
                what: What::Replace
            }]
        );
    }

    #[test]
    fn a_container_that_is_on_the_image_already_is_left_alone() {
        let on_it = Container { image_id: "sha256:new".to_owned(), ..container("ws-a") };
        assert!(names(&[on_it]).is_empty());
    }

    #[test]
    fn only_the_exact_prefix_counts() {
        let all = ["ws", "ws-a", "aws-a", "my-ws-a", "WS-a", "ws_a"].map(container);
        assert_eq!(names(&all), ["ws-a"]);
    }

    #[test]
    fn only_the_exact_image_counts_by_the_name_that_it_was_given() {
        let with = |image: &str| Container { image: image.to_owned(), ..container("ws-a") };
        for image in [
            "ghcr.io/molecule-ai/workspace-template-hermes:v1",
            "ghcr.io/molecule-ai/workspace-template-hermes-two:latest",
            "molecule-ai/workspace-template-hermes:latest",
            "sha256:old",
            "ghcr.io/molecule-ai/workspace-template-hermes@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            assert!(names(&[with(image)]).is_empty(), "{image}");
        }
        assert_eq!(names(&[with("ghcr.io/molecule-ai/workspace-template-hermes")]), ["ws-a"]);
    }

    #[test]
    fn what_does_not_run_is_left_alone() {
        for life in [Life::Created, Life::Paused, Life::Stopped] {
            assert!(names(&[Container { life, ..container("ws-a") }]).is_empty(), "{life:?}");
        }
    }

    #[test]
    fn what_could_not_be_put_back_is_refused_and_may_be_removed() {
        let host_config = Some(HostConfig { auto_remove: Some(true), ..HostConfig::default() });
        let inspected = ContainerInspectResponse { host_config, ..ContainerInspectResponse::default() };
        let fleeting = [Container { inspected: Box::new(inspected), ..container("ws-a") }];
        let what = |recreate| plan(&fleeting, "ws-", &current("sha256:new"), recreate).remove(0).what;
        assert!(matches!(what(Recreate::Replace), What::Refuse(_)));
        assert_eq!(what(Recreate::Remove), What::Remove);
        assert!(plan(&fleeting, "ws-", &current("sha256:new"), Recreate::Leave).is_empty());
    }

    #[test]
    fn what_may_never_stop_is_refused() {
        let config = Some(ContainerConfig { stop_timeout: Some(-1), ..ContainerConfig::default() });
        let inspected = ContainerInspectResponse { config, ..ContainerInspectResponse::default() };
        let endless = [Container { inspected: Box::new(inspected), ..container("ws-a") }];
        for recreate in [Recreate::Replace, Recreate::Remove] {
            let what = plan(&endless, "ws-", &current("sha256:new"), recreate).remove(0).what;
            assert!(matches!(what, What::Refuse(_)), "{what:?}");
        }
    }

    #[test]
    fn a_container_that_is_being_replaced_is_none_of_the_platforms_whatever_the_prefix() {
        let all = ["refresh-images-old_ws-a", "refresh-images-new_ws-a"].map(container);
        assert!(plan(&all, "refresh", &current("sha256:new"), Recreate::Replace).is_empty());
    }

    #[test]
    fn an_image_that_is_yet_to_be_pulled_is_another_than_any() {
        let mut current = current("");
        for current in current.values_mut() {
            current.id = None;
        }
        assert_eq!(plan(&[container("ws-a")], "ws-", &current, Recreate::Replace).len(), 1);
    }
}
