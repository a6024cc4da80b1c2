//! Debian's nginx with the configuration of `deploy/nginx`; only what that keeps apart for each site is another here.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::mariadb::{HOST, free_port, tail};
use crate::programs;
use crate::servers::Servers;
use crate::workspace::Workspace;

const START_TIMEOUT: Duration = Duration::from_secs(20);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
const PORT_TRIES: u32 = 5;

/// What differs from the files as they are shipped.
#[derive(Clone, Copy)]
pub struct Site {
    /// Where the two API processes are.
    pub upstreams: [SocketAddr; 2],
    /// Nobody here asks too often: `limits.conf` is another.
    pub wide_limits: bool,
    /// The lines that name a trusted proxy in front are switched on: every client is the one that its
    /// `X-Forwarded-For` says.
    pub behind_a_proxy: bool,
    /// The line that switches TLS on is, with a certificate made for the purpose.
    pub tls: bool,
}

/// A running nginx.
pub struct Nginx {
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
    tls_port: u16,
}

impl Nginx {
    /// Sets a site up below the run's folder, and returns once it listens.
    ///
    /// # Errors
    /// When the shipped files have no longer the lines that a site changes, or with what nginx says of them.
    pub fn start(servers: &mut Servers, workspace: &Workspace, name: &str, site: Site) -> Result<Self> {
        for _ in 0..PORT_TRIES {
            let folder = servers.folder().join(name);
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            let (port, tls_port) = (free_port()?, free_port()?);
            set_up(&folder, workspace, site, port, tls_port)?;
            let child = spawn(servers, &folder)?;
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            let mut nginx = Self { child, folder, address, tls_port };
            if nginx.wait_until_listening()? {
                return Ok(nginx);
            }
            servers.forget(&nginx.child)?;
            if !nginx.said().contains("Address already in use") {
                bail!("nginx did not start:\n{}", nginx.said());
            }
        }
        bail!("nginx found no free port")
    }

    /// Where clients reach it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients reach it with TLS.
    pub fn tls_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.tls_port))
    }

    /// The folder whose folder `static/` it serves.
    pub fn site_root(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// The certificate that clients with TLS trust.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("ssl/certificate.pem")
    }

    /// Every line of its access log. nginx writes a line when the request is over, which is a moment after the reply.
    pub fn access_log(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.join("logs/access.log"))?)
    }

    /// Lets what is under way finish, and ends it.
    pub fn stop(mut self, servers: &mut Servers) -> Result<()> {
        let pid = Pid::from_raw(self.child.id().try_into()?).context("nginx has no process")?;
        kill_process(pid, Signal::QUIT).context("nginx is gone")?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            ensure!(Instant::now() < deadline, "nginx is still running {STOP_TIMEOUT:?} after SIGQUIT");
            std::thread::sleep(Duration::from_millis(20));
        };
        servers.forget(&self.child)?;
        ensure!(status.success(), "nginx ended with {status}:\n{}", self.said());
        Ok(())
    }

    fn said(&self) -> String {
        tail(&self.folder.join("logs/said.log"), 20)
    }

    /// False when it ended by itself.
    fn wait_until_listening(&mut self) -> Result<bool> {
        let deadline = Instant::now() + START_TIMEOUT;
        while TcpStream::connect(self.address).is_err() {
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            ensure!(Instant::now() < deadline, "nginx does not listen:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(true)
    }
}

fn spawn(servers: &mut Servers, folder: &Path) -> Result<Child> {
    let said = fs::File::create(folder.join("logs/said.log"))?;
    let mut command = programs::bound(programs::find("nginx").context("nginx is missing")?);
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-g", "daemon off;"]);
    servers.spawn(command.stdout(Stdio::null()).stderr(said))
}

fn set_up(folder: &Path, workspace: &Workspace, site: Site, port: u16, tls_port: u16) -> Result<()> {
    copy(&workspace.root().join("deploy/nginx"), folder)?;
    for made in ["logs", "tmp", "site/static"] {
        fs::create_dir_all(folder.join(made))?;
    }
    fs::write(folder.join("nginx.conf"), main_file())?;
    let at = folder.display();
    let mut changes = vec![
        ("listen 80 default_server;".to_owned(), format!("listen {HOST}:{port} default_server;")),
        ("listen [::]:80 default_server;\n".to_owned(), String::new()),
        ("/srv/platform".to_owned(), format!("{at}/site")),
        ("/var/log/nginx/access.log".to_owned(), format!("{at}/logs/access.log")),
        ("/var/log/nginx/error.log".to_owned(), format!("{at}/logs/error.log")),
    ];
    if site.behind_a_proxy {
        changes.push(("# set_real_ip_from 10.0.0.1;".to_owned(), format!("set_real_ip_from {HOST};")));
        changes.push(("# real_ip_header".to_owned(), "real_ip_header".to_owned()));
    }
    if site.tls {
        changes.push(("# include ssl/tls.conf;".to_owned(), "include ssl/tls.conf;".to_owned()));
        let tls = [
            ("listen 443 ssl".to_owned(), format!("listen {HOST}:{tls_port} ssl")),
            ("listen [::]:443 ssl http2 default_server;\n".to_owned(), String::new()),
        ];
        change(&folder.join("ssl/tls.conf"), &tls)?;
        make_certificate(&folder.join("ssl"))?;
    }
    change(&folder.join("platform/site.conf"), &changes)?;
    let [one, two] = site.upstreams;
    let upstreams = [
        ("server api:8000 ".to_owned(), format!("server {one} ")),
        ("server api-2:8000 ".to_owned(), format!("server {two} ")),
    ];
    change(&folder.join("platform/upstreams.conf"), &upstreams)?;
    if site.wide_limits {
        let wide = [
            ("rate=5r/m", "rate=60000r/m"),
            ("burst=4 ", "burst=1000 "),
            ("rate=10r/m", "rate=60000r/m"),
            ("burst=9 ", "burst=1000 "),
            ("rate=100r/m", "rate=60000r/m"),
            ("burst=99 ", "burst=1000 "),
        ];
        let wide = wide.map(|(shipped, wide)| (shipped.to_owned(), wide.to_owned()));
        change(&folder.join("platform/limits.conf"), &wide)?;
    }
    Ok(())
}

/// What the distribution's own main file says around `conf.d`, with paths of the run's folder.
fn main_file() -> String {
    let user = if rustix::process::getuid().is_root() { "user root;\n" } else { "" };
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path tmp/{name};\n"))
        .concat();
    format!(
        "{user}worker_processes 2;\n\
         pid logs/nginx.pid;\n\
         error_log logs/said.log;\n\
         events {{\n    worker_connections 1024;\n}}\n\
         http {{\n{folders}    include /etc/nginx/mime.types;\n    default_type application/octet-stream;\n    \
         include conf.d/*.conf;\n}}\n"
    )
}

/// Puts each second text in the place of the first, which has to be there exactly once.
fn change(file: &Path, changes: &[(String, String)]) -> Result<()> {
    let mut text = fs::read_to_string(file)?;
    for (shipped, here) in changes {
        let found = text.matches(shipped.as_str()).count();
        ensure!(found == 1, "{}: {shipped:?} is there {found} times", file.display());
        text = text.replace(shipped.as_str(), here);
    }
    Ok(fs::write(file, text)?)
}

fn make_certificate(folder: &Path) -> Result<()> {
    let output = programs::bound("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("openssl can't be run")?;
    ensure!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
