//! How an end of ours is told to the caller's phone: a refusal before the answer, a Reason after.

use conclave_model::{CallEnd, limits};
use conclave_sdp::Refused;
use conclave_sip::{Refusal, Warning};

/// The value of the Reason header (RFC 3326) of our BYE: a Q.850 cause, then the truth in words.
#[must_use]
pub fn reason_header(end: CallEnd) -> String {
    let (cause, text) = match end {
        CallEnd::HungUp | CallEnd::Cancelled => (16, "normal clearing"),
        CallEnd::NoSuchRoom => (1, "no such room"),
        CallEnd::WrongPin => (21, "wrong PIN"),
        CallEnd::NoPin => (21, "no PIN entered"),
        CallEnd::RoomFull => (17, "room full"),
        CallEnd::RoomLocked => (21, "room locked"),
        CallEnd::LeftByKey => (16, "left by key"),
        CallEnd::Removed => (16, "removed from the conference"),
        CallEnd::RoomEnded => (16, "conference ended"),
        CallEnd::LeaderLeft => (16, "the leader left"),
        CallEnd::TimeUp => (16, "time is up"),
        CallEnd::SoundOver => (16, "announcement over"),
        CallEnd::NoCodec => (88, "no common codec"),
        CallEnd::NotEncrypted => (88, "encryption required"),
        CallEnd::OnlyEncrypted => (88, "encryption not understood"),
        CallEnd::WrongCertificate => (88, "certificate not as announced"),
        CallEnd::NoKeys => (88, "no keys agreed on in time"),
        CallEnd::BadOffer => (111, "session description not understood"),
        CallEnd::MediaLost => (102, "no media received"),
        CallEnd::SignallingLost => (102, "no answer to signalling"),
        CallEnd::ServerBusy => (42, "server busy"),
        CallEnd::Shutdown => (41, "server shutting down"),
        CallEnd::Failed => (41, "server failure"),
    };
    format!("Q.850;cause={cause};text=\"{text}\"")
}

/// The answer to an INVITE that ends this way before it was accepted.
#[must_use]
pub fn refusal_for(end: CallEnd) -> Refusal {
    let status = match end {
        CallEnd::NoSuchRoom => 404,
        CallEnd::NoCodec
        | CallEnd::NotEncrypted
        | CallEnd::OnlyEncrypted
        | CallEnd::WrongCertificate
        | CallEnd::NoKeys => Refused::STATUS,
        CallEnd::BadOffer => 400,
        CallEnd::RoomFull => 486,
        CallEnd::WrongPin | CallEnd::NoPin | CallEnd::RoomLocked | CallEnd::Removed => 403,
        CallEnd::ServerBusy | CallEnd::Shutdown => 503,
        CallEnd::RoomEnded
        | CallEnd::LeaderLeft
        | CallEnd::TimeUp
        | CallEnd::HungUp
        | CallEnd::LeftByKey
        | CallEnd::SoundOver
        | CallEnd::Cancelled
        | CallEnd::MediaLost
        | CallEnd::SignallingLost => 480,
        CallEnd::Failed => 500,
    };
    Refusal {
        retry_after: (status == 503).then_some(limits::SIP_RETRY_AFTER),
        warning: warning_for(end),
        ..Refusal::new(status)
    }
}

/// What a 488 says besides (RFC 3261 §20.43): 302 is of the transport protocol, 305 of the format.
const fn warning_for(end: CallEnd) -> Option<Warning> {
    match end {
        CallEnd::NoCodec => Some(Warning(305, "no codec in common")),
        CallEnd::NotEncrypted => Some(Warning(302, "encrypted media (SRTP) is required here")),
        CallEnd::OnlyEncrypted => Some(Warning(302, "no encryption in common")),
        CallEnd::WrongCertificate => Some(Warning(302, "the certificate is not as announced")),
        CallEnd::NoKeys => Some(Warning(302, "no keys were agreed on in time")),
        CallEnd::HungUp
        | CallEnd::Cancelled
        | CallEnd::NoSuchRoom
        | CallEnd::WrongPin
        | CallEnd::NoPin
        | CallEnd::RoomFull
        | CallEnd::RoomLocked
        | CallEnd::LeftByKey
        | CallEnd::Removed
        | CallEnd::RoomEnded
        | CallEnd::LeaderLeft
        | CallEnd::TimeUp
        | CallEnd::SoundOver
        | CallEnd::BadOffer
        | CallEnd::MediaLost
        | CallEnd::SignallingLost
        | CallEnd::ServerBusy
        | CallEnd::Shutdown
        | CallEnd::Failed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_a_well_formed_reason_and_a_final_status() {
        for end in CallEnd::ALL {
            let reason = reason_header(end);
            assert!(reason.starts_with("Q.850;cause="), "{reason}");
            assert_eq!(reason.matches('"').count(), 2, "{reason}");
            assert!((300..700).contains(&refusal_for(end).status));
        }
    }

    #[test]
    fn who_is_busy_says_when_to_try_again() {
        assert!(refusal_for(CallEnd::ServerBusy).retry_after.is_some());
        assert!(refusal_for(CallEnd::NoSuchRoom).retry_after.is_none());
    }
}
