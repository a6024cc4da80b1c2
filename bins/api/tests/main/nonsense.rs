//! Every route against nonsense: never a fault of ours, always a form of the contract, and what is refused leaves
//! the database as it was, row for row. The routes are those of `routes::all()`, so a new one is walked by itself.

#[path = "nonsense/bodies.rs"]
pub mod bodies;
#[path = "nonsense/callers.rs"]
mod callers;
#[path = "nonsense/decisions.rs"]
mod decisions;
#[path = "nonsense/fields.rs"]
mod fields;
#[path = "nonsense/files.rs"]
mod files;
#[path = "nonsense/forms.rs"]
mod forms;
#[path = "nonsense/sockets.rs"]
mod sockets;
#[path = "nonsense/targets.rs"]
pub mod targets;
#[path = "nonsense/values.rs"]
mod values;
#[path = "nonsense/walk.rs"]
pub mod walk;
#[path = "nonsense/world.rs"]
pub mod world;

use infra::testing::Engine;

use self::{targets::Target, walk::Walk, world::World};
use crate::stage::on_stage_of;

/// Runs `work` for every route, on a world of its own.
fn for_every_route(engine: Engine, work: impl AsyncFn(&Walk<'_>, &Target)) {
    on_stage_of(engine, &[], async |stage| {
        let world = World::build(stage).await;
        let targets = targets::all(stage, &world).await;
        let walk = Walk::begin(stage, &world);
        for target in &targets {
            work(&walk, target).await;
        }
        let sent = walk.end();
        assert!(sent >= targets.len(), "{sent} requests to {} routes", targets.len());
    });
}
