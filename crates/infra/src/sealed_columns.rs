//! Where sealed texts stand, for changing the key that seals them.

use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Text},
};

use crate::{
    Result,
    db::{Reader, Tx},
    secrets::Purpose,
};

/// A column of sealed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// The column.
    pub name: &'static str,
    /// What it is sealed for.
    pub purpose: Purpose,
    /// Its rows are never changed, and keep the key of their day.
    pub is_frozen: bool,
    key: &'static str,
    only: &'static str,
}

const COLUMN: SealedColumn = SealedColumn {
    table: "kycs",
    name: "pan_sealed",
    purpose: Purpose::Pan,
    is_frozen: false,
    key: "id",
    only: "1 = 1",
};

/// Every column of sealed texts. Links and sign-ups are sealed too, but not stored.
pub const COLUMNS: &[SealedColumn] = &[
    COLUMN,
    SealedColumn { name: "account_sealed", purpose: Purpose::BankAccount, ..COLUMN },
    SealedColumn { table: "nominees", name: "id_proof_sealed", purpose: Purpose::IdProof, ..COLUMN },
    SealedColumn {
        table: "second_factors",
        name: "secret_sealed",
        purpose: Purpose::SecondFactor,
        key: "user_id",
        ..COLUMN
    },
    SealedColumn {
        table: "outbox",
        name: "payload",
        purpose: Purpose::Message,
        only: "kind IN ('mail', 'sms') AND done_at IS NULL",
        ..COLUMN
    },
    SealedColumn { table: "payouts", is_frozen: true, ..COLUMN },
    SealedColumn {
        table: "payouts",
        name: "account_sealed",
        purpose: Purpose::BankAccount,
        is_frozen: true,
        ..COLUMN
    },
    SealedColumn { table: "tds_register", is_frozen: true, ..COLUMN },
];

/// A sealed text and its row's key.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Sealed {
    /// The key.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The text.
    #[diesel(sql_type = Text)]
    pub text: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

impl SealedColumn {
    /// Rows behind `after`, by key, that another key than this one has sealed.
    ///
    /// # Errors
    /// What the database says.
    pub fn of_others(
        &self,
        reader: &mut Reader,
        key_id: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Sealed>> {
        let Self { table, name, key, .. } = self;
        let others = self.others();
        let query = format!(
            "SELECT {key} AS id, {name} AS text FROM {table} WHERE {key} > ? AND {others} ORDER BY {key} LIMIT ?"
        );
        Ok(sql_query(query)
            .bind::<BigInt, _>(after)
            .bind::<Text, _>(format!("{key_id}.%"))
            .bind::<BigInt, _>(limit)
            .load(reader.connection())?)
    }

    /// How many rows another key than this one has sealed.
    ///
    /// # Errors
    /// What the database says.
    pub fn count_others(&self, reader: &mut Reader, key_id: &str) -> Result<i64> {
        let query = format!("SELECT COUNT(*) AS value FROM {} WHERE {}", self.table, self.others());
        let count: Count =
            sql_query(query).bind::<Text, _>(format!("{key_id}.%")).get_result(reader.connection())?;
        Ok(count.value)
    }

    /// Puts a text in the place of the one that was read; false when another is there by now.
    ///
    /// # Errors
    /// What the database says.
    pub fn replace(&self, tx: &mut Tx, read: &Sealed, text: &str) -> Result<bool> {
        let Self { table, name, key, .. } = self;
        let query = format!("UPDATE {table} SET {name} = ? WHERE {key} = ? AND {name} = ?");
        let changed = sql_query(query)
            .bind::<Text, _>(text)
            .bind::<BigInt, _>(read.id)
            .bind::<Text, _>(&read.text)
            .execute(tx.connection())?;
        Ok(changed == 1)
    }

    fn others(&self) -> String {
        format!("{} AND {name} <> '' AND {name} NOT LIKE ?", self.only, name = self.name)
    }
}
