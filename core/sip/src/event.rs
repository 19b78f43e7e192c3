//! What the user agent tells its owner about sessions.

use std::time::Duration;

use conclave_model::TextMessage;

use crate::digest::Credentials;
use crate::{AskId, Asked, CallerIdentity, OutRequestId, Path, RequestAnswer, RequestFailure};
use crate::{Subscribing, SubscriptionId};

/// One INVITE session, from the first INVITE to its end; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// A session description as it came, not yet understood. It may have keys in it: `Debug` shows its
/// length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Offer(pub Vec<u8>);

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Offer({} bytes)", self.0.len())
    }
}

/// A MESSAGE of a peer that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextId(pub u64);

/// A MESSAGE for a peer, which many may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingText {
    /// Who wrote it, for the display name of From; `None`: as we are called in the dialog.
    pub from: Option<String>,
    pub text: TextMessage,
}

#[derive(Clone, Debug)]
pub enum Event {
    /// A new caller. Answer with `ring`, `progress`, `accept` or `refuse`.
    Incoming {
        session: SessionId,
        call: Box<IncomingCall>,
    },
    /// A request outside of any dialog. Answer it with `Ua::answer`.
    Asked { id: AskId, asked: Box<Asked> },
    /// Somebody wants to be told of a state. Answer with `Ua::subscribed` or
    /// `Ua::refuse_subscription`.
    Subscribing {
        id: SubscriptionId,
        wish: Box<Subscribing>,
    },
    /// And wants to hear it once more; 200 has been sent. Answer with `Ua::notify`.
    Resubscribed { id: SubscriptionId },
    /// What was told last has been heard.
    Notified { id: SubscriptionId },
    /// Nobody listens any longer, or never wanted to hear it twice.
    SubscriptionEnded { id: SubscriptionId },
    /// The caller gave up before we answered (487 has been sent). The session is over.
    Cancelled { session: SessionId },
    /// Our 2xx was acknowledged; with our late offer, this is the answer. Comes once for the first
    /// INVITE, and for a re-INVITE only when it has an answer to bring.
    Acknowledged {
        session: SessionId,
        answer: Option<Offer>,
    },
    /// A re-INVITE or UPDATE with an offer (`None`: without, so we must offer).
    /// Answer with `accept_offer` or `refuse_offer`; the peer may take it back, and then the answer
    /// is ignored. What merely refreshes the session is answered without a word.
    Reoffered {
        session: SessionId,
        offer: Option<Offer>,
    },
    /// An INFO with a key press (`application/dtmf-relay` or `application/dtmf`) or a wish for a
    /// whole picture (`application/media_control+xml`); 200 has been sent. Other bodies meet 415
    /// and are not told.
    Info {
        session: SessionId,
        content_type: String,
        body: Vec<u8>,
    },

    /// A MESSAGE in the dialog (RFC 3428), of a type and size and at a pace that are taken. Answer
    /// each with `Ua::answer_text`, whatever became of the session.
    Text {
        session: SessionId,
        id: TextId,
        text: Box<TextMessage>,
    },

    /// Our own INVITE: a provisional answer, with early media if it describes a session.
    Progress {
        session: SessionId,
        status: u16,
        answer: Option<Offer>,
    },
    /// Our own INVITE was answered; the ACK has been sent. When our INVITE had no offer this is
    /// theirs, and the ACK waits for `acknowledge_with`.
    Answered {
        session: SessionId,
        answer: Option<Offer>,
    },
    /// Our own INVITE was refused; the session is over.
    Refused {
        session: SessionId,
        status: u16,
        reason: String,
    },
    /// Our own re-INVITE: the answer to our offer, or the status that refused it (the session
    /// goes on as it was). Comes too when a re-INVITE that only refreshed the session was answered
    /// with a description, for it may have changed.
    OfferAnswered {
        session: SessionId,
        answer: Result<Option<Offer>, u16>,
    },

    /// A request of ours outside of any dialog has its final answer.
    RequestAnswered {
        request: OutRequestId,
        answer: Box<RequestAnswer>,
    },
    /// And this one will have none.
    RequestFailed {
        request: OutRequestId,
        why: RequestFailure,
    },

    /// The session is over; nothing more will come of it.
    Ended { session: SessionId, why: EndReason },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The peer sent BYE, with its Reason header (RFC 3326) if it gave one.
    ByPeer { reason: Option<String> },
    /// We sent BYE and it was answered, or never will be.
    ByUs,
    /// The ACK never came (64·T1).
    NoAck,
    /// The peer stopped refreshing the session (RFC 4028).
    SessionExpired,
    /// A request in the dialog met 481, 408 or no answer at all (RFC 5057), or a reliable
    /// provisional answer no PRACK.
    DialogLost,
    /// The stream closed and could not be opened again.
    TransportFailed,
}

/// What the owner may want to know of a new INVITE. Texts are the peer's: show, never trust.
#[derive(Clone, Debug)]
pub struct IncomingCall {
    pub path: Path,
    /// The whole Request-URI.
    pub request_uri: String,
    /// Its user part, percent-decoded.
    pub dialled: String,
    /// The user part of To.
    pub to_user: String,
    /// The user part and display name of From.
    pub from_user: String,
    pub from_name: Option<String>,
    /// The host of From.
    pub from_host: String,
    /// The host of the Request-URI.
    pub host: String,
    /// Every Authorization and Proxy-Authorization that can be read.
    pub credentials: Vec<Credentials>,
    /// What else it says of who calls, for a trunk that is trusted.
    pub identity: CallerIdentity,
    pub call_id: String,
    pub user_agent: Option<String>,
    /// Accept-Language as it came.
    pub accept_language: Option<String>,
    /// `None`: a late offer, we are to make ours in the 2xx.
    pub offer: Option<Offer>,
    /// The caller supports reliable provisional answers (RFC 3262).
    pub supports_prack: bool,
}

/// A final answer that is not 2xx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 300 to 699.
    pub status: u16,
    /// The words behind the number; `None` takes the standard ones.
    pub phrase: Option<&'static str>,
    /// Seconds for Retry-After (503, 480, 486).
    pub retry_after: Option<Duration>,
    pub warning: Option<Warning>,
}

/// A code of RFC 3261 §20.43 and a few plain words for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning(pub u16, pub &'static str);

impl Refusal {
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            phrase: None,
            retry_after: None,
            warning: None,
        }
    }
}
