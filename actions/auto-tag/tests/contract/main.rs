//! The real binary against a forge that holds state: one suite, both dialects.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

#[macro_use]
mod stage;
mod ran;

mod apps;
mod bad_inputs;
mod belonging;
mod bounds;
mod dispatch;
mod dry_run;
mod events;
mod faults;
mod filters;
mod floating;
mod history;
mod hostile;
mod lookup;
mod merges;
mod own_release;
mod package_index;
mod prereleases;
mod preview;
mod promises;
mod promotions;
mod races;
mod refusals;
mod releases;
mod round_trips;
mod version_file;
mod versions;
