//! Offers and answers of one session, in both directions; opens no leg.

use std::net::{IpAddr, SocketAddr};

use conclave_contract::{LegSpec, VideoSpec};
use conclave_model::{CallEnd, Chance, Encryption, IceCredentials, SrtpPolicy};
use conclave_sdp::{
    Agreed, Author, Capabilities, IceSide, Offer, Refused, SdpError, SrtpSide, TlsSide, VideoSide,
    answer, read_answer,
};

use crate::video_desk::VideoDesk;

/// What was offered, what was agreed, and whose turn it is.
#[derive(Debug)]
pub(crate) struct Negotiation {
    capabilities: Capabilities,
    /// Our address as the caller reaches it, where the leg's own is a wildcard.
    reached_at: IpAddr,
    session_id: u64,
    rtp: RtpStart,
    srtp: SrtpPolicy,
    tls: TlsSide,
    /// For keys.
    chance: Chance,
    pub video: VideoDesk,
    /// There as soon as the leg has its port.
    author: Option<Author>,
    agreed: Option<Agreed>,
    /// Our offer, as long as it has no answer.
    offered: Option<conclave_sip::Offer>,
}

/// Where sequence, timestamp and source begin (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug)]
struct RtpStart {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
}

/// Why a description of the peer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It cannot be read.
    Broken,
    /// It can, but nothing in it suits us.
    NothingInCommon,
    /// It is not encrypted, which is required.
    NotEncrypted,
    /// It is encrypted only, and in no way that is spoken here.
    OnlyEncrypted,
}

impl Unusable {
    /// How a call ends that cannot do without it.
    pub const fn end(self) -> CallEnd {
        match self {
            Unusable::Broken => CallEnd::BadOffer,
            Unusable::NothingInCommon => CallEnd::NoCodec,
            Unusable::NotEncrypted => CallEnd::NotEncrypted,
            Unusable::OnlyEncrypted => CallEnd::OnlyEncrypted,
        }
    }
}

impl Negotiation {
    /// `video_lines`: so many of an offer are accepted.
    pub fn new(
        reached_at: IpAddr,
        video_lines: u8,
        (srtp, tls): (SrtpPolicy, TlsSide),
        chance: &mut Chance,
    ) -> Self {
        Self {
            capabilities: Capabilities::default(),
            reached_at,
            session_id: chance.u64(),
            rtp: RtpStart {
                ssrc: chance.u32(),
                // Below 2^15, so that the first wrap is not near the first packet: RFC 3711 §3.3.1.
                sequence: (chance.u32() & 0x7fff) as u16,
                timestamp: chance.u32(),
            },
            srtp,
            tls,
            chance: chance.fork(),
            video: VideoDesk::new(video_lines),
            author: None,
            agreed: None,
            offered: None,
        }
    }

    /// What to open the leg with: the caller's offer, or everything we speak if there is none.
    pub fn begin(&mut self, offer: Option<&[u8]>) -> Result<LegSpec, Unusable> {
        match offer {
            Some(offer) => self.agree_to(offer),
            None => Ok(self.spec_of_our_offer()),
        }
    }

    /// The leg has its port: our answer, or our offer if the caller made none.
    pub fn describe(&mut self, local: SocketAddr) -> Vec<u8> {
        let address = if local.ip().is_unspecified() {
            self.reached_at
        } else {
            local.ip()
        };
        self.author = Some(Author::new(self.session_id, address, local.port()));
        self.write_answer().unwrap_or_else(|| {
            let lines = u8::from(self.video.port(0) != 0);
            self.write_offer(lines).unwrap_or_default()
        })
    }

    pub const fn reached_at(&self) -> IpAddr {
        self.reached_at
    }

    pub fn awaits_answer(&self) -> bool {
        self.offered.is_some()
    }

    /// The ACK that should bring the answer to our offer.
    pub fn answered(&mut self, answer: Option<&[u8]>) -> Result<LegSpec, Unusable> {
        let offered = self.offered.take().ok_or(Unusable::Broken)?;
        let answer = answer.ok_or(Unusable::Broken)?;
        let agreed = read_answer(&offered.0, answer).map_err(Unusable::from)?;
        Ok(self.keep(agreed))
    }

    /// A new offer within the session, with our answer to it.
    pub fn reoffered(&mut self, offer: &[u8]) -> Result<(LegSpec, Vec<u8>), Unusable> {
        // Before the leg has its port there is nothing to answer with; the user agent does not
        // let an offer through before the first is answered.
        if self.author.is_none() {
            return Err(Unusable::NothingInCommon);
        }
        let spec = self.agree_to(offer)?;
        // An offer of ours that still has no answer is dead with this.
        self.offered = None;
        let answer = self.write_answer().ok_or(Unusable::NothingInCommon)?;
        Ok((spec, answer))
    }

    /// Our offer in answer to a re-INVITE that had none.
    pub fn offer_again(&mut self) -> Option<Vec<u8>> {
        self.write_offer(self.video_lines())
    }

    /// Our offer with so many video lines, as far as they have ports.
    pub fn offer_lines(&mut self, lines: u8) -> Option<Vec<u8>> {
        self.write_offer(lines)
    }

    /// Where the peer's sound is; its pictures are mostly there too.
    pub fn remote(&self) -> Option<SocketAddr> {
        self.agreed.as_ref().and_then(|agreed| agreed.remote)
    }

    /// The video lines that are agreed; before there is an offer, those that we would offer.
    pub fn video_numbers(&self) -> Vec<u8> {
        match &self.agreed {
            Some(agreed) => agreed.video.iter().map(|line| line.number).collect(),
            None => (0..self.video.accepts.min(1)).collect(),
        }
    }

