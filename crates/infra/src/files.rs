//! Uploaded documents: contents with random names in a private folder or bucket, known by their content. Pictures are
//! written anew.

mod bucket;
mod folder;
mod picture;

use std::{path::PathBuf, sync::Arc};

use bucket::Bucket;
use folder::Folder;
use tokio::sync::Semaphore;

use crate::{
    Error, Result,
    config::{BucketConfig, FilesConfig},
    secrets::random_token,
};

/// The largest document, in bytes (10 MB).
pub const LARGEST_BYTES: usize = 10 * 1024 * 1024;
/// The largest content that is kept, in bytes: a picture may grow where it is written anew.
const LARGEST_KEPT_BYTES: usize = 3 * LARGEST_BYTES;
/// Pictures that are unpacked at the same time, each within 200 MB twice: it is turned into another.
const UNPACKED_AT_ONCE: usize = 2;
/// Letters of a file's name; 62^32 names are never drawn twice.
const NAME_LENGTH: usize = 32;

/// What a document is, by its first bytes; what a client calls it is never believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl FileType {
    /// The type of a content, when it is one that is taken.
    pub fn of(content: &[u8]) -> Option<Self> {
        let riff = content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP");
        match content {
            _ if content.starts_with(b"%PDF-") => Some(Self::Pdf),
            _ if content.starts_with(&[0xFF, 0xD8, 0xFF]) => Some(Self::Jpeg),
            _ if content.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            _ if riff => Some(Self::Webp),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// Why a content is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// More than [`LARGEST_BYTES`].
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// None of the types that are taken.
    #[error("the file is no PDF, JPEG, PNG or WebP")]
    UnknownType,
    /// A picture that can't be shown.
    #[error("the picture can't be read")]
    Broken,
    /// A picture that would take too much room when it is shown.
    #[error("the picture has more than 50 million pixels")]
    TooManyPixels,
}

/// A content as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the store.
    pub name: String,
    /// What it is there.
    pub file_type: FileType,
    /// How long it is there.
    pub bytes: usize,
}

/// Why a content is not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not taken.
    #[error(transparent)]
    Refused(#[from] FileFault),
    /// The disk or the bucket does not take it.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Looks at a content before it is stored; whether a picture can be read shows when it is.
///
/// # Errors
/// [`FileFault`].
pub fn check(content: &[u8]) -> std::result::Result<FileType, FileFault> {
    if content.is_empty() {
        Err(FileFault::Empty)
    } else if content.len() > LARGEST_BYTES {
        Err(FileFault::TooLarge)
    } else {
        FileType::of(content).ok_or(FileFault::UnknownType)
    }
}

/// Where contents are.
#[derive(Debug)]
enum Place {
    Folder(Folder),
    Bucket(Box<Bucket>),
}

/// The private store.
#[derive(Clone, Debug)]
pub struct FileStore {
    place: Arc<Place>,
    unpacking: Arc<Semaphore>,
}

impl FileStore {
    /// The configured store.
    ///
    /// # Errors
    /// [`Error::Unavailable`] for a bucket whose address is none.
    pub fn of(config: &FilesConfig) -> Result<Self> {
        match config {
            FilesConfig::Folder(root) => Ok(Self::at(root)),
            FilesConfig::Bucket(config) => Self::in_bucket(config),
        }
    }

    /// The store in this folder, which is made when the first file comes.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self::with(Place::Folder(Folder::at(root.into())))
    }

    /// The store in a bucket, which has to be there.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when its address is none.
    pub fn in_bucket(config: &BucketConfig) -> Result<Self> {
        Ok(Self::with(Place::Bucket(Box::new(Bucket::open(config)?))))
    }

    fn with(place: Place) -> Self {
        Self { place: Arc::new(place), unpacking: Arc::new(Semaphore::new(UNPACKED_AT_ONCE)) }
    }

    /// Stores a content under a new random name: whole and lasting, or not at all. A PDF is kept as it is, a picture
    /// is written anew.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for what is not taken; [`StoreError::Failed`] when the disk or the bucket does not take it.
    pub async fn store(&self, content: Vec<u8>) -> std::result::Result<Stored, StoreError> {
        let (file_type, content) = self.cleaned(check(&content)?, content).await?;
        if content.len() > LARGEST_KEPT_BYTES {
            return Err(FileFault::TooLarge.into());
        }
        let bytes = content.len();
        let name = random_token(NAME_LENGTH)?;
        let kept = name.clone();
        self.on_blocking_thread(move |place| match place {
            Place::Folder(folder) => folder.write(&kept, &content),
            Place::Bucket(bucket) => bucket.write(&kept, &content),
        })
        .await?;
        Ok(Stored { name, file_type, bytes })
    }

    async fn cleaned(
        &self,
        file_type: FileType,
        content: Vec<u8>,
    ) -> std::result::Result<(FileType, Vec<u8>), StoreError> {
        if file_type == FileType::Pdf {
            return Ok((file_type, content));
        }
        let turn = Arc::clone(&self.unpacking).acquire_owned().await.map_err(Error::unavailable)?;
        let written = self.on_blocking_thread(move |_| {
            // held here, since the work goes on where whoever asked for it has gone
            let _turn = turn;
            Ok(picture::written_anew(file_type, &content))
        });
        Ok(written.await??)
    }

    /// The content under a name; none when it is not there.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the name is none of ours; [`Error::Unavailable`] when the disk or the bucket does not give it.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let name = checked(name)?;
        self.on_blocking_thread(move |place| match place {
            Place::Folder(folder) => folder.read(&name),
            Place::Bucket(bucket) => bucket.read(&name),
        })
        .await
    }

    /// Removes a content that no row names; one that is not there is fine.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn remove(&self, name: &str) -> Result<()> {
        let name = checked(name)?;
        self.on_blocking_thread(move |place| match place {
            Place::Folder(folder) => folder.remove(&name),
            Place::Bucket(bucket) => bucket.remove(&name),
        })
        .await
    }

    /// Asks the bucket for a name that no file has; a folder is made when it is needed.
    ///
    /// # Errors
    /// What the bucket says against it.
    pub(crate) async fn answers(&self) -> Result<()> {
        match &*self.place {
            Place::Folder(_) => Ok(()),
            Place::Bucket(_) => self.read(&"0".repeat(NAME_LENGTH)).await.map(|_| ()),
        }
    }

    async fn on_blocking_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Place) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.place);
        let cut_off = |cause| Err(Error::Database(format!("work on a file was cut off: {cause}")));
        tokio::task::spawn_blocking(move || work(&place)).await.unwrap_or_else(cut_off)
    }
}

