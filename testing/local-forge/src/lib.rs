//! A stateful GitHub and Gitea over real bare git repositories, for tests and for the demo.
