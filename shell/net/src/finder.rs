//! Finds where to send what is for a name: NAPTR, SRV, addresses (RFC 3263 §4); sends nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use conclave_model::limits;
use conclave_sip::{Findings, Found, LookupFailure, Path, Place, Transport};

use crate::names::{Names, Silent};
use crate::{Bind, LocalAddress, reachable};

/// Looks names up with what this machine knows, and says from which of our addresses to send.
pub struct Finder {
    names: Names,
    bound: Vec<Bind>,
    known: LocalAddress,
    under_way: AtomicUsize,
}

/// Where a service is, before the addresses of its hosts are known.
struct Lead {
    transport: Transport,
    host: String,
    port: u16,
    rank: u32,
    weight: u16,
}

/// What was found so far, and until when all of it may be believed.
struct Search {
    leads: Vec<Lead>,
    lifetime: Duration,
}

impl Finder {
    /// `bound` is what we listen to.
    #[must_use]
    pub fn new(names: Names, bound: &[Bind]) -> Self {
        Self {
            names,
            bound: bound.to_vec(),
            known: LocalAddress::default(),
            under_way: AtomicUsize::new(0),
        }
    }

    /// Every way to a place, the best first.
    ///
    /// # Errors
    /// Says why there is none.
    pub async fn find(&self, place: &Place) -> Result<Findings, LookupFailure> {
        if self.under_way.fetch_add(1, Ordering::Relaxed) >= limits::LOOKUPS {
            self.under_way.fetch_sub(1, Ordering::Relaxed);
            return Err(LookupFailure::Busy);
        }
        let found = tokio::time::timeout(limits::LOOKUP_PATIENCE, self.look(place)).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        found.unwrap_or(Err(LookupFailure::NoAnswer))
    }

    async fn look(&self, place: &Place) -> Result<Findings, LookupFailure> {
        if let Ok(ip) = place.host.parse::<IpAddr>() {
            let transport = place.transport.unwrap_or_else(|| self.usual());
            let port = place.port.unwrap_or(port_of(transport));
            let remote = SocketAddr::new(ip, port);
            let path = self.path(transport, remote)?;
            let way = Found {
                path,
                rank: 0,
                weight: 0,
            };
            return Ok(Findings {
                ways: vec![way],
                lifetime: None,
            });
        }
        let mut search = Search {
            leads: Vec::new(),
            lifetime: LIFETIME_MAX,
        };
        let searched = match (place.port, place.transport) {
            // With a port there is nothing else to learn than addresses (RFC 3263 §4.2).
            (Some(_), _) => Ok(()),
            (None, Some(transport)) => {
                self.services(
                    &mut search,
                    transport,
                    &service_name(transport, &place.host),
                    0,
                )
                .await
            }
            (None, None) => self.any_service(&mut search, &place.host).await,
        };
        searched.map_err(|Silent| LookupFailure::NoAnswer)?;
        if search.leads.is_empty() {
            let transport = place.transport.unwrap_or_else(|| self.usual());
            search.leads.push(Lead {
                transport,
                host: place.host.clone(),
                port: place.port.unwrap_or(port_of(transport)),
                rank: 0,
                weight: 0,
            });
        }
        self.follow(search).await
    }

    /// What the name says it prefers, else every transport that we speak.
    async fn any_service(&self, search: &mut Search, host: &str) -> Result<(), Silent> {
        let answer = self.names.naptr(host).await?;
        let mut offers: Vec<_> = answer
            .records
            .into_iter()
            .filter(|naptr| naptr.flags == "s")
            .filter_map(|naptr| Some((transport_of(&naptr.service)?, naptr)))
            .filter(|(transport, _)| self.speaks(*transport))
            .collect();
        offers.sort_by_key(|(_, naptr)| (naptr.order, naptr.preference));
        offers.truncate(OFFERS);
        if !offers.is_empty() {
            search.lifetime = search.lifetime.min(answer.lifetime);
        }
        for (step, (transport, naptr)) in (0..).zip(&offers) {
            self.services(search, *transport, &naptr.replacement, step)
                .await?;
        }
        if offers.is_empty() {
            for (step, transport) in (0..).zip(USUAL) {
                if self.speaks(transport) {
                    let name = service_name(transport, host);
                    self.services(search, transport, &name, step).await?;
                }
            }
        }
        Ok(())
    }

