//! Tables (CSV, TSV) with payloads in their cells. Only the cells that change are written anew, quoted as they were.

use std::fmt::{self, Display};
use std::ops::Range;

use novita_migrate::json::Tree;
use novita_migrate::{ErrorKind, Status};

use super::edit::Edit;
use super::embedded::{Search, Text, convert as convert_text};
use super::layer::{AsItIs, Encoding, Inside, Layer, Made, Speller, Spelt, spliced};
use super::nearby::{Context, Told, v3_path};
use super::url::{Call, V2Url};
use crate::read::map::{Map, Way};
use crate::read::strict;
use crate::run::desk::{Desk, Known};
use crate::run::{Job, Plan};

/// A cell's place in its row: with its quotes, if it has any.
type Cell = Range<usize>;

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Between quotes, and quotes doubled.
    Quoted,
    Bare,
}

impl Encoding for Quoting {
    fn encode(&self, text: &[u8], out: &mut Vec<u8>) {
        match self {
            Quoting::Bare => out.extend_from_slice(text),
            Quoting::Quoted => {
                for part in text.split_inclusive(|byte| *byte == b'"') {
                    out.extend_from_slice(part);
                    if part.ends_with(b"\"") {
                        out.push(b'"');
                    }
                }
            }
        }
    }
}

/// The cells of a row, without its line break.
fn cells(row: &[u8], delimiter: u8) -> Vec<Cell> {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    let row = row.strip_suffix(b"\r").unwrap_or(row);
    let (mut cells, mut start) = (Vec::new(), 0);
    loop {
        let mut at = start;
        // A doubled quote closes the cell and opens it again.
        while row.get(at) == Some(&b'"') {
            let rest = row.get(at + 1..).unwrap_or_default();
            at += 1 + memchr::memchr(b'"', rest).map_or(rest.len(), |found| found + 1);
        }
        let rest = row.get(at..).unwrap_or_default();
        let end = memchr::memchr(delimiter, rest).map(|found| at + found);
        cells.push(start..end.unwrap_or(row.len()));
        match end {
            Some(end) => start = end + 1,
            None => return cells,
        }
    }
}

/// Reads a cell.
fn read(cell: &[u8]) -> Layer<'_, Quoting> {
    let Some(inner) = cell
        .strip_prefix(b"\"")
        .and_then(|inner| inner.strip_suffix(b"\""))
    else {
        return Layer {
            text: cell.to_vec(),
            map: Map::default(),
            source: cell,
            encoding: Quoting::Bare,
        };
    };
    let (mut text, mut map, mut from) = (Vec::with_capacity(inner.len()), Map::default(), 0);
    while let Some(found) = memchr::memchr(b'"', inner.get(from..).unwrap_or_default()) {
        let at = from + found;
        text.extend_from_slice(inner.get(from..at).unwrap_or_default());
        map.respelt(text.len(), at);
        text.push(b'"');
        from = at + 2;
        map.same(text.len(), from);
    }
    text.extend_from_slice(inner.get(from..).unwrap_or_default());
    Layer {
        text,
        map,
        source: inner,
        encoding: Quoting::Quoted,
    }
}

/// The columns whose cells hold payloads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// Their numbers and names; none: any cell may hold one.
    wanted: Vec<(usize, String)>,
    names: Vec<String>,
}

impl Columns {
    /// Reads the header.
    ///
    /// # Errors
    /// A column that is wanted and is not there; names those that are.
    pub(crate) fn of(header: &[u8], delimiter: u8, wanted: &[String]) -> Result<Self, String> {
        let header = header
            .strip_prefix(crate::run::place::MARK)
            .unwrap_or(header);
        let cells = cells(header, delimiter).into_iter();
        let names: Vec<String> = cells
            .map(|cell| {
                String::from_utf8_lossy(&read(header.get(cell).unwrap_or_default()).text)
                    .into_owned()
            })
            .collect();
        let find = |name: &String| match names.iter().position(|known| known == name) {
            Some(at) => Ok((at, name.clone())),
            None => Err(format!(
                "no column `{name}`; the columns are {}",
                listed(&names)
            )),
        };
        let wanted = wanted.iter().map(find).collect::<Result<_, _>>()?;
        Ok(Columns { wanted, names })
    }

    /// Makes sure that something says which cells hold payloads.
    ///
    /// # Errors
    /// Nothing does; names the columns.
    pub(crate) fn enough(self, job: &Job) -> Result<Self, String> {
        if self.wanted.is_empty() && !job.find && job.at.is_empty() {
            return Err(format!(
                "a table needs `--column NAME`, or `--find`; the columns are {}",
                listed(&self.names)
            ));
        }
        Ok(self)
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.wanted.is_empty() {
            true => Some(self.names.get(at).map_or("", |name| name)),
            false => self
                .wanted
                .iter()
                .find(|(wanted, _)| *wanted == at)
                .map(|(_, name)| name.as_str()),
        }
    }
}

/// Names for a message.
fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names
        .iter()
        .take(20)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.len() > quoted.len() {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", quoted.join(", "))
}

/// A column's name as the beginning of a pointer.
struct Named<'n>(&'n str);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.0.replace('~', "~0").replace('/', "~1"))
    }
}

