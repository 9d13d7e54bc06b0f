//! gzip and Zstandard, recognised by content: unpacked on the way in, packed in the same manner on the way out.

use std::io::{self, BufReader, Cursor, IoSlice, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::run::Output;

/// How an input was packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    /// With the level that its header tells of: 1 (fastest), 9 (best) or 6.
    Gzip(u32),
    /// With or without a checksum for each frame.
    Zstd {
        checksum: bool,
    },
}

/// Zstandard's own default; files do not say with which level they were packed.
const ZSTD_LEVEL: i32 = 3;

/// How much packed input is read at once.
const BUFFER: usize = 256 << 10;

/// As many bytes of the beginning as tell how an input is packed.
const HEAD: usize = 10;

impl Packing {
    /// How an input is packed that begins so.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, _, _, _, _, _, effort, ..] => Packing::Gzip(match effort {
                2 => 9,
                4 => 1,
                _ => 6,
            }),
            [0x28, 0xb5, 0x2f, 0xfd, flags, ..] => Packing::Zstd {
                checksum: flags & 4 != 0,
            },
            // A frame to be skipped, with which parallel packers begin.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Packing::Zstd { checksum: true },
            _ => Packing::None,
        }
    }
}

/// Unpacks an input, and refuses to unpack more than `limit` bytes of it.
///
/// # Errors
/// Those of reading its beginning. What is damaged, cut off or too large is an error when it is read.
pub(crate) fn unpack<'r>(
    mut input: Box<dyn Read + Send + 'r>,
    limit: Option<u64>,
) -> io::Result<(Box<dyn Read + Send + 'r>, Packing)> {
    let mut head = Vec::with_capacity(HEAD);
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let packing = Packing::of(&head);
    let whole = Cursor::new(head).chain(input);
    let unpacked: Box<dyn Read + Send + 'r> = match packing {
        Packing::None => Box::new(whole),
        Packing::Gzip(_) => {
            let whole = BufReader::with_capacity(BUFFER, whole);
            Box::new(Damage {
                input: BufReader::with_capacity(BUFFER, MultiGzDecoder::new(whole)),
                name: "gzip",
            })
        }
        Packing::Zstd { .. } => {
            let whole = BufReader::with_capacity(BUFFER, whole);
            Box::new(Damage {
                input: zstd::stream::read::Decoder::with_buffer(whole)?,
                name: "Zstandard",
            })
        }
    };
    Ok(match limit {
        None => (unpacked, packing),
        Some(limit) => (
            Box::new(Limited {
                input: unpacked,
                left: limit,
                limit,
            }),
            packing,
        ),
    })
}

/// Says of an error that the packed data are the reason.
struct Damage<R> {
    input: R,
    name: &'static str,
}

impl<R: Read> Read for Damage<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.input.read(to).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            io::ErrorKind::UnexpectedEof => {
                io::Error::new(error.kind(), format!("the {} data are cut off", self.name))
            }
            kind => io::Error::new(kind, format!("the {} data are damaged: {error}", self.name)),
        })
    }
}

/// Ends with an error where more than so many bytes come.
struct Limited<R> {
    input: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(to)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let message = format!(
                "larger than {} bytes, the limit of `--max-input-size`",
                self.limit
            );
            io::Error::new(io::ErrorKind::FileTooLarge, message)
        })?;
        Ok(read)
    }
}

/// An output that is packed as an input was. Where nothing is written, nothing is: not even the frame of an empty file.
pub(crate) struct Packed<'o> {
    packing: Packing,
    /// Until something is written.
    output: Option<&'o mut dyn Output>,
    packer: Option<Packer<'o>>,
}

impl<'o> Packed<'o> {
    /// Packs what will go to an output.
    pub(crate) fn new(packing: Packing, output: &'o mut dyn Output) -> Self {
        Packed {
            packing,
            output: Some(output),
            packer: None,
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Those of the output.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.packer.map_or(Ok(()), Packer::finish)
    }
}

impl Output for Packed<'_> {
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()> {
        if let Some(output) = self.output.take() {
            self.packer = Some(Packer::new(self.packing, output)?);
        }
        self.packer
            .as_mut()
            .map_or(Ok(()), |packer| packer.write(pieces))
    }
}

