//! The compose file: its form by Debian's docker-compose, and the house's own rules.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::{platform_variables, variables};
use crate::run_folder::random_word;
use crate::workspace::Workspace;

const FILE: &str = "deploy/docker-compose.yml";
const EXAMPLE: &str = "deploy/.env.example";
/// Who may be reached from other machines.
const PUBLIC: &str = "nginx";
/// A word in a name that stands for something nobody else may know.
const SECRET: [&str; 4] = ["PASSWORD", "SECRET", "_KEY", "_PASS"];

/// A service, with every variable in its place.
pub struct Service(Map<String, Value>);

impl Service {
    /// A list of words: `command`, `entrypoint`, or the health check's `test` without its first word.
    pub fn words(&self, field: &str) -> Result<Vec<String>> {
        let value = if field == "test" { &self.0["healthcheck"]["test"] } else { &self.0[field] };
        let words = value.as_array().with_context(|| format!("{field} is not a list of words"))?;
        // docker-compose writes a dollar that is none of its own as two.
        let words = words.iter().map(|word| word.as_str().unwrap_or_default().replace("$$", "$"));
        let words: Vec<_> = words.collect();
        match (field, words.split_first()) {
            ("test", Some((form, command))) if form == "CMD" => Ok(command.to_vec()),
            ("test", _) => bail!("a health check that is not in the form CMD"),
            _ => Ok(words),
        }
    }

    /// Its variables that have a value.
    pub fn environment(&self) -> Vec<(String, String)> {
        let set = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        self.0.get("environment").and_then(Value::as_object).into_iter().flatten().filter_map(set).collect()
    }
}

/// The services, when each variable that has to be set has a value of its own but for the given ones.
pub fn services(workspace: &Workspace, values: &[(&str, &str)]) -> Result<BTreeMap<String, Service>> {
    let mut settings = Vec::new();
    for (name, _) in variables(&std::fs::read_to_string(workspace.root().join(EXAMPLE))?) {
        let given = values.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned());
        settings.push((name, given.map_or_else(random_word, Ok)?));
    }
    let resolved = resolve(workspace, &settings)?;
    let services = resolved["services"].as_object().context("no services")?;
    let service =
        |(name, fields): (&String, &Value)| Some((name.clone(), Service(fields.as_object()?.clone())));
    Ok(services.iter().filter_map(service).collect())
}

/// Everything that is wrong with it.
pub fn check(workspace: &Workspace) -> Result<()> {
    let text = std::fs::read_to_string(workspace.root().join(FILE))?;
    let raw = to_json(&text)?;
    let mut wrong = Vec::new();
    let services = raw["services"].as_object().context("no services")?;
    for (name, service) in services {
        wrong.extend(
            faults_of(workspace, name, service, services).into_iter().map(|fault| format!("{name}: {fault}")),
        );
    }
    let platform: BTreeSet<_> = platform_variables(workspace)?.into_iter().collect();
    for (name, service) in services.iter().filter(|(_, service)| service["build"].is_object()) {
        let told: BTreeSet<_> = keys(&service["environment"]).into_iter().collect();
        let unknown: Vec<_> = told.difference(&platform).collect();
        let untold: Vec<_> = platform.difference(&told).collect();
        if !unknown.is_empty() || !untold.is_empty() {
            wrong.push(format!(
                "{name}: the platform does not ask for {unknown:?}, and is not told {untold:?}"
            ));
        }
    }
    let example = variables(&std::fs::read_to_string(workspace.root().join(EXAMPLE))?);
    wrong.extend(
        example
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, _)| format!("{EXAMPLE}: {name} has a value")),
    );
    let asked = asked_for(&text);
    let named: BTreeSet<_> = example.iter().map(|(name, _)| name.clone()).collect();
    if asked != named {
        wrong.push(format!("{EXAMPLE} names {named:?}, and {FILE} needs {asked:?}"));
    }
    ensure!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    each_has_to_be_set(workspace, &example)
}

