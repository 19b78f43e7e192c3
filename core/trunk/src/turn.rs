//! What the trunks are lent for one step, and what they ask for; does nothing itself.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_model::{Chance, TrunkId, UnixMillis};
use conclave_sip::{OutRequestId, OutgoingRequest, Place};

use crate::{Trouble, TrunkState};

/// One step.
pub struct Turn<'a> {
    pub now: Instant,
    /// The same, for people.
    pub at: UnixMillis,
    pub chance: &'a mut Chance,
    pub out: &'a mut Vec<Output>,
}

/// A name that is being looked up; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LookupId(pub u64);

/// What a request of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Errand {
    Register,
    /// Is anybody there?
    Options,
    /// The registrar shall forget us; nobody waits for the answer.
    Farewell,
}

#[derive(Debug)]
pub enum Output {
    /// Answered by `Trunks::resolved`, sooner or later.
    Resolve { lookup: LookupId, place: Place },
    /// To be sent; `Trunks::asked` is told its number.
    Ask {
        trunk: TrunkId,
        errand: Errand,
        request: Box<OutgoingRequest>,
    },
    /// The answer is of no interest any more.
    Forget(OutRequestId),
    /// It is up, or down, from now on; never `Starting` or the like.
    Turned { trunk: TrunkId, state: TrunkState },
    /// What became of a test that was asked for.
    Tested { trunk: TrunkId, probe: Probe },
}

/// What one OPTIONS brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Any answer shows that somebody is there.
    Answered {
        remote: SocketAddr,
        status: u16,
        phrase: String,
        took: Duration,
    },
    Failed(Trouble),
}
