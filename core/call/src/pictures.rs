//! The pictures of one call: ports first, then descriptions; sees no packet and no other call.

use conclave_contract::{VideoCommand, VideoEvent, VideoLine};
use conclave_model::limits;
use conclave_sip::Offer;

use crate::state::CallState;
use crate::{Call, Output, SipAction, Turn};

/// What is under way about pictures.
#[derive(Debug)]
pub(crate) struct Pictures {
    /// So many people are to be seen at once, as the room has it.
    wanted: u8,
    /// Lines that the phone asked for itself.
    own_lines: u8,
    /// More than this the phone did not take.
    lines_max: u8,
    /// The phone's offer, while ports are opened for it.
    offer: Option<Offer>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            wanted: 0,
            own_lines: 0,
            lines_max: u8::MAX,
            offer: None,
        }
    }
}

impl Call {
    /// An event of one of this call's video lines.
    pub fn video(&mut self, turn: &mut Turn<'_>, event: &VideoEvent) {
        let (number, local) = match event {
            VideoEvent::Opened { line, local } => (line.number, Some(*local)),
            VideoEvent::Failed { line } => (line.number, None),
            VideoEvent::Sending { .. } | VideoEvent::WantsPicture { .. } => return,
        };
        self.negotiation.video.opened(number, local);
        if self.is_over() || self.negotiation.video.is_opening() {
            return;
        }
        match self.pictures.offer.take() {
            Some(offer) => self.answer_offer(turn, &offer),
            None => self.offer_pictures(turn),
        }
    }

    /// The room shows so many others at once (`wanted`), and takes up to `accepts` video lines of
    /// an offer. The phone is offered what it lacks.
    pub fn want_pictures(&mut self, turn: &mut Turn<'_>, accepts: u8, wanted: u8) {
        self.negotiation.video.accepts = accepts;
        self.pictures.wanted = wanted;
        self.offer_pictures(turn);
    }

    /// The INVITE was understood: ports for the pictures that came with it.
    pub(crate) fn open_pictures(&mut self, turn: &mut Turn<'_>) {
        let numbers = self.negotiation.video_numbers();
        self.open_lines(turn, numbers);
    }

    /// An offer of the phone. False: ports are being opened, and it is answered after that.
    pub(crate) fn has_ports_for(&mut self, turn: &mut Turn<'_>, offer: &Offer) -> bool {
        let numbers = self.negotiation.video_numbers_in(&offer.0);
        if !self.open_lines(turn, numbers) {
            return true;
        }
        self.pictures.offer = Some(offer.clone());
        false
    }

    /// What was agreed now holds for the lines.
    pub(crate) fn follow_pictures(&mut self, turn: &mut Turn<'_>) {
        let leg = self.ids.leg;
        for number in self.negotiation.unused_lines() {
            let line = VideoLine { leg, number };
            turn.video(VideoCommand::Close { line });
        }
        for (number, spec) in self.negotiation.video_specs(self.held) {
            let (line, spec) = (VideoLine { leg, number }, Box::new(spec));
            turn.video(VideoCommand::Set { line, spec });
        }
    }

    /// The phone described what it wants, and was answered.
    pub(crate) fn note_own_lines(&mut self, lines_before: u8) {
        let lines = self.negotiation.video_lines();
        if lines > lines_before {
            self.pictures.own_lines = lines;
            self.pictures.lines_max = u8::MAX;
        }
        self.pictures.own_lines = self.pictures.own_lines.min(lines);
    }

    /// The answer to our own offer inside the session, or the status that refused it.
    pub(crate) fn offer_answered(
        &mut self,
        turn: &mut Turn<'_>,
        answer: Result<Option<Offer>, u16>,
    ) {
        if self.is_over() || !self.negotiation.awaits_answer() {
            return;
        }
        let answer = answer.ok().flatten();
        let answer = answer.as_ref().map(|answer| answer.0.as_slice());
        if let Ok(spec) = self.negotiation.answered(answer) {
            self.follow(turn, spec);
        }
        let lines = self.negotiation.video_lines();
        if lines < self.lines_wanted() {
            self.pictures.lines_max = lines;
        }
        self.offer_pictures(turn);
    }

    /// Nothing of its pictures remains.
    pub(crate) fn close_pictures(&mut self, turn: &mut Turn<'_>) {
        if self.negotiation.video.ports().any(|(_, port)| port != 0) {
            let leg = self.ids.leg;
            turn.video(VideoCommand::CloseLeg { leg });
        }
    }

    /// Offers the phone as many lines as it is to have, if that is another number than now.
    pub(crate) fn offer_pictures(&mut self, turn: &mut Turn<'_>) {
        let may_offer = matches!(self.state, CallState::InRoom) && !self.rings_on();
        let is_busy = self.negotiation.awaits_answer() || self.pictures.offer.is_some();
        let wanted = self.lines_wanted();
        if !may_offer || is_busy || wanted == self.negotiation.video_lines() {
            return;
        }
        if self.open_lines(turn, (0..wanted).collect()) {
            return;
        }
        if let Some(sdp) = self.negotiation.offer_lines(wanted) {
            turn.out.push(Output::Sip(SipAction::Offer { sdp }));
        }
    }

    /// None beside encrypted sound: pictures are passed on as they are.
    fn lines_wanted(&self) -> u8 {
        if self.negotiation.is_encrypted() {
            return 0;
        }
        let pictures = &self.pictures;
        let wanted = pictures.wanted.min(pictures.lines_max);
        let most = u8::try_from(limits::VIDEO_LINES).unwrap_or(u8::MAX);
        wanted.max(pictures.own_lines).min(most)
    }

    /// True when there is something to wait for.
    fn open_lines(&mut self, turn: &mut Turn<'_>, numbers: Vec<u8>) -> bool {
        let desk = &mut self.negotiation.video;
        let opening = desk.open(numbers.into_iter(), turn.chance);
        let (leg, reached_at) = (self.ids.leg, Some(self.negotiation.reached_at()));
        for number in &opening {
            let line = VideoLine {
                leg,
                number: *number,
            };
            turn.video(VideoCommand::Open {
                line,
                reached_at,
                remote: self.negotiation.remote(),
            });
        }
        !opening.is_empty()
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, CallState::Closing { .. } | CallState::Ended)
    }
}
