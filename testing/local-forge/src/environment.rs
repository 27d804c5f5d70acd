//! The environment of a job.
