//! Why a REGISTER of a proven account is refused; changes nothing.

use conclave_model::limits;
use conclave_sip::Answer;

/// Each is answered in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// RFC 3261 §10.3 step 7.
    IntervalTooBrief,
    /// A later request of the same Call-ID was obeyed already.
    OutOfOrder,
    /// A URI that cannot be given back, or an instance too long.
    BadContact,
    /// More than one flow in one request (RFC 5626 §6).
    ManyFlows,
    /// More than [`limits::PHONE_BINDINGS`] in one request.
    ManyContacts,
    /// More than [`limits::PHONE_PATHS`], or one that is none.
    BadPath,
    /// The server that the telephone came through knows no flows (RFC 5626 §6).
    FirstHopLacksOutbound,
}

impl Refusal {
    /// For the wire.
    #[must_use]
    pub fn answer(self) -> Answer {
        match self {
            Refusal::IntervalTooBrief => {
                let min_s = limits::PHONE_EXPIRES_S.start().to_string();
                Answer::new(423)
                    .with_phrase("Interval Too Brief")
                    .with("Min-Expires", min_s)
            }
            Refusal::OutOfOrder => Answer::new(500).with_phrase("CSeq Out Of Order"),
            Refusal::BadContact => Answer::new(400).with_phrase("Bad Contact"),
            Refusal::ManyFlows => Answer::new(400).with_phrase("More Than One Flow"),
            Refusal::ManyContacts => Answer::new(403).with_phrase("Too Many Contacts"),
            Refusal::BadPath => Answer::new(400).with_phrase("Bad Path"),
            Refusal::FirstHopLacksOutbound => {
                Answer::new(439).with_phrase("First Hop Lacks Outbound Support")
            }
        }
    }
}
