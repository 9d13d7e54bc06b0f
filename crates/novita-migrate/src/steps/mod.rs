//! Judgement: one file for each thing that the guide's tables do not settle by themselves.

pub(crate) mod embeddings;
pub(crate) mod extra;
pub(crate) mod group;
pub(crate) mod hires;
pub(crate) mod images;
pub(crate) mod inpainting;
pub(crate) mod ip_adapter;
pub(crate) mod lora;
pub(crate) mod mask;
pub(crate) mod models;
pub(crate) mod names;
pub(crate) mod pictures;
pub(crate) mod png;
pub(crate) mod progress;
pub(crate) mod refiner;
pub(crate) mod response;
pub(crate) mod sdk_lora;
pub(crate) mod tags;
pub(crate) mod units;
