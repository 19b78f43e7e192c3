//! Carries what the parts of a city say to each other; understands none of it.

use std::net::SocketAddr;

use conclave_node::{Event, Input};
use conclave_sip::Transmit;

use super::{City, SERVER};
use crate::network::{Packet, Purpose};

impl City {
    /// Carries words between the parts until nobody has anything left to say.
    pub(super) fn settle(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(transmit) = self.node.poll_transmit() {
                self.post(transmit);
                quiet = false;
            }
            while let Some(command) = self.node.poll_video() {
                self.exchange.pictures.command(self.moment(), command);
                quiet = false;
            }
            while let Some(command) = self.node.poll_command() {
                self.exchange.command(self.moment(), command);
                quiet = false;
            }
            for packet in self.exchange.pictures.take_sent() {
                let weather = self.weather_at(packet.to);
                self.network.send(self.now, weather, packet);
            }
            while let Some(event) = self.exchange.pictures.poll_event() {
                self.node.handle_input(self.now, Input::Video(event));
                quiet = false;
            }
            while let Some(event) = self.exchange.poll_event(self.moment()) {
                self.node.handle_input(self.now, Input::Media(event));
                quiet = false;
            }
            while let Some(event) = self.node.poll_event() {
                self.note(event);
                quiet = false;
            }
            for index in 0..self.phones.len() {
                while let Some(transmit) = self.phones[index].poll_transmit() {
                    self.post(transmit);
                    quiet = false;
                }
                while let Some((to, bytes)) = self.phones[index].poll_handshake() {
                    self.post_media(index, to, bytes);
                    quiet = false;
                }
            }
            for index in 0..self.peers.len() {
                while let Some(transmit) = self.peers[index].poll_transmit() {
                    self.post(transmit);
                    quiet = false;
                }
            }
            if quiet {
                return;
            }
        }
    }

    pub(super) fn post(&mut self, transmit: Transmit) {
        let (from, to) = (transmit.path.local, transmit.path.remote);
        let far_end = if from.ip() == SERVER.ip() { to } else { from };
        let weather = self.weather_at(far_end);
        if from.ip() == SERVER.ip() {
            self.begun.extend(beginning(&transmit.bytes));
        }
        let packet = Packet {
            purpose: Purpose::Sip,
            from,
            to,
            bytes: transmit.bytes,
        };
        self.network.send(self.now, weather, packet);
    }

    /// From the port of a phone's sound.
    pub(super) fn post_media(&mut self, phone: usize, to: SocketAddr, bytes: Vec<u8>) {
        let phone = &self.phones[phone];
        let packet = Packet {
            purpose: Purpose::Media,
            from: phone.media,
            to,
            bytes,
        };
        self.network.send(self.now, phone.weather(), packet);
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Store { ticket, write } => {
                if let Some(call) = self.store.write(self.now, ticket, write) {
                    self.call_log.push(call);
                }
            }
            Event::Reply { ticket, result } => {
                self.replies.insert(ticket, result);
            }
            Event::Publish(event) => self.published.push(event),
            Event::Log(line) => self.log.push(line),
            Event::LookUp { lookup, place } => {
                let result = self.names.find(&place);
                self.node
                    .handle_input(self.now, Input::LookedUp { lookup, result });
            }
            Event::CloseConn(_) | Event::Tape(_) | Event::ShutdownComplete => {}
        }
    }
}

/// The first line of a request outside of any dialog: its To has no tag yet.
fn beginning(message: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(message);
    let mut lines = text.lines();
    let first = lines.next().filter(|line| line.ends_with(" SIP/2.0"))?;
    let to = lines.find(|line| line.starts_with("To:"))?;
    (!to.contains(";tag=")).then(|| first.to_owned())
}
