//! Which number was dialled and who calls, as every kind of peer says it.

mod common;

use common::{call, record};
use conclave_sip::Party;
use conclave_trunk::{TrunkCaller, called_number};

fn party(user: &str, name: Option<&str>) -> Option<Party> {
    Some(Party {
        user: user.to_owned(),
        name: name.map(str::to_owned),
    })
}

#[test]
fn the_dialled_number_is_where_the_trunk_says() {
    let mut call = call("198.51.100.1:5060", "801");
    call.to_user = "+4930802".to_owned();
    call.identity.called = Some("+4930803".to_owned());
    for (number_in, expected) in [
        ("auto", "801"),
        ("request-uri", "801"),
        ("to", "+4930802"),
        ("p-called-party-id", "+4930803"),
    ] {
        let record = record(&[("number_in", number_in)]);
        assert_eq!(called_number(&record, &call), expected, "{number_in}");
    }
}

#[test]
fn a_registration_is_no_number() {
    let settings = [("kind", "registering"), ("user", "+4930100")];
    let record = record(&settings);
    let mut answered = call("198.51.100.1:5060", &record.line);
    answered.to_user = "+493010042".to_owned();
    assert_eq!(called_number(&record, &answered), "+493010042");
    // The carrier puts what we registered into the Request-URI, the number into To.
    answered.dialled = "+4930100".to_owned();
    assert_eq!(called_number(&record, &answered), "+493010042");
    answered.identity.called = Some("+493010043".to_owned());
    assert_eq!(called_number(&record, &answered), "+493010043");
    // Or nothing but that was dialled.
    answered.identity.called = None;
    answered.to_user = "+4930100".to_owned();
    assert_eq!(called_number(&record, &answered), "+4930100");
}

fn caller(
    settings: &[(&str, &str)],
    act: impl FnOnce(&mut conclave_sip::IncomingCall),
) -> TrunkCaller {
    let mut call = call("198.51.100.1:5060", "801");
    act(&mut call);
    TrunkCaller::of(&record(settings), &call)
}

fn shown(caller: &TrunkCaller) -> (Option<&str>, Option<&str>) {
    (caller.number.as_deref(), caller.name.as_deref())
}

#[test]
fn who_calls_is_said_by_the_header_that_is_believed() {
    let full = |call: &mut conclave_sip::IncomingCall| {
        call.identity.asserted = party("301", Some("Asserted"));
        call.identity.preferred = party("302", None);
        call.identity.remote_party = party("303", Some("Remote"));
    };
    for (settings, expected) in [
        (&[("caller_in", "auto")][..], ("301", "Asserted")),
        (&[("caller_in", "pai")], ("301", "Asserted")),
        (&[("caller_in", "ppi")], ("302", "Anna")),
        (&[("caller_in", "rpid")], ("303", "Remote")),
        (&[("caller_in", "from")], ("200", "Anna")),
        (&[("caller_in", "auto"), ("trusted", "no")], ("302", "Anna")),
        (&[("caller_in", "pai"), ("trusted", "no")], ("200", "Anna")),
    ] {
        let caller = caller(settings, full);
        assert_eq!(
            shown(&caller),
            (Some(expected.0), Some(expected.1)),
            "{settings:?}"
        );
    }
    assert_eq!(shown(&caller(&[], |_| {})), (Some("200"), Some("Anna")));
}

#[test]
fn who_withholds_the_number_is_shown_without_it() {
    let asked = |call: &mut conclave_sip::IncomingCall| {
        call.identity.asserted = party("301", Some("Asserted"));
        call.identity.is_private = true;
    };
    let hidden = caller(&[], asked);
    assert!(hidden.is_withheld);
    assert_eq!(shown(&hidden), (None, None));
    let open = caller(&[("privacy", "no")], asked);
    assert_eq!(shown(&open), (Some("301"), Some("Asserted")));
    let anonymous = caller(&[], |call| {
        call.from_user = "Anonymous".to_owned();
        call.from_name = Some("Anonymous".to_owned());
    });
    assert!(anonymous.is_withheld);
    assert_eq!(shown(&anonymous), (None, None));
}