    async fn services(
        &self,
        search: &mut Search,
        transport: Transport,
        name: &str,
        step: u32,
    ) -> Result<(), Silent> {
        let answer = self.names.srv(name).await?;
        // One that leads to the root says: not here (RFC 2782).
        let mut records = answer.records;
        records.retain(|srv| srv.target != "." && srv.port != 0);
        records.sort_by_key(|srv| srv.priority);
        records.truncate(limits::TRUNK_TARGETS);
        if !records.is_empty() {
            search.lifetime = search.lifetime.min(answer.lifetime);
        }
        let leads = records.into_iter().map(|srv| Lead {
            transport,
            host: srv.target,
            port: srv.port,
            rank: (step << 16) | u32::from(srv.priority),
            weight: srv.weight,
        });
        search.leads.extend(leads);
        Ok(())
    }

    /// The addresses of all hosts. One that has none is left out.
    async fn follow(&self, search: Search) -> Result<Findings, LookupFailure> {
        let mut ways = Vec::new();
        let mut lifetime = search.lifetime;
        let mut trouble = LookupFailure::NoAddress;
        for lead in search.leads.iter().take(limits::TRUNK_TARGETS) {
            let answer = match self.names.addresses(&lead.host).await {
                Ok(answer) => answer,
                Err(Silent) => {
                    trouble = LookupFailure::NoAnswer;
                    continue;
                }
            };
            lifetime = lifetime.min(answer.lifetime);
            for ip in answer.records.into_iter().take(limits::TRUNK_TARGETS) {
                match self.path(lead.transport, SocketAddr::new(ip, lead.port)) {
                    Ok(path) => ways.push(Found {
                        path,
                        rank: lead.rank,
                        weight: lead.weight,
                    }),
                    Err(why) => trouble = why,
                }
            }
        }
        if ways.is_empty() {
            return Err(trouble);
        }
        let lifetime = Some(lifetime);
        Ok(Findings { ways, lifetime })
    }

    /// From one of ours of the same family.
    fn path(&self, transport: Transport, remote: SocketAddr) -> Result<Path, LookupFailure> {
        let ours = self.bound.iter().filter(|bind| bind.transport == transport);
        let mut fitting = ours.filter(|bind| {
            bind.address.is_ipv4() == remote.is_ipv4()
                // The kernel sends nothing from there to elsewhere.
                && (remote.ip().is_loopback() || !bind.address.ip().is_loopback())
        });
        let bind = fitting.next().ok_or(LookupFailure::NotSpoken(transport))?;
        Ok(Path {
            transport,
            local: reachable(bind.address, remote, &self.known),
            remote,
            conn: None,
        })
    }

    fn speaks(&self, transport: Transport) -> bool {
        self.bound.iter().any(|bind| bind.transport == transport)
    }

    /// Where nothing says which.
    fn usual(&self) -> Transport {
        let spoken = USUAL.into_iter().find(|transport| self.speaks(*transport));
        spoken.unwrap_or(Transport::Udp)
    }
}

fn service_name(transport: Transport, host: &str) -> String {
    let service = match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp | Transport::Ws => "_sip._tcp",
        Transport::Tls | Transport::Wss => "_sips._tcp",
    };
    format!("{service}.{host}")
}

fn transport_of(service: &str) -> Option<Transport> {
    match service {
        "sip+d2u" => Some(Transport::Udp),
        "sip+d2t" => Some(Transport::Tcp),
        "sips+d2t" => Some(Transport::Tls),
        _ => None,
    }
}

fn port_of(transport: Transport) -> u16 {
    match transport {
        Transport::Udp | Transport::Tcp | Transport::Ws => 5060,
        Transport::Tls | Transport::Wss => 5061,
    }
}

/// In the order of RFC 3263 §4.1.
const USUAL: [Transport; 3] = [Transport::Udp, Transport::Tcp, Transport::Tls];
/// UDP, TCP and TLS, and as many again.
const OFFERS: usize = 6;
/// Longer nothing is believed.
const LIFETIME_MAX: Duration = Duration::from_secs(3_600);
