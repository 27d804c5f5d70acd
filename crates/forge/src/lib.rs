//! What a forge can do for a release, on GitHub and on Gitea.
