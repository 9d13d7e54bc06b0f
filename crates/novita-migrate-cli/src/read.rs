//! Reading inputs: unpacked, in blocks of whole records, and what is not quite JSON made JSON.

pub(crate) mod blocks;
pub(crate) mod buffer;
pub(crate) mod map;
pub(crate) mod packed;
pub(crate) mod split;
pub(crate) mod strict;
