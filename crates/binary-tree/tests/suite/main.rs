//! The engine against the published vectors, a naive model and its edges. `walking` and `long_paths` are run once more as unit
//! tests, with the small limits of those.

// Clippy's leave for tests does not reach the helpers beside them.
#![allow(clippy::unwrap_used)]

mod corpus;
mod damage;
mod lockstep;
mod long_paths;
mod matching;
mod model;
mod placement;
mod properties;
mod restore;
mod stream;
mod vectors;
mod walking;
