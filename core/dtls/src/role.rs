//! Who begins the handshake (RFC 5763 §5, RFC 4145 §4); begins none.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The client: it sends the first datagram (`a=setup:active`).
    Active,
    /// The server: it waits for it (`a=setup:passive`).
    Passive,
}

impl Role {
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Role::Active => Role::Passive,
            Role::Passive => Role::Active,
        }
    }
}
