//! The guide's rows, by the names that payloads have.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use novita_migrate::{Document, Row, rows, unlisted};

/// The rows of one document by their V2 names.
pub(super) struct Rows {
    by_v2: HashMap<&'static str, &'static Row>,
    /// Paths that have fields inside, as the rows say.
    pub(super) parents: HashSet<&'static str>,
    pub(super) v3: HashSet<&'static str>,
}

static ROWS: LazyLock<HashMap<Document, Rows>> = LazyLock::new(|| {
    Document::ALL
        .into_iter()
        .map(|document| (document, Rows::of(document)))
        .collect()
});

impl Rows {
    /// The rows of a document.
    pub(super) fn for_document(document: Document) -> Option<&'static Self> {
        ROWS.get(&document)
    }

    fn of(document: Document) -> Self {
        let mut found = Rows {
            by_v2: HashMap::new(),
            parents: HashSet::new(),
            v3: HashSet::new(),
        };
        let extra = if matches!(document, Document::Txt2img | Document::Img2img) {
            unlisted()
        } else {
            &[]
        };
        for row in rows(document).iter().chain(extra) {
            if let Some(v2) = row.v2() {
                // The guide's own line comes first, and wins.
                found.by_v2.entry(v2).or_insert(row);
                let ends = v2
                    .match_indices('.')
                    .map(|(at, _)| v2.get(..at).unwrap_or_default());
                found
                    .parents
                    .extend(ends.map(|parent| parent.trim_end_matches("[]")));
            }
            found.v3.extend(row.v3());
        }
        found
    }

    /// The row of a field, and the path that it is known by: clients write an object where the guide has a list, and
    /// the reverse; half-migrated payloads have V2 names inside `request`.
    pub(super) fn look_up(&self, path: String) -> (String, Option<&'static Row>) {
        if let Some(row) = self.by_v2.get(path.as_str()) {
            return (path, Some(row));
        }
        let plain = path.replace("[]", "");
        let listed = plain
            .split_once('.')
            .map(|(head, tail)| format!("{head}[].{tail}"));
        for other in [Some(&plain), listed.as_ref()].into_iter().flatten() {
            if let Some(row) = self.by_v2.get(other.as_str()) {
                return (other.clone(), Some(row));
            }
        }
        let row = path
            .strip_prefix("request.")
            .and_then(|name| self.by_v2.get(name))
            .copied();
        (path, row)
    }

    /// Where a member stands in V3 that already has its V3 name, inside of something that has not.
    pub(super) fn beside(&self, path: &str) -> Option<String> {
        let (parent, name) = path.rsplit_once('.')?;
        let plain = parent.trim_end_matches("[]");
        let list = parent.get(plain.len()..)?;
        Some(format!("{}{list}.{name}", self.by_v2.get(plain)?.v3()?))
    }
}
