//! What an audit says at its end, and the exit code that it deserves.

use std::io;

use crate::args::SnapshotArgs;
use crate::audit::{Audit, Change, Obsolete, Report, Seen, Store};
use crate::commands::{FAILED, FOUND, OK, Stop, print};
use crate::report::{name, several, style};
use crate::write::{plain, unified};

/// What the audit found that somebody should look at.
pub(super) struct Verdict<'a> {
    pub(super) args: &'a SnapshotArgs,
    pub(super) quiet: bool,
    /// Whether stdout may be coloured.
    pub(super) colour: bool,
    /// Whether an input could not be read.
    pub(super) is_partial: bool,
    /// Exit code 1.
    pub(super) is_found: bool,
}

impl Verdict<'_> {
    /// The exit code.
    pub(super) fn code(&self) -> u8 {
        match (self.is_partial, self.is_found) {
            (true, _) => FAILED,
            (false, true) => FOUND,
            (false, false) => OK,
        }
    }

    /// Says one line to people, unless they asked for silence.
    pub(super) fn say(&self, line: &str) {
        if !self.quiet {
            style::say(line);
        }
    }

    /// Tells what became of the snapshots.
    pub(super) fn snapshots(&mut self, audit: &Audit) -> Result<(), Stop> {
        let Some(store) = audit.store() else {
            return Ok(());
        };
        let seen = audit.seen();
        if self.args.check {
            self.changes(&seen)?;
        }
        // An input that could not be read says nothing about its snapshots.
        let obsolete = match self.is_partial {
            true => Vec::new(),
            false => store
                .obsolete(&seen.records)
                .map_err(|error| failed(store, &error))?,
        };
        for (path, error) in &seen.snapshots.problems {
            style::error(&format!("{}: {error}", name(path)), None);
            self.is_partial = true;
        }
        self.obsolete(store, &obsolete)?;
        let snapshots = &seen.snapshots;
        let differ = snapshots.changed + snapshots.missing;
        let is_found = differ > 0 && !store.accepts();
        self.is_found |= is_found || (!obsolete.is_empty() && !self.args.prune);
        self.say(&format!(
            "  {}: {} unchanged, {} changed, {} {}, {} {}",
            several(snapshots.unchanged + differ, "snapshot"),
            snapshots.unchanged,
            snapshots.changed,
            snapshots.missing,
            if store.accepts() { "new" } else { "missing" },
            obsolete.len(),
            if self.args.prune {
                "removed"
            } else {
                "obsolete"
            },
        ));
        if is_found && !self.args.check {
            self.say("  review them with `cargo insta review`, or take all with `--accept`");
        }
        Ok(())
    }

    /// `--check`: a diff for each that differs, then the names of those that are missing.
    fn changes(&self, seen: &Seen) -> Result<(), Stop> {
        let told = &seen.snapshots.told;
        for Change { name, texts } in told {
            if let Some((old, new)) = texts {
                let [old, new] = [old, new].map(|text| format!("{text}\n"));
                print(&unified(name, old.as_bytes(), new.as_bytes(), self.colour))?;
            }
        }
        for change in told.iter().filter(|change| change.texts.is_none()) {
            print(&format!("missing: {}\n", name(&change.name)))?;
        }
        let untold = seen.snapshots.changed + seen.snapshots.missing - told.len() as u64;
        if untold > 0 {
            self.say(&format!("… and {}", several(untold, "more snapshot")));
        }
        Ok(())
    }

    fn obsolete(&self, store: &Store, obsolete: &[Obsolete]) -> Result<(), Stop> {
        for obsolete in obsolete {
            let name = name(&obsolete.name);
            if self.args.prune {
                store
                    .prune(obsolete)
                    .map_err(|error| failed(store, &error))?;
            } else if self.args.check {
                print(&format!("obsolete: {name}\n"))?;
            } else {
                self.say(&format!("obsolete: {name} (`--prune` removes it)"));
            }
        }
        Ok(())
    }

    /// Tells what nobody accepted, and what is accepted for nothing.
    pub(super) fn accepted(&mut self, report: &Report) {
        let accepted = &report.accepted;
        let out_of_date = accepted.iter().filter(|accept| accept.findings == 0);
        for accept in out_of_date.clone() {
            let field = accept
                .field
                .as_deref()
                .map_or_else(String::new, |field| format!("={field}"));
            self.say(&format!(
                "out of date: the [[accept]] of line {} ({}{field}, {}) matches no finding any more",
                accept.line,
                accept.code,
                crate::report::text(&accept.owner)
            ));
        }
        let unaccepted = report.totals.unaccepted;
        if !accepted.is_empty() || self.args.deny_unaccepted {
            let taken: u64 = accepted.iter().map(|accept| accept.findings).sum();
            let (taken, unaccepted) = (several(taken, "finding"), several(unaccepted, "warning"));
            self.say(&format!(
                "  {taken} accepted; {unaccepted} that nobody accepted"
            ));
        }
        let has_stale = out_of_date.count() > 0;
        self.is_found |= (self.args.check || self.args.deny_unaccepted) && has_stale;
        self.is_found |= self.args.deny_unaccepted && unaccepted > 0;
    }
}

fn failed(store: &Store, error: &io::Error) -> Stop {
    Stop::plain(format_args!("{}: {}", name(store.folder()), plain(error)))
}
