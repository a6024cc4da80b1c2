//! The objects of `api.md`'s `notifications/`.

use infra::notifications;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{
    calendar::Instant,
    occasion::{NotificationType, Subject},
};

/// Something that happened to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Key.
    pub id: i64,
    /// Who is told.
    pub user: i64,
    /// What it is about, broadly.
    #[schema(value_type = String, pattern = "^(booking|payment|wallet|binary|payout|kyc|system)$")]
    pub notification_type: NotificationType,
    /// A line.
    #[schema(example = "Referral bonus of ₹25.00")]
    pub title: String,
    /// What happened.
    pub message: String,
    /// Was marked as read.
    pub is_read: bool,
    /// When that was.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Instant>,
    /// The row to look at.
    pub reference_id: i64,
    /// What that row is.
    #[schema(value_type = String, pattern = "^(booking|payment|pair|payout|kyc)$")]
    pub reference_type: Subject,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl From<notifications::Notification> for Notification {
    fn from(row: notifications::Notification) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            notification_type: row.notification_type,
            title: row.title,
            message: row.message,
            is_read: row.read_at.is_some(),
            read_at: row.read_at,
            reference_id: row.reference_id,
            reference_type: row.reference_type,
            created_at: row.created_at,
        }
    }
}

/// How many are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unread {
    /// Notifications that were not marked as read.
    pub unread_count: i64,
}
