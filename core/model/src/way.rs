//! In which way a call came in; knows no address and no account.

/// What the caller uses. The public calls it a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// A telephone, or a telephone system, over SIP.
    Phone,
    /// A page in a browser.
    Browser,
    /// A carrier's trunk.
    Trunk,
}
