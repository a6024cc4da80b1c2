//! What work costs the database.

use std::time::Duration;

use app::Error;
use infra::{
    db::{Db, PoolSizes, Reader},
    testing::{
        Engine, TestDb, number,
        statements::{self, Statements},
    },
};

/// What something cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The statements, transactions' ends apart.
    pub statements: Statements,
    /// Rows that were inserted, updated or deleted.
    pub rows_changed: i64,
    /// Rows and index entries that were looked at; only a server counts them.
    pub rows_read: Option<i64>,
}

/// A way into a test's database with one connection that writes and one that reads, so that the database itself can be
/// asked what they did.
pub struct Metered {
    pub db: Db,
    engine: Engine,
}

#[derive(Clone, Copy)]
struct Rows {
    changed: i64,
    read: i64,
}

impl Metered {
    pub fn open(test: &TestDb) -> Self {
        statements::listen().expect("nothing else counts");
        // nothing here is about waiting
        let sizes = PoolSizes { wait: Duration::from_secs(30), ..PoolSizes::new(1, 1) };
        let db = Db::open(test.db.address().clone(), sizes).expect("the database opens");
        Self { db, engine: test.engine() }
    }

    /// Does `work` and says what it cost.
    pub async fn cost_of<T>(&self, work: impl Future<Output = T>) -> (T, Cost) {
        // asking costs rows too: as many as between two questions with nothing in between
        let first = self.rows().await;
        let before = self.rows().await;
        statements::begin();
        let done = work.await;
        let statements = statements::end();
        let after = self.rows().await;
        let read = (after.read - before.read) - (before.read - first.read);
        let cost = Cost {
            statements,
            rows_changed: (after.changed - before.changed) - (before.changed - first.changed),
            rows_read: (self.engine == Engine::Mysql).then_some(read),
        };
        (done, cost)
    }

    async fn rows(&self) -> Rows {
        if self.engine == Engine::Sqlite {
            let changed = self.db.write(|tx| Ok::<_, Error>(number(tx, "SELECT total_changes() AS value")?));
            return Rows { changed: changed.await.expect("a counter"), read: 0 };
        }
        let of_reader = self.db.read(|reader| Ok::<_, Error>(handled(reader, READS)?));
        let of_reader = of_reader.await.expect("a counter");
        let of_writer = self.db.write(|tx| Ok::<_, Error>((handled(tx, CHANGES)?, handled(tx, READS)?)));
        let (changed, read) = of_writer.await.expect("counters");
        Rows { changed, read: read + of_reader }
    }
}

const CHANGES: &str = "'HANDLER_WRITE', 'HANDLER_UPDATE', 'HANDLER_DELETE'";
const READS: &str = "'HANDLER_READ_FIRST', 'HANDLER_READ_KEY', 'HANDLER_READ_LAST', 'HANDLER_READ_NEXT',
    'HANDLER_READ_PREV', 'HANDLER_READ_RND', 'HANDLER_READ_RND_NEXT'";

/// What a connection to a server has done so far.
fn handled(reader: &mut Reader, counters: &str) -> infra::Result<i64> {
    let query = format!(
        "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) AS value FROM information_schema.SESSION_STATUS
         WHERE VARIABLE_NAME IN ({counters})"
    );
    number(reader, &query)
}
