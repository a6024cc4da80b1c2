//! What members are told of. The platform makes notifications in the transactions that they tell of
//! ([`infra::notifications::insert`]); members read them.

pub mod objects;

mod count_unread;
mod list_notifications;
mod mark_all_read;
mod mark_read;
mod view_notification;

pub use count_unread::count_unread;
pub use list_notifications::list_notifications;
pub use mark_all_read::mark_all_read;
pub use mark_read::mark_read;
pub use view_notification::view_notification;
