//! The OpenAPI description of GitHub's REST API.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::data;

const PACKAGE: &str = "@octokit/openapi";

/// The description, read once.
pub(super) struct Description(Value);

/// One operation of it.
pub(super) struct Operation<'d> {
    pub(super) description: &'d Description,
    /// Its path, with parameters in braces.
    pub(super) template: &'d str,
    /// What stands under the method; `None` when the path has no such method.
    pub(super) value: Option<&'d Value>,
}

impl Description {
    /// The description, if it is there.
    pub(super) fn get() -> Option<&'static Self> {
        static READ: OnceLock<Option<Description>> = OnceLock::new();
        let read = READ.get_or_init(|| {
            if !data::is_there(PACKAGE) {
                return None;
            }
            let path = data::package(PACKAGE).join("generated/api.github.com.json");
            let text = fs_err::read(path).expect("an unpacked package holds its files");
            Some(Description(serde_json::from_slice(&text).expect("the description is JSON")))
        });
        read.as_ref()
    }

    /// The operation that a request asks for; of several paths that fit, the one that says most.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let paths = self.0["paths"].as_object()?;
        let fitting = paths.iter().filter(|(template, item)| self.fits(template, item, path));
        let (template, item) = fitting.max_by_key(|(template, _)| literals(template))?;
        Some(Operation { description: self, template, value: item.get(method.to_ascii_lowercase()) })
    }

    /// What stands behind a `$ref`, or the value itself.
    pub(super) fn resolve<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.at(reference),
            None => value,
        }
    }

    /// What a reference within the document (`#/…`) points at.
    pub(super) fn at(&self, reference: &str) -> &Value {
        let found = self.0.pointer(reference.trim_start_matches('#'));
        found.expect("the description refers to nothing that it lacks")
    }

    fn fits(&self, template: &str, item: &Value, path: &str) -> bool {
        let (parts, segments): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let fit = |(part, segment): (&&str, &&str)| part == segment || part.starts_with('{');
        if parts.len() > segments.len() || !parts.iter().zip(&segments).all(fit) {
            return false;
        }
        // What stands for a parameter is one segment with something in it, unless it may be any path.
        let plain = parts.len() == segments.len() && !path.ends_with('/');
        plain || self.takes_the_rest(item, parts.last().copied().unwrap_or_default())
    }

    /// Whether the last parameter may hold slashes.
    fn takes_the_rest(&self, item: &Value, part: &str) -> bool {
        let name = part.trim_matches(['{', '}']);
        let operations = item.as_object().into_iter().flat_map(Map::values);
        let mut parameters = operations.filter_map(|operation| operation["parameters"].as_array()).flatten();
        parameters.any(|parameter| {
            let parameter = self.resolve(parameter);
            parameter["name"] == name && parameter["x-multi-segment"] == true
        })
    }
}

fn literals(template: &str) -> usize {
    template.split('/').filter(|part| !part.starts_with('{')).count()
}
