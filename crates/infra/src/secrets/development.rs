//! Where secrets come from: the configuration, or a file that a development server keeps for itself.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use super::{Keys, random_token};
use crate::{
    config::{ConfigError, ConfigFault, SecretsConfig},
    tokens::TokenKeys,
};

/// Letters of a generated secret: 256 bits and more.
const SECRET_LENGTH: usize = 48;
/// How often an unfinished file of another process is read again, and the pause before each try.
const READ_TRIES: u32 = 20;
const READ_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

/// The secrets of a process.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Hash and seal what is stored.
    pub keys: Keys,
    /// Sign tokens.
    pub tokens: TokenKeys,
    /// The file that a development server keeps its own secrets in, when it needed it.
    pub development_file: Option<PathBuf>,
}

/// Why there are no secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// One must be set.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The development server's file can't be used.
    #[error("{}: {what}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The machine gives no random bytes.
    #[error(transparent)]
    Infra(#[from] crate::Error),
}

/// The configured secrets; on a development server, what is not set is made once and kept beside the database
/// in a file that only its owner can read. Blocking.
///
/// # Errors
/// [`SecretsError`] names the variable or the file.
pub fn load(config: &SecretsConfig) -> Result<Secrets, SecretsError> {
    let whole = config.secret_key.is_some() && config.jwt_secret_key.is_some();
    let development_file = config.development_file.clone().filter(|_| !whole);
    let made = development_file.as_deref().map(kept_in).transpose()?.unwrap_or_default();
    let pick = |given: &Option<SecretString>, variable: &'static str| {
        let kept = || made.get(variable).map(|text| SecretString::from(text.as_str()));
        let missing = || ConfigError::new(variable, ConfigFault::Missing("this is no development server"));
        given.clone().or_else(kept).ok_or_else(missing)
    };
    let keys = Keys::of(&pick(&config.secret_key, "SECRET_KEY")?)
        .sealing_with(config.sealing_key.as_ref(), &config.sealing_keys_other)?;
    let jwt = pick(&config.jwt_secret_key, "JWT_SECRET_KEY")?;
    let tokens = TokenKeys::of(&jwt, config.jwt_secret_key_previous.as_ref());
    Ok(Secrets { keys, tokens, development_file })
}

/// The secrets in the file, which is made where there is none.
fn kept_in(file: &Path) -> Result<BTreeMap<String, String>, SecretsError> {
    let broken = |what: String| SecretsError::File { file: file.to_path_buf(), what };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|cause| broken(cause.to_string()))?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut opened) => {
            let mut text = String::from("# Made by a development server for itself; not for production.\n");
            for variable in ["SECRET_KEY", "JWT_SECRET_KEY"] {
                text.push_str(&format!("{variable}={}\n", random_token(SECRET_LENGTH)?));
            }
            let written = opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all());
            written.map_err(|cause| broken(cause.to_string()))?;
        }
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
        Err(cause) => return Err(broken(cause.to_string())),
    }
    // another process may have made the file and not yet filled it
    for _ in 0..READ_TRIES {
        let text = fs::read_to_string(file).map_err(|cause| broken(cause.to_string()))?;
        let pairs: BTreeMap<String, String> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .filter(|(_, value)| value.len() == SECRET_LENGTH)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        if pairs.len() == 2 {
            return Ok(pairs);
        }
        std::thread::sleep(READ_PAUSE);
    }
    Err(broken("it does not hold two secrets; remove it and a new one is made".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::secrets::Purpose;

    fn config(file: Option<PathBuf>) -> SecretsConfig {
        SecretsConfig {
            secret_key: None,
            jwt_secret_key: None,
            sealing_key: None,
            sealing_keys_other: Vec::new(),
            jwt_secret_key_previous: None,
            development_file: file,
        }
    }

    #[test]
    fn a_development_server_keeps_its_keys() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("data").join("dev-keys");
        let first = load(&config(Some(file.clone()))).expect("keys are made");
        let again = load(&config(Some(file.clone()))).expect("keys are there");
        let hash = |secrets: &Secrets| secrets.keys.keyed_hash(Purpose::Pan, "x").expect("it hashes");
        assert_eq!(hash(&first), hash(&again));
        let mode = fs::metadata(&file).expect("the file is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(first.development_file, Some(file));
    }

    #[test]
    fn elsewhere_missing_keys_are_named() {
        let refusal = load(&config(None)).expect_err("no keys");
        assert!(matches!(refusal, SecretsError::Config(ConfigError { variable: "SECRET_KEY", .. })));
    }

    #[test]
    fn a_broken_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("dev-keys");
        fs::write(&file, "SECRET_KEY=short\n").expect("it is written");
        assert!(matches!(load(&config(Some(file))), Err(SecretsError::File { .. })));
    }
}
