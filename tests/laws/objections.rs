//! What a validator that is none of ours says against the bodies of migrations.

use std::sync::LazyLock;

use jsonschema::Validator;
use novita_migrate::{Endpoint, Migration, Severity, schema};

static VALIDATORS: LazyLock<Vec<(Endpoint, Validator)>> = LazyLock::new(|| {
    let validator = |endpoint| {
        let schema = serde_json::from_str(&schema(endpoint)).expect("a schema is JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("a schema is a schema");
        (endpoint, validator)
    };
    Endpoint::ALL.into_iter().map(validator).collect()
});

/// What a validator says against the body of a migration.
pub(crate) fn objections(migration: &Migration<'_>) -> Vec<String> {
    let Some(endpoint) = migration.endpoint() else {
        return Vec::new();
    };
    let output = migration.to_vec();
    let json = output
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(&output);
    let body: serde_json::Value = match serde_json::from_slice(json) {
        Ok(body) => body,
        // A number beyond every f64 and half a surrogate pair are JSON, but not for this reader.
        Err(error) => {
            let error = error.to_string();
            let is_known = error.contains("out of range")
                || error.contains("surrogate")
                || error.contains("hex escape");
            assert!(is_known, "{error}");
            return Vec::new();
        }
    };
    let (_, validator) = VALIDATORS
        .iter()
        .find(|(of, _)| *of == endpoint)
        .expect("a schema for each endpoint");
    validator
        .iter_errors(&body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Whether nothing is worse than a note.
pub(crate) fn is_quiet(migration: &Migration<'_>) -> bool {
    migration
        .findings()
        .iter()
        .all(|finding| finding.severity() == Severity::Note)
}
