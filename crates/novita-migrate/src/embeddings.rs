//! Names of textual inversions, which V2 found in the text of the prompts.

use crate::error::Error;
use crate::json::{Kind, Tree};

/// Textual inversions by the names that prompts call them by, each with the name that V3 wants.
///
/// ```
/// use novita_migrate::{Embeddings, Options, migrate};
///
/// let names = Embeddings::from_json(r#"{"badhandv4": "badhandv4_16755.pt"}"#)?;
/// let payload = r#"{"prompt":"a cat","negative_prompt":"(badhandv4:1.2)","model_name":"m.safetensors"}"#;
/// let migration = migrate(payload, None, &Options::default().embeddings(names))?;
/// assert!(migration.to_string().contains(r#""embeddings":[{"model_name":"badhandv4_16755.pt"}]"#));
/// # Ok::<(), novita_migrate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Embeddings {
    /// Lower-case characters of the name, and V3's name; the longest first.
    names: Vec<(Box<[char]>, Box<str>)>,
}

impl Embeddings {
    /// Reads an object of names (`{"badhandv4": "badhandv4_16755.pt"}`), or a list of names that V3 shares. Values that
    /// are no text are skipped.
    ///
    /// # Errors
    ///
    /// The text is not JSON.
    pub fn from_json(text: &str) -> Result<Embeddings, Error> {
        let tree =
            Tree::parse(text.as_bytes()).map_err(|error| Error::syntax(&error, text.as_bytes()))?;
        let root = tree.root();
        let mut names = Embeddings::default();
        match root.kind() {
            Kind::Object => {
                for member in root.members() {
                    if let (Some(key), Some(name)) = (member.key(), member.text()) {
                        names = names.with(&key.name(), &name);
                    }
                }
            }
            _ => {
                for name in root.elements().filter_map(|element| element.text()) {
                    names = names.with(&name, &name);
                }
            }
        }
        Ok(names)
    }

    /// Adds one: the name in prompts, and V3's name. A file's extension is no part of the name in prompts.
    #[must_use]
    pub fn with(mut self, in_prompts: &str, in_v3: &str) -> Self {
        let name: Box<[char]> = lower(stem(in_prompts).trim()).collect();
        if !name.is_empty() && !in_v3.is_empty() {
            let at = self
                .names
                .partition_point(|(other, _)| other.len() >= name.len());
            self.names.insert(at, (name, in_v3.into()));
        }
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// V3's names of those that a text holds, in the order of the text, each once. A name counts where it stands as a
    /// word, in upper or lower case; of two that begin at one place the longer counts, as in A1111.
    pub(crate) fn in_text(&self, text: &str) -> Vec<&str> {
        let text: Vec<char> = lower(text).collect();
        let mut found: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let is_start = at == 0 || text.get(at - 1).is_none_or(|before| !is_word(*before));
            let here = self.names.iter().find(|(name, _)| {
                is_start
                    && text.get(at..).is_some_and(|rest| rest.starts_with(name))
                    && text
                        .get(at + name.len())
                        .is_none_or(|after| !is_word(*after))
            });
            match here {
                None => at += 1,
                Some((name, in_v3)) => {
                    if !found.contains(&&**in_v3) {
                        found.push(in_v3);
                    }
                    at += name.len();
                }
            }
        }
        found
    }
}

/// One character for one, so that positions stay what they are.
fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .map(|char| char.to_lowercase().next().unwrap_or(char))
}

/// Names of files hold `_` and `-`: a part of such a name is not the name.
fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-')
}

fn stem(name: &str) -> &str {
    [".pt", ".safetensors", ".bin"]
        .into_iter()
        .find_map(|extension| name.strip_suffix(extension))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_as_a_word() {
        let names = Embeddings::default()
            .with("easynegative.pt", "EasyNegative_1.pt")
            .with("bad", "bad.pt")
            .with("bad-hands-5", "bad-hands-5.pt");
        for (text, found) in [
            ("EasyNegative", &["EasyNegative_1.pt"][..]),
            ("(easynegative:1.2), blurry", &["EasyNegative_1.pt"]),
            ("bad-hands-5, bad", &["bad-hands-5.pt", "bad.pt"]),
            ("bad,bad", &["bad.pt"]),
            ("[bad|good]", &["bad.pt"]),
            ("badly, very_bad, bad-hands, easynegative2", &[]),
            ("", &[]),
        ] {
            assert_eq!(names.in_text(text), found, "{text}");
        }
    }

    #[test]
    fn lists_and_objects_are_read() {
        let list = Embeddings::from_json(r#"["a", 1, ""]"#).expect("JSON");
        assert_eq!(list, Embeddings::default().with("a", "a"));
        let object = Embeddings::from_json(r#"{"a": "b.pt", "c": null}"#).expect("JSON");
        assert_eq!(object, Embeddings::default().with("a", "b.pt"));
        assert!(Embeddings::from_json("[").is_err());
    }
}
