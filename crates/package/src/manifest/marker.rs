//! Where a dependency is installed, by its environment marker.
//! <https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>

use domain::PackageVersion;
use pep508_rs::{MarkerTree, MarkerTreeKind, MarkerValueVersion};

/// Whether a dependency is installed on a version of Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Installed {
    /// On no machine with it.
    Never,
    /// On some: the marker asks for more than the version, such as the platform.
    Sometimes,
    /// On every one.
    Always,
}

impl Installed {
    /// What two ways come to, when one of them is taken.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Sometimes }
    }
}

/// What a marker comes to on Python 3.`minor`, with every extra asked for and all else open.
pub(super) fn installed(marker: &MarkerTree, minor: u8) -> Installed {
    let one_of = |ways: &mut dyn Iterator<Item = MarkerTree>| {
        ways.map(|way| installed(&way, minor)).reduce(Installed::or).unwrap_or(Installed::Sometimes)
    };
    match marker.kind() {
        MarkerTreeKind::True => Installed::Always,
        MarkerTreeKind::False => Installed::Never,
        MarkerTreeKind::Version(tree) if *tree.key() == MarkerValueVersion::ImplementationVersion => {
            one_of(&mut tree.edges().map(|(_, way)| way))
        }
        MarkerTreeKind::Version(tree) => {
            // `python_full_version` may tell patch releases apart
            let releases: Vec<_> =
                (0..=40).map(|patch| PackageVersion::new([3, u64::from(minor), patch])).collect();
            let reached = tree.edges().filter(|(range, _)| releases.iter().any(|one| range.contains(one)));
            one_of(&mut reached.map(|(_, way)| way))
        }
        MarkerTreeKind::String(tree) => one_of(&mut tree.children().map(|(_, way)| way)),
        MarkerTreeKind::In(tree) => one_of(&mut tree.children().map(|(_, way)| way)),
        MarkerTreeKind::Contains(tree) => one_of(&mut tree.children().map(|(_, way)| way)),
        MarkerTreeKind::Extra(tree) => installed(&tree.edge(true), minor),
    }
}

#[cfg(test)]
mod tests {
    use super::Installed::{Always, Never, Sometimes};
    use crate::manifest::Dependency;

    #[test]
    fn a_marker_is_read_for_a_version_of_python_and_left_open_for_all_else() {
        for (marker, on_10, on_11) in [
            ("python_version < '3.11'", Always, Never),
            ("python_full_version >= '3.11.4'", Never, Sometimes),
            ("sys_platform == 'win32'", Sometimes, Sometimes),
            ("python_version < '3.11' and os_name == 'nt'", Sometimes, Never),
            ("python_version < '3.11' or os_name == 'nt'", Always, Sometimes),
            ("extra == 'fast'", Always, Always),
            ("extra == 'fast' and python_version >= '3.11'", Never, Always),
            ("'linux' in sys_platform", Sometimes, Sometimes),
        ] {
            let dependency: Dependency = format!("a; {marker}").parse().unwrap();
            assert_eq!(
                (dependency.is_installed(10), dependency.is_installed(11)),
                (on_10, on_11),
                "{marker}"
            );
        }
        assert_eq!("a>=1".parse::<Dependency>().unwrap().is_installed(11), Always);
    }
}
