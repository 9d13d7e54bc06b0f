//! Bytes that are read from an input, in memory that is used again and again.

use std::io::{self, Read};
use std::ops::Deref;

/// Like a vector of bytes; but what was written once is not cleared again before the next read goes there, and what
/// stands at the end can be set aside for later.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    room: Vec<u8>,
    length: usize,
    /// How many bytes behind them are set aside.
    aside: usize,
}

impl Buffer {
    /// Appends what one read of at most `most` bytes gives; tells how much that was. Nothing may be set aside.
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

    /// Appends bytes. Nothing may be set aside.
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

    /// Sets aside what stands from `at` on, in place of what was before.
    pub(crate) fn set_aside(&mut self, at: usize) {
        self.aside = self.length.saturating_sub(at);
        self.length -= self.aside;
    }

    /// What is set aside.
    pub(crate) fn aside(&self) -> &[u8] {
        let end = self.length + self.aside;
        self.room.get(self.length..end).unwrap_or_default()
    }

    /// What is set aside takes the place of everything else.
    pub(crate) fn take_up(&mut self) {
        let end = self.length + self.aside;
        self.room.copy_within(self.length..end, 0);
        (self.length, self.aside) = (self.aside, 0);
    }

    pub(crate) fn clear(&mut self) {
        (self.length, self.aside) = (0, 0);
    }

    /// Gives memory back that is not needed now; what is set aside stays.
    pub(crate) fn shrink(&mut self) {
        self.take_up();
        self.room.truncate(self.length);
        self.room.shrink_to_fit();
        self.set_aside(0);
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
            aside: 0,
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
        buffer.clear();
        assert_eq!(buffer.read(&mut &b"xyz"[..], 2).unwrap(), 2);
        assert_eq!(*buffer, *b"xy");
        buffer.extend_from_slice(b"!");
        assert_eq!(*buffer, *b"xy!");
        assert_eq!(buffer.read(&mut &b""[..], 10).unwrap(), 0);
        assert_eq!(*buffer, *b"xy!");
        buffer.clear();
        buffer.take_up();
        assert!(buffer.is_empty());
    }

    #[test]
    fn what_is_set_aside_comes_later() {
        let mut buffer = Buffer::from(b"first second".to_vec());
        buffer.set_aside(6);
        assert_eq!((&*buffer, buffer.aside()), (&b"first "[..], &b"second"[..]));
        buffer.take_up();
        assert_eq!((&*buffer, buffer.aside()), (&b"second"[..], &b""[..]));
        buffer.extend_from_slice(b", third");
        buffer.set_aside(8);
        buffer.shrink();
        assert!(buffer.capacity() < 12);
        assert_eq!((&*buffer, buffer.aside()), (&b""[..], &b"third"[..]));
        buffer.take_up();
        assert_eq!(buffer.read(&mut &b" and so on"[..], 4).unwrap(), 4);
        assert_eq!(*buffer, *b"third and");
        buffer.set_aside(100);
        assert_eq!((&*buffer, buffer.aside()), (&b"third and"[..], &b""[..]));
        buffer.set_aside(5);
        buffer.clear();
        assert_eq!(buffer.aside(), b"");
    }
}
