//! Gathers small pieces of output before they go to the sink: a copy of fixed size costs a few instructions, a call for
//! each piece costs dozens, and a body has more than a hundred pieces.

use crate::migration::Sink;

/// The most bytes of a [`Short`].
const SHORT: usize = 32;

/// The most bytes of a value that is copied in one go: the names of models are shorter, prompts are longer.
const NAME: usize = 64;

/// Bytes that are gathered before they are given away.
const ROOM: usize = 512;

/// The longest piece that is gathered; for longer ones the second copy would cost more than a call.
const GATHERED: usize = 128;

/// A piece of at most 32 bytes, which is copied in one go with what stands behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Short {
    bytes: [u8; SHORT],
    length: usize,
}

impl Short {
    pub(crate) const EMPTY: Short = Short {
        bytes: [0; SHORT],
        length: 0,
    };

    /// The parts one after the other; `None` where they are longer.
    #[allow(clippy::indexing_slicing, reason = "the bound is checked just before")]
    pub(crate) const fn of(parts: &[&[u8]]) -> Option<Short> {
        let mut short = Short::EMPTY;
        let mut part = 0;
        while part < parts.len() {
            let mut at = 0;
            while at < parts[part].len() {
                if short.length == SHORT {
                    return None;
                }
                short.bytes[short.length] = parts[part][at];
                short.length += 1;
                at += 1;
            }
            part += 1;
        }
        Some(short)
    }
}

/// What was printed and has not gone to the sink yet.
pub(crate) struct Gather<'s, S: ?Sized> {
    sink: &'s mut S,
    bytes: [u8; ROOM],
    length: usize,
    /// [`Sink::least_lent`].
    least_lent: usize,
}

impl<'s, 'a, S: Sink<'a> + ?Sized> Gather<'s, S> {
    pub(crate) fn new(sink: &'s mut S) -> Self {
        let least_lent = sink.least_lent();
        Gather {
            sink,
            bytes: [0; ROOM],
            length: 0,
            least_lent,
        }
    }

    /// Gives what is left to the sink.
    pub(crate) fn finish(mut self) {
        self.flush();
    }

