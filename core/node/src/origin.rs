//! Whose call one is, and what follows from that before it is answered.

use conclave_model::{Origin, SrtpPolicy, is_neighbour};
use conclave_sip::IncomingCall;

use crate::Node;

impl Node {
    /// As far as the signalling proves it.
    pub(crate) fn origin_of(&self, incoming: &IncomingCall) -> Origin {
        let address = incoming.path.remote.ip();
        let own = &self.config.own_networks;
        if is_neighbour(address) || own.iter().any(|network| network.contains(address)) {
            Origin::Neighbour
        } else {
            Origin::Stranger
        }
    }

    /// Whether sound with this caller is encrypted.
    pub(crate) fn srtp_policy(&self, origin: Origin) -> SrtpPolicy {
        match origin {
            Origin::Phone(_) | Origin::Trunk(_) | Origin::Neighbour | Origin::Stranger => {
                self.config.srtp
            }
        }
    }
}
