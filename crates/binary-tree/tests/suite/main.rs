//! The engine against the published vectors, a naive model and its edges.

mod matching;
mod model;
mod placement;
mod properties;
mod restore;
mod vectors;
