//! From merged pull requests to the next release tag.
