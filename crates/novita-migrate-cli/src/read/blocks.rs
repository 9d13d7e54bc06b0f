//! A stream as blocks of whole records, in constant memory.

use std::io::{self, Read};

use novita_migrate::json::SyntaxErrorKind;

use super::buffer::Buffer;
use super::split::{Cut, Records, Splitter};

/// How much is read at once: enough that threads seldom meet, little enough to stay in the cache.
pub(crate) const SIZE: usize = 1 << 20;

/// How much is asked for at first: most files are smaller.
const FIRST: usize = 8 << 10;

/// The library counts the bytes of a payload in 32 bits.
const LONGEST: usize = u32::MAX as usize;

/// Whole records of a stream. To be used again for the next block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Behind them the beginning of the next block may be set aside.
    pub(crate) bytes: Buffer,
    /// From 0 within the stream.
    pub(crate) number: u64,
    pub(crate) records: Records,
    /// What comes here cannot be cut into records.
    pub(crate) broken: Option<(usize, SyntaxErrorKind)>,
    /// There is no other block.
    pub(crate) whole: bool,
}

impl Block {
    /// The first record, which is the header of a table.
    pub(crate) fn header(&self) -> &[u8] {
        let first = self.records.spans.first().map(|span| span.range.clone());
        first
            .and_then(|range| self.bytes.get(range))
            .unwrap_or_default()
    }
}

/// Cuts a stream into blocks.
pub(crate) struct Blocks<'r> {
    input: Box<dyn Read + Send + 'r>,
    splitter: Splitter,
    /// What the next block begins with, unless that is set aside in the last one.
    rest: Buffer,
    /// How much is asked for in one read.
    piece: usize,
    number: u64,
    ended: bool,
    done: bool,
}

impl<'r> Blocks<'r> {
    /// A stream of which nothing was read yet. [`cut_by`](Self::cut_by) says how to cut it.
    pub(crate) fn new(input: Box<dyn Read + Send + 'r>) -> Self {
        Blocks {
            input,
            splitter: Splitter::Whole,
            rest: Buffer::default(),
            piece: FIRST,
            number: 0,
            ended: false,
            done: false,
        }
    }

    /// A stream that was read already. It is one block, so it is better not much longer than one.
    pub(crate) fn read(bytes: Vec<u8>) -> Blocks<'static> {
        Blocks {
            rest: bytes.into(),
            ended: true,
            ..Blocks::new(Box::new(io::empty()))
        }
    }

    /// Reads so much of the beginning as `tell` needs to tell something of it. The second argument of `tell`: this is
    /// all.
    ///
    /// # Errors
    /// Those of the input.
    pub(crate) fn peek<T>(
        &mut self,
        mut tell: impl FnMut(&[u8], bool) -> Option<T>,
    ) -> io::Result<Option<T>> {
        loop {
            let told = tell(&self.rest, self.ended);
            if told.is_some() || self.ended {
                return Ok(told);
            }
            let mut rest = std::mem::take(&mut self.rest);
            let filled = self.fill(&mut rest);
            self.rest = rest;
            filled?;
        }
    }

    pub(crate) fn cut_by(&mut self, splitter: Splitter) {
        self.splitter = splitter;
    }

    /// Reads the next block; false if there is none. An empty stream has one block without bytes.
    ///
    /// `block` is the one that was read last, or another one after [`detach`](Self::detach).
    ///
    /// # Errors
    /// Those of the input, and a record of more than 4 GiB.
    pub(crate) fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        if self.done {
            return Ok(false);
        }
        block.records.clear();
        // Where it lies the processor has it at hand: long records are moved as seldom as can be.
        block.bytes.take_up();
        if !self.rest.is_empty() {
            block.bytes.clear();
            std::mem::swap(&mut block.bytes, &mut self.rest);
        }
        if block.bytes.len() < SIZE && !self.ended {
            self.fill(&mut block.bytes)?;
        }
        loop {
            let Cut { end, broken } =
                self.splitter
                    .cut(&block.bytes, self.ended, &mut block.records);
            if end > 0 || self.ended || broken.is_some() {
                block.bytes.set_aside(end);
                block.broken = broken;
                break;
            }
            if block.bytes.len() > LONGEST {
                return Err(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    "a payload is larger than 4 GiB",
                ));
            }
            self.fill(&mut block.bytes)?;
        }
        self.done = block.broken.is_some() || (self.ended && block.bytes.aside().is_empty());
        block.whole = self.done && self.number == 0;
        block.number = self.number;
        self.number += 1;
        Ok(true)
    }

    /// Makes the block that was read last independent of the next one, which may be read into another.
    pub(crate) fn detach(&mut self, block: &mut Block) {
        self.rest.extend_from_slice(block.bytes.aside());
        block.bytes.set_aside(block.bytes.len());
    }

    /// Reads on: a block's worth, more where much is there already and no record has ended in it. Not much more: what is
    /// read behind the end of a long record is moved.
    fn fill(&mut self, bytes: &mut Buffer) -> io::Result<()> {
        let wanted = (SIZE.saturating_sub(bytes.len()))
            .max(SIZE / 8)
            .max(bytes.len() / 8);
        let goal = bytes.len() + wanted;
        while bytes.len() < goal {
            let piece = self.piece.min(goal - bytes.len());
            match bytes.read(&mut self.input, piece) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                // A pipe gives less than it is asked for, a file does not.
                Ok(read) if read == self.piece => self.piece = SIZE.min(self.piece * 2),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::split::Lines;
    use super::*;

    fn blocks(input: &[u8], splitter: Splitter) -> Vec<Vec<u8>> {
        let mut blocks = Blocks::new(Box::new(input));
        assert_eq!(
            blocks.peek(|bytes, _| bytes.first().copied()).unwrap(),
            input.first().copied()
        );
        blocks.cut_by(splitter);
        let (mut block, mut out) = (Block::default(), Vec::new());
        while blocks.next(&mut block).unwrap() {
            assert_eq!(block.number, out.len() as u64);
            out.push(block.bytes.to_vec());
            assert_eq!(
                block.whole,
                block.number == 0 && block.bytes.len() == input.len()
            );
        }
        out
    }

    #[test]
    fn blocks_are_whole_lines_and_together_the_input() {
        let mut input = Vec::new();
        for length in [10, SIZE / 3, SIZE, 3 * SIZE, 1, 0, SIZE / 2, 700] {
            input.extend(vec![b'x'; length]);
            input.push(b'\n');
        }
        input.extend(b"no line break");
        let found = blocks(&input, Splitter::Lines(Lines::default()));
        assert_eq!(found.concat(), input);
        assert!(found.len() > 2);
        assert!(
            found[..found.len() - 1]
                .iter()
                .all(|block| block.ends_with(b"\n"))
        );
    }

    #[test]
    fn small_inputs_are_one_block() {
        for input in [&b""[..], b"x", b"x\ny\n"] {
            assert_eq!(blocks(input, Splitter::Lines(Lines::default())), [input]);
            assert_eq!(blocks(input, Splitter::Whole), [input]);
        }
    }
}
