//! The repository's own tasks: demo, test, gen, e2e, bench.

fn main() {}
