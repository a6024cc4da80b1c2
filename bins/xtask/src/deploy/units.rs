//! The units of systemd.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;

const FOLDER: &str = "deploy/systemd";
/// Where the units expect the programs.
pub const PROGRAMS: &str = "/opt/ev-platform/bin/";
/// What `systemd-analyze security` gives at most, of 100; 20 is what it calls OK.
const EXPOSURE: &str = "20";

/// systemd understands every line, and finds each unit well locked in.
pub fn check(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target().join("tools/units");
    fs::create_dir_all(&folder)?;
    for (name, text) in all(workspace)? {
        let file = folder.join(&name);
        // systemd looks for the program.
        let line = exec_start(&text).context(name.clone())?;
        fs::write(&file, text.replace(&line, "/bin/true"))?;
        says_nothing(Command::new("systemd-analyze").arg("verify").arg(&file)).context(name.clone())?;
        let mut security = Command::new("systemd-analyze");
        security.args(["security", "--offline=true", "--no-pager", "--threshold", EXPOSURE]).arg(&file);
        let output = security.output().context("systemd-analyze can't be run")?;
        ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
    Ok(fs::remove_dir_all(folder)?)
}

/// What a unit runs.
pub fn exec_start(unit: &str) -> Result<String> {
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart="));
    Ok(line.context("no ExecStart")?.to_owned())
}

/// Each unit's name and text.
pub fn all(workspace: &Workspace) -> Result<Vec<(String, String)>> {
    let read = |path: &Path| -> Result<_> {
        let name = path.file_name().context("no name")?.to_string_lossy().into_owned();
        Ok((name, fs::read_to_string(path)?))
    };
    let mut units = Vec::new();
    for entry in fs::read_dir(workspace.root().join(FOLDER))? {
        units.push(read(&entry?.path())?);
    }
    ensure!(!units.is_empty(), "{FOLDER} is empty");
    units.sort();
    Ok(units)
}

fn says_nothing(command: &mut Command) -> Result<()> {
    let output = command.output().context("systemd-analyze can't be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    // What it finds it tells, and ends with success.
    ensure!(output.status.success() && said.trim().is_empty(), "{said}");
    Ok(())
}
