//! What a call reaches by the number that was dialled: lends the book of numbers what there is in
//! the house; knows no rule of numbers.

use std::net::IpAddr;
use std::sync::Arc;

use conclave_api::masked;
use conclave_model::{Extension, Origin, RoomId, RoomRecord, TrunkCallers, TrunkRecord};
use conclave_numbers::{Directory, End, Side};

use crate::Node;
use crate::extensions::Extensions;
use crate::rooms::Rooms;

/// What is behind a number.
#[derive(Clone, Debug)]
pub(crate) enum Reached {
    Room(Arc<RoomRecord>),
    Service(Extension),
    Nobody,
}

/// The rooms and other extensions, for the book of numbers.
struct House<'a> {
    rooms: &'a Rooms,
    extensions: &'a Extensions,
}

impl Directory for House<'_> {
    fn room(&self, extension: &str) -> Option<RoomId> {
        Some(self.rooms.dialled(extension)?.id)
    }

    fn name(&self, room: RoomId) -> Option<(String, String)> {
        let record = self.rooms.get(room)?;
        Some((record.extension.to_string(), record.title.to_string()))
    }

    fn service(&self, extension: &str) -> Option<Extension> {
        let extension = extension.parse().ok()?;
        Some(self.extensions.get(&extension)?.extension.clone())
    }
}

impl Node {
    /// Whose rules a call follows. A stranger who may call at all has dialled this server, as the
    /// house does.
    fn side_of(&self, trunk: Option<&TrunkRecord>, address: IpAddr) -> Side {
        let Some(trunk) = trunk else {
            return Side::Inside;
        };
        let is_near = || self.origin_at(address) == Origin::Neighbour;
        match trunk.callers {
            TrunkCallers::Inside => Side::Inside,
            TrunkCallers::Auto if is_near() => Side::Inside,
            TrunkCallers::Auto | TrunkCallers::Outside => Side::Outside,
        }
    }

    /// The one place where a number becomes what rings.
    pub(crate) fn reached(&mut self, origin: Origin, address: IpAddr, dialled: &str) -> Reached {
        let trunk = self.trunk_of(origin).map(|trunk| &**trunk.record());
        let side = self.side_of(trunk, address);
        let house = House {
            rooms: &self.rooms,
            extensions: &self.extensions,
        };
        let route = self.numbers.follow(dialled, side, &house);
        let why = match route.end {
            End::Room(id) => match self.rooms.get(id) {
                Some(record) => return Reached::Room(Arc::clone(record)),
                None => return Reached::Nobody,
            },
            End::Service(extension) => return Reached::Service(extension),
            End::Hub(_) => None,
            End::Nothing(why) => Some(why),
        };
        let Some(trunk) = trunk else {
            return Reached::Nobody;
        };
        if let Some(target) = self.target_of(trunk) {
            return target;
        }
        if let Some(why) = why {
            let (name, number) = (trunk.name.as_str(), masked(dialled));
            let sentence = format!("A call over trunk {name:?} to {number} leads nowhere: {why}");
            self.outbox.info(sentence);
        }
        Reached::Nobody
    }

    /// What a trunk's calls reach whose number leads nowhere.
    fn target_of(&self, trunk: &TrunkRecord) -> Option<Reached> {
        let target = trunk.target.as_ref()?;
        if let Some(record) = self.rooms.by_extension(target) {
            return Some(Reached::Room(Arc::clone(record)));
        }
        let service = self.extensions.get(target)?;
        Some(Reached::Service(service.extension.clone()))
    }
}
