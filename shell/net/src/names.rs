//! Asks name servers; knows no SIP.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};

/// The name servers of this machine, or others.
pub struct Names(TokioResolver);

/// No server of names answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent;

/// What a name leads to, and for how long that may be believed. Empty: it leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    pub records: Vec<T>,
    pub lifetime: Duration,
}

/// NAPTR (RFC 3403 §4.1), as far as RFC 3263 uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naptr {
    pub order: u16,
    pub preference: u16,
    /// In small letters.
    pub flags: String,
    /// In small letters: `sip+d2u`.
    pub service: String,
    pub replacement: String,
}

/// SRV (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    pub priority: u16,
    pub weight: u16,
    pub port: u16,
    pub target: String,
}

impl Names {
    /// As `/etc/resolv.conf` says; without one, a server on this machine.
    ///
    /// # Errors
    /// Whatever keeps a resolver from starting.
    pub fn of_this_machine() -> io::Result<Self> {
        let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        let (mut servers, search) = read_resolv_conf(&text);
        if servers.is_empty() {
            servers.push(IpAddr::from([127, 0, 0, 1]));
        }
        let servers: Vec<SocketAddr> = servers
            .into_iter()
            .map(|ip| (ip, DNS_PORT).into())
            .collect();
        Self::build(&servers, search)
    }

    /// With these servers alone, asked in this order.
    ///
    /// # Errors
    /// Whatever keeps a resolver from starting.
    pub fn with_servers(servers: &[SocketAddr]) -> io::Result<Self> {
        Self::build(servers, Vec::new())
    }

    fn build(servers: &[SocketAddr], search: Vec<Name>) -> io::Result<Self> {
        let server = |address: &SocketAddr| {
            let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            for connection in &mut connections {
                connection.port = address.port();
            }
            NameServerConfig::new(address.ip(), true, connections)
        };
        let servers = servers.iter().map(server).collect();
        let config = ResolverConfig::from_parts(None, search, servers);
        let mut options = ResolverOpts::default();
        options.timeout = ASK_AGAIN;
        options.attempts = 1;
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        // A name that is gone shall be asked for again soon: somebody is mending it.
        options.negative_max_ttl = Some(NEGATIVE_MAX);
        let runtime = TokioRuntimeProvider::default();
        let builder = TokioResolver::builder_with_config(config, runtime).with_options(options);
        builder.build().map(Self).map_err(io::Error::other)
    }

    /// # Errors
    /// Nobody answered.
    pub async fn addresses(&self, name: &str) -> Result<Answer<IpAddr>, Silent> {
        match self.0.lookup_ip(name).await {
            Ok(found) => Ok(Answer {
                records: found.iter().collect(),
                lifetime: left(found.valid_until()),
            }),
            Err(error) => nothing(&error),
        }
    }

    /// # Errors
    /// Nobody answered.
    pub async fn srv(&self, name: &str) -> Result<Answer<Srv>, Silent> {
        let found = match self.0.srv_lookup(absolute(name)).await {
            Ok(found) => found,
            Err(error) => return nothing(&error),
        };
        let records = found.answers().iter().filter_map(|record| {
            let RData::SRV(srv) = &record.data else {
                return None;
            };
            Some(Srv {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii(),
            })
        });
        Ok(Answer {
            records: records.collect(),
            lifetime: left(found.valid_until()),
        })
    }

    /// # Errors
    /// Nobody answered.
    pub async fn naptr(&self, name: &str) -> Result<Answer<Naptr>, Silent> {
        use hickory_resolver::proto::rr::RecordType;
        let found = match self.0.lookup(absolute(name), RecordType::NAPTR).await {
            Ok(found) => found,
            Err(error) => return nothing(&error),
        };
        let small = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_ascii_lowercase();
        let records = found.answers().iter().filter_map(|record| {
            let RData::NAPTR(naptr) = &record.data else {
                return None;
            };
            Some(Naptr {
                order: naptr.order,
                preference: naptr.preference,
                flags: small(&naptr.flags),
                service: small(&naptr.services),
                replacement: naptr.replacement.to_ascii(),
            })
        });
        Ok(Answer {
            records: records.collect(),
            lifetime: left(found.valid_until()),
        })
    }
}

/// That a name has no such records is an answer too.
fn nothing<T>(error: &NetError) -> Result<Answer<T>, Silent> {
    if error.is_no_records_found() || error.is_nx_domain() {
        Ok(Answer {
            records: Vec::new(),
            lifetime: NEGATIVE_MAX,
        })
    } else {
        Err(Silent)
    }
}

/// A name in a record of SIP is whole: nothing is to be tried behind it.
fn absolute(name: &str) -> String {
    if name.ends_with('.') {
        name.to_owned()
    } else {
        format!("{name}.")
    }
}

fn left(until: std::time::Instant) -> Duration {
    until.saturating_duration_since(std::time::Instant::now())
}

/// Servers and the domains behind which a short name is looked for (resolv.conf(5)).
fn read_resolv_conf(text: &str) -> (Vec<IpAddr>, Vec<Name>) {
    let mut servers = Vec::new();
    let mut search = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") => {
                // A zone (`%eth0`) is not followed.
                let address: Option<IpAddr> = words.next().and_then(|word| word.parse().ok());
                servers.extend(address);
            }
            Some("search" | "domain") => {
                search = words
                    .filter_map(|word| Name::from_ascii(word).ok())
                    .collect();
            }
            Some(_) | None => {}
        }
    }
    servers.truncate(SERVERS);
    search.truncate(SEARCHED);
    (servers, search)
}

const DNS_PORT: u16 = 53;
/// As resolv.conf(5) has it.
const SERVERS: usize = 3;
const SEARCHED: usize = 6;
/// A server that has not answered by then is asked once more, or another is.
const ASK_AGAIN: Duration = Duration::from_secs(2);
const NEGATIVE_MAX: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_servers_are_read() {
        let text = "# x\nnameserver 192.0.2.1\nsearch a.example b.example\noptions ndots:2\n\
                    nameserver ::1\nnameserver nonsense\nnameserver\n";
        let (servers, search) = read_resolv_conf(text);
        assert_eq!(
            servers,
            [
                IpAddr::from([192, 0, 2, 1]),
                "::1".parse().expect("an address")
            ]
        );
        let search: Vec<String> = search.iter().map(Name::to_ascii).collect();
        assert_eq!(search, ["a.example", "b.example"]);
        assert_eq!(read_resolv_conf(""), (Vec::new(), Vec::new()));
    }
}
