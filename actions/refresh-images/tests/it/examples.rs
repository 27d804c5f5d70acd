//! What is there to be copied.

const UNIT: &str = include_str!("../../../../examples/hosts/refresh-images.service");

#[test]
fn the_unit_finds_roots_docker_login_and_outlives_a_restart_of_the_engine() {
    let lines: Vec<&str> = UNIT.lines().collect();
    // systemd sets no HOME for a unit without a user
    assert!(lines.contains(&"Environment=HOME=/root") || lines.iter().any(|line| line.starts_with("User=")));
    // a unit that requires another is stopped with it, and not started with it again
    assert!(!lines.iter().any(|line| line.starts_with("Requires=") || line.starts_with("BindsTo=")));
}
