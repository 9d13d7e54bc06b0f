//! Findings on their way into the result.

use super::Walk;
use crate::finding::{Code, Fill, Finding, Severity, To, Words};
use crate::json::Value;
use crate::row::{Row, What};
use crate::v3::Place;

/// Room for the findings of a usual payload, about a kilobyte; a payload without findings needs none.
const USUAL_FINDINGS: usize = 5;

impl<'t, 'a> Walk<'t, 'a> {
    /// Adds a finding about `value`, to be completed by chained calls.
    pub(crate) fn report(
        &mut self,
        code: Code,
        graded: Severity,
        value: Value<'t, 'a>,
        row: Option<&'static Row>,
    ) -> Report<'_, 'a> {
        if self.findings.capacity() == 0 {
            self.findings.reserve(USUAL_FINDINGS);
        }
        // Made where it stays, for the reason that `Draft::put_raw` gives.
        self.findings.push(Finding::new(code, graded));
        let index = self.index;
        let finding = self.findings.last_mut();
        if let Some(finding) = finding {
            finding.pointer.lead_to(value);
            finding.severity =
                self.options
                    .levels
                    .apply(code, graded, || match row.and_then(Row::v2) {
                        Some(path) => path.replace("[]", ""),
                        None => {
                            let path = finding.pointer.to_string();
                            path.trim_start_matches('/').replace('/', ".")
                        }
                    });
            finding.offset = value
                .key()
                .map_or(value.span().start, |key| key.span().start);
            let leads = row.filter(|row| row.what() != What::Deprecated);
            if let Some(place) = leads.and_then(|row| row.place) {
                finding.to = Some(To { place, index });
            }
            finding.row = row;
        }
        Report {
            finding: self.findings.last_mut(),
            filled: 0,
            index,
        }
    }
}

/// A finding being completed.
pub(crate) struct Report<'w, 'a> {
    finding: Option<&'w mut Finding<'a>>,
    filled: usize,
    index: Option<usize>,
}

impl<'a> Report<'_, 'a> {
    /// The place in V3 that it is about.
    #[inline]
    pub(crate) fn to(mut self, place: Place) -> Self {
        if let Some(finding) = &mut self.finding {
            finding.to = Some(To {
                place,
                index: self.index,
            });
        }
        self
    }

    /// The entry of a list in V3 that it is about.
    pub(crate) fn at(mut self, index: usize) -> Self {
        if let Some(to) = self
            .finding
            .as_mut()
            .and_then(|finding| finding.to.as_mut())
        {
            to.index = Some(index);
        }
        self
    }

    /// What is said.
    #[inline]
    pub(crate) fn say(mut self, words: Words) -> Self {
        if let Some(finding) = &mut self.finding {
            finding.message.words = words;
        }
        self
    }

    /// The next value to fill into the words.
    #[inline]
    pub(crate) fn with(mut self, fill: Fill<'a>) -> Self {
        if let Some(slot) = self
            .finding
            .as_mut()
            .and_then(|finding| finding.message.values.get_mut(self.filled))
        {
            *slot = fill;
        }
        self.filled += 1;
        self
    }

    /// The finding is complete.
    pub(crate) fn end(self) {}
}
