//! What the law wants to be kept: the tax register with its certificates, and members' documents.

pub mod objects;
pub(crate) mod steps;

mod attach_certificate;
mod list_documents;
mod list_tds_records;
mod remove_document;
mod upload_document;
mod verify_document;
mod view_document;
mod view_tds_record;

pub use attach_certificate::{NewCertificate, attach_certificate};
pub use infra::tds_certificates::Quarter;
pub use list_documents::list_documents;
pub use list_tds_records::list_tds_records;
pub use remove_document::remove_document;
pub use upload_document::{DocumentInput, upload_document};
pub use verify_document::verify_document;
pub use view_document::view_document;
pub use view_tds_record::view_tds_record;
