//! The sockets and which legs share each; reads and writes no packet.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

use super::leg::Place;
use super::wire::open_pair;

/// A pair of sockets with the legs that send through it.
pub(super) struct Wire {
    pub rtp: Arc<UdpSocket>,
    pub rtcp: UdpSocket,
    pub local: SocketAddr,
    /// For each phase of the 20 ms the legs that send then.
    pub phases: Vec<Vec<usize>>,
    /// The legs by the port that their packets come from, in order.
    far_ports: Vec<(u16, usize)>,
    legs: usize,
}

/// All of them.
pub(super) struct Wires {
    pub all: Vec<Wire>,
    local: IpAddr,
    phases: usize,
    legs_per_wire: usize,
}

impl Wires {
    pub(super) fn new(local: IpAddr, phases: u32, legs_per_wire: usize) -> Self {
        Self {
            all: Vec::new(),
            local,
            phases: phases as usize,
            legs_per_wire: legs_per_wire.max(1),
        }
    }

    /// A place for one more leg; at `phase` thousandths of the 20 ms, or where the fewest send.
    pub(super) fn take_place(&mut self, leg: usize, phase: Option<u32>) -> io::Result<Place> {
        let has_room = |wire: &Wire| wire.legs < self.legs_per_wire;
        let wire = match self.all.iter().rposition(has_room) {
            Some(wire) => wire,
            None => {
                self.all.push(Wire::open(self.local, self.phases)?);
                self.all.len() - 1
            }
        };
        let phase = match phase {
            Some(thousandths) => self.phases * thousandths as usize / 1_000 % self.phases,
            None => self.emptiest_phase(wire),
        };
        self.all[wire].phases[phase].push(leg);
        self.all[wire].legs += 1;
        Ok(Place { wire, phase })
    }

    pub(super) fn give_back(&mut self, leg: usize, place: Place) {
        let wire = &mut self.all[place.wire];
        let phase = &mut wire.phases[place.phase];
        if let Some(at) = phase.iter().position(|other| *other == leg) {
            phase.swap_remove(at);
            wire.legs -= 1;
        }
    }

    /// Wires begin with different phases, so that a leg each spreads as well as many on one.
    fn emptiest_phase(&self, wire: usize) -> usize {
        let phases = &self.all[wire].phases;
        let turned = (0..self.phases).map(|phase| (phase + wire) % self.phases);
        turned.min_by_key(|phase| phases[*phase].len()).unwrap_or(0)
    }
}

impl Wire {
    fn open(ip: IpAddr, phases: usize) -> io::Result<Self> {
        let (rtp, rtcp) = open_pair(ip)?;
        Ok(Self {
            local: rtp.local_addr()?,
            rtp: Arc::new(rtp),
            rtcp,
            phases: vec![Vec::new(); phases],
            far_ports: Vec::new(),
            legs: 0,
        })
    }

    /// What comes from `port` is for `leg` from now on.
    pub(super) fn connect(&mut self, port: u16, leg: usize) {
        match self.far_ports.binary_search_by_key(&port, |entry| entry.0) {
            Ok(at) => self.far_ports[at].1 = leg,
            Err(at) => self.far_ports.insert(at, (port, leg)),
        }
    }

    pub(super) fn disconnect(&mut self, port: u16, leg: usize) {
        if let Ok(at) = self.far_ports.binary_search(&(port, leg)) {
            self.far_ports.remove(at);
        }
    }

    pub(super) fn leg_of(&self, port: u16) -> Option<usize> {
        let at = self.far_ports.binary_search_by_key(&port, |entry| entry.0);
        Some(self.far_ports[at.ok()?].1)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn legs_fill_one_wire_after_the_other_and_spread_over_the_phases() {
        let mut wires = Wires::new(Ipv4Addr::LOCALHOST.into(), 10, 20);
        let places: Vec<Place> = (0..50)
            .map(|leg| wires.take_place(leg, None).unwrap())
            .collect();
        assert_eq!(wires.all.len(), 3);
        assert!(wires.all[0].phases.iter().all(|legs| legs.len() == 2));
        let third = wires.take_place(50, Some(333)).unwrap();
        assert_eq!((third.wire, third.phase), (2, 3));
        wires.give_back(0, places[0]);
        assert!(wires.all[0].phases[places[0].phase].len() == 1);

        let wire = &mut wires.all[0];
        for (port, leg) in [(9_000, 1), (8_000, 2), (9_000, 3)] {
            wire.connect(port, leg);
        }
        assert_eq!((wire.leg_of(9_000), wire.leg_of(8_000)), (Some(3), Some(2)));
        wire.disconnect(9_000, 1);
        assert_eq!(wire.leg_of(9_000), Some(3), "it belongs to another by now");
        wire.disconnect(9_000, 3);
        assert_eq!(wire.leg_of(9_000), None);
    }
}
