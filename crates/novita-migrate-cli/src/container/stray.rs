//! V2 URLs of shell scripts that no curl command calls: other programs do, or they stand in variables.

use std::iter::Peekable;
use std::ops::Range;

use memchr::memmem::{self, FindIter};

use super::url::{V2Url, hides_endpoint};

/// A URL reaches no further to either side of its version than this.
const REACH: usize = 512;

/// The V2 URLs of a script that stand outside of the parts that were read as commands. What comments say calls nothing.
pub(super) struct Strays<'s> {
    script: &'s [u8],
    versions: Peekable<FindIter<'s, 'static>>,
    comments: Comments<'s>,
    /// Where the commands end that were read so far.
    end: usize,
}

impl<'s> Strays<'s> {
    pub(super) fn of(script: &'s [u8]) -> Self {
        Strays {
            script,
            versions: memmem::find_iter(script, b"/v2/").peekable(),
            comments: Comments::of(script),
            end: 0,
        }
    }

    /// Where those begin that stand before `limit` and were not given yet.
    pub(super) fn before(&mut self, limit: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        while let Some(version) = self.versions.next_if(|version| *version < limit) {
            if version < self.end {
                continue;
            }
            let Some(start) = url(self.script, version) else {
                continue;
            };
            if found.last() != Some(&start) && !self.comments.hold(start) {
                found.push(start);
            }
        }
        found
    }

    /// A part was read as a command.
    pub(super) fn pass(&mut self, part: &Range<usize>) {
        self.end = self.end.max(part.end);
    }
}

/// Where the V2 URL begins whose version stands here.
fn url(script: &[u8], version: usize) -> Option<usize> {
    let before = script.get(version.saturating_sub(REACH)..version)?;
    let behind = script.get(version..)?;
    let behind = behind.get(..REACH).unwrap_or(behind);
    // `URL=https://…`
    let is_begun = |byte: &&u8| is_of_url(**byte) && **byte != b'=';
    let start = version - before.iter().rev().take_while(is_begun).count();
    let end = version + behind.iter().take_while(|byte| is_of_url(**byte)).count();
    let head = std::str::from_utf8(script.get(start..version)?).ok()?;
    let path = std::str::from_utf8(script.get(version..end)?).ok()?;
    // The beginning of a variable or a command behind it.
    let more = match script.get(end..)? {
        [b'"' | b'\'', b'$', ..] | [b'`', ..] => "$",
        _ => "",
    };
    let is_v2 = |head: &str| {
        hides_endpoint(&format!("{head}{path}{more}"))
            || V2Url::parse(&format!("{head}{path}")).is_some_and(V2Url::has_host)
    };
    let is_alone = || V2Url::parse(path).is_some();
    let called = match (head, before.last()) {
        // `"$BASE"/v2/…`, and `"/v2/…`
        ("", Some(quote @ (b'"' | b'\''))) => {
            let before = before.strip_suffix(&[*quote])?;
            let host = before.len() - before.iter().rev().take_while(is_begun).count();
            match std::str::from_utf8(before.get(host..)?).ok()? {
                "" => is_alone(),
                head => is_v2(head),
            }
        }
        // A path whose host is said elsewhere: `P=/v2/…`, `$(base)/v2/…`
        ("", _) => is_alone(),
        (head, _) => is_v2(head),
    };
    called.then_some(start)
}

/// Whether a byte may stand in a URL of a script, or in a variable that begins one.
fn is_of_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/.:_-~%?&#@+$={}".contains(&byte)
}

/// Tells of places, in their order, whether they are in comments. No part of the script is read twice.
struct Comments<'s> {
    script: &'s [u8],
    at: usize,
    /// Whether a comment goes on at `at`.
    inside: bool,
    /// Whether a word begins at `at`, which may be a comment's sign.
    is_start: bool,
}

impl<'s> Comments<'s> {
    fn of(script: &'s [u8]) -> Self {
        Comments {
            script,
            at: 0,
            inside: false,
            is_start: true,
        }
    }

    fn hold(&mut self, at: usize) -> bool {
        for byte in self.script.get(self.at..at).unwrap_or_default() {
            match byte {
                b'\n' => self.inside = false,
                b'#' => self.inside |= self.is_start,
                _ => {}
            }
            self.is_start = byte.is_ascii_whitespace();
        }
        self.at = self.at.max(at);
        self.inside
    }
}
