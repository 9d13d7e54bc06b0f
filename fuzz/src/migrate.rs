//! `migrate` on any bytes: there is always an answer, and the laws hold.

use novita_migrate::json::Tree;
use novita_migrate::{Document, Plan, Status, migrate};

use crate::choices::Choices;
use crate::objections::{is_quiet, objections};
use crate::{grown, kept, laws};

/// Bytes in front of the payload that choose the options.
pub const HEADER: usize = 2;

/// Options, document and payload of an input.
fn parts(data: &[u8]) -> Option<(Choices, Option<Document>, &[u8])> {
    let (header, payload) = data.split_first_chunk::<HEADER>()?;
    let bits = u16::from_le_bytes(*header);
    let mut choices = Choices::of(std::array::from_fn(|bit| bits >> bit & 1 == 1));
    let document = match bits >> 9 & 7 {
        number @ 1..=4 => Document::ALL.get(usize::from(number) - 1).copied(),
        _ => None,
    };
    if bits >> 12 & 3 == 3 {
        choices.options = choices.options.plan(Plan::Enterprise);
    }
    Some((choices, document, payload))
}

/// Holds the laws on any bytes.
pub fn check(data: &[u8]) {
    let Some((choices, document, payload)) = parts(data) else {
        return;
    };
    kept(law(&choices, document, payload), payload);
    if let Some(large) = grown::from(payload)
        && let Ok(migration) = migrate(&large, document, &choices.options)
    {
        let _ = migration.to_vec();
    }
}

/// All laws on one migration.
fn law(choices: &Choices, document: Option<Document>, payload: &[u8]) -> Result<(), String> {
    let migration = match migrate(payload, document, &choices.options) {
        Ok(migration) => migration,
        Err(error) => {
            let is_inside = error.offset() <= payload.len();
            let position = error.position();
            return (is_inside && position.line > 0 && position.column > 0)
                .then_some(())
                .ok_or_else(|| format!("{error} at {}, {position:?}", error.offset()));
        }
    };
    let tree = Tree::parse(payload).map_err(|error| format!("migrated, but {error}"))?;
    laws::kept_is_the_input(&migration, payload)?;
    laws::findings_point_into_the_input(&migration, tree.root())?;
    let output = migration.to_vec();
    let again = migrate(payload, document, &choices.options).map_err(|error| error.to_string())?;
    if again.to_vec() != output {
        return Err("another time it is another output".to_owned());
    }
    if migration.status() != Status::Converted {
        return Ok(());
    }
    let told = |why: String| {
        let found: Vec<_> = migration
            .findings()
            .iter()
            .map(ToString::to_string)
            .collect();
        format!(
            "{why}\n  out: {}\n  {:?}\n  {found:#?}",
            String::from_utf8_lossy(&output),
            choices
        )
    };
    laws::output_is_v3(&migration, choices, &output).map_err(told)?;
    laws::twice_is_once(&migration, choices, &output).map_err(told)?;
    laws::nothing_vanishes(&migration, choices, tree.root(), &output).map_err(told)?;
    // Whoever lowers a warning is not warned.
    if !choices.sets_levels && is_quiet(&migration) {
        let objections = objections(&migration);
        if !objections.is_empty() {
            return Err(told(format!("nobody was warned of {objections:?}")));
        }
    }
    Ok(())
}
