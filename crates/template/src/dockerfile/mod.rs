//! Dockerfiles, by `BuildKit`'s rules.