    /// The video lines that this offer would be answered with.
    pub fn video_numbers_in(&mut self, offer: &[u8]) -> Vec<u8> {
        let agreed = Offer::parse(offer).ok();
        let capabilities = self.capabilities();
        let agreed = agreed.and_then(|offer| answer(&offer, &capabilities).ok());
        let lines = agreed.into_iter().flat_map(|agreed| agreed.video);
        lines.map(|line| line.number).collect()
    }

    /// How the sound is protected, as it was agreed last.
    pub fn encryption(&self) -> Option<Encryption> {
        self.agreed.as_ref().and_then(Agreed::encryption)
    }

    /// Or is to be, as soon as there are keys.
    pub fn is_encrypted(&self) -> bool {
        self.agreed.as_ref().is_some_and(Agreed::is_encrypted)
    }

    pub const fn agreed(&self) -> Option<&Agreed> {
        self.agreed.as_ref()
    }

    /// The leg, as it was agreed last.
    pub fn spec(&self) -> Option<LegSpec> {
        self.agreed.as_ref().map(|agreed| self.spec_of(agreed))
    }

    /// How many video lines there are.
    pub fn video_lines(&self) -> u8 {
        let lines = self.agreed.as_ref().map_or(0, |agreed| agreed.video.len());
        u8::try_from(lines).unwrap_or(u8::MAX)
    }

    /// Lines that have ports and are not agreed any more.
    pub fn unused_lines(&mut self) -> Vec<u8> {
        match &self.agreed {
            Some(agreed) => self.video.take_unused(&agreed.video),
            None => Vec::new(),
        }
    }

    /// What the relay is told of each line that is agreed.
    pub fn video_specs(&self, is_held: bool) -> Vec<(u8, VideoSpec)> {
        let lines = self.agreed.iter().flat_map(|agreed| &agreed.video);
        lines
            .map(|line| (line.number, self.video.spec(line, is_held)))
            .collect()
    }

    /// A line without a port is rejected.
    fn write_answer(&mut self) -> Option<Vec<u8>> {
        let video = &self.video;
        let (author, agreed) = (self.author.as_mut()?, self.agreed.as_mut()?);
        agreed.video.retain(|line| video.port(line.number) != 0);
        for (number, port) in video.ports() {
            author.set_video_port(number, port);
        }
        Some(author.answer(agreed))
    }

    fn write_offer(&mut self, lines: u8) -> Option<Vec<u8>> {
        let author = self.author.as_mut()?;
        for (number, port) in self.video.ports() {
            author.set_video_port(number, if number < lines { port } else { 0 });
        }
        let capabilities = Capabilities {
            video: VideoSide {
                lines,
                is_caller: self.agreed.is_none(),
                ..VideoSide::default()
            },
            srtp: SrtpSide::offering(self.srtp, &mut self.chance),
            ..self.capabilities.clone()
        };
        let offer = author.offer(&capabilities, self.agreed.as_ref());
        self.offered = Some(conclave_sip::Offer(offer.clone()));
        Some(offer)
    }

    fn capabilities(&mut self) -> Capabilities {
        Capabilities {
            video: VideoSide {
                lines: self.video.accepts,
                ..VideoSide::default()
            },
            srtp: SrtpSide::answering(self.srtp, &mut self.chance).and_tls(self.tls.clone()),
            ice: IceSide::Answers(IceCredentials::drawn(&mut self.chance)),
            ..self.capabilities.clone()
        }
    }

    fn agree_to(&mut self, offer: &[u8]) -> Result<LegSpec, Unusable> {
        let offer = Offer::parse(offer).map_err(Unusable::from)?;
        let mut agreed = answer(&offer, &self.capabilities()).map_err(Unusable::from)?;
        if let Some(before) = &self.agreed {
            agreed.keep_ours_of(before);
        }
        Ok(self.keep(agreed))
    }

    fn keep(&mut self, agreed: Agreed) -> LegSpec {
        let spec = self.spec_of(&agreed);
        self.agreed = Some(agreed);
        spec
    }

    fn spec_of(&self, agreed: &Agreed) -> LegSpec {
        let RtpStart {
            ssrc,
            sequence,
            timestamp,
        } = self.rtp;
        agreed.leg_spec(ssrc, sequence, timestamp)
    }

    /// A leg that may hear everything we are going to offer and sends nowhere yet.
    fn spec_of_our_offer(&self) -> LegSpec {
        let mut stand_in = Author::new(self.session_id, self.reached_at, STAND_IN_PORT);
        let offer = stand_in.offer(&self.capabilities, None);
        let agreed = Offer::parse(&offer)
            .ok()
            .and_then(|offer| answer(&offer, &self.capabilities).ok())
            .expect("what we offer, we can answer");
        LegSpec {
            remote: None,
            remote_rtcp: None,
            ..self.spec_of(&agreed)
        }
    }
}

impl From<SdpError> for Unusable {
    fn from(error: SdpError) -> Self {
        match error {
            SdpError::TooLong | SdpError::TooManyMedia | SdpError::NotUnderstood(_) => {
                Unusable::Broken
            }
            SdpError::Rejected(refused) => refused.into(),
        }
    }
}

impl From<Refused> for Unusable {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoAudio | Refused::NoCommonCodec { .. } => Unusable::NothingInCommon,
            Refused::NotEncrypted { .. } => Unusable::NotEncrypted,
            Refused::OnlyEncrypted { .. }
            | Refused::NoFingerprint { .. }
            | Refused::NoCommonSuite { .. } => Unusable::OnlyEncrypted,
        }
    }
}

/// Stands for the port that is not known yet, in an offer that nobody is sent: `discard`.
const STAND_IN_PORT: u16 = 9;
