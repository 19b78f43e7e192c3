//! One line of the call log: who, when, from where, which room, how it ended.

use std::net::SocketAddr;
use std::time::Duration;

use crate::{CallId, Codec, Encryption, RoomId, Timeline, UnixMillis};

/// What is kept of a call after its end. Texts are the caller's: show, never trust.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRecord {
    pub id: CallId,
    pub started_at: UnixMillis,
    pub answered_at: Option<UnixMillis>,
    /// When the caller was let into the room.
    pub joined_at: Option<UnixMillis>,
    pub ended_at: UnixMillis,
    pub from_number: String,
    pub from_name: Option<String>,
    /// The digits or name that were dialled.
    pub dialled: String,
    pub remote: SocketAddr,
    /// `udp` or `tcp`.
    pub transport: &'static str,
    /// The SIP Call-ID, to find the call in another system's log.
    pub sip_call_id: String,
    pub room: Option<RoomId>,
    /// As it was at the time; a room may be renamed or removed later.
    pub room_title: Option<String>,
    pub codec: Option<Codec>,
    /// `None`: the sound was not encrypted.
    pub encryption: Option<Encryption>,
    /// Wrong PINs typed.
    pub pins_wrong: u8,
    pub end: CallEnd,
    pub packets_received: u64,
    pub packets_lost: u64,
    /// Of an encrypted call, those that its key did not open.
    pub packets_forged: u64,
    pub jitter_max: Duration,
    pub packets_sent: u64,
    /// `None`: the caller's telephone did not report.
    pub far: Option<FarReception>,
    /// As the last report of the caller's telephone tells.
    pub round_trip: Option<Duration>,
    pub timeline: Timeline,
}

/// How our sound reached the other end, by its own reports (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FarReception {
    pub packets_lost: u64,
    pub jitter_max: Duration,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallEnd {
    HungUp,
    /// The caller gave up before we answered.
    Cancelled,
    NoSuchRoom,
    WrongPin,
    /// The PIN did not come in time.
    NoPin,
    RoomFull,
    RoomLocked,
    /// The caller pressed the key to leave.
    LeftByKey,
    /// A moderator or the API removed the caller.
    Removed,
    /// The room was ended for all, or deleted.
    RoomEnded,
    /// A rule of the room sends this caller away when the leader leaves.
    LeaderLeft,
    /// A rule of the room lets this caller in for so long and no longer.
    TimeUp,
    /// What was to be said under a number that is no room was said.
    SoundOver,
    /// No codec in common (488).
    NoCodec,
    /// Encryption is required and was not offered (488).
    NotEncrypted,
    /// Encryption alone was offered, in no way that is spoken here (488).
    OnlyEncrypted,
    /// Somebody shook hands who was not the one that signalled.
    WrongCertificate,
    /// No keys were agreed on within `limits::DTLS_HANDSHAKE`.
    NoKeys,
    /// The description of the caller's sound could not be read (400).
    BadOffer,
    /// No packets came for `limits::MEDIA_TIMEOUT`.
    MediaLost,
    /// The other side stopped answering.
    SignallingLost,
    /// No port, too many calls, or sound that runs late.
    ServerBusy,
    /// The server is shutting down.
    Shutdown,
    /// Something of ours broke; the log has it.
    Failed,
}

impl CallEnd {
    pub const ALL: [CallEnd; 24] = [
        CallEnd::HungUp,
        CallEnd::Cancelled,
        CallEnd::NoSuchRoom,
        CallEnd::WrongPin,
        CallEnd::NoPin,
        CallEnd::RoomFull,
        CallEnd::RoomLocked,
        CallEnd::LeftByKey,
        CallEnd::Removed,
        CallEnd::RoomEnded,
        CallEnd::LeaderLeft,
        CallEnd::TimeUp,
        CallEnd::SoundOver,
        CallEnd::NoCodec,
        CallEnd::NotEncrypted,
        CallEnd::OnlyEncrypted,
        CallEnd::WrongCertificate,
        CallEnd::NoKeys,
        CallEnd::BadOffer,
        CallEnd::MediaLost,
        CallEnd::SignallingLost,
        CallEnd::ServerBusy,
        CallEnd::Shutdown,
        CallEnd::Failed,
    ];

    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            CallEnd::HungUp => "hung_up",
            CallEnd::Cancelled => "cancelled",
            CallEnd::NoSuchRoom => "no_such_room",
            CallEnd::WrongPin => "wrong_pin",
            CallEnd::NoPin => "no_pin",
            CallEnd::RoomFull => "room_full",
            CallEnd::RoomLocked => "room_locked",
            CallEnd::LeftByKey => "left_by_key",
            CallEnd::Removed => "removed",
            CallEnd::RoomEnded => "room_ended",
            CallEnd::LeaderLeft => "leader_left",
            CallEnd::TimeUp => "time_up",
            CallEnd::SoundOver => "sound_over",
            CallEnd::NoCodec => "no_codec",
            CallEnd::NotEncrypted => "not_encrypted",
            CallEnd::OnlyEncrypted => "only_encrypted",
            CallEnd::WrongCertificate => "wrong_certificate",
            CallEnd::NoKeys => "no_keys",
            CallEnd::BadOffer => "bad_offer",
            CallEnd::MediaLost => "media_lost",
            CallEnd::SignallingLost => "signalling_lost",
            CallEnd::ServerBusy => "server_busy",
            CallEnd::Shutdown => "shutdown",
            CallEnd::Failed => "failed",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            CallEnd::HungUp => "The caller hung up.",
            CallEnd::Cancelled => "The caller gave up before the call was answered.",
            CallEnd::NoSuchRoom => "Nobody has a room under the number dialled.",
            CallEnd::WrongPin => "The PIN was wrong three times.",
            CallEnd::NoPin => "No PIN was entered in time.",
            CallEnd::RoomFull => "The room was full.",
            CallEnd::RoomLocked => "The room was locked.",
            CallEnd::LeftByKey => "The caller left by key.",
            CallEnd::Removed => "The caller was removed from the room.",
            CallEnd::RoomEnded => "The conference was ended.",
            CallEnd::LeaderLeft => "The leader left, with whom the caller's conference ends.",
            CallEnd::TimeUp => "The caller's time in the room was up.",
            CallEnd::SoundOver => "The announcement was over.",
            CallEnd::NoCodec => "The caller's phone offered no codec that we speak.",
            CallEnd::NotEncrypted => "The caller's phone offered no encryption, which is required.",
            CallEnd::OnlyEncrypted => {
                "The caller's phone offered encryption only, in no way that is spoken here."
            }
            CallEnd::WrongCertificate => {
                "No keys were agreed on: the certificate was not the one that was announced."
            }
            CallEnd::NoKeys => "The caller's phone and the server agreed on no keys in time.",
            CallEnd::BadOffer => "What the caller's phone said of its sound could not be read.",
            CallEnd::MediaLost => "No sound packets came from the caller any more.",
            CallEnd::SignallingLost => "The caller's phone stopped answering.",
            CallEnd::ServerBusy => "The server was busy: it had no room for another call.",
            CallEnd::Shutdown => "The server was shut down.",
            CallEnd::Failed => "The call failed by a fault of the server; see its log.",
        }
    }

    /// The end with this [`CallEnd::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<CallEnd> {
        CallEnd::ALL.into_iter().find(|end| end.code() == code)
    }
}
