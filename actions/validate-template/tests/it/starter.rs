//! The template that authors begin with.

use crate::program::{checkout, run};

/// What has to say where its author goes on.
const TO_FILL_IN: [&str; 7] = [
    "README.md",
    "config.yaml",
    "adapter.py",
    "system-prompt.md",
    "requirements.txt",
    "Dockerfile",
    ".github/workflows/publish-image.yml",
];

#[test]
fn the_starter_keeps_its_contract_as_it_is_without_a_warning() {
    run(&checkout().join("examples/template-starter"), &["--strict", "."])
        .exits(0)
        .says("valid: no findings");
}

#[test]
fn every_file_of_the_starter_says_where_its_author_goes_on() {
    for file in TO_FILL_IN {
        let text = fs_err::read_to_string(checkout().join("examples/template-starter").join(file)).unwrap();
        assert!(text.contains("TODO"), "{file}");
    }
}

#[test]
fn the_starter_tells_the_runtime_all_that_it_asks_of_an_adapter() {
    let adapter = fs_err::read_to_string(checkout().join("examples/template-starter/adapter.py")).unwrap();
    assert!(adapter.contains("class Adapter(BaseAdapter):"), "{adapter}");
    for method in ["name", "display_name", "description", "get_config_schema", "setup", "create_executor"] {
        assert!(adapter.contains(&format!("def {method}(")), "{method}");
    }
}
