//! A backup of a database that is in use, restored elsewhere: the commands of `docs/OPERATIONS.md`.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::mariadb::HOST;
use crate::programs;
use crate::servers::Servers;
use crate::stage::{Engine, Stage};
use crate::workspace::Workspace;

/// Where the restored database is.
const RESTORED: &str = "stage_restored";
const DUMP: &str = "mariadb-dump --single-transaction --quick --hex-blob --triggers";
const BACKUP: &str = ".backup";

/// Backs the stage's database up beside the running API, restores it under another name, and gives the stage on it.
///
/// # Errors
/// When the manual says another command, or one of them fails.
pub fn restored<'a>(
    stage: &Stage<'a>,
    workspace: &Workspace,
    servers: &Servers,
    engine: Engine,
) -> Result<Stage<'a>> {
    programs::ensure_backup()?;
    let manual = fs::read_to_string(workspace.root().join("docs/OPERATIONS.md"))?;
    match engine {
        Engine::Sqlite => {
            ensure!(
                manual.contains(&format!("\"{BACKUP} ")),
                "docs/OPERATIONS.md backs SQLite up in another way"
            );
            let copy = stage.sqlite_file().with_file_name("restored.sqlite3");
            let output = Command::new("sqlite3")
                .arg(stage.sqlite_file())
                .arg(format!("{BACKUP} '{}'", copy.display()))
                .stdin(Stdio::null())
                .output()?;
            ensure!(output.status.success(), "sqlite3: {}", String::from_utf8_lossy(&output.stderr));
            Ok(stage.on_database(&copy.display().to_string()))
        }
        Engine::Mysql => {
            ensure!(manual.contains(DUMP), "docs/OPERATIONS.md backs MariaDB up in another way");
            let file = servers.folder().join("backup.sql");
            dump(servers, stage.database(), &file)?;
            let root = servers.mysql()?;
            root.sql(&format!("CREATE OR REPLACE DATABASE {RESTORED} CHARACTER SET utf8mb4"))?;
            root.sql(&format!("USE {RESTORED};\n{}", fs::read_to_string(&file)?)).context("the backup")?;
            fs::remove_file(file)?;
            let restored = stage.on_database(RESTORED);
            root.sql(&restored.grants()?).context("what manage grants printed")?;
            Ok(restored)
        }
    }
}

/// What was backed up is there, `manage verify` finds nothing in it, and an API serves it.
///
/// # Errors
/// At the first of those that is not so.
pub fn check(stage: &Stage<'_>, restored: &Stage<'_>, servers: &mut Servers, engine: Engine) -> Result<()> {
    let (before, after) = (rows(stage, servers, engine)?, rows(restored, servers, engine)?);
    ensure!(!before.starts_with('0') && before == after, "rows: {before:?} before, {after:?} after");
    restored.manage(servers, &["verify"])?;
    let api = restored.start_api(servers)?;
    restored.stop_api(servers, api)
}

/// How many rows stand where the story writes most.
fn rows(stage: &Stage<'_>, servers: &Servers, engine: Engine) -> Result<String> {
    let count = |table: &str| format!("SELECT COUNT(*) FROM {table};\n");
    let counts = ["ledger_entries", "payments", "users", "tree_events"].map(count).concat();
    match engine {
        Engine::Mysql => servers.mysql()?.sql(&format!("USE {};\n{counts}", stage.database())),
        Engine::Sqlite => {
            let output =
                Command::new("sqlite3").args([stage.database(), &counts]).stdin(Stdio::null()).output()?;
            ensure!(output.status.success(), "sqlite3: {}", String::from_utf8_lossy(&output.stderr));
            Ok(String::from_utf8(output.stdout)?)
        }
    }
}

fn dump(servers: &Servers, database: &str, file: &std::path::Path) -> Result<()> {
    let root = servers.mysql()?;
    let mut words = DUMP.split(' ');
    let mut dump = Command::new(words.next().context("no program")?);
    let output = dump
        .arg("--no-defaults")
        .args(words)
        .args(["--protocol=tcp", "--user=root"])
        .args([format!("--host={HOST}"), format!("--port={}", root.port)])
        .arg(database)
        .env("MYSQL_PWD", &root.root_password)
        .stdin(Stdio::null())
        .stdout(File::create(file)?)
        .output()
        .context("mariadb-dump can't be run")?;
    ensure!(output.status.success(), "mariadb-dump: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
