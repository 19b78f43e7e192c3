//! Which number was dialled and who calls, by the rules of the trunk a call came over.

use conclave_model::{CallerFrom, NumberFrom, TrunkKind, TrunkRecord};
use conclave_sip::{IncomingCall, Party};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkCaller {
    /// `None`: withheld, or never said.
    pub number: Option<String>,
    pub name: Option<String>,
    /// The caller wanted neither to be shown.
    pub is_withheld: bool,
}

impl TrunkCaller {
    #[must_use]
    pub fn of(record: &TrunkRecord, call: &IncomingCall) -> Self {
        if record.privacy && call.identity.is_private {
            return Self {
                number: None,
                name: None,
                is_withheld: true,
            };
        }
        let party = party(record, call);
        let is_anonymous = is_anonymous(&party.user);
        Self {
            number: Some(party.user).filter(|user| !user.is_empty() && !is_anonymous),
            name: party
                .name
                .filter(|name| !is_anonymous || !name.eq_ignore_ascii_case("anonymous")),
            is_withheld: is_anonymous,
        }
    }
}

fn party(record: &TrunkRecord, call: &IncomingCall) -> Party {
    let identity = &call.identity;
    let from = || Party {
        user: call.from_user.clone(),
        name: call.from_name.clone(),
    };
    let asserted = identity.asserted.clone().filter(|_| record.trusted);
    let chosen = match record.caller_in {
        CallerFrom::From => None,
        CallerFrom::Asserted => asserted,
        CallerFrom::Preferred => identity.preferred.clone(),
        CallerFrom::RemoteParty => identity.remote_party.clone(),
        CallerFrom::Auto => {
            let trusted = || identity.remote_party.clone().filter(|_| record.trusted);
            asserted
                .or_else(|| identity.preferred.clone())
                .or_else(trusted)
        }
    };
    match chosen {
        // A number without a name takes that of From, which telephone systems fill in.
        Some(party) if party.name.is_none() && !is_anonymous(&call.from_user) => Party {
            name: call.from_name.clone(),
            ..party
        },
        Some(party) => party,
        None => from(),
    }
}

/// RFC 3323 §4.1.1.3 and what is written in its place.
fn is_anonymous(user: &str) -> bool {
    [
        "anonymous",
        "unavailable",
        "restricted",
        "private",
        "unknown",
    ]
    .iter()
    .any(|word| user.eq_ignore_ascii_case(word))
}

/// What was dialled. A registration's own Contact is no number, and what is registered as a user is
/// one only if nothing else was dialled.
#[must_use]
pub fn called_number(record: &TrunkRecord, call: &IncomingCall) -> String {
    let in_uri = Some(&call.dialled).filter(|user| **user != record.line && !user.is_empty());
    let called = call.identity.called.as_ref();
    let to = Some(&call.to_user).filter(|user| !user.is_empty());
    let chosen = match record.number_in {
        NumberFrom::RequestUri => in_uri.or(to),
        NumberFrom::To => to.or(in_uri),
        NumberFrom::CalledParty => called.or(in_uri).or(to),
        NumberFrom::Auto => match record.kind {
            TrunkKind::Address => in_uri.or(called).or(to),
            TrunkKind::Registering => {
                // Carriers put the number they registered into the Request-URI whatever was
                // dialled; the other two know better.
                let dialled = in_uri.filter(|user| **user != record.user);
                dialled.or(called).or(to).or(in_uri)
            }
        },
    };
    chosen.cloned().unwrap_or_default()
}
