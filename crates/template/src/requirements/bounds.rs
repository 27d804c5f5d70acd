//! What version specifiers leave open.

use domain::PackageVersion;
use pep440_rs::{Operator, VersionSpecifier};

use super::Kind;

/// Which versions several specifiers let through together.
pub(super) fn kind(specifiers: &[VersionSpecifier]) -> Kind {
    let pins = specifiers.iter().filter(|specifier| is_pin(specifier));
    if let Some(pin) = pins.map(VersionSpecifier::version).next() {
        let fits = specifiers.iter().all(|specifier| specifier.contains(pin));
        return if fits { Kind::Pinned(pin.clone()) } else { Kind::Unsatisfiable };
    }
    let floor = specifiers.iter().filter(|specifier| specifier.has_lower_bound());
    let floor = floor.max_by(|a, b| a.version().cmp(b.version()));
    let caps = || specifiers.iter().filter(|specifier| is_cap(specifier));
    match floor {
        Some(floor) if caps().any(|cap| excludes(floor, cap)) => Kind::Unsatisfiable,
        Some(floor) => Kind::Floor(floor.version().clone()),
        None => {
            let cap = caps().map(VersionSpecifier::version).min();
            cap.map_or(Kind::Unbounded, |cap| Kind::CapOnly(cap.clone()))
        }
    }
}

fn is_pin(specifier: &VersionSpecifier) -> bool {
    matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual)
}

fn is_cap(specifier: &VersionSpecifier) -> bool {
    matches!(
        specifier.operator(),
        Operator::LessThan | Operator::LessThanEqual | Operator::EqualStar | Operator::TildeEqual
    )
}

/// Whether nothing from a floor on is under a cap.
fn excludes(floor: &VersionSpecifier, cap: &VersionSpecifier) -> bool {
    let least: &PackageVersion = floor.version();
    let above = !cap.contains(least) && least >= cap.version();
    let exclusive = *floor.operator() == Operator::GreaterThan;
    above || (exclusive && *cap.operator() == Operator::LessThanEqual && least == cap.version())
}
