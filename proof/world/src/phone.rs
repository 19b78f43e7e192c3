//! A simulated telephone: the real user agent and the real codecs, dialled by a test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use conclave_contract::Direction;
use conclave_model::{Chance, Codec, Moment, SrtpPolicy, SrtpSuite, TextMessage};
use conclave_sdp::{
    Agreed, Author, Capabilities, LevelRole, Offer, SrtpSide, VideoSide, answer, read_answer,
};
use conclave_sip::{
    Event, OutgoingCall, OutgoingText, Path, SessionId, Transmit, Transport, Ua, UaConfig, Why,
};

use crate::account::Account;
use crate::camera::{Camera, CameraPlan};
use crate::handset::Handset;
use crate::handshaker::Handshaker;
use crate::network::Weather;
use crate::voice::{Ear, Voice};
use crate::writing::Writing;

/// What a phone is, before it dials.
#[derive(Clone, Debug)]
pub struct PhonePlan {
    pub codec: Codec,
    pub voice: Option<Voice>,
    pub weather: Weather,
    /// The user part of From.
    pub number: String,
}

/// How its call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Idle,
    Calling,
    /// 180 or 183 came.
    Ringing,
    Up,
    /// Refused with this status.
    Refused(u16),
    /// Over, by either side, with the sentence of the user agent.
    Over(String),
}

/// Who describes the sound first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstOffer {
    Ours,
    /// Our INVITE has none: a late offer (RFC 3261 §13.2.1).
    Theirs,
}

/// How its keys may travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keypad {
    /// As RFC 4733 has it.
    Events,
    /// It knows no telephone events: tones in the sound, or SIP INFO.
    Sound,
}

pub struct Phone {
    ua: Ua,
    author: Author,
    chance: Chance,
    plan: PhonePlan,
    session: Option<SessionId>,
    direction: Direction,
    first_offer: FirstOffer,
    keypad: Keypad,
    levels: LevelRole,
    secrecy: (SrtpPolicy, Vec<SrtpSuite>),
    /// Agrees on keys with the other end of the sound, and may look for the way there.
    pub handshaker: Option<Handshaker>,
    has_two_ears: bool,
    /// With the server, if it has one.
    pub account: Option<Account>,
    /// Whom it dialled last.
    dialled: Option<(SocketAddr, String)>,
    /// Of its owner, as Accept-Language says it.
    language: Option<&'static str>,
    pub sip: SocketAddr,
    pub media: SocketAddr,
    pub line: Line,
    pub handset: Handset,
    /// It may have one, with a screen.
    pub camera: Option<Camera>,
    /// What was agreed last, if there are pictures in it.
    agreed: Option<Agreed>,
    /// What others wrote, and events of the room.
    pub texts: Vec<TextMessage>,
    writing: Writing,
    /// Its own offer that was made last.
    offered: Vec<u8>,
}

impl Phone {
    /// A phone with its own address, `number` being its place in the city.
    #[must_use]
    pub fn new(plan: PhonePlan, number: u32, mut chance: Chance) -> Phone {
        let [_, high, middle, low] = (number + 1).to_be_bytes();
        let address = [10, 1 + high, middle, low];
        let media = SocketAddr::from((address, 4_000));
        let config = UaConfig {
            server_name: "phone".to_owned(),
            ..UaConfig::default()
        };
        Phone {
            ua: Ua::new(config, chance.fork()),
            author: Author::new(chance.u64(), media.ip(), media.port()),
            handset: Handset::new(plan.voice),
            texts: Vec::new(),
            writing: Writing::default(),
            chance,
            plan,
            session: None,
            direction: Direction::SendRecv,
            first_offer: FirstOffer::Ours,
            keypad: Keypad::Events,
            levels: LevelRole::Nothing,
            secrecy: (SrtpPolicy::Off, Vec::new()),
            handshaker: None,
            has_two_ears: false,
            account: None,
            dialled: None,
            language: None,
            sip: SocketAddr::from((address, 5_060)),
            media,
            line: Line::Idle,
            camera: None,
            agreed: None,
            offered: Vec::new(),
        }
    }

