//! Scripts and texts with curl commands: every body becomes what the library makes of it, in its own quotes, and nothing
//! else in the script changes.

use novita_migrate::json::Tree;
use novita_migrate::{Document, Options, Plan, migrate};
use novita_migrate_cli::fuzzing::{Call, How, Strict, calls, convert};

use crate::{grown, kept};

/// Holds the laws on any bytes.
pub fn check(data: &[u8]) {
    let how = How {
        curl: true,
        ..How::default()
    };
    kept(law(data, &how), data);
    if let Some(large) = grown::from(data) {
        let _ = convert(&large, &how);
    }
}

fn law(script: &[u8], how: &How) -> Result<(), String> {
    let done = convert(script, how)?;
    if done.offsets.iter().any(|at| *at > script.len() as u64) {
        return Err(format!("payloads at {:?}", done.offsets));
    }
    let Some(output) = done.output else {
        return Ok(());
    };
    let told = |why: String| format!("{why}\n  out: {}", String::from_utf8_lossy(&output));
    let (Some(before), Some(after)) = (calls(script), calls(&output)) else {
        return Ok(());
    };
    let again = convert(&output, how)?;
    if again.converted > 0 || again.failed > done.failed {
        let why = format!(
            "the second time {} are converted and {} fail",
            again.converted, again.failed
        );
        return Err(told(why));
    }
    if before.len() != after.len() {
        return Err(told(format!(
            "{} commands became {}",
            before.len(),
            after.len()
        )));
    }
    for (before, after) in before.iter().zip(&after) {
        command(before, after).map_err(told)?;
    }
    if between(script, &before) != between(&output, &after) {
        return Err(told("something changed beside the commands".to_owned()));
    }
    Ok(())
}

/// A command with other words or another body is the same command of V3.
fn command(before: &Call, after: &Call) -> Result<(), String> {
    if before.words.len() != after.words.len() || before.body.is_some() != after.body.is_some() {
        return Err(format!("{before:?} became {after:?}"));
    }
    let both = before.words.iter().zip(&after.words);
    for (old, new) in both.filter(|(old, new)| old != new) {
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
        if !old.contains("v2/") || !new.contains("v3/async/") {
            return Err(format!("{old} became {new}"));
        }
    }
    match (&before.body, &after.body) {
        (Some(old), Some(new)) if old != new => body(old, new),
        _ => Ok(()),
    }
}

/// What the library makes of a body is what stands in the script, whatever quotes it went through.
fn body(old: &[u8], new: &[u8]) -> Result<(), String> {
    let made;
    let text = if Tree::parse(old).is_ok() {
        old
    } else {
        made = Strict::of(old).map_err(|(_, why)| why)?;
        &made.text
    };
    let plans = [Plan::Standard, Plan::Enterprise].map(|plan| Options::default().plan(plan));
    let documents = [Document::Txt2img, Document::Img2img];
    let is_ours = plans.iter().any(|options| {
        documents.iter().any(|document| {
            migrate(text, Some(*document), options).is_ok_and(|done| done.to_vec() == new)
        })
    });
    is_ours.then_some(()).ok_or_else(|| {
        format!(
            "{} became {}",
            String::from_utf8_lossy(old),
            String::from_utf8_lossy(new)
        )
    })
}

/// The script without the words and bodies of its commands.
fn between(script: &[u8], calls: &[Call]) -> Vec<u8> {
    let mut ranges: Vec<_> = calls.iter().flat_map(|call| call.ranges.clone()).collect();
    ranges.sort_by_key(|range| range.start);
    let (mut rest, mut from) = (Vec::new(), 0);
    for range in ranges {
        rest.extend_from_slice(script.get(from..range.start).unwrap_or_default());
        rest.push(0);
        from = from.max(range.end);
    }
    rest.extend_from_slice(script.get(from..).unwrap_or_default());
    rest
}
