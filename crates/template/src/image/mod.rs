//! The image that a Dockerfile's final stage makes.
