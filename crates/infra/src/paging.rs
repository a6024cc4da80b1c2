//! Slices of long lists.

use diesel::QueryResult;

use crate::{Error, Result};

/// Which rows of a list to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Rows to skip.
    pub offset: i64,
    /// Rows to give at most.
    pub limit: i64,
}

impl Slice {
    /// How many rows there are in all: counted only where the slice itself does not end with the last one.
    pub(crate) fn total<T>(self, rows: &[T], count: impl FnOnce() -> QueryResult<i64>) -> Result<i64> {
        let found = i64::try_from(rows.len()).map_err(Error::corrupt)?;
        let ends_here = found < self.limit && (found > 0 || self.offset == 0);
        if ends_here { Ok(self.offset.saturating_add(found)) } else { Ok(count()?) }
    }
}

/// A slice's rows and how many there are in all.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The slice.
    pub rows: Vec<T>,
    /// All rows that fit the filter.
    pub count: i64,
}

impl<T> Rows<T> {
    /// The same slice of something else.
    ///
    /// # Errors
    /// What `change` gives.
    pub fn try_map<U, E>(
        self,
        change: impl FnMut(T) -> std::result::Result<U, E>,
    ) -> std::result::Result<Rows<U>, E> {
        let rows = self.rows.into_iter().map(change).collect::<std::result::Result<_, E>>()?;
        Ok(Rows { rows, count: self.count })
    }
}

/// A LIKE pattern for rows that hold `text`, which stands for itself (`!` escapes).
pub(crate) fn contains_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len().saturating_add(2));
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
