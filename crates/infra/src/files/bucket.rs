//! Contents in a private bucket of a store that speaks S3. Each request goes to an address that is signed for it alone.

use std::{fmt, time::Duration};

use rusty_s3::{Credentials, S3Action as _, UrlStyle};
use secrecy::ExposeSecret as _;
use ureq::{Body, http::Response};

use super::LARGEST_KEPT_BYTES;
use crate::{Error, Result, config::BucketConfig};

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take to reach the store.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a signed address is good.
const SIGNED_FOR: Duration = Duration::from_secs(60);
/// What of a refusal is read, in bytes.
const REFUSAL_BYTES: u64 = 4096;

pub(super) struct Bucket {
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    agent: ureq::Agent,
}

/// Without what it is let in by.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.bucket.name()).finish_non_exhaustive()
    }
}

impl Bucket {
    pub(super) fn open(config: &BucketConfig) -> Result<Self> {
        let endpoint = config.endpoint.parse().map_err(Error::unavailable)?;
        // the bucket in the path, which every store understands, whatever its certificate says
        let bucket =
            rusty_s3::Bucket::new(endpoint, UrlStyle::Path, config.bucket.clone(), config.region.clone())
                .map_err(Error::unavailable)?;
        let credentials = Credentials::new(config.access_key.clone(), config.secret_key.expose_secret());
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .http_status_as_error(false)
            // a signature is for one address
            .max_redirects(0)
            .build()
            .into();
        Ok(Self { bucket, credentials, agent })
    }

    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<()> {
        let address = self.bucket.put_object(Some(&self.credentials), name).sign(SIGNED_FOR);
        let answer = self.agent.put(address.as_str()).content_type("application/octet-stream").send(content);
        self.unless_gone(answer)?.map(|_| ()).ok_or_else(|| self.unavailable("it takes no file"))
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let address = self.bucket.get_object(Some(&self.credentials), name).sign(SIGNED_FOR);
        let Some(mut found) = self.unless_gone(self.agent.get(address.as_str()).call())? else {
            return Ok(None);
        };
        let limit = u64::try_from(LARGEST_KEPT_BYTES).unwrap_or(u64::MAX);
        let content = found.body_mut().with_config().limit(limit).read_to_vec();
        content.map(Some).map_err(|cause| self.unavailable(cause))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let address = self.bucket.delete_object(Some(&self.credentials), name).sign(SIGNED_FOR);
        self.unless_gone(self.agent.delete(address.as_str()).call()).map(|_| ())
    }

    /// A good answer; none for a name that is not there. A bucket that is not there is a refusal like others.
    fn unless_gone(
        &self,
        answer: std::result::Result<Response<Body>, ureq::Error>,
    ) -> Result<Option<Response<Body>>> {
        let mut answer = answer.map_err(|cause| self.unavailable(cause))?;
        if answer.status().is_success() {
            return Ok(Some(answer));
        }
        let said = answer.body_mut().with_config().limit(REFUSAL_BYTES).read_to_string().unwrap_or_default();
        match code(&said) {
            "NoSuchKey" => Ok(None),
            code => Err(self.unavailable(format!("{} {code}", answer.status()))),
        }
    }

    fn unavailable(&self, cause: impl fmt::Display) -> Error {
        Error::unavailable(format!("bucket {}: {cause}", self.bucket.name()))
    }
}

/// The code of a refusal, which is an XML document with one element of that name.
fn code(said: &str) -> &str {
    said.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code)
}
