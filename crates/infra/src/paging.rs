//! Slices of long lists.

/// Which rows of a list to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Rows to skip.
    pub offset: i64,
    /// Rows to give at most.
    pub limit: i64,
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
    pub fn try_map<U, E>(self, change: impl FnMut(T) -> Result<U, E>) -> Result<Rows<U>, E> {
        let rows = self.rows.into_iter().map(change).collect::<Result<_, E>>()?;
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
