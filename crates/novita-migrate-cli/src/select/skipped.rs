//! What folders held that was not taken, and why.

use std::fmt;

/// Why something in a folder was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its name starts with a dot.
    Hidden,
    /// A `.gitignore` or `.ignore` file says so.
    Ignored,
    /// `--exclude` says so, or it is a folder that the run writes to.
    Excluded,
    /// No `--include` matches it.
    NotIncluded,
    /// Its name ends in nothing that holds payloads.
    OtherName,
    /// A link to a folder, to itself or to nothing.
    Link,
    /// A pipe, a socket or a device.
    Special,
    /// A file that is already taken under another name.
    Again,
}

impl Reason {
    /// Every reason, in the order in which they are reported.
    pub(crate) const ALL: [Self; 8] = [
        Self::Hidden,
        Self::Ignored,
        Self::Excluded,
        Self::NotIncluded,
        Self::OtherName,
        Self::Link,
        Self::Special,
        Self::Again,
    ];

    /// The reason as it stands after a number: `3 hidden`.
    #[must_use]
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Ignored => "ignored by .gitignore",
            Self::Excluded => "excluded",
            Self::NotIncluded => "not included",
            Self::OtherName => "with another name ending",
            Self::Link => "links not followed",
            Self::Special => "not regular files",
            Self::Again => "taken under another name",
        }
    }
}

/// Counts of what was skipped. A folder that is not entered counts once, whatever it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped([u64; Reason::ALL.len()]);

impl Skipped {
    pub(super) fn count(&mut self, reason: Reason) {
        if let Some(count) = self.0.get_mut(reason as usize) {
            *count += 1;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// The count of one reason.
    #[must_use]
    pub(crate) fn of(&self, reason: Reason) -> u64 {
        self.0.get(reason as usize).copied().unwrap_or(0)
    }

    /// The reasons that occurred, with their counts.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Reason::ALL
            .into_iter()
            .map(|reason| (reason.words(), self.of(reason)))
            .filter(|(_, count)| *count > 0)
    }

    /// The sum of all counts.
    #[must_use]
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (words, count)) in self.counts().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{count} {words}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Reason, Skipped};

    #[test]
    fn reasons_are_counted_apart_and_listed_in_order() {
        let mut skipped = Skipped::default();
        skipped.count(Reason::OtherName);
        skipped.count(Reason::Hidden);
        skipped.count(Reason::OtherName);
        let mut sum = Skipped::default();
        sum.add(&skipped);
        sum.add(&skipped);
        assert_eq!(sum.to_string(), "2 hidden, 4 with another name ending");
        assert_eq!(sum.total(), 6);
    }

    #[test]
    fn every_reason_has_its_own_place() {
        for (at, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, at);
        }
    }
}
