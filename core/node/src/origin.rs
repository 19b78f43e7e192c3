//! Whose call one is, and what follows from that before it is answered.

use std::net::IpAddr;

use conclave_call::Caller;
use conclave_model::{Origin, PhonePin, SrtpPolicy, is_neighbour};
use conclave_room::Standing;
use conclave_sip::IncomingCall;

use crate::Node;

impl Node {
    /// As far as the signalling proves it without asking.
    pub(crate) fn origin_of(&self, incoming: &IncomingCall) -> Origin {
        if let Some(trunk) = self.trunks.of_incoming(incoming) {
            return Origin::Trunk(trunk.record().id);
        }
        self.origin_at(incoming.path.remote.ip())
    }

    /// As far as the address alone proves it.
    pub(crate) fn origin_at(&self, address: IpAddr) -> Origin {
        let own = &self.config.own_networks;
        if is_neighbour(address) || own.iter().any(|network| network.contains(address)) {
            Origin::Neighbour
        } else {
            Origin::Stranger
        }
    }

    /// Who calls: with an account, by its name and number; over a trunk, as it says.
    pub(crate) fn caller_of(&self, incoming: &IncomingCall, origin: Origin) -> Caller {
        let said = Caller::of(incoming, origin);
        match origin {
            Origin::Phone(id) => match self.phones.get(id) {
                Some(phone) => Caller {
                    name: Some(phone.name.to_string()),
                    number: phone.shown_number().to_owned(),
                    ..said
                },
                None => said,
            },
            Origin::Trunk(id) => self.caller_over(id, incoming, said),
            Origin::Neighbour | Origin::Stranger => said,
        }
    }

    /// What a caller need not be asked at a door.
    pub(crate) fn standing_of(&self, origin: Origin) -> Standing {
        match origin {
            Origin::Phone(id) => match self.phones.get(id).map(|phone| phone.pin) {
                Some(PhonePin::Skipped) => Standing::Trusted,
                Some(PhonePin::Asks) | None => Standing::Known,
            },
            Origin::Trunk(_) | Origin::Neighbour | Origin::Stranger => Standing::Unknown,
        }
    }

    /// Whether sound with this caller is encrypted.
    pub(crate) fn srtp_policy(&self, origin: Origin) -> SrtpPolicy {
        match origin {
            Origin::Phone(id) => {
                let own = self.phones.get(id).and_then(|phone| phone.srtp);
                own.unwrap_or(self.config.srtp)
            }
            Origin::Trunk(id) => self.trunk_srtp(id),
            Origin::Neighbour | Origin::Stranger => self.config.srtp,
        }
    }
}
