//! Texts that people type, checked one by one so that every wrong field is named at once.

use wallet_rules::identity::{IdentityError, Pincode};

use crate::{Error, FieldErrors, Result};

/// The fields that are wrong so far.
#[derive(Default)]
pub(crate) struct CheckedFields {
    errors: FieldErrors,
}

impl CheckedFields {
    /// Notes what is wrong with a field.
    pub(crate) fn refuse(&mut self, field: &str, text: impl Into<String>) {
        self.errors.entry(field.to_owned()).or_default().push(text.into());
    }

    /// One line of at most `max_chars`, without the blanks around it.
    pub(crate) fn line(&mut self, field: &str, text: &str, max_chars: usize) -> String {
        let text = text.trim();
        if text.chars().count() > max_chars {
            self.refuse(field, format!("At most {max_chars} characters."));
        } else if text.chars().any(char::is_control) {
            self.refuse(field, "No line breaks or control characters.");
        }
        text.to_owned()
    }

    /// What `parse` makes of a text; none when it is not of its form.
    pub(crate) fn parsed<T>(
        &mut self,
        field: &str,
        text: &str,
        parse: impl FnOnce(&str) -> std::result::Result<T, IdentityError>,
    ) -> Option<T> {
        parse(text.trim()).map_err(|error| self.refuse(field, format!("This is {error}."))).ok()
    }

    /// A pincode, or nothing.
    pub(crate) fn pincode(&mut self, text: &str) -> String {
        if text.trim().is_empty() {
            return String::new();
        }
        self.parsed("pincode", text, Pincode::parse).map(Pincode::into_string).unwrap_or_default()
    }

    /// Refuses what is wrong.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every wrong field.
    pub(crate) fn check(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid(self.errors)) }
    }
}
