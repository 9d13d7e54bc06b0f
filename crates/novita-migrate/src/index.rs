//! From a key to its row: one hash over all names of the tables, built at compile time.

use crate::choices::{INPAINTING, IP_ADAPTER};
use crate::document::Document;
use crate::guide::{IMG2IMG, TXT2IMG, TXT2IMG_RESPONSE, UNLISTED};
use crate::progress::PROGRESS;
use crate::row::Row;
use crate::v3::{self, Place};

/// The object that a key stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// The payload itself; for V3 names, `request`.
    Top,
    Extra,
    Refiner,
    Unit,
    /// `data` of a response.
    Data,
    /// `data.debug_info` of an answer of `/v2/progress`.
    DebugInfo,
}

/// The rows that apply: those of a document, or those that a choice puts in the place of img2img's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Txt2img,
    Img2img,
    Inpainting,
    /// Of one ControlNet unit.
    IpAdapter,
    Response,
    Progress,
}

const TABLES: usize = 6;

impl Table {
    pub(crate) const fn of(document: Document) -> Table {
        match document {
            Document::Txt2img => Table::Txt2img,
            Document::Img2img => Table::Img2img,
            Document::Response => Table::Response,
            Document::Progress => Table::Progress,
        }
    }
}

/// The prefixes that put a dotted path into a group, V2's and V3's.
const PREFIXES: [(&str, Group); 7] = [
    ("extra.", Group::Extra),
    ("sd_refiner.", Group::Refiner),
    ("controlnet_units[].", Group::Unit),
    ("data.debug_info.", Group::DebugInfo),
    ("data.", Group::Data),
    ("request.controlnet.units[].", Group::Unit),
    ("request.", Group::Top),
];

/// Everything the tables know about one key.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    group: Group,
    text: &'static str,
    rows: [Option<&'static Row>; TABLES],
    /// The V3 field of that name in the V3 counterpart of the group.
    pub(crate) v3: Option<Place>,
    /// Its position, for sets and slots of names.
    pub(crate) id: u8,
}

impl Name {
    pub(crate) fn row(&self, table: Table) -> Option<&'static Row> {
        let [txt2img, img2img, inpainting, ip_adapter, response, progress] = self.rows;
        match table {
            Table::Txt2img => txt2img,
            Table::Img2img => img2img,
            Table::Inpainting => inpainting,
            Table::IpAdapter => ip_adapter,
            Table::Response => response,
            Table::Progress => progress,
        }
    }

    /// Whether V2 requests, of whatever endpoint, have such a key.
    pub(crate) fn is_request(&self) -> bool {
        let [txt2img, img2img, ..] = self.rows;
        txt2img.is_some() || img2img.is_some()
    }

    /// `extra`, which V2 and V3 share, and V3's `request`: they hold the payload, they are not part of it.
    pub(crate) fn is_envelope(&self) -> bool {
        self.group as u8 == Group::Top as u8 && matches!(self.text, "extra" | "request")
    }

    /// A key that only V3's requests have.
    pub(crate) fn is_new_in_requests(&self) -> bool {
        let is_inside = |place: Place| place.field().home() == v3::Home::Request;
        !self.is_request() && self.v3.is_some_and(is_inside)
    }

    /// A key of V2 requests that no V3 body has.
    pub(crate) fn is_only_v2(&self) -> bool {
        self.is_request() && self.v3.is_none()
    }
}

/// Room for the names; the build fails when it is too small.
pub(crate) const NAMES: usize = 128;
const SLOTS: usize = 512;

struct Index {
    names: [Name; NAMES],
    len: usize,
    /// Position + 1 in `names`; 0 is free. Open addressing.
    slots: [u8; SLOTS],
}

static INDEX: Index = Index::build();

/// What the tables know about `key` (decoded) in `group`.
pub(crate) fn lookup(group: Group, key: &[u8]) -> Option<&'static Name> {
    let mut slot = hash(group, key);
    loop {
        let position = *INDEX.slots.get(slot)?;
        let name = INDEX.names.get(usize::from(position).checked_sub(1)?)?;
        if name.group as u8 == group as u8 && name.text.as_bytes() == key {
            return Some(name);
        }
        slot = (slot + 1) % SLOTS;
    }
}

#[allow(
    clippy::indexing_slicing,
    reason = "bounds follow from the length, which is checked"
)]
const fn hash(group: Group, key: &[u8]) -> usize {
    let n = key.len();
    if n == 0 {
        return 0;
    }
    let (first, middle, last) = (key[0] as usize, key[n / 2] as usize, key[n - 1] as usize);
    (n.wrapping_mul(67)
        ^ first.wrapping_mul(5)
        ^ middle.wrapping_mul(29)
        ^ last.wrapping_mul(113)
        ^ ((group as usize) << 6))
        % SLOTS
}

