//! Output by reference: small pieces are gathered, large ones are written from where they stand in the input.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::ops::Range;

use novita_migrate::Sink;

/// Where output goes, piece by piece and in order.
pub(crate) trait Output {
    /// Writes all pieces.
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()>;

    /// Whether anything becomes of what is written; otherwise nothing need be.
    fn keeps(&self) -> bool {
        true
    }
}

/// Nothing is kept of the output.
pub(crate) struct Nowhere;

impl Output for Nowhere {
    fn write(&mut self, _: &[IoSlice<'_>]) -> io::Result<()> {
        Ok(())
    }

    fn keeps(&self) -> bool {
        false
    }
}

impl Output for Vec<u8> {
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()> {
        pieces
            .iter()
            .for_each(|piece| self.extend_from_slice(piece));
        Ok(())
    }
}

/// Standard output, without a buffer of its own: std's would split what is written at line ends.
pub(crate) fn stdout() -> impl Output {
    use std::os::fd::AsFd;
    Stdout(io::stdout().as_fd().try_clone_to_owned().map(File::from))
}

struct Stdout(io::Result<File>);

impl Output for Stdout {
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()> {
        match &mut self.0 {
            Ok(file) => write_all(file, pieces),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}

/// Writes all pieces with as few calls as the system allows.
pub(crate) fn write_all<W: Write + ?Sized>(to: &mut W, pieces: &[IoSlice<'_>]) -> io::Result<()> {
    /// The most pieces that Linux takes in one call.
    const MOST: usize = 1024;
    for pieces in pieces.chunks(MOST) {
        let mut pieces: Vec<IoSlice<'_>> = pieces.to_vec();
        let mut pieces = pieces.as_mut_slice();
        IoSlice::advance_slices(&mut pieces, 0);
        while !pieces.is_empty() {
            match to.write_vectored(pieces) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut pieces, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Pieces of at least this many bytes are not copied.
const LENT: usize = 32 << 10;

/// Output being put together: bytes made here, and ranges of the input.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    made: Vec<u8>,
    /// Before which of the made bytes a range of the input comes.
    lent: Vec<(usize, Range<usize>)>,
}

impl Pieces {
    /// Takes pieces of `input`, whose large ones are not copied.
    pub(crate) fn of<'p, 'a>(&'p mut self, input: &'a [u8]) -> Lender<'p, 'a> {
        self.made.reserve(likely(input.len().min(LENT)));
        Lender {
            pieces: self,
            input,
        }
    }

    /// Empties it, and keeps its memory for the next output unless that is more than so many bytes.
    pub(crate) fn clear(&mut self, most: usize) {
        self.made.clear();
        self.made.shrink_to(most);
        self.lent.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.made.len()
            + self
                .lent
                .iter()
                .map(|(_, range)| range.len())
                .sum::<usize>()
    }

    /// Writes everything; `input` is what the ranges are of.
    pub(crate) fn write(&self, input: &[u8], output: &mut dyn Output) -> io::Result<()> {
        let mut slices = Vec::with_capacity(self.lent.len() * 2 + 1);
        let mut from = 0;
        for (at, range) in &self.lent {
            slices.push(IoSlice::new(self.made.get(from..*at).unwrap_or_default()));
            slices.push(IoSlice::new(input.get(range.clone()).unwrap_or_default()));
            from = *at;
        }
        slices.push(IoSlice::new(self.made.get(from..).unwrap_or_default()));
        output.write(&slices)
    }
}

/// How long the output of an input of so many bytes is likely to be at most: what was nested and indented takes more.
pub(super) fn likely(length: usize) -> usize {
    length + length / 8 + 128
}

/// Takes output that may refer to one input.
pub(crate) struct Lender<'p, 'a> {
    pieces: &'p mut Pieces,
    input: &'a [u8],
}

impl<'a> Sink<'a> for Lender<'_, 'a> {
    fn copy(&mut self, piece: &[u8]) {
        self.pieces.made.extend_from_slice(piece);
    }

    fn lend(&mut self, piece: &'a [u8]) {
        // Where the piece stands in the input; a piece of something else is copied.
        let start = (piece.as_ptr() as usize).checked_sub(self.input.as_ptr() as usize);
        match start.map(|start| start..start + piece.len()) {
            Some(range) if piece.len() >= LENT && range.end <= self.input.len() => {
                self.pieces.lent.push((self.pieces.made.len(), range));
            }
            _ => self.copy(piece),
        }
    }
}