/// What is wrong with one service as it is written.
fn faults_of(
    workspace: &Workspace,
    name: &str,
    service: &Value,
    services: &Map<String, Value>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let runs_once = service["restart"] == "no";
    let is_watched = service["healthcheck"]["test"].is_array();
    if !runs_once && !is_watched {
        wrong.push("it has no health check".to_owned());
    }
    if service["image"].as_str().is_none_or(|image| !image.contains(':') || image.ends_with(":latest")) {
        wrong.push("its image has no version".to_owned());
    }
    for port in service["ports"].as_array().into_iter().flatten() {
        if name != PUBLIC && !port.as_str().is_some_and(|port| port.starts_with("127.0.0.1:")) {
            wrong.push(format!("port {port} is open to other machines"));
        }
    }
    for (variable, value) in service["environment"].as_object().into_iter().flatten() {
        let is_secret = SECRET.iter().any(|word| variable.contains(word)) && !variable.ends_with("_URL");
        let is_asked_for =
            value.as_str().is_some_and(|value| value.starts_with("${") && value.contains(":?"));
        if is_secret && !value.is_null() && !is_asked_for {
            wrong.push(format!("{variable} has a value that somebody else could know"));
        }
    }
    for (needed, how) in service["depends_on"].as_object().into_iter().flatten() {
        let other = services.get(needed);
        let fits = match how["condition"].as_str() {
            Some("service_healthy") => other.is_some_and(|other| other["healthcheck"]["test"].is_array()),
            Some("service_completed_successfully") => other.is_some_and(|other| other["restart"] == "no"),
            _ => false,
        };
        if !fits {
            wrong.push(format!("{needed} can't be waited for like this"));
        }
    }
    for volume in service["volumes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let source = volume.split(':').next().unwrap_or_default();
        if source.starts_with('.') && !workspace.root().join("deploy").join(source).exists() {
            wrong.push(format!("{source} is not there"));
        }
    }
    wrong
}

/// Without any one of the variables nothing is started.
fn each_has_to_be_set(workspace: &Workspace, example: &[(String, String)]) -> Result<()> {
    for (left_out, _) in example {
        let others = example.iter().filter(|(name, _)| name != left_out);
        let settings: Vec<_> = others.map(|(name, _)| (name.clone(), "x".to_owned())).collect();
        let Err(refusal) = resolve(workspace, &settings) else {
            bail!("it is complete without {left_out}");
        };
        let refusal = format!("{refusal:#}");
        ensure!(refusal.contains("Missing mandatory value"), "without {left_out}: {refusal}");
    }
    Ok(())
}

/// What docker-compose makes of the file, which it holds against the schema of such files.
fn resolve(workspace: &Workspace, settings: &[(String, String)]) -> Result<Value> {
    // The settings come from here alone, not from a developer's own deploy/.env.
    let none = workspace.target().join("none.env");
    std::fs::write(&none, "")?;
    let output = Command::new("docker-compose")
        .arg("--env-file")
        .arg(none)
        .args(["--file", FILE, "config"])
        .current_dir(workspace.root())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .output()
        .context("docker-compose can't be run")?;
    ensure!(output.status.success(), "docker-compose: {}", String::from_utf8_lossy(&output.stderr));
    to_json(&String::from_utf8(output.stdout)?)
}

/// By the parser of Debian's docker-compose, which comes with it.
fn to_json(yaml: &str) -> Result<Value> {
    let script = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("/usr/bin/python3 can't be run")?;
    let sent = python.stdin.take().map(|mut stdin| stdin.write_all(yaml.as_bytes()));
    let output = python.wait_with_output()?;
    ensure!(output.status.success(), "python3-yaml can't read it");
    sent.transpose()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The names in `${NAME:?…}`.
fn asked_for(text: &str) -> BTreeSet<String> {
    let names = text.split("${").skip(1).filter_map(|rest| rest.split_once(":?"));
    names
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        .collect()
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}