    #[must_use]
    pub fn weather(&self) -> Weather {
        self.plan.weather
    }

    pub fn set_weather(&mut self, weather: Weather) {
        self.plan.weather = weather;
    }

    /// Dials `extension` at `server`.
    pub fn dial(&mut self, now: Instant, server: SocketAddr, extension: &str) {
        let path = Path {
            transport: Transport::Udp,
            local: self.sip,
            remote: server,
            conn: None,
        };
        let offer = match self.first_offer {
            FirstOffer::Ours => Some(self.offer()),
            FirstOffer::Theirs => None,
        };
        let target = format!("sip:{extension}@{server}");
        let mut headers = self.language_header();
        let mut from = format!("<sip:{}@{}>", self.plan.number, self.sip);
        if let Some(account) = &mut self.account {
            from = account.from(server);
            headers.extend(account.proof(&target, &mut self.chance));
        }
        let call = OutgoingCall {
            further: Vec::new(),
            route: None,
            account: None,
            path,
            to: format!("<{target}>"),
            target,
            from,
            sdp: offer,
            headers,
        };
        self.dialled = Some((server, extension.to_owned()));
        self.session = Some(self.ua.invite(now, call));
        self.line = Line::Calling;
        self.drain_events(now);
    }

    /// Registers its account for so many seconds; 0 takes that back.
    pub fn register(&mut self, now: Instant, server: SocketAddr, expires_s: u32) {
        let path = Path {
            transport: Transport::Udp,
            local: self.sip,
            remote: server,
            conn: None,
        };
        if let Some(account) = &mut self.account {
            let request = account.request(path, expires_s);
            self.ua.request(now, request);
            self.drain_events(now);
        }
    }

    /// Was asked who it is: dials once more with the proof.
    fn prove(&mut self, now: Instant) {
        let may = |account: &mut Account| !std::mem::replace(&mut account.is_proving, true);
        if !self.account.as_mut().is_some_and(may) {
            return;
        }
        if let Some((server, extension)) = self.dialled.clone() {
            self.dial(now, server, &extension);
        }
    }

    /// Dials without an offer from now on.
    pub fn wait_for_their_offer(&mut self) {
        self.first_offer = FirstOffer::Theirs;
    }

    /// Offers no telephone events from now on.
    pub fn forget_telephone_events(&mut self) {
        self.keypad = Keypad::Sound;
    }

    /// Says from the next call on that it would hear two channels (RFC 7587 `stereo=1`).
    pub fn grow_a_second_ear(&mut self) {
        self.has_two_ears = true;
        self.handset.other_ear = Some(Ear::default());
    }

    /// Has a screen, and maybe a camera, from the next call on. `number`: what its pictures say.
    pub fn take_camera(&mut self, number: u32, plan: CameraPlan) {
        for line in 0..plan.lines {
            self.author.set_video_port(line, Camera::port(line));
        }
        self.camera = Some(Camera::new(plan, number, self.media.ip()));
    }

    /// Asks by SIP INFO for a whole picture (RFC 5168).
    pub fn ask_for_picture(&mut self, now: Instant) {
        let (kind, body) = PICTURE_REQUEST;
        if let Some(session) = self.session {
            self.ua.info(now, session, kind, body);
        }
    }

    /// Says how loud its packets are from the next call on (RFC 6464).
    pub fn tell_levels(&mut self) {
        self.levels = LevelRole::Tells;
    }

    /// Encrypts from the next call on, with one of these suites; each offer has new keys.
    pub fn encrypt(&mut self, policy: SrtpPolicy, suites: &[SrtpSuite]) {
        self.secrecy = (policy, suites.to_vec());
    }

    /// Agrees from the next call on on keys with the other end of the sound.
    pub fn shake_hands(&mut self, policy: SrtpPolicy, handshaker: Handshaker) {
        self.secrecy = (policy, Vec::new());
        self.handshaker = Some(handshaker);
    }

