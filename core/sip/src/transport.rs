//! How SIP travels, and what each way is called on the wire; opens no socket.

use std::fmt;

/// One way for SIP messages (RFC 3261 §18, RFC 7118).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    Udp,
    Tcp,
    Tls,
    /// WebSocket: one message a frame.
    Ws,
    /// WebSocket over TLS.
    Wss,
}

impl Transport {
    pub const ALL: [Transport; 5] = [Self::Udp, Self::Tcp, Self::Tls, Self::Ws, Self::Wss];

    /// Nothing is lost on the way, and answers go back the same way.
    #[must_use]
    pub fn is_stream(self) -> bool {
        match self {
            Self::Udp => false,
            Self::Tcp | Self::Tls | Self::Ws | Self::Wss => true,
        }
    }

    /// Nobody on the way reads or changes it.
    #[must_use]
    pub fn is_secure(self) -> bool {
        match self {
            Self::Udp | Self::Tcp | Self::Ws => false,
            Self::Tls | Self::Wss => true,
        }
    }

    /// The stream keeps messages apart, and only the other side can open it: a browser.
    #[must_use]
    pub fn is_web_socket(self) -> bool {
        match self {
            Self::Udp | Self::Tcp | Self::Tls => false,
            Self::Ws | Self::Wss => true,
        }
    }

    /// For settings, views and logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Ws => "ws",
            Self::Wss => "wss",
        }
    }

    /// As [`Transport::name`] gives it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Transport> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// In a Via (RFC 3261 §20.42, RFC 7118 §5.1).
    pub(crate) fn in_via(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
        }
    }

    /// The parameter of a `sip:` URI that leads here; `None`: the default of such a URI.
    ///
    /// Both kinds of WebSocket are `ws` (RFC 7118 §5.2). `tls` was given up by RFC 3261 §26.2.2,
    /// but is what phones write, and `sips:` would promise more than this hop (RFC 5630 §3.1.4).
    pub(crate) fn in_uri(self) -> Option<&'static str> {
        match self {
            Self::Udp => None,
            Self::Tcp => Some("tcp"),
            Self::Tls => Some("tls"),
            Self::Ws | Self::Wss => Some("ws"),
        }
    }

    /// The same of a `sips:` URI, whose default is TLS over TCP.
    pub(crate) fn in_secure_uri(self) -> Option<&'static str> {
        match self {
            Self::Udp | Self::Tcp | Self::Tls => None,
            Self::Ws | Self::Wss => Some("ws"),
        }
    }

    /// Where a peer listens that names no port (RFC 3261 §18.2.2, RFC 7118 §5.2).
    pub(crate) fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
            Self::Ws => 80,
            Self::Wss => 443,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
