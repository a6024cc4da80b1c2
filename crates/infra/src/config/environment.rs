//! What is asked of the environment, and how it is read.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::BTreeMap,
    fmt::{self, Write as _},
    str::FromStr,
};

use secrecy::SecretString;

/// A variable: what it is called, what it means (with its unit), and what it is when it is not set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its meaning and unit, for `.env.example`.
    pub meaning: &'static str,
    /// What it is when it is not set or blank; blank: nothing.
    pub default: Cow<'static, str>,
}

impl Setting {
    /// A variable.
    pub const fn new(name: &'static str, meaning: &'static str, default: &'static str) -> Self {
        Self { name, meaning, default: Cow::Borrowed(default) }
    }
}

/// A variable that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {fault}")]
pub struct ConfigError {
    /// Its name; `.env` for the file as a whole.
    pub variable: &'static str,
    /// What is wrong with it.
    pub fault: ConfigFault,
}

impl ConfigError {
    /// A variable and what is wrong with it.
    pub const fn new(variable: &'static str, fault: ConfigFault) -> Self {
        Self { variable, fault }
    }
}

/// What is wrong with a variable. It never carries the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// It must be set.
    #[error("must be set, since {0}")]
    Missing(&'static str),
    /// It goes with another setting only.
    #[error("needs {0}")]
    Needs(&'static str),
    /// It is not of its form.
    #[error("is not {0}")]
    NotA(String),
    /// The plan does not allow it.
    #[error("{0}")]
    Plan(wallet_rules::plan::PlanFault),
    /// Too short for a secret, in characters.
    #[error("must have at least {0} characters outside development")]
    TooShort(usize),
    /// It must not be the same as another.
    #[error("must not be the same as {0}")]
    SameAs(&'static str),
    /// It is for development only.
    #[error("`{0}` is for development only (DEBUG=true on a loopback address)")]
    DevelopmentOnly(&'static str),
    /// The file can't be read.
    #[error("can't be read: {0}")]
    Unreadable(String),
}

/// Where configuration comes from. It remembers what it was asked for.
pub struct Environment {
    values: BTreeMap<String, String>,
    asked: RefCell<Vec<Asked>>,
}

enum Asked {
    Section(&'static str),
    Setting(Setting),
}

impl Environment {
    /// The process's environment, and `.env` for what it does not set.
    ///
    /// # Errors
    /// [`ConfigFault::Unreadable`] when there is a `.env` that can't be read.
    pub fn of_process() -> Result<Self, ConfigError> {
        let unreadable = |error: dotenvy::Error| {
            ConfigError::new(".env", ConfigFault::Unreadable(without_values(&error).to_owned()))
        };
        let mut values = BTreeMap::new();
        match dotenvy::dotenv_iter() {
            Ok(pairs) => {
                for pair in pairs {
                    let (name, value) = pair.map_err(unreadable)?;
                    values.insert(name, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(error) => return Err(unreadable(error)),
        }
        let texts = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        values.extend(texts);
        Ok(Self { values, asked: RefCell::default() })
    }

    /// An environment of these pairs.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { values, asked: RefCell::default() }
    }

    /// The heading of what is asked for next.
    pub(super) fn section(&self, title: &'static str) {
        self.asked.borrow_mut().push(Asked::Section(title));
    }

    /// The variable's value or default, without the blanks around it; none when both are blank.
    pub(super) fn optional(&self, setting: Setting) -> Option<String> {
        let text = self.remembered(&setting);
        self.asked.borrow_mut().push(Asked::Setting(setting));
        (!text.is_empty()).then_some(text)
    }

    /// A variable that was asked for before, under another heading.
    pub(super) fn remembered(&self, setting: &Setting) -> String {
        let value = self.values.get(setting.name).map(|value| value.trim()).filter(|value| !value.is_empty());
        value.unwrap_or(&setting.default).to_owned()
    }

    /// As [`Environment::optional`], with the empty text for none.
    pub(super) fn text(&self, setting: Setting) -> String {
        self.optional(setting).unwrap_or_default()
    }

    /// A secret.
    pub(super) fn secret(&self, setting: Setting) -> Option<SecretString> {
        self.optional(setting).map(SecretString::from)
    }

    /// A value that is read from its text; `form` says in words what it should be.
    pub(super) fn parsed<T: FromStr>(&self, setting: Setting, form: &str) -> Result<T, ConfigError> {
        let name = setting.name;
        self.text(setting).parse().map_err(|_| ConfigError::new(name, ConfigFault::NotA(form.to_owned())))
    }

    /// A whole number above zero.
    pub(super) fn count(&self, setting: Setting) -> Result<u32, ConfigError> {
        let name = setting.name;
        match self.parsed(setting, "a whole number above zero")? {
            0 => Err(ConfigError::new(name, ConfigFault::NotA("a whole number above zero".to_owned()))),
            count => Ok(count),
        }
    }

    /// One of these words.
    pub(super) fn choice<T: Copy>(&self, setting: Setting, words: &[(&str, T)]) -> Result<T, ConfigError> {
        let name = setting.name;
        let text = self.text(setting).to_ascii_lowercase();
        words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning).ok_or_else(|| {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            ConfigError::new(name, ConfigFault::NotA(format!("one of {}", known.join(", "))))
        })
    }

    /// Yes or no.
    pub(super) fn flag(&self, setting: Setting) -> Result<bool, ConfigError> {
        let words = [("true", true), ("false", false), ("1", true), ("0", false)];
        let more = [("yes", true), ("no", false), ("on", true), ("off", false)];
        self.choice(setting, &[words, more].concat())
    }

    /// Texts between commas.
    pub(super) fn list(&self, setting: Setting) -> Vec<String> {
        let text = self.text(setting);
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// What was asked for, as the text of `.env.example`.
    pub fn example(&self) -> String {
        let mut text = String::from(
            "# Everything the platform can be told; what is left out has the value shown here.\n\
             # Copy to .env and change what should differ. The process's own environment goes first.\n",
        );
        for asked in self.asked.borrow().iter() {
            // writing to a String can't fail
            let _ = match asked {
                Asked::Section(title) => writeln!(text, "\n## {title}"),
                Asked::Setting(setting) => {
                    writeln!(text, "# {}\n{}={}", setting.meaning, setting.name, setting.default)
                }
            };
        }
        text
    }
}

/// Shows no value.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("variables", &self.values.len()).finish_non_exhaustive()
    }
}

/// What is wrong with `.env`, without the line, which may hold a secret.
fn without_values(error: &dotenvy::Error) -> &'static str {
    match error {
        dotenvy::Error::LineParse(..) => "a line is not of the form NAME=value",
        dotenvy::Error::Io(_) => "the file does not open",
        _ => "it is not a file of NAME=value lines",
    }
}
