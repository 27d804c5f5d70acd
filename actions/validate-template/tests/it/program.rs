//! The program as people and runners start it.