    /// Something came to the port of the sound.
    pub fn hear(&mut self, now: Instant, moment: Moment, from: SocketAddr, bytes: &[u8]) {
        match (&mut self.handshaker, bytes.first()) {
            (Some(handshaker), Some(0..=63)) => {
                handshaker.hear(now, from, bytes);
                self.take_keys();
            }
            (Some(_) | None, _) => self.handset.hear(moment, bytes),
        }
    }

    /// What it has to say of keys and ways on the port of the sound.
    pub fn poll_handshake(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.handshaker.as_mut()?.poll()
    }

    fn take_keys(&mut self) {
        let keys = self.handshaker.as_mut().and_then(Handshaker::take_keys);
        if let Some(keys) = keys {
            self.handset.have_keys(keys);
        }
    }

    /// Goes on by another way: the checks begin anew.
    pub fn restart_ice(&mut self, now: Instant, media: SocketAddr) {
        self.media = media;
        if let Some(handshaker) = &mut self.handshaker {
            handshaker.restart(&mut self.chance);
        }
        let offer = self.offer();
        if let Some(session) = self.session {
            self.ua.reinvite(now, session, offer);
        }
    }

    /// Says from the next call on which language its owner speaks (RFC 3261 §20.3).
    pub fn speak(&mut self, language: &'static str) {
        self.language = Some(language);
    }

    /// Presses keys that travel as SIP INFO, one after the other without a pause.
    pub fn press_by_info(&mut self, now: Instant, keys: &str) {
        let Some(session) = self.session else { return };
        for key in keys.chars() {
            let body = format!("Signal={key}\r\nDuration=160\r\n");
            self.ua
                .info(now, session, "application/dtmf-relay", body.as_bytes());
        }
    }

    /// Writes to all others in the room.
    pub fn write(&mut self, now: Instant, content_type: &str, text: &str) {
        if let Some(session) = self.session {
            let text = TextMessage::new(content_type, text.as_bytes().to_vec());
            let text = Arc::new(OutgoingText { from: None, text });
            self.ua.text(now, session, &text);
        }
    }

    /// Says from the next call on that it knows no MESSAGE.
    pub fn forget_texts(&mut self) {
        self.writing.knows_texts = false;
    }

    /// Repeats what it wrote last as another message, without waiting for an answer.
    #[must_use]
    pub fn write_again(&mut self) -> Option<Transmit> {
        self.writing.again()
    }

    /// How its messages were answered, in their order.
    #[must_use]
    pub fn text_answers(&self) -> &[u16] {
        &self.writing.answers
    }

    /// Goes on with another codec.
    pub fn change_codec(&mut self, now: Instant, codec: Codec) {
        self.plan.codec = codec;
        let offer = self.offer();
        if let Some(session) = self.session {
            self.ua.reinvite(now, session, offer);
        }
    }

    /// Puts the server on hold as most phones do (`sendonly`), or takes it back.
    pub fn hold(&mut self, now: Instant, held: bool) {
        self.direction = if held {
            Direction::SendOnly
        } else {
            Direction::SendRecv
        };
        let offer = self.offer();
        if let Some(session) = self.session {
            self.ua.reinvite(now, session, offer);
        }
    }

    pub fn hang_up(&mut self, now: Instant) {
        if let Some(session) = self.session {
            self.ua.bye(now, session, None);
        }
        self.handset.disconnect();
        self.put_camera_away();
        self.drain_events(now);
    }

    /// The phone loses its power: nothing is sent any more, not even a BYE.
    pub fn vanish(&mut self) {
        self.handset.disconnect();
        self.line = Line::Over("vanished".to_owned());
        self.session = None;
        self.plan.weather.lost_permille = 1_000;
    }

