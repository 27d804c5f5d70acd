//! Git without a git binary: listing and moving refs over smart HTTP.
