//! The volumes without a name, which hold data all the same.

use bollard::models::{HostConfig, MountPoint, MountType};

/// The settings with every volume of the old container named, so that the new one has the same data.
///
/// A volume without a name is one that an image's `VOLUME`, `-v /data` or a mount without a source asked for: asked for
/// again, it would be a new one. Volumes that came from another container are named too: it may have others by now.
pub(super) fn with_volumes(mut host: HostConfig, mounted: &[MountPoint]) -> HostConfig {
    for volume in mounted.iter().filter(|mount| mount.typ.as_deref() == Some("volume")) {
        let (Some(name), Some(at)) = (&volume.name, &volume.destination) else { continue };
        let is_at = |path: &str| cleaned(path) == cleaned(at);
        let mut mounts = host.mounts.iter_mut().flatten();
        if let Some(mount) = mounts.find(|mount| mount.target.as_deref().is_some_and(is_at)) {
            if mount.typ == Some(MountType::VOLUME) && mount.source.as_deref().unwrap_or_default().is_empty()
            {
                mount.source = Some(name.clone());
            }
            continue;
        }
        let mode = if volume.rw == Some(false) { ":ro" } else { "" };
        let named = format!("{name}:{at}{mode}");
        let mut binds = host.binds.iter_mut().flatten();
        if let Some(bind) = binds.find(|bind| is_at(destination(bind))) {
            if !bind.contains(':') {
                *bind = named;
            }
        } else if !host.tmpfs.iter().flatten().any(|(path, _)| is_at(path)) {
            host.binds.get_or_insert_default().push(named);
        }
    }
    host
}

/// `[source:]destination[:options]`; without a source there are no options.
fn destination(bind: &str) -> &str {
    bind.split(':').nth(1).unwrap_or(bind)
}

/// A path as the engine compares it: `/work/./a/../` is `/work`.
fn cleaned(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

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

    #[test]
    fn paths_are_compared_as_the_engine_compares_them() {
        let mount = Mount { target: Some("/a/../m/".into()), typ: Some(MountType::BIND), ..Mount::default() };
        let before = HostConfig {
            binds: Some(vec!["work:/work/".into(), "/etc://e/.".into()]),
            mounts: Some(vec![mount]),
            tmpfs: Some(HashMap::from([("/scratch/".to_owned(), String::new())])),
            ..HostConfig::default()
        };
        let mounted = ["/work", "/e", "/m", "/scratch"].map(|at| volume("v", at));
        assert_eq!(with_volumes(before.clone(), &mounted), before);
    }

    #[test]
    fn a_bind_without_a_source_gets_the_one_it_had() {
        let host = HostConfig { binds: Some(vec!["/data/".into()]), ..HostConfig::default() };
        assert_eq!(with_volumes(host, &[volume("f00d", "/data")]).binds.unwrap(), ["f00d:/data"]);
    }

    #[test]
    fn volumes_are_kept_also_where_others_come_from_another_container() {
        let host = HostConfig { volumes_from: Some(vec!["other".into()]), ..HostConfig::default() };
        let host = with_volumes(host, &[volume("f00d", "/data"), volume("others", "/shared")]);
        assert_eq!(host.binds.unwrap(), ["f00d:/data", "others:/shared"]);
    }
}