/// Converts the payloads in the cells of a row. URLs in other cells become those of V3.
pub(crate) fn convert(
    plan: &Plan<'_>,
    row: &[u8],
    delimiter: u8,
    way: Way<'_>,
    desk: &mut Desk<'_>,
) -> Vec<Edit> {
    let cells = cells(row, delimiter);
    let urls: Vec<(Cell, Call)> = cells
        .iter()
        .filter_map(|cell| Some((cell.clone(), url(row.get(cell.clone())?)?.call)))
        .collect();
    let context = Context::of_calls(urls.iter().map(|(_, call)| *call));
    let (mut edits, mut told) = (Vec::new(), Vec::new());
    for (at, cell) in cells.iter().enumerate() {
        let source = row.get(cell.clone()).unwrap_or_default();
        let Some(name) = plan.columns.name(at).filter(|_| !is_nothing(source)) else {
            continue;
        };
        let layer = read(source);
        let start = cell.start + usize::from(layer.encoding == Quoting::Quoted);
        let way = way.inside(start, &layer.map);
        let place = InCell {
            plan,
            layer: &layer,
            way,
            name: Named(name),
            context: &context,
        };
        let Some(new) = place.convert(desk, &mut told) else {
            continue;
        };
        edits.push(written(
            start..start + layer.source.len(),
            new,
            &layer,
            delimiter,
        ));
    }
    if told.is_empty() {
        desk.totals.passed += 1;
    }
    for (cell, call) in urls {
        let source = row.get(cell.clone()).unwrap_or_default();
        if let (Some(path), Some(url)) = (v3_path(call, &told), url(source)) {
            let start = cell.start + usize::from(source.starts_with(b"\""));
            let length = source.len() - 2 * usize::from(source.starts_with(b"\""));
            edits.push((start..start + length, url.to_v3(path).into_bytes()));
        }
    }
    edits
}

/// Cells that stand for nothing, as databases write them.
fn is_nothing(cell: &[u8]) -> bool {
    let cell = cell
        .strip_prefix(b"\"")
        .and_then(|cell| cell.strip_suffix(b"\""))
        .unwrap_or(cell)
        .trim_ascii();
    cell.is_empty() || cell.eq_ignore_ascii_case(b"null") || cell == b"\\N"
}

/// The V2 URL in a cell; none holds a quote.
fn url(cell: &[u8]) -> Option<V2Url<'_>> {
    let cell = cell
        .strip_prefix(b"\"")
        .and_then(|cell| cell.strip_suffix(b"\""))
        .unwrap_or(cell);
    V2Url::parse(std::str::from_utf8(cell.get(..cell.len().min(2048))?).ok()?)
}

/// The new cell. One that was bare gets quotes if it must.
fn written(inner: Range<usize>, new: Vec<u8>, layer: &Layer<'_, Quoting>, delimiter: u8) -> Edit {
    let is_safe = |byte: &u8| *byte != delimiter && *byte != b'\n' && *byte != b'\r';
    if layer.encoding == Quoting::Quoted || new.iter().all(is_safe) {
        return (inner, new);
    }
    let mut quoted = vec![b'"'];
    Quoting::Quoted.encode(&new, &mut quoted);
    quoted.push(b'"');
    (inner, quoted)
}

/// A cell's text at work.
struct InCell<'c> {
    plan: &'c Plan<'c>,
    layer: &'c Layer<'c, Quoting>,
    way: Way<'c>,
    name: Named<'c>,
    context: &'c Context,
}

impl InCell<'_> {
    /// What the inside of the cell becomes, if it changes.
    fn convert(&self, desk: &mut Desk<'_>, told: &mut Vec<Told>) -> Option<Vec<u8>> {
        let speller = Inside {
            layer: self.layer,
            outer: &AsItIs,
        };
        let text = self.layer.text.as_slice();
        if self.plan.job.tolerant && Tree::parse(text).is_err() {
            let json = match strict::make(text) {
                Ok(json) => json,
                Err(error) => {
                    desk.fail(error.message, None, error.offset, &self.way, &self.name);
                    told.push(Told::FAILED);
                    return None;
                }
            };
            // What was not JSON is written anew, as JSON.
            let layer = Layer {
                text: json.text,
                map: json.map,
                source: text,
                encoding: Made,
            };
            let speller = Inside {
                layer: &layer,
                outer: &speller,
            };
            let way = self.way.inside(0, &layer.map);
            let new = self.json(&layer.text, way, &speller, desk, told);
            if new.is_some() {
                desk.totals.comments += json.comments;
            }
            return new;
        }
        self.json(text, self.way, &speller, desk, told)
    }

    fn json(
        &self,
        text: &[u8],
        way: Way<'_>,
        speller: &dyn Speller,
        desk: &mut Desk<'_>,
        told: &mut Vec<Told>,
    ) -> Option<Vec<u8>> {
        let Some(search) = self.plan.search() else {
            let known = Known::by(self.context.request, self.plan.job);
            let migration = desk.migrate(text, known, &way, &self.name);
            told.push(Told::of(migration.as_ref().ok(), known.document));
            let migration = migration
                .ok()
                .filter(|migration| migration.status() == Status::Converted)?;
            let mut new = Vec::with_capacity(text.len());
            migration.write_to(&mut Spelt {
                speller,
                out: &mut new,
            });
            return Some(new);
        };
        let is_json = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
        if !is_json && matches!(search, Search::Find) {
            return None;
        }
        let inner = Text {
            bytes: text,
            way,
            speller,
            pointer: &self.name,
            context: self.context.without_numbers(),
            depth: 0,
        };
        match convert_text(&inner, search, desk) {
            Ok(changed) => {
                told.extend(changed.told);
                (!changed.edits.is_empty()).then(|| spliced(text, changed.edits, speller))
            }
            Err(_) if self.plan.job.column.is_empty() => None,
            Err(error) => {
                desk.fail_with(
                    &ErrorKind::Syntax(error.kind),
                    error.offset,
                    &way,
                    &self.name,
                );
                told.push(Told::FAILED);
                None
            }
        }
    }
}
