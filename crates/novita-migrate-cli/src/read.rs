//! Reading inputs: what is not quite JSON made JSON.

pub(crate) mod tolerant;