    #[inline(never)]
    fn flush(&mut self) {
        if let Some(bytes) = self
            .bytes
            .get(..self.length)
            .filter(|bytes| !bytes.is_empty())
        {
            self.sink.copy(bytes);
        }
        self.length = 0;
    }

    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.padded(&[byte], 1);
    }

    #[inline]
    pub(crate) fn short(&mut self, piece: &Short) {
        self.padded(&piece.bytes, piece.length);
    }

    /// The first bytes of a block.
    #[inline]
    fn padded<const N: usize>(&mut self, block: &[u8; N], length: usize) {
        let room = self.bytes.get_mut(self.length..);
        match room.and_then(<[u8]>::first_chunk_mut::<N>) {
            Some(slot) => {
                *slot = *block;
                self.length += length;
            }
            None => self.padded_behind(block, length),
        }
    }

    /// The same where the room is full.
    #[cold]
    fn padded_behind(&mut self, block: &[u8], length: usize) {
        self.flush();
        self.copy_long(block.get(..length).unwrap_or_default());
    }

    /// A part of a text that outlives the sink.
    #[inline]
    pub(crate) fn part(&mut self, text: &'a [u8], start: usize, end: usize) {
        let block = text.get(start..).and_then(<[u8]>::first_chunk::<NAME>);
        let length = end.wrapping_sub(start);
        match block {
            Some(block) if length <= NAME.min(self.least_lent) => self.padded(block, length),
            _ => self.lend(text.get(start..end).unwrap_or_default()),
        }
    }

    #[inline]
    pub(crate) fn copy(&mut self, piece: &[u8]) {
        match piece {
            [] => {}
            [byte] => self.byte(*byte),
            _ => self.copy_long(piece),
        }
    }

    #[inline(never)]
    fn copy_long(&mut self, piece: &[u8]) {
        if piece.len() > GATHERED {
            self.flush();
            return self.sink.copy(piece);
        }
        if self.length + piece.len() > ROOM {
            self.flush();
        }
        if let Some(slots) = self.bytes.get_mut(self.length..self.length + piece.len()) {
            slots.copy_from_slice(piece);
            self.length += piece.len();
        }
    }

    /// A piece that outlives the sink.
    #[inline]
    pub(crate) fn lend(&mut self, piece: &'a [u8]) {
        if piece.len() < self.least_lent {
            return self.copy(piece);
        }
        self.flush();
        self.sink.lend(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells pieces that were lent from those that were copied.
    #[derive(Default)]
    struct Told(Vec<u8>, Vec<usize>);

    impl<'a> Sink<'a> for Told {
        fn copy(&mut self, piece: &[u8]) {
            self.0.extend_from_slice(piece);
        }
        fn lend(&mut self, piece: &'a [u8]) {
            self.1.push(self.0.len());
            self.copy(piece);
        }
    }

    #[test]
    fn pieces_come_in_order_whatever_their_size() {
        let text: Vec<u8> = (0..20_000_u32).map(|at| (at % 251) as u8).collect();
        for size in [1, 2, 31, 32, 33, 1023, 1024, 1025, 4095, 4096, 7000] {
            let (mut told, mut wanted) = (Told::default(), Vec::new());
            let mut out = Gather::new(&mut told);
            for start in (0..text.len()).step_by(size) {
                let end = text.len().min(start + size);
                let piece = &text[start..end];
                out.copy(piece);
                out.lend(piece);
                out.part(&text, start, end);
                out.byte(b'|');
                for _ in 0..3 {
                    wanted.extend_from_slice(piece);
                }
                wanted.push(b'|');
                if let Some(short) = Short::of(&[&piece[..1], piece]) {
                    out.short(&short);
                    wanted.extend_from_slice(&piece[..1]);
                    wanted.extend_from_slice(piece);
                }
            }
            out.finish();
            assert!(told.0 == wanted, "pieces of {size} bytes");
            assert_eq!(told.1.is_empty(), size < 4096, "pieces of {size} bytes");
        }
    }

    #[test]
    fn a_sink_that_wants_all_parts_of_the_input_is_lent_them() {
        #[derive(Default)]
        struct Parts<'a>(Vec<u8>, Vec<&'a [u8]>);
        impl<'a> Sink<'a> for Parts<'a> {
            fn copy(&mut self, piece: &[u8]) {
                self.0.extend_from_slice(piece);
            }
            fn lend(&mut self, piece: &'a [u8]) {
                self.1.push(piece);
            }
            fn least_lent(&self) -> usize {
                0
            }
        }
        let text: Vec<u8> = (0..20_000_u32).map(|at| (at % 251) as u8).collect();
        for size in [1, 2, 32, 33, 64, 65, 512, 513, 4095, 4096, 7000] {
            let mut parts = Parts::default();
            let mut out = Gather::new(&mut parts);
            for start in (0..text.len() - size).step_by(size) {
                out.copy(b"ab");
                out.part(&text, start, start + size);
                out.byte(b'|');
                out.lend(&text[start..start + size]);
            }
            out.finish();
            assert!(
                parts.0.chunks(3).all(|made| made == b"ab|"),
                "parts of {size} bytes"
            );
            let pairs = parts.1.chunks(2).zip(text.chunks(size));
            assert!(
                pairs.clone().all(|(pair, part)| pair == [part, part]),
                "parts of {size} bytes"
            );
            assert_eq!(
                pairs.count(),
                (text.len() - 1) / size,
                "parts of {size} bytes"
            );
        }
    }

    #[test]
    fn a_piece_that_finds_no_room_is_not_lost() {
        let piece: Vec<u8> = (b'a'..=b'z').cycle().take(GATHERED).collect();
        for gathered in 0..=ROOM {
            for length in [2, 3, 64, GATHERED - 1, GATHERED] {
                let (mut told, mut wanted) = (Told::default(), vec![b'.'; gathered]);
                let mut out = Gather::new(&mut told);
                for _ in 0..gathered {
                    out.byte(b'.');
                }
                out.copy(&piece[..length]);
                wanted.extend_from_slice(&piece[..length]);
                out.finish();
                assert!(told.0 == wanted, "{length} bytes behind {gathered}");
            }
        }
    }

    #[test]
    fn what_is_too_long_is_no_short_piece() {
        assert!(Short::of(&[&[b'a'; 20], &[b'b'; 12]]).is_some());
        assert!(Short::of(&[&[b'a'; 20], &[b'b'; 13]]).is_none());
    }
}
