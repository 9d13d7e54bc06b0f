//! The layout of the source is kept: any payload, printed in one of many styles, is V3 in that style afterwards.

use novita_migrate::json::{Kind, Tree};
use novita_migrate::{Options, OutOfRange, Status, Unknown, migrate};

use crate::text::{Json, STYLES, Style};
use crate::{grown, kept, laws};

/// Bytes in front of the payload that choose the style and the options.
pub const HEADER: usize = 1;

/// Holds the laws on any bytes that hold a payload.
pub fn check(data: &[u8]) {
    let Some((header, source)) = data.split_first() else {
        return;
    };
    let Some(style) = STYLES.get(usize::from(header & 15) % STYLES.len()) else {
        return;
    };
    let mut options = Options::default().preserve();
    if header & 16 != 0 {
        options = options.unknown(Unknown::Keep);
    }
    if header & 32 != 0 {
        options = options.out_of_range(OutOfRange::Keep);
    }
    kept(law(style, &options, source), source);
    // In the layout that the source has, whatever it is.
    kept(as_it_is(&options, source), source);
    if let Some(large) = grown::from(source)
        && let Ok(tree) = Tree::parse(&large)
    {
        let text = style.print(&Json::of(tree.root()));
        if let Ok(migration) = migrate(&text, None, &options) {
            let _ = migration.to_vec();
        }
    }
}

fn law(style: &Style, options: &Options, source: &[u8]) -> Result<(), String> {
    let Ok(tree) = Tree::parse(source) else {
        return Ok(());
    };
    // The style shows in two members; one has no comma to learn from.
    if tree.root().kind() != Kind::Object || tree.root().members().count() < 2 {
        return Ok(());
    }
    let text = style.print(&Json::of(tree.root()));
    let Ok(migration) = migrate(&text, None, options) else {
        return Ok(());
    };
    if migration.status() != Status::Converted {
        return Ok(());
    }
    let output = migration.to_string();
    let expected = style.print(&Json::of(laws::parse(output.as_bytes())?.root()));
    (output == expected)
        .then_some(())
        .ok_or_else(|| format!("{output:?}\n  should be {expected:?}\n  from {text:?}"))
}

/// What stands around the payload stays, and every line of the output ends as one of the source's does.
fn as_it_is(options: &Options, source: &[u8]) -> Result<(), String> {
    let Ok(migration) = migrate(source, None, options) else {
        return Ok(());
    };
    let output = migration.to_vec();
    let (before, after) = (Tree::parse(source), Tree::parse(&output));
    let (Ok(before), Ok(after)) = (before, after) else {
        return Err("no JSON any more".to_owned());
    };
    let around = |tree: &Tree<'_>, text: &[u8]| {
        let span = tree.root().span();
        let around = (text.get(..span.start), text.get(span.end..));
        (around.0.map(<[u8]>::to_vec), around.1.map(<[u8]>::to_vec))
    };
    if around(&before, source) != around(&after, &output) {
        return Err("what stands around the payload changed".to_owned());
    }
    let is_one_line = |text: &[u8]| !text.trim_ascii().contains(&b'\n');
    if is_one_line(source) && !is_one_line(&output) {
        return Err(format!(
            "one line became several: {}",
            output.escape_ascii()
        ));
    }
    Ok(())
}
