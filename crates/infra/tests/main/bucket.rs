//! Files in a bucket, on a real server that speaks S3 and checks each signature.

use std::net::SocketAddr;

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use infra::{
    Error,
    config::BucketConfig,
    files::{FileStore, FileType, StoreError},
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const PDF: &[u8] = b"%PDF-1.7 mine";

/// A server with one bucket, `documents`, until the test's runtime ends.
struct Server {
    folder: TempDir,
    address: SocketAddr,
}

impl Server {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("documents")).unwrap();
        let files = s3s_fs::FileSystem::new(folder.path()).unwrap();
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single("platform", "a secret of the bucket"));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                // a connection that breaks is told where it is used
                let serve = async move {
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(socket), service)
                        .await;
                };
                tokio::spawn(serve);
            }
        });
        Self { folder, address }
    }

    fn config(&self) -> BucketConfig {
        BucketConfig {
            endpoint: format!("http://{}", self.address),
            region: "ap-south-1".to_owned(),
            bucket: "documents".to_owned(),
            access_key: "platform".to_owned(),
            secret_key: "a secret of the bucket".into(),
        }
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("documents")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn said<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    match outcome {
        Err(Error::Unavailable { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_a_bucket_comes_back_whole_and_goes() {
    let server = Server::start().await;
    let store = FileStore::in_bucket(&server.config()).unwrap();
    let stored = store.store(PDF.to_vec()).await.unwrap();
    assert_eq!((stored.file_type, stored.bytes), (FileType::Pdf, PDF.len()));
    assert_eq!(server.names(), [stored.name.as_str()]);
    assert_eq!(store.read(&stored.name).await.unwrap().as_deref(), Some(PDF));

    store.remove(&stored.name).await.unwrap();
    assert_eq!(store.read(&stored.name).await.unwrap(), None);
    assert!(server.names().is_empty());
    // one that is not there is fine
    store.remove(&stored.name).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_file_goes_into_a_bucket_and_comes_back() {
    let server = Server::start().await;
    let store = FileStore::in_bucket(&server.config()).unwrap();
    let mut content = b"%PDF-1.7 ".to_vec();
    content.resize(infra::files::LARGEST_BYTES, 7);
    let stored = store.store(content.clone()).await.unwrap();
    assert!(store.read(&stored.name).await.unwrap() == Some(content));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_does_not_take_files_is_unavailable_and_never_empty() {
    let server = Server::start().await;
    let name = "a".repeat(32);
    let wrong = [
        (BucketConfig { secret_key: "another secret".into(), ..server.config() }, "SignatureDoesNotMatch"),
        (BucketConfig { access_key: "nobody".to_owned(), ..server.config() }, "NotSignedUp"),
        (BucketConfig { endpoint: "http://127.0.0.1:1".to_owned(), ..server.config() }, "refused"),
    ];
    for (config, why) in wrong {
        let store = FileStore::in_bucket(&config).unwrap();
        match store.store(PDF.to_vec()).await {
            Err(StoreError::Failed(failed)) => {
                let said = said(Err::<(), _>(failed));
                assert!(said.contains(why), "{said}");
                assert!(!said.contains("Signature="), "{said}");
            }
            other => panic!("{why}: {other:?}"),
        }
        let said = said(store.read(&name).await);
        assert!(said.contains(why), "{said}");
    }
    assert!(server.names().is_empty());
}

/// The server of these tests has no such answer: it makes a bucket that is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_missing_is_not_taken_for_a_missing_file() {
    const ANSWER: &str =
        "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><BucketName>b</BucketName></Error>";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut head = vec![0; 4096];
        let _ = socket.read(&mut head).await.unwrap();
        let length = ANSWER.len();
        let answer = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {length}\r\n\r\n{ANSWER}");
        socket.write_all(answer.as_bytes()).await.unwrap();
    });
    let config = BucketConfig { endpoint, ..Server::start().await.config() };
    let said = said(FileStore::in_bucket(&config).unwrap().read(&"a".repeat(32)).await);
    assert!(said.contains("404 Not Found NoSuchBucket"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_leads_out_of_the_bucket() {
    let server = Server::start().await;
    let store = FileStore::in_bucket(&server.config()).unwrap();
    for name in ["", "..", "../other/file", "a/b", "?acl"] {
        assert!(matches!(store.remove(name).await, Err(Error::Corrupt(_))), "{name}");
    }
}
