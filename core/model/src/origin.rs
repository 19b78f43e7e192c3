//! Whose call it is, as far as the signalling proved it; knows no address and no password.

use crate::{PhoneId, TrunkId};

/// What is known of who calls, and with that what the call may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A telephone that proved its account's password.
    Phone(PhoneId),
    /// It came over this trunk.
    Trunk(TrunkId),
    /// Nobody that we know, from a network of our own: loopback, private (RFC 1918, RFC 4193),
    /// link-local, or one that the configuration names.
    Neighbour,
    /// Nobody that we know, from anywhere.
    Stranger,
}
