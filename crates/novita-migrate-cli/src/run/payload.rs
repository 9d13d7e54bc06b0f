//! One payload: migrated, counted, and told as far as somebody wants to know.

use std::panic::{AssertUnwindSafe, catch_unwind};

use novita_migrate::{Migration, Severity, Status, migrate};

use super::{Job, Keep};
use crate::record::{Origin, Record, Totals};

/// What came of one text that should be a payload.
pub(super) enum Payload<'a> {
    /// Its V3 form.
    Converted(Box<Migration<'a>>),
    /// It is V3 already.
    AlreadyV3,
    /// Kept as V2, failed, or no payload: its bytes stay.
    Unchanged,
}

/// Migrates a text, counts it and gives its record, if one is wanted. A bug in the library costs this payload and no
/// other one.
pub(super) fn convert<'a>(
    job: &Job,
    text: &'a [u8],
    number: u64,
    origin: &Origin<'_>,
    totals: &mut Totals,
) -> (Payload<'a>, Option<Record>) {
    let done = catch_unwind(AssertUnwindSafe(|| {
        migrate(text, job.document, &job.options)
    }));
    let migration = match done {
        Ok(Ok(migration)) => migration,
        Ok(Err(error)) => {
            totals.failed += 1;
            return (Payload::Unchanged, Some(origin.failed(number, &error)));
        }
        Err(_) => {
            totals.failed += 1;
            let message = "this program failed on the payload; please report it".to_owned();
            return (
                Payload::Unchanged,
                Some(origin.failure(number, 0, message, None)),
            );
        }
    };
    totals.count(&migration);
    let is_wanted = migration.status() == Status::Kept
        || job.keep == Keep::All
        || migration
            .findings()
            .iter()
            .any(|finding| finding.severity() > Severity::Note);
    let least = if job.keep == Keep::All {
        Severity::Note
    } else {
        Severity::Warning
    };
    let record = is_wanted.then(|| origin.migrated(number, &migration, least));
    let payload = match migration.status() {
        Status::Kept => Payload::Unchanged,
        Status::AlreadyV3 => Payload::AlreadyV3,
        _ => Payload::Converted(Box::new(migration)),
    };
    (payload, record)
}
