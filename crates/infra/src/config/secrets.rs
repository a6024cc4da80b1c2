//! What is signed and sealed with.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::{ConfigError, ConfigFault, DatabaseConfig, Environment, SECRET_MIN_CHARS, Setting};
use crate::db::Address;

/// What is signed and sealed with.
#[derive(Clone, Debug)]
pub struct SecretsConfig {
    /// Hashes what is stored, and seals it where no other key does.
    pub secret_key: Option<SecretString>,
    /// Seals what is stored in its place.
    pub sealing_key: Option<SecretString>,
    /// Open what is stored, as the others do.
    pub sealing_keys_other: Vec<SecretString>,
    /// Signs tokens.
    pub jwt_secret_key: Option<SecretString>,
    /// Signed tokens until the last change of it; they stay good until they expire.
    pub jwt_secret_key_previous: Option<SecretString>,
    /// Where a development server keeps the keys that it made for itself; none elsewhere.
    pub development_file: Option<PathBuf>,
}

impl SecretsConfig {
    pub(super) fn read(
        env: &Environment,
        database: &DatabaseConfig,
        development: bool,
    ) -> Result<Self, ConfigError> {
        env.section("Secrets: at least 32 characters each; a development server makes its own when blank");
        let secret_key = env.secret(Setting::new(
            "SECRET_KEY",
            "Keys the stored hashes, and seals PAN and bank accounts while SEALING_KEY is blank; needed for ever",
            "",
        ));
        let sealing_key = env.secret(Setting::new(
            "SEALING_KEY",
            "Seals PAN, bank accounts and the like in place of SECRET_KEY, which goes on opening what it sealed",
            "",
        ));
        let others = env.list(Setting::new(
            "SEALING_KEYS_OTHER",
            "Other keys that open what is sealed, between commas: the next SEALING_KEY, and those before",
            "",
        ));
        let sealing_keys_other = others.into_iter().map(SecretString::from).collect();
        let jwt_secret_key =
            env.secret(Setting::new("JWT_SECRET_KEY", "Signs access and refresh tokens", ""));
        let jwt_secret_key_previous = env.secret(Setting::new(
            "JWT_SECRET_KEY_PREVIOUS",
            "The JWT_SECRET_KEY before the last change, while tokens signed with it may still come",
            "",
        ));
        let folder = match &database.address {
            Address::Sqlite { path } => path.parent().map(Path::to_path_buf).unwrap_or_default(),
            Address::Mysql(_) => PathBuf::from("data"),
        };
        let development_file = development.then(|| folder.join("dev-keys"));
        Ok(Self {
            secret_key,
            sealing_key,
            sealing_keys_other,
            jwt_secret_key,
            jwt_secret_key_previous,
            development_file,
        })
    }

    /// Refuses secrets that are missing, short, or one and the same.
    pub(super) fn check_real(&self) -> Result<(), ConfigError> {
        let long_enough = |key: &SecretString| key.expose_secret().chars().count() >= SECRET_MIN_CHARS;
        let both = [("SECRET_KEY", &self.secret_key), ("JWT_SECRET_KEY", &self.jwt_secret_key)].map(
            |(name, key)| match key {
                None => Err(ConfigError::new(name, ConfigFault::Missing("this is no development server"))),
                Some(key) if !long_enough(key) => {
                    Err(ConfigError::new(name, ConfigFault::TooShort(SECRET_MIN_CHARS)))
                }
                Some(key) => Ok(key.expose_secret()),
            },
        );
        let [secret_key, jwt_secret_key] = both;
        if secret_key? == jwt_secret_key? {
            return Err(ConfigError::new("JWT_SECRET_KEY", ConfigFault::SameAs("SECRET_KEY")));
        }
        let optional = std::iter::once(("JWT_SECRET_KEY_PREVIOUS", &self.jwt_secret_key_previous))
            .chain([("SEALING_KEY", &self.sealing_key)])
            .filter_map(|(name, key)| Some((name, key.as_ref()?)))
            .chain(self.sealing_keys_other.iter().map(|key| ("SEALING_KEYS_OTHER", key)));
        for (name, key) in optional {
            if !long_enough(key) {
                return Err(ConfigError::new(name, ConfigFault::TooShort(SECRET_MIN_CHARS)));
            }
        }
        Ok(())
    }
}