/// A name of ours; one with anything but letters and digits never reaches the disk or the bucket.
fn checked(name: &str) -> Result<String> {
    if name.len() == NAME_LENGTH && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(name.to_owned())
    } else {
        Err(Error::corrupt("a stored file has a name that is none of ours"))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn a_type_is_known_by_its_content_only() {
        let known: [(&[u8], _); 4] = [
            (b"%PDF-1.7\n", FileType::Pdf),
            (b"\xFF\xD8\xFF\xE0\x00\x10JFIF", FileType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FileType::Png),
            (b"RIFF\x24\0\0\0WEBPVP8 ", FileType::Webp),
        ];
        for (content, file_type) in known {
            assert_eq!(check(content), Ok(file_type));
        }
        let other: [&[u8]; 7] = [
            b"<html><script>",
            b"GIF89a",
            b"MZ\x90",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"RIFF",
            b"\x89PNG",
            b" %PDF-1.7",
        ];
        for content in other {
            assert_eq!(check(content), Err(FileFault::UnknownType), "{content:?}");
        }
        assert_eq!(check(b""), Err(FileFault::Empty));
        let mut large = b"%PDF-".to_vec();
        large.resize(LARGEST_BYTES, 0);
        assert_eq!(check(&large), Ok(FileType::Pdf));
        large.push(0);
        assert_eq!(check(&large), Err(FileFault::TooLarge));
    }

    #[tokio::test]
    async fn a_file_is_private_and_comes_back_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = FileStore::at(folder.path().join("media"));
        let stored = store.store(b"%PDF-1.7 mine".to_vec()).await.expect("it is stored");
        let Stored { name, file_type: FileType::Pdf, bytes: 13 } = stored else { panic!("{stored:?}") };
        let mode = |path: PathBuf| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(folder.path().join("media")), 0o700);
        assert_eq!(mode(folder.path().join("media").join(&name)), 0o600);
        assert_eq!(store.read(&name).await.expect("it reads"), Some(b"%PDF-1.7 mine".to_vec()));
        store.remove(&name).await.expect("it goes");
        assert_eq!(store.read(&name).await.expect("it reads"), None);
        assert_eq!(fs::read_dir(folder.path().join("media")).expect("a folder").count(), 0);
    }

    #[tokio::test]
    async fn what_is_no_picture_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = FileStore::at(folder.path().join("media"));
        for (content, fault) in [
            (&b"\x89PNG\r\n\x1a\n<svg onload='alert(1)'/>"[..], FileFault::Broken),
            (b"\xff\xd8\xff<html><script>alert(1)</script>", FileFault::Broken),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", FileFault::UnknownType),
        ] {
            match store.store(content.to_vec()).await {
                Err(StoreError::Refused(refused)) => assert_eq!(refused, fault),
                other => panic!("{other:?}"),
            }
        }
        assert!(!folder.path().join("media").exists());
    }

    #[tokio::test]
    async fn no_name_leads_out_of_the_folder() {
        let store = FileStore::at("/tmp");
        for name in ["../etc/passwd", "/etc/passwd", "", ".", "..", "a/../../../../../../../etc/passwd"] {
            assert!(matches!(store.read(name).await, Err(Error::Corrupt(_))), "{name}");
        }
    }
}
