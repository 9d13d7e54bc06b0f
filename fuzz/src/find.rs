//! `--find` on any JSON: payloads become V3 wherever they are, with the URLs that speak for them, and nothing else
//! changes.

use std::collections::HashSet;

use novita_migrate::json::{Kind, Tree, Value};
use novita_migrate::{IpAdapter, Mask, NIter, Options, Samplers};
use novita_migrate_cli::fuzzing::{How, convert};

use crate::{grown, kept};

/// Bytes in front of the document that choose the options.
pub const HEADER: usize = 1;

/// Holds the laws on any bytes.
pub fn check(data: &[u8]) {
    let Some((header, document)) = data.split_first() else {
        return;
    };
    // Unknown fields are not kept: a part of them may look like a payload, in a body in which nothing else does.
    let mut options = Options::default();
    if header & 1 != 0 {
        options = options.mask(Mask::Inpainting).n_iter(NIter::Multiply);
    }
    if header & 2 != 0 {
        options = options
            .samplers(Samplers::Nearest)
            .ip_adapter(IpAdapter::Move);
    }
    let how = How {
        options,
        find: true,
        json: header & 4 == 0,
        tolerant: header & 8 != 0,
        ..How::default()
    };
    kept(law(document, &how), document);
    if let Some(large) = grown::from(document) {
        let _ = convert(&large, &how);
    }
}

fn law(document: &[u8], how: &How) -> Result<(), String> {
    let done = convert(document, how)?;
    if done.offsets.iter().any(|at| *at > document.len() as u64) {
        return Err(format!("payloads at {:?}", done.offsets));
    }
    let Some(output) = done.output else {
        return Ok(());
    };
    let told = |why: String| format!("{why}\n  out: {}", String::from_utf8_lossy(&output));
    // An answer without a task is nothing that V3 knows.
    let again = convert(&output, how)?;
    // What was kept may hold further payloads. It is opened where only the URL of another API is left near it.
    if (again.converted > 0 && done.kept == 0) || again.failed > done.failed + done.answers {
        let why = format!(
            "the second time {} are converted and {} fail",
            again.converted, again.failed
        );
        return Err(told(why));
    }
    let Ok(before) = Tree::parse(document) else {
        return Ok(());
    };
    let after = Tree::parse(&output).map_err(|error| told(error.to_string()))?;
    let converted: HashSet<_> = done.pointers.into_iter().collect();
    same(before.root(), after.root(), "", &converted).map_err(told)
}

/// What is neither a payload nor a URL is the same.
fn same(
    before: Value<'_, '_>,
    after: Value<'_, '_>,
    outer: &str,
    converted: &HashSet<String>,
) -> Result<(), String> {
    let pointer = format!("{outer}{}", before.pointer());
    if before.kind() == Kind::Object && converted.contains(&pointer) {
        return (after.kind() == Kind::Object)
            .then_some(())
            .ok_or_else(|| format!("{pointer} is no object any more"));
    }
    if before.raw() == after.raw() {
        return Ok(());
    }
    let wrong = |why: &str| {
        Err(format!(
            "{pointer} {why}: {} became {}",
            String::from_utf8_lossy(before.raw()),
            String::from_utf8_lossy(after.raw())
        ))
    };
    if before.kind() != after.kind() {
        return wrong("changed its kind");
    }
    match before.kind() {
        Kind::Object => {
            let (mut old, mut new) = (before.members(), after.members());
            loop {
                match (old.next(), new.next()) {
                    (None, None) => return Ok(()),
                    (Some(old), Some(new))
                        if old.key().map(|key| key.raw()) == new.key().map(|key| key.raw()) =>
                    {
                        same(old, new, outer, converted)?;
                    }
                    _ => return wrong("has other members"),
                }
            }
        }
        // The parts of a URL.
        Kind::Array if is_url_part(before) => Ok(()),
        Kind::Array => {
            if before.elements().count() != after.elements().count() {
                return wrong("has more or fewer elements");
            }
            let mut both = before.elements().zip(after.elements());
            both.try_for_each(|(old, new)| same(old, new, outer, converted))
        }
        Kind::String => {
            let (old, new) = (text(before), text(after));
            if let (Ok(old), Ok(new)) = (Tree::parse(old.as_bytes()), Tree::parse(new.as_bytes())) {
                return same(old.root(), new.root(), &pointer, converted);
            }
            if (old.contains("v2") && new.contains("v3")) || is_url_part(before) {
                return Ok(());
            }
            wrong("changed")
        }
        _ => wrong("changed"),
    }
}

fn text(value: Value<'_, '_>) -> String {
    value.text().unwrap_or_default().into_owned()
}

/// Whether a value is the host, the path or the protocol of a URL in parts.
fn is_url_part(value: Value<'_, '_>) -> bool {
    value
        .key()
        .is_some_and(|key| ["host", "path", "protocol", "raw"].contains(&&*key.name()))
}
