//! The networks of a container, as they are asked for again.

use std::collections::HashMap;

use bollard::models::{ContainerInspectResponse, EndpointSettings, HostConfig};

use crate::engine::Container;

/// The networks that a container is on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Networks {
    /// The one it is made with. Engines before version 25 take no more than one there.
    pub first: Option<(String, EndpointSettings)>,
    /// Those it joins before it starts.
    pub others: HashMap<String, EndpointSettings>,
}

/// Whether a container has no network of its own.
pub(super) fn shares_network(host: &HostConfig) -> bool {
    host.network_mode.as_deref().is_some_and(|mode| mode.starts_with("container:"))
}

/// The networks of a container, with what the operator set and without what the engine gave. Pure.
#[must_use]
pub fn networks_of(container: &Container) -> Networks {
    let inspected: &ContainerInspectResponse = &container.inspected;
    let mode =
        inspected.host_config.as_ref().and_then(|host| host.network_mode.as_deref()).unwrap_or_default();
    if matches!(mode, "host" | "none") || mode.starts_with("container:") {
        return Networks::default();
    }
    let first = if mode == "default" || mode.is_empty() { "bridge" } else { mode };
    let joined = inspected.network_settings.as_ref().and_then(|settings| settings.networks.clone());
    let mut others: HashMap<_, _> = joined
        .unwrap_or_default()
        .into_iter()
        .filter(|(name, _)| name != "none" && name != "host")
        .map(|(name, settings)| (name, asked_for(settings, &container.id)))
        .collect();
    // The mode may be the network's id, of which the list has the name.
    let by_id = |others: &HashMap<String, EndpointSettings>| {
        let joined = inspected.network_settings.as_ref()?.networks.as_ref()?;
        let (name, _) = joined.iter().find(|(_, settings)| settings.network_id.as_deref() == Some(first))?;
        others.contains_key(name).then(|| name.clone())
    };
    let name = if others.contains_key(first) { Some(first.to_owned()) } else { by_id(&others) };
    let first = name.and_then(|name| others.remove_entry(&name));
    Networks { first, others }
}

/// What of an endpoint is asked for; the rest is what the engine made of it.
fn asked_for(settings: EndpointSettings, id: &str) -> EndpointSettings {
    let own = |alias: &String| !alias.is_empty() && !id.starts_with(alias.as_str());
    let aliases = settings.aliases.map(|aliases| aliases.into_iter().filter(own).collect::<Vec<_>>());
    let address = settings.ip_address.unwrap_or_default();
    EndpointSettings {
        ipam_config: settings.ipam_config,
        links: settings.links,
        mac_address: settings.mac_address.filter(|mac| !mac.is_empty() && *mac != made_of(&address)),
        aliases: aliases.filter(|aliases| !aliases.is_empty()),
        driver_opts: settings.driver_opts,
        gw_priority: settings.gw_priority.filter(|priority| *priority != 0),
        ..EndpointSettings::default()
    }
}

/// The hardware address that engines make of an IPv4 address: with another address it would be somebody else's.
fn made_of(address: &str) -> String {
    let bytes = address.parse::<std::net::Ipv4Addr>().map(|address| address.octets());
    bytes.map_or_else(|_| String::new(), |[a, b, c, d]| format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}"))
}

#[cfg(test)]
mod tests {
    use bollard::models::{EndpointIpamConfig, NetworkSettings};

    use super::*;
    use crate::engine::Life;

    fn container(mode: &str, networks: &[(&str, EndpointSettings)]) -> Container {
        let networks =
            networks.iter().map(|(name, settings)| ((*name).to_owned(), settings.clone())).collect();
        let inspected = ContainerInspectResponse {
            host_config: Some(HostConfig { network_mode: Some(mode.to_owned()), ..HostConfig::default() }),
            network_settings: Some(NetworkSettings {
                networks: Some(networks),
                ..NetworkSettings::default()
            }),
            ..ContainerInspectResponse::default()
        };
        Container {
            id: "0123456789abcdef".to_owned(),
            name: "ws-a".to_owned(),
            life: Life::Running,
            created: None,
            image_id: String::new(),
            image: String::new(),
            inspected: Box::new(inspected),
        }
    }

    #[test]
    fn what_the_operator_asked_for_is_kept_and_what_the_engine_gave_is_not() {
        let ipam =
            EndpointIpamConfig { ipv4_address: Some("10.1.0.9".into()), ..EndpointIpamConfig::default() };
        let given = EndpointSettings {
            ipam_config: Some(ipam.clone()),
            aliases: Some(vec!["agent".into(), "0123456789ab".into()]),
            mac_address: Some("02:42:0a:01:00:09".into()),
            ip_address: Some("10.1.0.9".into()),
            gateway: Some("10.1.0.1".into()),
            network_id: Some("n".into()),
            ..EndpointSettings::default()
        };
        let fixed =
            EndpointSettings { mac_address: Some("02:42:00:00:00:07".into()), ..EndpointSettings::default() };
        let networks = networks_of(&container("mesh", &[("mesh", given), ("second", fixed.clone())]));
        let wanted = EndpointSettings {
            ipam_config: Some(ipam),
            aliases: Some(vec!["agent".into()]),
            ..EndpointSettings::default()
        };
        assert_eq!(networks.first, Some(("mesh".to_owned(), wanted)));
        assert_eq!(networks.others, HashMap::from([("second".to_owned(), fixed)]));
    }

    #[test]
    fn the_default_network_is_the_bridge() {
        let networks = networks_of(&container("default", &[("bridge", EndpointSettings::default())]));
        assert_eq!(networks.first.unwrap().0, "bridge");
    }

    #[test]
    fn a_network_that_is_named_by_its_id_is_found() {
        let settings = EndpointSettings { network_id: Some("f00d".into()), ..EndpointSettings::default() };
        assert_eq!(networks_of(&container("f00d", &[("mesh", settings)])).first.unwrap().0, "mesh");
    }

    #[test]
    fn who_has_no_network_of_its_own_asks_for_none() {
        for mode in ["host", "none", "container:other"] {
            let networks = networks_of(&container(mode, &[("host", EndpointSettings::default())]));
            assert_eq!(networks, Networks::default(), "{mode}");
        }
    }
}
