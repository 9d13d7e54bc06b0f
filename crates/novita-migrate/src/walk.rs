//! The engine: finds the row of each member, in the order of the source, and does what the row says.

mod report;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::document::{Document, Endpoint};
use crate::draft::{self, Draft, Member, Out};
use crate::finding::{Code, Fill, Finding, Severity, Words};
use crate::graft;
use crate::index::{Group, NAMES, Name, Table, Top, lookup};
use crate::json::{Kind, Value};
use crate::options::{Options, Unknown};
use crate::row::Row;
use crate::same;
use crate::scalar;
use crate::steps::{embeddings, extra, inpainting, lora, response};
use crate::survey::{Entry, Survey};
use crate::v3::{Home, Place, Type};
pub(crate) use report::Report;

/// One payload on its way to V3: what steps read from and write to.
pub(crate) struct Walk<'t, 'a> {
    pub(crate) options: &'t Options,
    pub(crate) document: Document,
    /// The rows that apply.
    pub(crate) table: Table,
    pub(crate) draft: Draft<'a>,
    pub(crate) findings: Vec<Finding<'a>>,
    /// The object that holds the payload's V2 fields.
    pub(crate) root: Value<'t, 'a>,
    /// V3's `request`, where V2's fields stand in it or beside it.
    request: Option<Value<'t, 'a>>,
    entries: &'t [Entry<'t, 'a>],
    slots: &'t [u16; NAMES],
    /// The set of places for which the payload has a value that cannot be written.
    refused: u128,
    /// The index of the list entry that is being written, for the `to` of findings.
    pub(crate) index: Option<usize>,
    /// `request.loras` until everything else is written, and the prompt that they came from.
    pub(crate) loras: Option<(Value<'t, 'a>, &'static Row, Vec<Out<'a>>)>,
    /// The JavaScript SDK's `lora` until the prompt has been read.
    pub(crate) sdk_loras: Option<(Value<'t, 'a>, &'static Row)>,
    /// `request.embeddings` until then, and the prompt that the first of them came from.
    pub(crate) embeddings: Option<(Value<'t, 'a>, Vec<Out<'a>>)>,
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(crate) fn new(
        survey: &'t Survey<'t, 'a>,
        document: Document,
        options: &'t Options,
    ) -> Self {
        let mut walk = Walk {
            options,
            document,
            table: Table::of(document),
            draft: Draft::new(),
            findings: Vec::new(),
            root: survey.root,
            request: survey.request,
            entries: &survey.entries,
            slots: &survey.slots,
            refused: 0,
            index: None,
            loras: None,
            sdk_loras: None,
            embeddings: None,
        };
        if document == Document::Img2img && inpainting::applies(&walk) {
            walk.table = Table::Inpainting;
        }
        walk
    }

    /// Where a request of this kind is sent in V3.
    pub(crate) fn endpoint(&self) -> Option<Endpoint> {
        match self.table {
            Table::Txt2img => Some(Endpoint::Txt2img),
            Table::Img2img | Table::IpAdapter => Some(Endpoint::Img2img),
            Table::Inpainting => Some(Endpoint::Inpainting),
            Table::Response | Table::Progress => None,
        }
    }

    /// Does what the rows say, member by member.
    pub(crate) fn run(&mut self) {
        if let Some(request) = self.request {
            self.half_migrated(request, Place::of("request"));
        }
        let mut unknown = BTreeMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if self.request.is_none() || !self.is_told_twice(at, entry, &mut unknown) {
                self.member(entry.value, entry.name, Group::Top);
            }
        }
        if self.document == Document::Response {
            response::require_task_id(self);
        }
        extra::put_plan(self);
        lora::put_loras(self);
        embeddings::put(self);
        if self.table == Table::Inpainting {
            inpainting::defaults(self);
        }
        let required = self.endpoint().map_or(0, Place::required_in_request);
        for place in Place::each(self.draft.lacks(required & !self.refused)) {
            self.missing(self.root, place);
        }
    }

    /// Whether a field stands both beside `request` and in it. The second one is not looked at: it says the same, or
    /// nobody can tell which of the two is meant. `unknown` are the fields that nobody knows, by name.
    fn is_told_twice(
        &mut self,
        at: usize,
        entry: &Entry<'t, 'a>,
        unknown: &mut BTreeMap<Cow<'a, [u8]>, Value<'t, 'a>>,
    ) -> bool {
        let is_unknown = entry.name.is_none() && !entry.value.is_null() && self.keeps_unknown();
        if let Some(key) = entry.value.key().filter(|_| is_unknown) {
            let first = *unknown.entry(key.bytes()).or_insert(entry.value);
            let is_second = first.span() != entry.value.span();
            if is_second && !same::values(first, entry.value) {
                self.conflict(entry.value, None);
            }
            return is_second;
        }
        let slot = entry.name.and_then(|name| self.slots.get(name.id()));
        let first = slot
            .and_then(|slot| usize::from(*slot).checked_sub(1))
            .filter(|first| *first != at)
            .and_then(|first| self.entries.get(first));
        let Some(first) = first.filter(|_| !entry.value.is_null()) else {
            return false;
        };
        let new = entry.name.filter(|name| name.is_new_in_requests());
        if let Some(place) = new.and_then(|name| name.v3) {
            self.half_migrated(entry.value, place);
        }
        if !same::values(first.value, entry.value) {
            self.conflict(entry.value, None);
        }
        true
    }

    /// The payload's own field of that V2 name, unless it is absent or null.
    pub(crate) fn field(&self, name: Top) -> Option<Value<'t, 'a>> {
        let slot = usize::from(*self.slots.get(name.id())?).checked_sub(1)?;
        self.entries
            .get(slot)
            .map(|entry| entry.value)
            .filter(|value| !value.is_null())
    }

    /// Does what the rows of `group` say with the members of an object.
    pub(crate) fn members(&mut self, object: Value<'t, 'a>, group: Group) {
        for (key, value) in object.entries() {
            let name = lookup(group, key);
            self.member(value, name, group);
        }
    }

    fn member(&mut self, value: Value<'t, 'a>, name: Option<&'static Name>, group: Group) {
        if value.is_null() {
            return;
        }
        let Some(name) = name else {
            return self.unknown(value, group);
        };
        if let Some(row) = name.row(self.table) {
            match (row.step, row.place) {
                (Some(step), _) => step(self, value, row),
                (None, Some(place)) => self.scalar(value, place, row),
                (None, None) => self.drop(value, row),
            }
        } else if let Some(place) = name.v3.filter(|place| self.takes(*place)) {
            self.already_v3(value, place, group);
        } else if name.is_request() && self.endpoint().is_some() {
            self.of_the_other_endpoint(value);
        } else {
            self.elsewhere(value, name, group);
        }
    }

    /// Whether V3 has the place in what this payload becomes.
    fn takes(&self, place: Place) -> bool {
        match self.endpoint() {
            Some(endpoint) => place.field().is_on(endpoint) && place.field().home() != Home::Root,
            None => place == Place::of("task_id") && self.document == Document::Response,
        }
    }

    /// A name of V3 that has no meaning where it stands.
    fn elsewhere(&mut self, value: Value<'t, 'a>, name: &'static Name, group: Group) {
        let (Some(endpoint), Some(_)) = (self.endpoint(), name.v3) else {
            return self.unknown(value, group);
        };
        self.report(Code::NoCounterpart, Severity::Warning, value, None)
            .say(Words {
                text: "`{0}` has no such field; left out",
                help: "remove the field, or send the request to the endpoint that has it",
            })
            .with(Fill::Name(endpoint.path()));
    }

    /// Remembers that the payload has a value for the place, if a wrong one: the place is not missing.
    pub(crate) fn refuse(&mut self, place: Place) {
        self.refused |= place.bit();
    }

    /// Forgets that it was refused: another entry of a list begins.
    pub(crate) fn forget(&mut self, place: Place) {
        self.refused &= !place.bit();
    }

    /// Whether the payload has a value for the place, if only a wrong one.
    pub(crate) fn has(&self, place: Place) -> bool {
        self.draft.has(place) || self.refused & place.bit() != 0
    }

    /// Forgets the refusals of inner places: another entry of the list begins.
    pub(crate) fn open_inner(&mut self, places: &[Place]) {
        places.iter().for_each(|place| self.forget(*place));
    }

    /// Moves a value to its place, after type and range checks.
    pub(crate) fn scalar(&mut self, value: Value<'t, 'a>, place: Place, row: &'static Row) {
        if scalar::fits(value, place.field()) && !self.draft.has(place) {
            self.draft.put_raw(place, value);
        } else if let Some(out) = scalar::fit(self, value, place, Some(row)) {
            self.put(place, out, value, Some(row));
        }
    }

    /// Writes a place; where it is taken, the two values are a conflict.
    pub(crate) fn put(
        &mut self,
        place: Place,
        out: Out<'a>,
        value: Value<'t, 'a>,
        row: Option<&'static Row>,
    ) {
        match self.draft.has(place) {
            false => self.draft.put(place, out),
            true => self.put_again(place, &out, value, row),
        }
    }

    #[cold]
    fn put_again(
        &mut self,
        place: Place,
        out: &Out<'a>,
        value: Value<'t, 'a>,
        row: Option<&'static Row>,
    ) {
        let input = self.root.tree().input();
        let there = self.draft.get(place);
        if there.is_some_and(|there| !same::outs(there, out, input)) {
            self.conflict(value, row).to(place);
        }
    }

    fn conflict(&mut self, value: Value<'t, 'a>, row: Option<&'static Row>) -> Report<'_, 'a> {
        self.report(Code::Conflict, Severity::Error, value, row)
            .say(Words {
                text: "`{0}` contradicts another field of the payload, which leads to the same field of V3",
                help: "",
            })
            .with(Fill::Json(value.raw()))
    }

    /// Leaves a deprecated field out, and says how much that matters.
    pub(crate) fn drop(&mut self, value: Value<'t, 'a>, row: &'static Row) {
        if row.inert.iter().any(|inert| scalar::means(value, inert))
            || scalar::is_empty(scalar::only(value))
        {
            return self.inactive(
                value,
                row,
                "`{0}` did nothing in V2 and V3 has no such field",
            );
        }
        self.lost(value, row);
    }

    /// A field that asked for something and has no place in V3.
    pub(crate) fn lost(&mut self, value: Value<'t, 'a>, row: &'static Row) {
        self.report(Code::DeprecatedField, Severity::Warning, value, Some(row))
            .say(Words {
                text: "V3 has no such field; `{0}` is lost",
                help: "",
            })
            .with(Fill::Json(value.raw()));
    }

    /// A field whose value had no effect; `text` may show the value as `{0}`.
    pub(crate) fn inactive(&mut self, value: Value<'t, 'a>, row: &'static Row, text: &'static str) {
        self.report(Code::InactiveField, Severity::Note, value, Some(row))
            .say(Words { text, help: "" })
            .with(Fill::Json(value.raw()));
    }

    /// A value of a type that nothing can be made of.
    pub(crate) fn wrong_type(
        &mut self,
        value: Value<'t, 'a>,
        row: Option<&'static Row>,
        wanted: &'static str,
    ) {
        self.report(Code::WrongType, Severity::Error, value, row)
            .say(Words {
                text: "expected {0}, found `{1}`",
                help: "",
            })
            .with(Fill::Name(wanted))
            .with(Fill::Json(value.raw()));
    }

    fn unknown(&mut self, value: Value<'t, 'a>, group: Group) {
        if !self.report_unknown(value) {
            return;
        }
        let home = match group {
            Group::Top => Home::Request,
            Group::Extra => Home::Extra,
            Group::Refiner | Group::Unit | Group::Data | Group::DebugInfo => Home::Inner,
        };
        if let Some(key) = value.key() {
            self.draft.unknown(key.raw(), self.raw(value), home);
        }
    }

    /// The same inside an object of V3's own that is being taken over.
    pub(crate) fn unknown_inside(&mut self, value: Value<'t, 'a>, members: &mut Vec<Member<'a>>) {
        if let (true, Some(key)) = (self.report_unknown(value), value.key()) {
            members.push(Member {
                key: draft::Name::Raw(key.raw()),
                value: self.raw(value),
            });
        }
    }

    fn keeps_unknown(&self) -> bool {
        self.options.unknown == Unknown::Keep && self.endpoint().is_some()
    }

    /// Reports a field that nobody knows; tells whether it is kept.
    fn report_unknown(&mut self, value: Value<'t, 'a>) -> bool {
        let keeps = self.keeps_unknown();
        let text = match keeps {
            true => "neither the guide nor V3 knows this field; kept as it is",
            false => "neither the guide nor V3 knows this field; left out",
        };
        self.report(Code::UnknownField, Severity::Warning, value, None)
            .say(Words { text, help: "" });
        keeps
    }

    /// A V3 name in a V2 payload: somebody began to migrate it.
    fn already_v3(&mut self, value: Value<'t, 'a>, place: Place, group: Group) {
        if group != Group::Extra {
            self.half_migrated(value, place);
        }
        // What V2 called otherwise is judged as under V2's name: its values may still be V2's.
        let is_scalar = !matches!(
            place.field().kind(),
            Type::Object | Type::List | Type::Image
        );
        let row = crate::rows(self.document)
            .iter()
            .find(|row| is_scalar && row.place == Some(place) && row.v2().is_some());
        match row.map(|row| (row, row.step)) {
            Some((row, Some(step))) => step(self, value, row),
            Some((row, None)) => self.scalar(value, place, row),
            None => {
                if let Some(out) = graft::value(self, value, place) {
                    self.put(place, out, value, None);
                }
            }
        }
    }

    fn half_migrated(&mut self, value: Value<'t, 'a>, place: Place) {
        self.report(Code::HalfMigrated, Severity::Note, value, None)
            .to(place)
            .say(Words {
                text: "this is V3's name already; moved to its place",
                help: "",
            });
    }

    /// A V2 field that this V2 endpoint ignored.
    fn of_the_other_endpoint(&mut self, value: Value<'t, 'a>) {
        let document = self.document.name();
        self.report(Code::InactiveField, Severity::Note, value, None)
            .say(Words {
                text: "V2 {0} ignored this field; left out",
                help: "",
            })
            .with(Fill::Name(document));
    }

    /// The value's own bytes, on their way to another place.
    pub(crate) fn raw(&self, value: Value<'t, 'a>) -> Out<'a> {
        let mut depth = 0;
        if matches!(value.kind(), Kind::Object | Kind::Array) {
            let mut at = value.parent();
            while let Some(parent) = at {
                depth += 1;
                at = if parent.is(self.root) {
                    None
                } else {
                    parent.parent()
                };
            }
        }
        Out::raw(value, depth)
    }

    /// Reports one field that V3 requires and the payload does not have.
    pub(crate) fn missing(&mut self, holder: Value<'t, 'a>, place: Place) {
        self.report(Code::MissingRequired, Severity::Warning, holder, None)
            .to(place)
            .say(Words {
                text: "V3 requires `{0}`, which the payload does not have",
                help: "",
            })
            .with(Fill::Name(place.field().path()));
    }

    /// Whether anything found so far keeps the payload as it was.
    pub(crate) fn is_denied(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }
}
