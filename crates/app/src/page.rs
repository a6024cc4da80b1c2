//! Pages of lists.

use infra::paging::{Rows, Slice};

use crate::{Error, Result};

/// Rows of a page when the caller does not say.
pub const DEFAULT_SIZE: i64 = 20;
/// Rows of a page at most.
pub const LARGEST_SIZE: i64 = 100;

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: i64,
    /// Rows of a page.
    pub size: i64,
}

impl Page {
    /// The rows of this page.
    pub const fn slice(self) -> Slice {
        Slice { offset: (self.number - 1).saturating_mul(self.size), limit: self.size }
    }
}

/// A page's rows and how many there are in all.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// Which page it is.
    pub page: Page,
    /// All rows.
    pub count: i64,
    /// This page's.
    pub results: Vec<T>,
}

impl<T> Listed<T> {
    /// The page of these rows.
    ///
    /// # Errors
    /// [`Error::NotFound`] beyond the last page.
    pub fn of(page: Page, rows: Rows<T>) -> Result<Self> {
        if rows.rows.is_empty() && page.number > 1 {
            return Err(Error::NotFound);
        }
        Ok(Self { page, count: rows.count, results: rows.rows })
    }
}
