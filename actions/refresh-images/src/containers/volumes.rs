//! The volumes without a name, which hold data all the same.

use bollard::models::{HostConfig, MountPoint, MountType};

/// The settings with every volume of the old container named, so that the new one has the same data.
///
/// A volume without a name is one that an image's `VOLUME`, `-v /data` or a mount without a source asked for: asked for
/// again, it would be a new one.
pub(super) fn with_volumes(mut host: HostConfig, mounted: &[MountPoint]) -> HostConfig {
    for volume in mounted.iter().filter(|mount| mount.typ.as_deref() == Some("volume")) {
        let (Some(name), Some(at)) = (&volume.name, &volume.destination) else { continue };
        if let Some(mount) = host.mounts.iter_mut().flatten().find(|mount| mount.target.as_ref() == Some(at))
        {
            if mount.typ == Some(MountType::VOLUME) && mount.source.as_deref().unwrap_or_default().is_empty()
            {
                mount.source = Some(name.clone());
            }
            continue;
        }
        let is_bound = host.binds.iter().flatten().any(|bind| destination(bind) == Some(at));
        if !is_bound && !comes_from_another(&host) {
            let mode = if volume.rw == Some(false) { ":ro" } else { "" };
            host.binds.get_or_insert_default().push(format!("{name}:{at}{mode}"));
        }
    }
    host
}

/// Volumes of another container come with `--volumes-from` again.
fn comes_from_another(host: &HostConfig) -> bool {
    host.volumes_from.as_ref().is_some_and(|from| !from.is_empty())
}

/// `source:destination[:options]`
fn destination(bind: &str) -> Option<&str> {
    bind.split(':').nth(1)
}

#[cfg(test)]
mod tests {
    use bollard::models::Mount;

    use super::*;

    fn volume(name: &str, at: &str) -> MountPoint {
        MountPoint {
            typ: Some("volume".to_owned()),
            name: Some(name.to_owned()),
            destination: Some(at.to_owned()),
            rw: Some(true),
            ..MountPoint::default()
        }
    }

    #[test]
    fn a_volume_without_a_name_is_mounted_again_and_named_ones_stay_as_they_are() {
        let host = HostConfig {
            binds: Some(vec!["work:/work:ro".into(), "/etc:/e".into()]),
            ..HostConfig::default()
        };
        let host = with_volumes(host, &[volume("f00d", "/data"), volume("work", "/work")]);
        assert_eq!(host.binds.unwrap(), ["work:/work:ro", "/etc:/e", "f00d:/data"]);
    }

    #[test]
    fn a_mount_without_a_source_gets_the_one_it_had() {
        let mount = |source: Option<&str>| Mount {
            target: Some("/data".to_owned()),
            source: source.map(str::to_owned),
            typ: Some(MountType::VOLUME),
            ..Mount::default()
        };
        let host = HostConfig { mounts: Some(vec![mount(None)]), ..HostConfig::default() };
        let host = with_volumes(host, &[volume("f00d", "/data")]);
        assert_eq!((host.mounts.unwrap(), host.binds), (vec![mount(Some("f00d"))], None));
    }
}
