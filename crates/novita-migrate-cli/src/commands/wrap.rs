//! Paragraphs for people: broken at blanks, indented, never inside a word.

/// Appends `text` in lines of at most 80 characters, each behind `indent`, the first behind `first`.
pub(super) fn wrap(out: &mut String, first: &str, indent: &str, text: &str) {
    const WIDTH: usize = 80;
    let mut line = first.to_owned();
    let mut fresh = true;
    for word in text.split_whitespace() {
        if !fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clear();
            line.push_str(indent);
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_are_short_and_words_stay_whole() {
        let mut out = String::new();
        wrap(&mut out, "help: ", "      ", &"word ".repeat(40));
        assert!(
            out.lines()
                .all(|line| line.chars().count() <= 80 && line.ends_with("word")),
            "{out}"
        );
        assert!(
            out.lines()
                .skip(1)
                .all(|line| line.starts_with("      word")),
            "{out}"
        );
        assert_eq!(out.matches("word").count(), 40);
        let mut long = String::new();
        wrap(&mut long, "", "  ", &format!("a {} b", "x".repeat(100)));
        assert_eq!(long.lines().count(), 3);
    }
}
