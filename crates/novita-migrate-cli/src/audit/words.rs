//! Words of the reports, in Markdown. What comes from a payload is only text in it.

use super::view::{Acceptance, Group};

/// What a group is called.
pub(super) fn title(group: &Group) -> String {
    let outcome = match group.outcome.as_str() {
        "already-v3" => "already V3",
        "kept" => "kept as V2",
        outcome => outcome,
    };
    let to = match (&group.endpoint, group.document.as_str()) {
        (Some(endpoint), _) => format!(", {endpoint}"),
        (None, "") => String::new(),
        (None, document) => format!(", {document}"),
    };
    match &group.model {
        Some(model) if model.is_empty() => format!("{outcome}{to}, no model"),
        Some(model) => format!("{outcome}{to}, {}", code(model)),
        None => format!("{outcome}{to}"),
    }
}

/// What an acceptance is about.
pub(super) fn what(accept: &Acceptance) -> String {
    let mut what = code(&accept.code);
    if let Some(field) = &accept.field {
        what.push_str(&format!(" of {}", code(field)));
    }
    if let Some(value) = &accept.value {
        what.push_str(&format!(" = {}", code(value)));
    }
    if let Some(glob) = &accept.glob {
        what.push_str(&format!(" in {}", code(glob)));
    }
    what
}

/// A text of a payload as code: no Markdown and no HTML in it.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return "(no name)".to_owned();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('\n', " "))
}

/// A sentence that may hold values of a payload: what is between backticks is code already.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for char in text.chars() {
        in_code ^= char == '`';
        match char {
            '<' if !in_code => out.push_str("&lt;"),
            '&' if !in_code => out.push_str("&amp;"),
            '*' | '_' | '[' | ']' | '#' if !in_code => out.extend(['\\', char]),
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

/// A fence that a text cannot close.
pub(super) fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{code, text};

    #[test]
    fn values_of_payloads_are_only_text() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(
            text("`<x>` <script> *a* [b](c)"),
            "`<x>` &lt;script> \\*a\\* \\[b\\](c)"
        );
    }
}
