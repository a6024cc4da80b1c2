//! `api --health`: asks the API of this machine whether it lives, for places that have no other client.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, bail};

/// For each of connecting, asking and answering.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `/health/` of what serves at this address.
///
/// # Errors
/// When nothing answers, or says another thing than 200.
pub fn live(bind_address: SocketAddr) -> anyhow::Result<()> {
    let address = reachable(bind_address);
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("{address} does not answer"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /health/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).with_context(|| format!("{address} does not answer"))?;
    if line.split(' ').nth(1) != Some("200") {
        bail!("{address} says {:?}", line.trim_end());
    }
    Ok(())
}

/// Every address of the machine is reached at its own.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        ip if !ip.is_unspecified() => {}
        IpAddr::V4(_) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(_) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
    }
    address
}