/// Packs output as an input was packed.
enum Packer<'o> {
    Plain(&'o mut dyn Output),
    Gzip(Box<GzEncoder<Adapter<'o>>>),
    Zstd(Box<zstd::stream::write::Encoder<'static, Adapter<'o>>>),
}

impl<'o> Packer<'o> {
    /// Writes nothing yet.
    ///
    /// # Errors
    /// Where the packer cannot be set up.
    fn new(packing: Packing, output: &'o mut dyn Output) -> io::Result<Self> {
        Ok(match packing {
            Packing::None => Packer::Plain(output),
            // Without a name and a time: the same input gives the same bytes.
            Packing::Gzip(level) => {
                let encoder = GzEncoder::new(Adapter(output), Compression::new(level));
                Packer::Gzip(Box::new(encoder))
            }
            Packing::Zstd { checksum } => {
                let mut encoder = zstd::stream::write::Encoder::new(Adapter(output), ZSTD_LEVEL)?;
                encoder.include_checksum(checksum)?;
                Packer::Zstd(Box::new(encoder))
            }
        })
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Those of the output.
    fn finish(self) -> io::Result<()> {
        match self {
            Packer::Plain(_) => Ok(()),
            Packer::Gzip(encoder) => encoder.finish().map(drop),
            Packer::Zstd(encoder) => encoder.finish().map(drop),
        }
    }
}

impl Output for Packer<'_> {
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<()> {
        let packer: &mut dyn Write = match self {
            Packer::Plain(output) => return output.write(pieces),
            Packer::Gzip(encoder) => encoder.as_mut(),
            Packer::Zstd(encoder) => encoder.as_mut(),
        };
        pieces.iter().try_for_each(|piece| packer.write_all(piece))
    }
}

/// An output that bytes can be written to.
struct Adapter<'o>(&'o mut dyn Output);

impl Write for Adapter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&[IoSlice::new(bytes)]).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(packing: Packing, parts: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for part in parts {
            let mut packer = Packer::new(packing, &mut out).unwrap();
            packer.write(&[IoSlice::new(part)]).unwrap();
            packer.finish().unwrap();
        }
        out
    }

    fn unpacked(bytes: &[u8], limit: Option<u64>) -> io::Result<(Vec<u8>, Packing)> {
        let (mut reader, packing) = unpack(Box::new(bytes), limit)?;
        let mut out = Vec::new();
        reader.read_to_end(&mut out)?;
        Ok((out, packing))
    }

    const PACKINGS: [Packing; 5] = [
        Packing::None,
        Packing::Gzip(1),
        Packing::Gzip(9),
        Packing::Zstd { checksum: false },
        Packing::Zstd { checksum: true },
    ];

    #[test]
    fn what_was_packed_is_recognised_and_packed_the_same_way() {
        for packing in PACKINGS {
            let bytes = packed(packing, &[b"one ", b"two"]);
            assert_eq!(
                unpacked(&bytes, None).unwrap(),
                (b"one two".to_vec(), packing),
                "{packing:?}"
            );
        }
        assert_eq!(unpacked(b"", None).unwrap(), (Vec::new(), Packing::None));
        assert_eq!(
            unpacked(b"{}", None).unwrap(),
            (b"{}".to_vec(), Packing::None)
        );
    }

    #[test]
    fn a_bomb_is_refused_after_the_limit() {
        let zeros = vec![0; 1 << 20];
        for packing in PACKINGS {
            let bytes = packed(packing, &[&zeros]);
            assert!(unpacked(&bytes, Some(1 << 20)).is_ok(), "{packing:?}");
            let error = unpacked(&bytes, Some((1 << 20) - 1)).unwrap_err();
            assert!(
                error.to_string().contains("larger than 1048575 bytes"),
                "{packing:?}: {error}"
            );
        }
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_an_error() {
        for packing in PACKINGS.into_iter().skip(1) {
            let bytes = packed(packing, &[b"some text, and some more text"]);
            let error = unpacked(&bytes[..bytes.len() - 5], None).unwrap_err();
            assert!(
                error.to_string().contains("data are cut off"),
                "{packing:?}: {error}"
            );
        }
        let mut bytes = packed(Packing::Gzip(6), &[b"some text, and some more text"]);
        bytes[20] ^= 0xff;
        assert!(
            unpacked(&bytes, None)
                .unwrap_err()
                .to_string()
                .contains("damaged")
        );
    }
}
