//! A YAML document, as every reader would read it.

#![no_main]

use fuzz::shown;
use libfuzzer_sys::fuzz_target;
use template::yaml::{Document, Limits, Schema};

fuzz_target!(|text: &str| {
    let document = match Document::parse(text, &Limits::default()) {
        Ok(document) => document,
        Err(error) => return shown(text, error.span),
    };
    document.tabs().iter().for_each(|tab| shown(text, *tab));
    document.each(&mut |node| {
        shown(text, node.span());
        let _ = (node.describe(), node.unreadable());
        if let Some(scalar) = node.as_scalar() {
            let alike = scalar.value(Schema::Yaml11) == scalar.value(Schema::Yaml12);
            assert!(alike || node.disagreement().is_some(), "`{}` is read in two ways", scalar.text());
        }
    });
    document.disagreements().iter().for_each(|told| drop(told.hint()));
});
