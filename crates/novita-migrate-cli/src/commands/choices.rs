//! What `explain` says about options and about values that have another name in V3.

use std::fmt::Write as _;

use novita_migrate::{CHOICES, Choice, Fate, Row, pairings};

use super::field::{normal, paths, push_what};
use super::wrap::wrap;

/// The options that change what becomes of fields, and their own rows for these fields. `names` are normal.
pub(super) fn push_choices(out: &mut String, names: &[String]) {
    // An object or a list stands for its members, too.
    let is_named = |path: &str| {
        let path = normal(path);
        names.iter().any(|name| {
            path.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    for choice in CHOICES {
        let rows: Vec<&Row> = choice
            .rows
            .iter()
            .filter(|row| paths(row).any(is_named))
            .collect();
        if rows.is_empty() && !choice.fields.iter().any(|field| is_named(field)) {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\nWith {}:", flag(choice));
        wrap(out, "  ", "  ", choice.does);
        for row in rows {
            push_what(out, row);
        }
    }
}

/// How the command line spells a choice.
fn flag(choice: &Choice) -> String {
    let Choice { option, value, .. } = choice;
    match value.chars().all(char::is_uppercase) {
        // The library takes names, the command line a file of them.
        true => format!("--{option} FILE"),
        false if *option == "ip-adapter" => format!("--{option}"),
        false => format!("--{option} {value}"),
    }
}

/// The values of a field that V3 knows under another name or not at all, and what stands for each.
pub(super) fn push_pairings(out: &mut String, rows: &[&Row]) {
    let mut fields: Vec<&str> = rows.iter().filter_map(|row| row.v2()).collect();
    fields.dedup();
    for field in fields {
        let pairs = pairings(field);
        if pairs.is_empty() {
            continue;
        }
        // These are used only on request, the others always.
        let option = match field {
            "sampler_name" => "samplers",
            "controlnet_units[].model" => "ip-adapter",
            _ => "",
        };
        let only = CHOICES.iter().find(|choice| choice.option == option);
        let only = only.map_or_else(String::new, |choice| format!(", with {}", flag(choice)));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\nValues of V2 and what stands for them in V3{only}:");
        for pair in pairs {
            let fate = match pair.fate {
                Fate::Same => "the same",
                Fate::Renamed => "another name of the same",
                _ => pair.reason,
            };
            let line = format!("{} → {}: {fate}", pair.v2, pair.v3);
            wrap(out, "  ", "    ", &line);
        }
    }
}
