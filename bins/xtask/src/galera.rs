//! A private MariaDB cluster: three nodes that write to each other (Galera), on loopback.

use std::fs;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::mariadb::{self, Durability, HOST, Mysql, free_port, tail};
use crate::run_folder::random_word;
use crate::servers::Servers;

/// Where Debian's `galera-4` has the library that nodes replicate with.
pub const PROVIDER: &str = "/usr/lib/galera/libgalera_smm.so";
/// A node that joins gets a copy of another's whole data first.
const JOIN_TIMEOUT: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A node that is silent for so long is voted out, and the others go on.
const SUSPECTED_AFTER: &str = "PT3S";
const INACTIVE_AFTER: &str = "PT5S";

/// A node; each has a data folder and ports of its own.
struct Node {
    folder: PathBuf,
    root: Mysql,
    child: Option<Child>,
}

/// Three nodes.
pub struct Cluster {
    nodes: Vec<Node>,
}

/// Where a node hears the others, where it takes what it missed, and where a whole copy.
struct Ports {
    group: u16,
    missed: u16,
    copy: u16,
}

impl Cluster {
    /// Starts the first node as a new cluster, and the others one at a time.
    ///
    /// # Errors
    /// With the end of the log of the node that did not join.
    pub fn start(servers: &mut Servers) -> Result<Self> {
        let root_password = random_word()?;
        let ports = || anyhow::Ok(Ports { group: free_port()?, missed: free_port()?, copy: free_port()? });
        let ports = [ports()?, ports()?, ports()?];
        let groups = ports.each_ref().map(|ports| format!("{HOST}:{}", ports.group)).join(",");
        let mut cluster = Self { nodes: Vec::new() };
        for (number, ports) in ports.iter().enumerate() {
            let folder = servers.folder().join(format!("galera-{number}"));
            fs::create_dir_all(&folder)?;
            let root = Mysql { port: free_port()?, root_password: root_password.clone() };
            let node = Node { folder, root, child: None };
            node.install(ports, &groups, number == 0)?;
            cluster.nodes.push(node);
            cluster.run(servers, number, number == 0)?;
        }
        Ok(cluster)
    }

    /// Root of each node.
    pub fn roots(&self) -> impl Iterator<Item = &Mysql> {
        self.nodes.iter().map(|node| &node.root)
    }

    /// SIGKILL to a node.
    pub fn kill(&mut self, servers: &mut Servers, number: usize) -> Result<()> {
        let mut child = self.nodes[number].child.take().context("the node is not running")?;
        child.kill()?;
        child.wait()?;
        servers.forget(&child)
    }

    /// Starts a node that was killed, and returns once it has what it missed.
    pub fn rejoin(&mut self, servers: &mut Servers, number: usize) -> Result<()> {
        self.run(servers, number, false)
    }

    fn run(&mut self, servers: &mut Servers, number: usize, is_first: bool) -> Result<()> {
        let node = &mut self.nodes[number];
        let mut command = mariadb::server(&node.settings(), &node.log())?;
        if is_first {
            command.arg("--wsrep-new-cluster").arg(format!("--init-file={}", node.init().display()));
        }
        let mut child = servers.spawn(&mut command)?;
        let deadline = Instant::now() + JOIN_TIMEOUT;
        while !node.is_synced() {
            if child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("node {number} did not join; its log ends with:\n{}", tail(&node.log(), 40));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        node.child = Some(child);
        Ok(())
    }
}

impl Node {
    fn settings(&self) -> PathBuf {
        self.folder.join("my.cnf")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("mariadb.log")
    }

    fn init(&self) -> PathBuf {
        self.folder.join("init.sql")
    }

    fn install(&self, ports: &Ports, groups: &str, is_first: bool) -> Result<()> {
        let data = self.folder.join("data");
        let basic = mariadb::basic_settings(&data, self.root.port, Durability::Fast);
        fs::write(self.settings(), &basic)?;
        mariadb::install(&self.settings(), &self.log())?;
        if is_first {
            mariadb::write_init(&self.folder, &self.root.root_password)?;
        }
        let Ports { group, missed, copy } = ports;
        let password = &self.root.root_password;
        let cluster = format!(
            "default-storage-engine=InnoDB\n\
             innodb-autoinc-lock-mode=2\n\
             wsrep-on=ON\n\
             wsrep-provider={PROVIDER}\n\
             wsrep-cluster-name=ev\n\
             wsrep-cluster-address=gcomm://{groups}\n\
             wsrep-node-address={HOST}:{group}\n\
             wsrep-node-name=node-{group}\n\
             wsrep-sync-wait=3\n\
             wsrep-sst-method=mariabackup\n\
             wsrep-sst-auth=root:{password}\n\
             wsrep-sst-receive-address={HOST}:{copy}\n\
             wsrep-provider-options=base_port={group};gmcast.listen_addr=tcp://{HOST}:{group};\
             ist.recv_addr={HOST}:{missed};evs.suspect_timeout={SUSPECTED_AFTER};\
             evs.inactive_timeout={INACTIVE_AFTER};gcache.size=64M\n"
        );
        Ok(fs::write(self.settings(), basic + &cluster)?)
    }

    fn is_synced(&self) -> bool {
        let state = self.root.sql("SHOW STATUS LIKE 'wsrep_local_state_comment'");
        state.is_ok_and(|state| state.contains("Synced"))
    }
}
