//! All lines of all stages: packets in, packets out, requests passed on; owns no socket and no
//! clock.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use conclave_contract::{Scene, VideoCommand, VideoEvent, VideoLine, VideoRules, VideoSpec};
use conclave_model::{LegId, Moment, StageId, VideoCodec, limits};
use conclave_rtp::feedback::{self, Feedback};
use conclave_rtp::{Datagram, REPORT_BYTES_MAX, RtpPacket, Source, classify};

use crate::arrangement::Arrangement;
use crate::estimates::combined;
use crate::line::Line;
use crate::outgoing::{Passed, Passing};
use crate::reports::{self, WORD_BYTES_MAX, Word};
use crate::whole::begins_whole_picture;

/// Which of a line's two ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoPort {
    /// The even one; with RFC 5761 RTCP too.
    Rtp,
    Rtcp,
}

/// Takes what is sent. It must not wait: a packet that it cannot take is lost.
pub trait VideoSink {
    fn send(&mut self, line: VideoLine, port: VideoPort, to: SocketAddr, packet: &[u8]);
}

/// Sans-IO: feed it commands and packets, wake it at [`Relay::poll_timeout`], drain
/// [`Relay::poll_event`]. Passing a packet on allocates nothing.
#[derive(Debug)]
pub struct Relay {
    lines: BTreeMap<VideoLine, Line>,
    seats: BTreeMap<LegId, StageId>,
    stages: BTreeMap<StageId, Stage>,
    arrangement: Arrangement,
    events: VecDeque<VideoEvent>,
    next_look: Option<Moment>,
    datagram: Box<[u8; limits::VIDEO_PACKET_BYTES]>,
}

#[derive(Debug, Default)]
pub(crate) struct Stage {
    rules: VideoRules,
    pub scene: Scene,
    /// When senders were told last what is received.
    told_at: Option<Moment>,
}

/// Who wants a whole picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// A phone, which says so.
    Receiver,
    /// We, for one who is to see somebody from now on.
    Us,
}

impl Default for Relay {
    fn default() -> Self {
        Self {
            lines: BTreeMap::new(),
            seats: BTreeMap::new(),
            stages: BTreeMap::new(),
            arrangement: Arrangement::default(),
            events: VecDeque::new(),
            next_look: None,
            datagram: Box::new([0; limits::VIDEO_PACKET_BYTES]),
        }
    }
}

impl Relay {
    /// Does what control asks. Ports are taken and given back by whoever owns them.
    pub fn command(&mut self, now: Moment, command: VideoCommand, sink: &mut impl VideoSink) {
        match command {
            VideoCommand::Open { .. } => return,
            VideoCommand::Set { line, spec } => self.set(now, line, *spec),
            VideoCommand::Close { line } => self.close(now, line, sink),
            VideoCommand::CloseLeg { leg } => {
                self.seats.remove(&leg);
                for line in self.lines_of(leg) {
                    self.close(now, line, sink);
                }
            }
            VideoCommand::SetStage { stage, rules } => {
                self.stages.entry(stage).or_default().rules = rules;
                return;
            }
            VideoCommand::SetScene { stage, scene } => {
                self.stages.entry(stage).or_default().scene = scene;
            }
            VideoCommand::CloseStage { stage } => {
                self.stages.remove(&stage);
                self.seats.retain(|_, on| *on != stage);
            }
            VideoCommand::Join { leg, stage } => {
                self.seats.insert(leg, stage);
            }
            VideoCommand::Leave { leg } => {
                self.seats.remove(&leg);
            }
            VideoCommand::WholePicture { leg } => {
                for line in self.lines_of(leg) {
                    self.passed_on(now, line, sink);
                }
                return;
            }
        }
        self.rearrange(now, sink);
    }

    /// A datagram came to one of a line's ports.
    pub fn receive(
        &mut self,
        now: Moment,
        id: VideoLine,
        port: VideoPort,
        from: SocketAddr,
        datagram: &[u8],
        sink: &mut impl VideoSink,
    ) {
        match (classify(datagram), port) {
            (Datagram::Rtp, VideoPort::Rtp) => self.picture(now, id, from, datagram, sink),
            (Datagram::Rtcp, VideoPort::Rtp | VideoPort::Rtcp) => {
                self.report(now, id, from, datagram, sink);
            }
            (Datagram::Rtp, VideoPort::Rtcp)
            | (Datagram::Stun | Datagram::Dtls | Datagram::Other, _) => {}
        }
    }

