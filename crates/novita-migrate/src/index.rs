//! From a key to its row: one hash over all names of the tables, built at compile time.

use crate::choices::{INPAINTING, IP_ADAPTER};
use crate::document::Document;
use crate::guide::{IMG2IMG, TXT2IMG, TXT2IMG_RESPONSE, UNLISTED};
use crate::json::{Key, hash_of};
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
    hash: u32,
    rows: [Option<&'static Row>; TABLES],
    /// The V3 field of that name in the V3 counterpart of the group.
    pub(crate) v3: Option<Place>,
    /// What it tells about the payload that has it.
    pub(crate) tells: Tells,
    /// Its position, for sets and slots of names.
    id: u8,
}

/// What a key of the payload itself tells about the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tells {
    /// It holds the payload, or a part of it, in V3 too: `extra`, which V2 and V3 share, and `request`.
    Envelope,
    /// V2 requests, of whatever endpoint, have it, and no V3 body has.
    OnlyV2,
    /// V2 requests have it, and V3 bodies too.
    Request,
    /// Only V3's requests have it.
    OnlyV3,
    /// Other documents have it, or none.
    Other,
}

impl Tells {
    /// How many there are.
    pub(crate) const COUNT: usize = Tells::Other as usize + 1;
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

    /// Its position, for sets and slots of names.
    pub(crate) fn id(&self) -> usize {
        usize::from(self.id)
    }

    /// Whether V2 requests, of whatever endpoint, have such a key.
    pub(crate) const fn is_request(&self) -> bool {
        let [txt2img, img2img, ..] = self.rows;
        txt2img.is_some() || img2img.is_some()
    }

    /// A key that only V3's requests have.
    pub(crate) const fn is_new_in_requests(&self) -> bool {
        match self.v3 {
            Some(place) => !self.is_request() && place.is_in_request(),
            None => false,
        }
    }

    const fn tells(&self) -> Tells {
        let is_top = self.group as u8 == Group::Top as u8;
        if is_top && (v3::same(self.text, "extra") || v3::same(self.text, "request")) {
            Tells::Envelope
        } else if self.is_request() {
            match self.v3 {
                None => Tells::OnlyV2,
                Some(_) => Tells::Request,
            }
        } else if self.is_new_in_requests() {
            Tells::OnlyV3
        } else {
            Tells::Other
        }
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

const TABLE: Index = Index::build();
static INDEX: Index = TABLE;

/// What the tables know about a key in `group`.
#[inline]
pub(crate) fn lookup(group: Group, key: Key<'_>) -> Option<&'static Name> {
    let hash = key.hash();
    let mut slot = slot_of(group, hash);
    loop {
        let position = *INDEX.slots.get(slot)?;
        let name = INDEX.names.get(usize::from(position).checked_sub(1)?)?;
        if name.hash == hash && name.group as u8 == group as u8 && key.is(name.text) {
            return Some(name);
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// Where the search for a hash begins; each group has another beginning.
#[inline]
const fn slot_of(group: Group, hash: u32) -> usize {
    (hash ^ (group as u32).wrapping_mul(0x9e37_79b9)) as usize / 4 % SLOTS
}

/// A key of the payload itself, which steps look up by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Top(u8);

impl Top {
    /// A name that the tables do not hold fails to compile.
    #[allow(
        clippy::panic,
        clippy::indexing_slicing,
        reason = "evaluated at compile time only"
    )]
    pub(crate) const fn of(text: &str) -> Top {
        let mut at = 0;
        while at < TABLE.len {
            let name = &TABLE.names[at];
            if name.group as u8 == Group::Top as u8 && v3::same(name.text, text) {
                return Top(name.id);
            }
            at += 1;
        }
        panic!("no table holds a key of this name")
    }

    /// Its position, as [`Name::id`].
    pub(crate) const fn id(self) -> usize {
        self.0 as usize
    }
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
            hash: 0,
            rows: [None; TABLES],
            v3: None,
            tells: Tells::Other,
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
        let mut at = 0;
        while at < index.len {
            index.names[at].tells = index.names[at].tells();
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
        let hash = hash_of(text);
        let mut slot = slot_of(group, hash);
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
        self.names[at].hash = hash;
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
    use crate::json::Tree;

    /// What the tables know about a key that stands in a document.
    fn found(group: Group, key: &str) -> Option<&'static Name> {
        let text = format!("{{{key:?}: 1}}");
        let tree = Tree::parse(text.as_bytes()).expect("JSON");
        let member = tree.root().members().next().expect("a member");
        lookup(group, member.key().expect("a key"))
    }

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
                let found = found(group, key).and_then(|name| name.row(table));
                assert_eq!(found, Some(row), "{path}");
            }
        }
    }

    #[test]
    fn what_a_choice_does_not_touch_is_as_the_guide_says() {
        let name = found(Group::Top, "steps").expect("a field");
        assert_eq!(name.row(Table::Inpainting), name.row(Table::Img2img));
        let name = found(Group::Top, "width").expect("a field");
        assert_ne!(name.row(Table::Inpainting), name.row(Table::Img2img));
    }

    #[test]
    fn a_key_is_found_however_it_is_written() {
        let text = br#"{"\u0073teps": 1, "st\u0065p": 2}"#;
        let tree = Tree::parse(text).expect("JSON");
        let keys: Vec<_> = tree
            .root()
            .members()
            .filter_map(|member| member.key())
            .collect();
        assert!(lookup(Group::Top, keys[0]).is_some_and(|name| name.id() == Top::of("steps").id()));
        assert!(lookup(Group::Top, keys[1]).is_none());
    }

    #[test]
    fn names_of_one_group_do_not_reach_into_another() {
        assert!(found(Group::Top, "processor_res").is_none());
        assert!(found(Group::Unit, "n_iter").is_none());
        assert!(found(Group::Top, "no_such_field").is_none());
        assert!(found(Group::Top, "").is_none());
    }

    #[test]
    fn a_key_of_v3_alone_is_known_as_such() {
        let name = found(Group::Top, "guidance_scale").expect("V3 has it");
        assert!(name.v3.is_some() && !name.is_request());
        for (key, tells) in [
            ("guidance_scale", Tells::OnlyV3),
            ("cfg_scale", Tells::OnlyV2),
            ("mask_blur", Tells::Request),
            ("extra", Tells::Envelope),
            ("request", Tells::Envelope),
            ("task_id", Tells::Other),
            ("code", Tells::Other),
        ] {
            assert_eq!(
                found(Group::Top, key).map(|name| name.tells),
                Some(tells),
                "{key}"
            );
        }
    }
}
