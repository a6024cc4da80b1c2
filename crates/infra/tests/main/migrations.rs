//! Up, down and up again, on both databases.

use infra::{
    db::{migrate, migrate_down, pending_migrations},
    testing::{Engine, TestDb},
};

fn up_down_up(engine: Engine) {
    let test = TestDb::unmigrated(engine);
    let address = test.db.address();
    let all = pending_migrations(address).expect("the list");
    assert!(all.len() > 20, "{} migrations", all.len());
    assert_eq!(migrate(address).expect("up").len(), all.len());
    assert_eq!(pending_migrations(address).expect("the list"), Vec::<String>::new());
    migrate_down(address).expect("down");
    assert_eq!(pending_migrations(address).expect("the list"), all);
    assert_eq!(migrate(address).expect("up again").len(), all.len());
}

#[test]
fn sqlite_goes_up_down_and_up() {
    up_down_up(Engine::Sqlite);
}

#[test]
fn mysql_goes_up_down_and_up() {
    up_down_up(Engine::Mysql);
}
