//! Event payloads.
