//! What the binary area shows.

use binary_tree::{Legs, Side};
use infra::{
    nodes::{self, Person},
    pairs,
};
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{calendar::Instant, earning::PairStatus, identity::mask_identifier};

/// A member's place in a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Node {
    /// Key: that of its member.
    pub id: i64,
    /// The member.
    pub user: i64,
    /// The member's e-mail, masked for whoever is neither the member nor an admin.
    pub user_email: String,
    /// The node above; null for a root.
    pub parent: Option<i64>,
    /// How the member above is called, masked; empty for a root.
    #[schema(example = "a***@example.in")]
    pub parent_username: String,
    /// The parent's side; null for a root.
    #[schema(pattern = "^(left|right)$", example = "left")]
    pub side: Option<String>,
    /// Steps down from the root, which has 0.
    pub level: u64,
    /// Index in its level's row, from 0; null past 2^53.
    pub position: Option<u64>,
    /// Qualified members in the left leg.
    pub left_count: u64,
    /// Qualified members in the right leg.
    pub right_count: u64,
    /// When the place was given.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When the place last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
}

/// A place with those below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TreeNode {
    /// The place itself.
    #[serde(flatten)]
    pub node: Node,
    /// The places directly below, left first, as far down as was asked for.
    #[schema(no_recursion)]
    pub children: Vec<TreeNode>,
}

/// A pair, formed or flushed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pair {
    /// Key.
    pub id: i64,
    /// The member whose pair it is.
    pub user: i64,
    /// The member's e-mail.
    pub user_email: String,
    /// The member of the left leg.
    pub left_user: i64,
    /// That member's e-mail, masked.
    #[schema(example = "a***@example.in")]
    pub left_user_email: String,
    /// The member of the right leg.
    pub right_user: i64,
    /// That member's e-mail, masked.
    #[schema(example = "90******01")]
    pub right_user_email: String,
    /// The pair's volume.
    #[schema(value_type = String, example = "1000.00")]
    pub pair_amount: Paise,
    /// What it earns, before deductions.
    #[schema(value_type = String, example = "500.00")]
    pub earning_amount: Paise,
    /// `matched` when formed, `processed` when posted, `flushed`.
    #[schema(value_type = String, pattern = "^(matched|processed|flushed)$")]
    pub status: PairStatus,
    /// Its number over the member's lifetime, from 1; null when flushed.
    pub pair_number: Option<u64>,
    /// When it was written down.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it formed.
    #[schema(value_type = String, format = DateTime)]
    pub matched_at: Instant,
    /// When its earning was posted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub processed_at: Option<Instant>,
    /// The Indian month in which it formed, 1 to 12.
    pub pair_month: u32,
    /// The Indian year in which it formed.
    pub pair_year: i32,
}

/// What a formed pair earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Earning {
    /// Key: that of its pair.
    pub id: i64,
    /// Whose earning it is.
    pub user: i64,
    /// The member's e-mail.
    pub user_email: String,
    /// The pair.
    pub binary_pair: i64,
    /// The pair, again.
    pub pair_id: i64,
    /// The earning before deductions.
    #[schema(value_type = String, example = "500.00")]
    pub amount: Paise,
    /// The pair's number over the member's lifetime, from 1.
    pub pair_number: u64,
    /// Of the amount, what goes on to bookings.
    #[schema(value_type = String, example = "100.00")]
    pub emi_deducted: Paise,
    /// Of the amount, what goes on to the reserve.
    #[schema(value_type = String, example = "0.00")]
    pub reserve_deducted: Paise,
    /// What stays in the wallet.
    #[schema(value_type = String, example = "400.00")]
    pub net_amount: Paise,
    /// When it was written down.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

/// Who looks, for what is masked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer {
    pub(super) id: i64,
    pub(super) is_admin: bool,
}

impl Viewer {
    /// A member's own e-mail, or as much of it as the viewer may see.
    fn email_of(self, person: &Person) -> String {
        let email = person.email.clone().unwrap_or_default();
        if self.is_admin || self.id == person.id { email } else { mask_identifier(&email) }
    }

    /// A text that only admins see whole.
    fn masked(self, text: &str) -> String {
        if self.is_admin { text.to_owned() } else { mask_identifier(text) }
    }

    /// How another member is called: by e-mail, or by the identifier the account was made with.
    pub(super) fn name_of(self, person: &Person) -> String {
        self.masked(person.email.as_deref().unwrap_or(&person.username))
    }
}

impl Node {
    pub(super) fn of(row: &nodes::Node, user: &Person, parent: &Person, legs: Legs, viewer: Viewer) -> Self {
        Self {
            id: row.user_id,
            user: row.user_id,
            user_email: viewer.email_of(user),
            parent: row.parent_id,
            parent_username: viewer.masked(&parent.username),
            side: row.side.map(|side: Side| side.as_str().to_owned()),
            level: row.level,
            position: row.position,
            left_count: legs.left,
            right_count: legs.right,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Pair {
    pub(super) fn of(
        row: &pairs::Pair,
        user: &Person,
        left: &Person,
        right: &Person,
        viewer: Viewer,
    ) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            user_email: viewer.email_of(user),
            left_user: row.left_user_id,
            left_user_email: viewer.name_of(left),
            right_user: row.right_user_id,
            right_user_email: viewer.name_of(right),
            pair_amount: row.pair_amount,
            earning_amount: row.earning_amount,
            status: row.status,
            pair_number: row.pair_number,
            created_at: row.created_at,
            matched_at: row.matched_at,
            processed_at: row.processed_at,
            pair_month: row.pair_month,
            pair_year: row.pair_year,
        }
    }
}

impl Earning {
    /// The earning of a formed pair; none of a flushed one.
    pub(super) fn of(row: &pairs::Pair, user: &Person, viewer: Viewer) -> Option<Self> {
        Some(Self {
            id: row.id,
            user: row.user_id,
            user_email: viewer.email_of(user),
            binary_pair: row.id,
            pair_id: row.id,
            amount: row.earning_amount,
            pair_number: row.pair_number?,
            emi_deducted: row.emi_deducted,
            reserve_deducted: row.reserve_deducted,
            net_amount: row.net_amount,
            created_at: row.created_at,
        })
    }
}
