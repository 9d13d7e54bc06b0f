//! A document that has been read.

use std::fmt;

use super::node::Node;
use super::{SyntaxError, Value, read};

/// Room for the nodes of an ordinary payload.
const NODES: usize = 64;

/// A validated JSON document: its bytes and where the values stand in them.
pub struct Tree<'a> {
    input: &'a [u8],
    nodes: Vec<Node>,
}

/// The allocation of an earlier tree, to be used again.
#[derive(Debug, Default)]
pub struct Scratch {
    nodes: Vec<Node>,
}

impl<'a> Tree<'a> {
    /// Reads one JSON document. Blanks around it and a UTF-8 byte order mark before it are allowed.
    ///
    /// # Errors
    /// The first place where the input is no JSON, or where an object has two members of one name.
    pub fn parse(input: &'a [u8]) -> Result<Self, SyntaxError> {
        Self::parse_with(input, Scratch::default())
    }

    /// The same, in the allocation of an earlier tree ([`Tree::into_scratch`]).
    ///
    /// # Errors
    /// As [`Tree::parse`].
    pub fn parse_with(input: &'a [u8], scratch: Scratch) -> Result<Self, SyntaxError> {
        let (tree, end) = Self::read(input, scratch)?;
        read::end(input, end)?;
        Ok(tree)
    }

    /// Reads the document at the start of the input, behind blanks; what follows it is not looked at.
    ///
    /// For documents one after the other and JSON inside other text: the root's span tells where it ended.
    ///
    /// # Errors
    /// As [`Tree::parse`].
    pub fn parse_prefix(input: &'a [u8]) -> Result<Self, SyntaxError> {
        Ok(Self::read(input, Scratch::default())?.0)
    }

    fn read(input: &'a [u8], scratch: Scratch) -> Result<(Self, usize), SyntaxError> {
        let mut nodes = scratch.nodes;
        nodes.clear();
        nodes.reserve(NODES);
        let end = read::document(input, &mut nodes)?;
        Ok((Self { input, nodes }, end))
    }

    /// Gives up the tree and keeps its allocation.
    pub fn into_scratch(self) -> Scratch {
        Scratch { nodes: self.nodes }
    }

    /// The document's value.
    pub fn root(&self) -> Value<'_, 'a> {
        Value::new(self, 0)
    }

    /// What was read.
    pub fn input(&self) -> &'a [u8] {
        self.input
    }

    /// The values in the order of the input, each container before what it holds.
    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

impl fmt::Debug for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("bytes", &self.input.len())
            .field("values", &self.nodes.len())
            .finish()
    }
}
