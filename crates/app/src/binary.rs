//! The binary area: places in the trees, pairs and what they earn.

pub mod objects;
pub(crate) mod steps;

mod check_pairs;
mod explain_pair;
mod list_earnings;
mod list_nodes;
mod list_pairs;
mod view_earning;
mod view_my_tree;
mod view_node;
mod view_pair;

pub use check_pairs::{CheckedPairs, check_pairs};
pub use explain_pair::explain_pair;
pub use list_earnings::list_earnings;
pub use list_nodes::list_nodes;
pub use list_pairs::list_pairs;
pub use view_earning::view_earning;
pub use view_my_tree::view_my_tree;
pub use view_node::view_node;
pub use view_pair::view_pair;