    pub fn handle_sip(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        let path = Path {
            transport: Transport::Udp,
            local: self.sip,
            remote: from,
            conn: None,
        };
        self.writing.hear(bytes);
        if let Some(account) = &mut self.account {
            account.hear(bytes);
        }
        self.ua.handle_datagram(now, path, bytes);
        self.drain_events(now);
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.ua.handle_timeout(now);
        if let Some(handshaker) = &mut self.handshaker {
            handshaker.handle_timeout(now);
        }
        self.take_keys();
        self.drain_events(now);
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        let own = self.handshaker.as_ref().and_then(Handshaker::poll_timeout);
        own.into_iter()
            .chain(self.ua.poll_timeout())
            .min_by_key(|(at, _)| *at)
    }

    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        let mut transmit = self.ua.poll_transmit()?;
        self.writing.say(&mut transmit);
        Some(transmit)
    }

    fn offer(&mut self) -> Vec<u8> {
        let mut capabilities = self.capabilities();
        capabilities.video.lines = self.lines_to_offer();
        let mut offer = self.author.offer(&capabilities, self.agreed.as_ref());
        if self.has_two_ears {
            let text = String::from_utf8_lossy(&offer);
            offer = text
                .replace("useinbandfec=1", "useinbandfec=1;stereo=1")
                .into_bytes();
        }
        if self.keypad == Keypad::Sound {
            offer = without_events(&offer);
        }
        self.offered.clone_from(&offer);
        offer
    }

    fn language_header(&self) -> Vec<(String, String)> {
        let language = self.language.map(str::to_owned);
        let header = language.map(|language| ("Accept-Language".to_owned(), language));
        header.into_iter().collect()
    }

    fn capabilities(&mut self) -> Capabilities {
        let (policy, suites) = &self.secrecy;
        let (tls, ice) = self
            .handshaker
            .as_ref()
            .map(Handshaker::sides)
            .unwrap_or_default();
        Capabilities {
            srtp: SrtpSide::drawn(*policy, suites, &mut self.chance).and_tls(tls),
            ice,
            codecs: vec![self.plan.codec],
            direction: self.direction,
            levels: self.levels,
            video: self.video_side(),
            ..Capabilities::default()
        }
    }

    /// Its own, and those that it was given.
    fn lines_to_offer(&self) -> u8 {
        let own = self
            .camera
            .as_ref()
            .map_or(0, |it| u8::from(it.plan.has_camera));
        let given = self.agreed.as_ref().map_or(0, |it| it.video.len());
        own.max(u8::try_from(given).unwrap_or(u8::MAX))
    }

    fn video_side(&self) -> VideoSide {
        let Some(camera) = &self.camera else {
            return VideoSide::default();
        };
        VideoSide {
            lines: camera.plan.lines,
            formats: camera.plan.formats.clone(),
            is_caller: camera.plan.has_camera,
        }
    }

    fn put_camera_away(&mut self) {
        if let Some(camera) = &mut self.camera {
            camera.disconnect();
        }
        self.agreed = None;
    }

    fn show(&mut self, now: Instant, agreed: Agreed) {
        self.handset.connect(&agreed, self.chance.u32());
        if let Some(handshaker) = &mut self.handshaker {
            handshaker.agree(now, &agreed);
            self.handset.awaits_keys = handshaker.awaits_keys();
            self.agreed = Some(agreed.clone());
        }
        if let Some(camera) = &mut self.camera {
            camera.connect(&agreed.video);
            self.agreed = Some(agreed);
        }
    }

    fn drain_events(&mut self, now: Instant) {
        while let Some(event) = self.ua.poll_event() {
            self.handle_event(now, event);
        }
    }

    fn handle_event(&mut self, now: Instant, event: Event) {
        match event {
            Event::Progress { answer, .. } => {
                self.line = Line::Ringing;
                self.connect(now, answer);
            }
            Event::Answered { session, answer } => {
                self.line = Line::Up;
                match self.first_offer {
                    FirstOffer::Ours => self.connect(now, answer),
                    FirstOffer::Theirs => self.acknowledge(now, session, answer.as_ref()),
                }
            }
            Event::OfferAnswered {
                answer: Ok(answer), ..
            } => self.connect(now, answer),
            Event::Refused { status, .. } => {
                self.line = Line::Refused(status);
                self.handset.disconnect();
                self.session = None;
                if status == 401 {
                    self.prove(now);
                }
            }
            Event::RequestAnswered { answer, .. } => {
                if let Some(account) = &mut self.account {
                    account.registered.push(answer.status);
                }
            }
            Event::Ended { why, .. } => {
                self.line = Line::Over(format!("{why:?}"));
                self.handset.disconnect();
                self.put_camera_away();
                self.session = None;
            }
            Event::Reoffered { session, offer } => self.answer_offer(now, session, offer.as_ref()),
            Event::OfferAnswered { answer: Err(_), .. }
            | Event::Incoming { .. }
            | Event::Cancelled { .. }
            | Event::Asked { .. }
            | Event::Subscribing { .. }
            | Event::Resubscribed { .. }
            | Event::Notified { .. }
            | Event::SubscriptionEnded { .. }
            | Event::RequestFailed { .. }
            | Event::Acknowledged { .. } => {}
            Event::Info { .. } => {
                if let Some(camera) = &mut self.camera {
                    camera.asked_by_info();
                }
            }
            Event::Text { id, text, .. } => {
                self.ua.answer_text(now, id, Ok(()));
                self.texts.push(*text);
            }
        }
    }

    fn connect(&mut self, now: Instant, description: Option<conclave_sip::Offer>) {
        let Some(description) = description else {
            return;
        };
        if let Ok(agreed) = read_answer(&self.offered, &description.0) {
            self.show(now, agreed);
        }
    }

    fn answer_offer(
        &mut self,
        now: Instant,
        session: SessionId,
        offer: Option<&conclave_sip::Offer>,
    ) {
        let capabilities = self.capabilities();
        let Some(offer) = offer else {
            let ours = self.author.offer(&capabilities, None);
            self.ua.accept_offer(now, session, ours);
            return;
        };
        match self.agree(now, offer) {
            Some(text) => self.ua.accept_offer(now, session, text),
            None => self.ua.refuse_offer(now, session, 488),
        }
    }

    /// The answer to their offer comes in the ACK.
    fn acknowledge(
        &mut self,
        now: Instant,
        session: SessionId,
        offer: Option<&conclave_sip::Offer>,
    ) {
        match offer.and_then(|offer| self.agree(now, offer)) {
            Some(text) => self.ua.acknowledge_with(now, session, text),
            None => self.hang_up(now),
        }
    }

    /// Connects the handset as their offer and our wishes allow; our answer.
    fn agree(&mut self, now: Instant, offer: &conclave_sip::Offer) -> Option<Vec<u8>> {
        let offer = Offer::parse(&offer.0).ok()?;
        let agreed = answer(&offer, &self.capabilities()).ok()?;
        let text = self.author.answer(&agreed);
        self.show(now, agreed);
        Some(text)
    }
}

/// The description without telephone events and their payload types.
fn without_events(description: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(description);
    let formats = text.lines().filter(|line| line.contains("telephone-event"));
    let formats: Vec<&str> = formats
        .filter_map(|line| line.strip_prefix("a=rtpmap:")?.split(' ').next())
        .collect();
    let is_kept = |line: &&str| {
        let format = line.split([':', ' ']).nth(1).unwrap_or_default();
        !line.starts_with("a=") || !formats.contains(&format)
    };
    let shortened = |line: &str| {
        let words = line.split(' ').filter(|word| !formats.contains(word));
        words.collect::<Vec<_>>().join(" ") + "\r\n"
    };
    text.lines()
        .filter(is_kept)
        .map(shortened)
        .collect::<String>()
        .into_bytes()
}

/// RFC 5168 §5.
const PICTURE_REQUEST: (&str, &[u8]) = (
    "application/media_control+xml",
    b"<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive>\
      </media_control>",
);
