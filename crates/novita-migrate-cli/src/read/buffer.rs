//! Bytes that are read from an input, in memory that is used again and again.

use std::io::{self, Read};
use std::ops::Deref;

/// Like a vector of bytes; but what was written once is not cleared again before the next read goes there.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    room: Vec<u8>,
    length: usize,
}

impl Buffer {
    /// Appends what one read of at most `most` bytes gives; tells how much that was.
    ///
    /// # Errors
    /// Those of the input.
    pub(crate) fn read(&mut self, input: &mut dyn Read, most: usize) -> io::Result<usize> {
        let end = self.length + most;
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        let free = self.room.get_mut(self.length..end).unwrap_or_default();
        let read = input.read(free)?;
        self.length += read.min(most);
        Ok(read)
    }

    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        if let Some(free) = self.room.get_mut(self.length..end) {
            free.copy_from_slice(bytes);
        }
        self.length = end;
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    pub(crate) fn capacity(&self) -> usize {
        self.room.capacity()
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(room: Vec<u8>) -> Self {
        Buffer {
            length: room.len(),
            room,
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn holds_what_was_read_and_nothing_of_before() {
        let mut buffer = Buffer::default();
        assert_eq!(buffer.read(&mut &b"first"[..], 100).unwrap(), 5);
        assert_eq!(*buffer, *b"first");
        buffer.truncate(2);
        assert_eq!(buffer.read(&mut &b"xyz"[..], 2).unwrap(), 2);
        assert_eq!(*buffer, *b"fixy");
        buffer.extend_from_slice(b"!");
        assert_eq!(*buffer, *b"fixy!");
        assert_eq!(buffer.read(&mut &b""[..], 10).unwrap(), 0);
        assert_eq!(*buffer, *b"fixy!");
        buffer.truncate(1);
        buffer.extend_from_slice(b"or");
        assert_eq!(*buffer, *b"for");
        buffer.clear();
        buffer.truncate(3);
        assert!(buffer.is_empty());
    }
}
