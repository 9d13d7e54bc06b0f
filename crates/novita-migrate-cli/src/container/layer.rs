//! Text inside text: a payload in a JSON string, a table's cell or a shell word is read out of it, and what it becomes
//! is written back in the same manner.

use novita_migrate::Sink;

use super::edit::{Edit, sorted};
use crate::read::map::Map;

/// A text that was read out of a part of another text, and how to write such a text there.
#[derive(Debug)]
pub(crate) struct Layer<'s, E> {
    pub(crate) text: Vec<u8>,
    /// From the text to `source`.
    pub(crate) map: Map,
    /// What the text was read out of.
    pub(crate) source: &'s [u8],
    pub(crate) encoding: E,
}

/// How a text is written inside another one.
pub(crate) trait Encoding {
    /// Appends `text` as it is written there.
    fn encode(&self, text: &[u8], out: &mut Vec<u8>);

    /// Whether parts of the source can be put together with what [`encode`](Self::encode) writes.
    fn keeps_spelling(&self) -> bool {
        true
    }
}

/// Spells pieces of a text as the input spells them, and new text in the same manner.
pub(crate) trait Speller {
    /// Appends a piece in the manner of the input.
    fn spell(&self, piece: &[u8], out: &mut Vec<u8>);
}

/// For text that stands in the input as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsItIs;

impl Speller for AsItIs {
    fn spell(&self, piece: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(piece);
    }
}

impl Encoding for AsItIs {
    fn encode(&self, text: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(text);
    }
}

/// For the text of a layer whose source is a part of another text.
#[derive(Clone, Copy)]
pub(crate) struct Inside<'x, E> {
    pub(crate) layer: &'x Layer<'x, E>,
    /// Spells that other text.
    pub(crate) outer: &'x dyn Speller,
}

impl<E: Encoding> Speller for Inside<'_, E> {
    fn spell(&self, piece: &[u8], out: &mut Vec<u8>) {
        match self.layer.spelling(piece) {
            Some(spelling) => self.outer.spell(spelling, out),
            None => {
                let mut text = Vec::with_capacity(piece.len());
                self.layer.encoding.encode(piece, &mut text);
                self.outer.spell(&text, out);
            }
        }
    }
}

impl<E: Encoding> Layer<'_, E> {
    /// How the source spells a piece of the text; `None` if it is no piece of it.
    fn spelling(&self, piece: &[u8]) -> Option<&[u8]> {
        if !self.encoding.keeps_spelling() {
            return None;
        }
        // Whatever a piece has gone through, its address tells whether it is a part of the text.
        let start = (piece.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        if start + piece.len() > self.text.len() {
            return None;
        }
        self.source
            .get(self.map.spelling(start..start + piece.len())?)
    }
}

/// Takes what a payload becomes, to be spelt as the payload was.
pub(crate) struct Spelt<'x> {
    pub(crate) speller: &'x dyn Speller,
    pub(crate) out: &'x mut Vec<u8>,
}

impl Sink<'_> for Spelt<'_> {
    fn copy(&mut self, piece: &[u8]) {
        // Parts of the input come here, too: they keep their spelling.
        self.speller.spell(piece, self.out);
    }

    fn least_lent(&self) -> usize {
        0
    }
}

/// A text with its parts replaced, as the input spells it. The new parts are spelt that way already.
pub(crate) fn spliced(text: &[u8], edits: Vec<Edit>, speller: &dyn Speller) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    let mut from = 0;
    for (range, new) in sorted(edits) {
        speller.spell(text.get(from..range.start).unwrap_or_default(), &mut out);
        out.extend_from_slice(&new);
        from = range.end;
    }
    speller.spell(text.get(from..).unwrap_or_default(), &mut out);
    out
}

/// JSON that was made of something else: it is spelt anew, whatever it was made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made;

impl Encoding for Made {
    fn encode(&self, text: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(text);
    }

    fn keeps_spelling(&self) -> bool {
        false
    }
}