    /// The moment of [`Relay::poll_timeout`] has come; early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Moment, sink: &mut impl VideoSink) {
        if self.next_look.is_none_or(|at| now < at) {
            return;
        }
        self.next_look = (!self.lines.is_empty()).then(|| now + LOOK_EVERY);
        for id in self.lines.keys().copied().collect::<Vec<_>>() {
            let Some(line) = self.lines.get_mut(&id) else {
                continue;
            };
            if line.incoming.has_paused(now) {
                let (leg, sending) = (id.leg, false);
                self.events.push_back(VideoEvent::Sending { leg, sending });
            }
            report_if_due(now, id, line, sink);
            if let Some(leg) = line.outgoing.waits_for() {
                self.ask(now, leg, By::Us, sink);
            }
        }
        self.tell_estimates(now, sink);
    }

    /// When to call [`Relay::handle_timeout`]; `None` while there is no line.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.next_look
    }

    pub fn poll_event(&mut self) -> Option<VideoEvent> {
        self.events.pop_front()
    }

    fn set(&mut self, now: Moment, id: VideoLine, spec: VideoSpec) {
        let line = match self.lines.entry(id) {
            std::collections::btree_map::Entry::Occupied(line) => {
                let line = line.into_mut();
                line.renew(spec);
                line
            }
            std::collections::btree_map::Entry::Vacant(place) => place.insert(Line::new(now, spec)),
        };
        if !line.receives() && line.incoming.stops() {
            let (leg, sending) = (id.leg, false);
            self.events.push_back(VideoEvent::Sending { leg, sending });
        }
        self.next_look.get_or_insert(now + LOOK_EVERY);
    }

    fn close(&mut self, now: Moment, id: VideoLine, sink: &mut impl VideoSink) {
        let Some(mut line) = self.lines.remove(&id) else {
            return;
        };
        if line.incoming.stops() {
            let (leg, sending) = (id.leg, false);
            self.events.push_back(VideoEvent::Sending { leg, sending });
        }
        let mut datagram = [0; REPORT_BYTES_MAX];
        let rate = VideoCodec::CLOCK_RATE_HZ;
        let cname = line.cname;
        let length = line.reporter.write_bye(now, &cname, rate, &mut datagram);
        if let Some(length) = length {
            send_report(id, &line, &datagram[..length], sink);
        }
    }

    fn lines_of(&self, leg: LegId) -> Vec<VideoLine> {
        let lines = self.lines.keys().copied();
        lines.filter(|line| line.leg == leg).collect()
    }

    /// Brings who sees whom into line with what was said last.
    fn rearrange(&mut self, now: Moment, sink: &mut impl VideoSink) {
        self.arrangement = Arrangement::make(&mut self.lines, &self.seats, &self.stages);
        for leg in std::mem::take(&mut self.arrangement.needed) {
            self.ask(now, leg, By::Us, sink);
        }
    }

    /// Passes one packet on to all who see its sender.
    fn picture(
        &mut self,
        now: Moment,
        id: VideoLine,
        from: SocketAddr,
        datagram: &[u8],
        sink: &mut impl VideoSink,
    ) {
        let Ok(packet) = RtpPacket::parse(datagram) else {
            return;
        };
        let is_sender = self.arrangement.senders.get(&id.leg) == Some(&id);
        let Some(line) = self.lines.get_mut(&id).filter(|_| is_sender) else {
            return;
        };
        let Some(format) = line.format_of(packet.payload_type) else {
            return;
        };
        if line.latch.judge(now, from) == Source::Stranger {
            return;
        }
        line.reporter.received(now, &packet);
        if line.incoming.arrived(now, packet.ssrc) {
            let (leg, sending) = (id.leg, true);
            self.events.push_back(VideoEvent::Sending { leg, sending });
        }
        let codec = format.codec;
        let begins_whole = begins_whole_picture(codec, packet.payload);
        let mut is_held_back = false;
        for to in self.arrangement.shown_on.get(&id.leg).into_iter().flatten() {
            let Some(receiver) = self.lines.get_mut(to) else {
                continue;
            };
            let Some(format) = receiver.format_for(codec) else {
                continue;
            };
            let passing = Passing {
                packet: &packet,
                codec,
                begins_whole,
                payload_type: format.payload_type,
            };
            let passed = receiver
                .outgoing
                .pass(now, &passing, self.datagram.as_mut_slice());
            match (passed, receiver.latch.rtp()) {
                (Passed::On { bytes, timestamp }, Some(remote)) => {
                    let payload_bytes = packet.payload.len();
                    receiver.reporter.sent(timestamp, payload_bytes, now);
                    sink.send(*to, VideoPort::Rtp, remote, &self.datagram[..bytes]);
                }
                (Passed::HeldBack, _) => is_held_back = true,
                (Passed::On { .. }, None) | (Passed::Dropped, _) => {}
            }
        }
        if is_held_back {
            self.ask(now, id.leg, By::Us, sink);
        }
    }

    /// RTCP of a phone: about what it receives, and what it asks for.
    fn report(
        &mut self,
        now: Moment,
        id: VideoLine,
        from: SocketAddr,
        datagram: &[u8],
        sink: &mut impl VideoSink,
    ) {
        let line = self.lines.get_mut(&id);
        let Some(line) = line.filter(|line| line.latch.rtp().is_some()) else {
            return;
        };
        if !line.latch.judge_rtcp(from) {
            return;
        }
        line.reporter.handle_rtcp(now, datagram);
        let mut wants_whole = false;
        for message in feedback::read(datagram) {
            match message {
                Feedback::PictureLoss | Feedback::FullIntra => wants_whole = true,
                Feedback::Remb { bits_per_second } => line.estimated(now, bits_per_second),
            }
        }
        if wants_whole {
            self.passed_on(now, id, sink);
        }
    }

    /// The phone of this line asks for a whole picture of whom it sees there.
    fn passed_on(&mut self, now: Moment, id: VideoLine, sink: &mut impl VideoSink) {
        let line = self.lines.get(&id);
        if let Some(leg) = line.and_then(|line| line.outgoing.shows()) {
            self.ask(now, leg, By::Receiver, sink);
        }
    }

    /// Asks the phone of this leg for a whole picture, unless that was done a moment ago.
    fn ask(&mut self, now: Moment, leg: LegId, by: By, sink: &mut impl VideoSink) {
        let Some(id) = self.arrangement.senders.get(&leg).copied() else {
            return;
        };
        let stage = self
            .seats
            .get(&leg)
            .and_then(|stage| self.stages.get(stage));
        let discard = stage.map_or(Duration::ZERO, |stage| stage.rules.update_discard);
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        let has_way = line.spec.feedback.picture_loss || line.spec.feedback.full_intra;
        let pause = match by {
            By::Receiver if has_way => discard,
            // By signalling, each costs a message that is answered.
            By::Receiver | By::Us => discard.max(limits::VIDEO_ASK_AGAIN),
        };
        if !line.incoming.may_ask(now, pause) {
            return;
        }
        let Some(media) = line.incoming.ssrc() else {
            return;
        };
        let word = if line.spec.feedback.picture_loss {
            Word::PictureLoss
        } else if line.spec.feedback.full_intra {
            Word::FullIntra(line.incoming.next_full_intra())
        } else {
            self.events.push_back(VideoEvent::WantsPicture { leg });
            return;
        };
        say(id, line, media, word, sink);
    }

    /// Tells each sender what those who see it can take.
    fn tell_estimates(&mut self, now: Moment, sink: &mut impl VideoSink) {
        for (id, stage) in &mut self.stages {
            let Some(interval) = stage.rules.remb_interval else {
                continue;
            };
            let is_soon = |at: Moment| now.is_within(interval, at);
            if stage.told_at.is_some_and(is_soon) {
                continue;
            }
            stage.told_at = Some(now);
            let is_here = |line: &VideoLine| self.seats.get(&line.leg) == Some(id);
            let estimates: Vec<(Option<LegId>, u64)> = self
                .lines
                .iter()
                .filter(|(line, _)| is_here(line))
                .filter_map(|(_, line)| Some((line.outgoing.shows(), line.estimate(now)?)))
                .collect();
            let all: Vec<u64> = estimates.iter().map(|(_, estimate)| *estimate).collect();
            for (leg, sender) in &self.arrangement.senders {
                let line = self.lines.get(sender).filter(|_| is_here(sender));
                let Some(line) = line.filter(|line| line.spec.feedback.remb) else {
                    continue;
                };
                let seen = estimates.iter().filter(|(shows, _)| *shows == Some(*leg));
                let own: Vec<u64> = seen.map(|(_, estimate)| *estimate).collect();
                let told = combined(&stage.rules, &own, &all);
                if let (Some(told), Some(media)) = (told, line.incoming.ssrc()) {
                    say(*sender, line, media, Word::Estimate(told), sink);
                }
            }
        }
    }
}

fn say(id: VideoLine, line: &Line, media: u32, word: Word, sink: &mut impl VideoSink) {
    let mut datagram = [0; WORD_BYTES_MAX];
    if let Some(length) = reports::write(line, media, word, &mut datagram) {
        send_report(id, line, &datagram[..length], sink);
    }
}

fn report_if_due(now: Moment, id: VideoLine, line: &mut Line, sink: &mut impl VideoSink) {
    let mut datagram = [0; REPORT_BYTES_MAX];
    let (rate, cname) = (VideoCodec::CLOCK_RATE_HZ, line.cname);
    let length = line.reporter.write_due(now, &cname, rate, &mut datagram);
    if let Some(length) = length {
        send_report(id, line, &datagram[..length], sink);
    }
}

fn send_report(id: VideoLine, line: &Line, report: &[u8], sink: &mut impl VideoSink) {
    let port = if line.latch.shares_port() {
        VideoPort::Rtp
    } else {
        VideoPort::Rtcp
    };
    if let Some(remote) = line.latch.rtcp() {
        sink.send(id, port, remote, report);
    }
}

/// How finely gates, reports and pauses are looked after.
const LOOK_EVERY: Duration = Duration::from_millis(100);
