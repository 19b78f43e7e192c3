//! What may go wrong with a trunk, in words that help; mends nothing.

use std::net::SocketAddr;

use conclave_model::TrunkTransport;
use conclave_sip::{LookupFailure, Place, Transport};

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The name of the other side leads nowhere.
    Lookup {
        host: String,
        why: LookupFailure,
    },
    NoAnswer(SocketAddr),
    /// Over a stream.
    NoConnection(SocketAddr),
    /// Over TLS, by whoever is to be proved to be there.
    NoSecureConnection {
        remote: SocketAddr,
        host: String,
    },
    /// A proof was sent and not believed.
    PasswordRefused,
    /// A proof was asked for and there is no password.
    PasswordMissing,
    /// The challenge cannot be answered by anybody who speaks digest.
    StrangeChallenge,
    /// 403, in the peer's own words.
    Forbidden(String),
    UserUnknown,
    /// It answered well but does not keep our address.
    NotKept,
    /// 423 again, or with an interval that is none.
    IntervalRefused,
    /// Another refusal.
    Refused {
        status: u16,
        phrase: String,
    },
    /// Nothing was renewed in time.
    Expired,
}

impl Trouble {
    pub(crate) fn of_lookup(place: &Place, why: LookupFailure) -> Self {
        let host = place.host.clone();
        Trouble::Lookup { host, why }
    }

    /// For people, in English.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Trouble::Lookup { host, why } => match why {
                LookupFailure::NoAddress => format!("the name {host} has no address"),
                LookupFailure::NoAnswer => {
                    format!("no name server answered when {host} was looked up")
                }
                LookupFailure::NotSpoken(transport) => {
                    format!(
                        "this server does not listen on {transport}: {}",
                        listen(*transport)
                    )
                }
                LookupFailure::Busy => "too many names are being looked up".to_owned(),
            },
            Trouble::NoAnswer(remote) => format!("no answer from {remote}"),
            Trouble::NoConnection(remote) => format!("no connection to {remote}"),
            Trouble::NoSecureConnection { remote, host } => format!(
                "no connection by TLS to {remote}: nobody is there, or the certificate is not one \
                 for {host} that is believed here; the log says which"
            ),
            Trouble::PasswordRefused => "it refused the password".to_owned(),
            Trouble::PasswordMissing => "it wants a password, and none is set".to_owned(),
            Trouble::StrangeChallenge => "it asks for a proof that is no digest".to_owned(),
            Trouble::Forbidden(words) => format!("it refuses us: 403 {words}"),
            Trouble::UserUnknown => "it does not know the user".to_owned(),
            Trouble::NotKept => "it accepted the registration but did not keep it".to_owned(),
            Trouble::IntervalRefused => "it takes no registration of this length".to_owned(),
            Trouble::Refused { status, phrase } => format!("it answered {status} {phrase}"),
            Trouble::Expired => "the registration ran out".to_owned(),
        }
    }
}

fn listen(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "add an address such as udp:0.0.0.0:5060",
        Transport::Tcp => "add an address such as tcp:0.0.0.0:5060",
        Transport::Tls => "add an address such as tls:0.0.0.0:5061",
        Transport::Ws | Transport::Wss => "browsers alone open a WebSocket",
    }
}

/// What a trunk's choice of transport asks for.
pub(crate) fn wanted(transport: TrunkTransport) -> Option<Transport> {
    match transport {
        TrunkTransport::Auto => None,
        TrunkTransport::Udp => Some(Transport::Udp),
        TrunkTransport::Tcp => Some(Transport::Tcp),
        TrunkTransport::Tls => Some(Transport::Tls),
    }
}
