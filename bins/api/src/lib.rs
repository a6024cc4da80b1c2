//! The HTTP API: it turns requests into calls of use-cases and their outcomes into replies, and decides nothing.

pub mod auth;
pub mod cors;
pub mod endpoints;
pub mod envelope;
pub mod errors;
pub mod input;
pub mod limits;
pub mod lists;
pub mod openapi;
pub mod permissions;
pub mod query;
pub mod routes;
pub mod service;
pub mod unread;
