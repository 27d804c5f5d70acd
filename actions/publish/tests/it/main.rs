//! The program as people and runners start it, and what Python's own tools say of what it makes.

#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod at_scale;
mod automatic_version;
mod bad_inputs;
mod building;
#[cfg(unix)]
mod building_nothing;
mod checking;
mod checkout;
mod confirming;
mod index_faults;
#[cfg(unix)]
mod interrupting;
#[cfg(unix)]
mod mirroring;
mod notice;
#[cfg(unix)]
mod origins;
#[cfg(unix)]
mod other_user;
#[cfg(unix)]
mod owning;
mod packed;
mod publishing;
mod python_tools;
mod real_pypiserver;
mod reproducing;
#[cfg(unix)]
mod smoking;
#[cfg(unix)]
mod standalone;
mod trusted_publishing;
#[cfg(unix)]
mod trying;
mod twine_peer;
#[cfg(target_os = "linux")]
mod unwilling_disk;
mod uploading;
mod uv_tool;
#[cfg(unix)]
mod versioned;
#[cfg(unix)]
mod whole_runs;
mod with_python;