#[allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "evaluated at compile time only"
)]
impl Index {
    const fn build() -> Index {
        let empty = Name {
            group: Group::Top,
            text: "",
            rows: [None; TABLES],
            v3: None,
            id: 0,
        };
        let mut index = Index {
            names: [empty; NAMES],
            len: 0,
            slots: [0; SLOTS],
        };
        index.rows(&TXT2IMG, Table::Txt2img);
        index.rows(&IMG2IMG, Table::Img2img);
        index.rows(&UNLISTED, Table::Txt2img);
        let mut at = 1;
        while at < UNLISTED.len() {
            // All but the first, which is about txt2img alone.
            index.row(&UNLISTED[at], Table::Img2img);
            at += 1;
        }
        let mut at = 0;
        while at < index.len {
            let row = index.names[at].rows[Table::Img2img as usize];
            index.names[at].rows[Table::Inpainting as usize] = row;
            index.names[at].rows[Table::IpAdapter as usize] = row;
            at += 1;
        }
        index.rows(&INPAINTING, Table::Inpainting);
        index.rows(&IP_ADAPTER, Table::IpAdapter);
        index.rows(&TXT2IMG_RESPONSE, Table::Response);
        index.rows(&PROGRESS, Table::Progress);
        let mut at = 0;
        while at < v3::FIELDS.len() {
            let path = v3::FIELDS[at].path();
            let (group, text) = split(path);
            let is_known = v3::FIELDS[at].is_of_requests() || v3::same(path, "task_id");
            if is_known && !contains_dot(text) {
                let name = index.entry(group, text);
                // `extra`, `request` and `task_id` stand at the top of V3 bodies themselves.
                index.names[name].v3 = Some(Place::of(path));
            }
            at += 1;
        }
        index
    }

    const fn rows(&mut self, rows: &'static [Row], table: Table) {
        let mut at = 0;
        while at < rows.len() {
            self.row(&rows[at], table);
            at += 1;
        }
    }

    const fn row(&mut self, row: &'static Row, table: Table) {
        if row.v2().is_some() {
            let name = self.name(row.v2());
            self.names[name].rows[table as usize] = Some(row);
        }
    }

    const fn name(&mut self, path: Option<&'static str>) -> usize {
        match path {
            None => panic!("a row without a V2 name has no key"),
            Some(path) => {
                let (group, text) = split(path);
                self.entry(group, text)
            }
        }
    }

    /// The position of a name, which is added where it is new.
    const fn entry(&mut self, group: Group, text: &'static str) -> usize {
        let mut slot = hash(group, text.as_bytes());
        while self.slots[slot] != 0 {
            let at = self.slots[slot] as usize - 1;
            if self.names[at].group as u8 == group as u8 && v3::same(self.names[at].text, text) {
                return at;
            }
            slot = (slot + 1) % SLOTS;
        }
        let at = self.len;
        self.names[at].group = group;
        self.names[at].text = text;
        self.names[at].id = at as u8;
        self.len += 1;
        self.slots[slot] = self.len as u8;
        at
    }
}

/// The group of a dotted path, and the key.
#[allow(clippy::indexing_slicing, reason = "evaluated at compile time only")]
const fn split(path: &'static str) -> (Group, &'static str) {
    let mut at = 0;
    while at < PREFIXES.len() {
        let (prefix, group) = PREFIXES[at];
        if path.len() > prefix.len() {
            let (head, tail) = path.split_at(prefix.len());
            if v3::same(head, prefix) {
                return (group, tail);
            }
        }
        at += 1;
    }
    (Group::Top, path)
}

#[allow(clippy::indexing_slicing, reason = "evaluated at compile time only")]
const fn contains_dot(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'.' {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_key() {
        for (rows, table) in [
            (&TXT2IMG[..], Table::Txt2img),
            (&IMG2IMG[..], Table::Img2img),
            (&INPAINTING[..], Table::Inpainting),
            (&IP_ADAPTER[..], Table::IpAdapter),
            (&TXT2IMG_RESPONSE[..], Table::Response),
            (&PROGRESS[..], Table::Progress),
        ] {
            for row in rows {
                let Some(path) = row.v2() else { continue };
                let (group, key) = split(path);
                let found = lookup(group, key.as_bytes()).and_then(|name| name.row(table));
                assert_eq!(found, Some(row), "{path}");
            }
        }
    }

    #[test]
    fn what_a_choice_does_not_touch_is_as_the_guide_says() {
        let name = lookup(Group::Top, b"steps").expect("a field");
        assert_eq!(name.row(Table::Inpainting), name.row(Table::Img2img));
        let name = lookup(Group::Top, b"width").expect("a field");
        assert_ne!(name.row(Table::Inpainting), name.row(Table::Img2img));
    }

    #[test]
    fn names_of_one_group_do_not_reach_into_another() {
        assert!(lookup(Group::Top, b"processor_res").is_none());
        assert!(lookup(Group::Unit, b"n_iter").is_none());
        assert!(lookup(Group::Top, b"no_such_field").is_none());
        assert!(lookup(Group::Top, b"").is_none());
    }

    #[test]
    fn a_key_of_v3_alone_is_known_as_such() {
        let name = lookup(Group::Top, b"guidance_scale").expect("V3 has it");
        assert!(name.v3.is_some() && !name.is_request());
        assert!(
            lookup(Group::Top, b"cfg_scale")
                .expect("V2 has it")
                .is_only_v2()
        );
        assert!(
            !lookup(Group::Top, b"mask_blur")
                .expect("both have it")
                .is_only_v2()
        );
    }
}
