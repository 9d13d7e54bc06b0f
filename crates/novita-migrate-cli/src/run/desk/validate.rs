//! Payloads that are to be validated.

use std::fmt::Display;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use novita_migrate::{ErrorKind, Severity};

use super::{BUG, Desk, Wrong};
use crate::excerpt;
use crate::read::map::Way;
use crate::record::{Outcome, OwnedFinding};
use crate::run::Keep;
use crate::validate::{Checked, Checks, Unfit};

impl Desk<'_> {
    /// Validates one payload and counts it. Says what it was to whoever wanted a migration of it: nothing to write.
    pub(super) fn validate(
        &mut self,
        checks: &Checks,
        text: &[u8],
        way: &Way<'_>,
        pointer: &dyn Display,
    ) -> Wrong {
        match catch_unwind(AssertUnwindSafe(|| checks.check(text))) {
            Ok(Ok(checked)) => {
                let outcome = self.totals.count_checked(&checked);
                let wanted = match self.keep {
                    Keep::All => true,
                    Keep::WithWarnings => checked.worst() > Severity::Note,
                    Keep::Failures => checked.worst() == Severity::Error,
                };
                if wanted {
                    let bounds = way.source(0)..way.source(text.len());
                    self.tell_checked(&checked, outcome, way, pointer, bounds);
                }
                Wrong::Payload
            }
            Ok(Err(Unfit { kind, offset })) => {
                match kind {
                    ErrorKind::NotAPayload => {
                        let help = "`--endpoint txt2img|img2img|inpainting` says what it is; `--find` looks inside larger documents";
                        self.fail(kind.to_string(), Some(help), offset, way, pointer);
                    }
                    _ => self.fail_with(&kind, offset, way, pointer),
                }
                Wrong::of(&kind)
            }
            Err(_) => {
                self.fail(BUG.to_owned(), None, 0, way, pointer);
                Wrong::Payload
            }
        }
    }

    /// `bounds` are the payload's in the block: nothing beside it is shown.
    fn tell_checked(
        &mut self,
        checked: &Checked,
        outcome: Outcome,
        way: &Way<'_>,
        pointer: &dyn Display,
        bounds: Range<usize>,
    ) {
        let least = match self.keep {
            Keep::All => Severity::Note,
            _ => Severity::Warning,
        };
        let mut record = self.record(outcome, way, pointer);
        record.endpoint = checked.endpoint();
        let objections = checked.objections().iter();
        for objection in objections.filter(|objection| objection.severity >= least) {
            let place = way.source(objection.offset);
            let (line, column) = self.lines.place(place);
            record.findings.push(OwnedFinding {
                code: objection.code,
                severity: objection.severity,
                pointer: format!("{pointer}{}", objection.pointer),
                to: objection.to.clone(),
                message: objection.message.clone(),
                help: objection.help,
                row: None,
                line,
                column,
                excerpt: excerpt::cut(self.block, place, bounds.clone()),
            });
        }
        self.records.push(record);
    }
}
