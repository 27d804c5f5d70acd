use super::*;

const V1: &str = include_str!("../../../../contract/v1.toml");

fn v2() -> String {
    V1.replace("schema-version = 1", "schema-version = 2").replace("3.11", "3.13")
}

#[test]
fn the_embedded_contract_is_that_of_schema_version_1() {
    let contracts = Contracts::embedded();
    assert_eq!(contracts.versions().collect::<Vec<_>>(), [1]);
    let contract = contracts.newest();
    assert_eq!(contract.image.base, "python:3.11-slim");
    assert_eq!(contract.keys.required().collect::<Vec<_>>(), ["name", "runtime", "template_schema_version"]);
    assert_eq!(contract.runtimes.len(), 8);
    assert!(contract.keys.get("tier").is_some_and(Key::must_fit));
    assert!(contract.keys.get("env").is_some_and(|key| !key.must_fit()));
    assert_eq!(contract.keys.get("nmae"), None);
}

#[test]
fn an_old_version_stays_beside_a_new_one() {
    let deprecated = format!("deprecated = \"write 2\"\n{V1}");
    let v2 = v2();
    let contracts = Contracts::parse([("v1", deprecated.as_str()), ("v2", v2.as_str())]).unwrap();
    assert_eq!(contracts.get(1).unwrap().deprecated.as_deref(), Some("write 2"));
    assert_eq!(contracts.get(1).unwrap().image.base, "python:3.11-slim");
    assert_eq!(contracts.newest().image.base, "python:3.13-slim");
    assert!(contracts.get(3).is_none());
}

#[test]
fn a_contract_that_says_something_unknown_is_refused() {
    let text = V1.replace("uid = 1000", "uidd = 1000");
    let error = Contracts::parse([("mine.toml", text.as_str())]).unwrap_err();
    assert_eq!(error.to_string(), "`mine.toml` is no contract");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("uidd"));
}

#[test]
fn two_contracts_of_one_version_are_refused() {
    let error = Contracts::parse([("a", V1), ("b", V1)]).unwrap_err();
    assert_eq!(error.to_string(), "`b` is a second contract of schema version 1");
    assert!(matches!(Contracts::parse([]), Err(ContractError::None)));
}

#[test]
fn a_contract_that_nothing_could_be_judged_by_is_refused() {
    for (from, to, says) in [
        ("schema-version = 1", "schema-version = -1", "`schema-version` is `-1`, and must be 1 or higher"),
        ("python = \"3.11\"", "python = \"three\"", "`image.python` is `three`, and must be a version"),
        ("base = \"python:3.11-slim\"", "base = \"\"", "`image.base` is ``, and must be one word"),
        ("distribution = \"molecule", "distribution = \"-molecule", "must be the name of a project"),
    ] {
        let text = V1.replacen(from, to, 1);
        assert_ne!(text, V1, "{from}");
        let error = Contracts::parse([("mine.toml", text.as_str())]).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}
