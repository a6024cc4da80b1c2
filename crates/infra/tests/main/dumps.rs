//! A dump sees every row and every change of one.

use infra::testing::TestDb;

infra::on_both!(a_dump_sees_every_change);
async fn a_dump_sees_every_change(test: &TestDb) {
    let dumper = test.dumper();
    let empty = dumper.dump();
    assert_eq!(empty.changes(&dumper.dump(), &[]), Vec::<String>::new());
    assert_eq!(empty.rows("matcher").count(), 1, "the migrations seat it: {empty:?}");
    assert!(empty.rows("accounts").all(|row| row.contains("user_id=NULL")), "{empty:?}");

    let now = "2026-11-22 04:30:00.000000";
    test.sql(&format!("INSERT INTO scheduled_runs (job, period, done_at) VALUES ('😀', 'it''s', '{now}')"))
        .unwrap();
    let one = dumper.dump();
    let [added] = &empty.changes(&one, &[])[..] else { panic!("{one:?}") };
    assert!(added.starts_with("+ scheduled_runs: ") && added.contains("job='😀'"), "{added}");
    test.sql("UPDATE scheduled_runs SET period = '2'").unwrap();
    let changes = one.changes(&dumper.dump(), &[]);
    assert!(changes.len() == 2 && changes[0].starts_with('-') && changes[1].starts_with('+'), "{changes:?}");
    assert!(one.changes(&dumper.dump(), &["scheduled_runs"]).is_empty());
}
