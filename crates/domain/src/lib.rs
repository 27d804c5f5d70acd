//! The words of the trade: repository names, commits, tags, labels, versions and how they grow.
