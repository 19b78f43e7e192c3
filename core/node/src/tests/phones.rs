//! Telephones with an account: they register, call, and prove who they are; strangers do not.

use std::time::Duration;

use conclave_api::{PhoneKey, PhoneMade, PhoneRequest, PhoneView, Request, Response};
use conclave_model::{Chance, Codec, Guests, PhoneDraft, PhonePatch, PhonePin, Prompt};
use conclave_sdp::Capabilities;
use conclave_sip::digest::{Challenge, Login};
use conclave_sip::{
    Event as SipEvent, OutMethod, OutgoingRequest, OwnAccount, RequestAnswer, SessionId,
};

use super::Town;
use super::town::{offer_of, phone_path};

fn draft(user: &str) -> PhoneDraft {
    PhoneDraft {
        user: user.parse().unwrap(),
        name: "Anna Huber".parse().unwrap(),
        number: Some("201".parse().unwrap()),
        password: None,
        srtp: None,
        pin: PhonePin::Asks,
        enabled: true,
    }
}

/// Makes an account; gives back its password.
fn add(town: &mut Town, draft: PhoneDraft) -> String {
    match town.ask(Request::Phone(PhoneRequest::Create(draft))) {
        Ok(Response::PhoneMade(made)) => made.password,
        other => panic!("{other:?}"),
    }
}

fn change(town: &mut Town, patch: PhonePatch) -> PhoneView {
    let asked = PhoneRequest::Update {
        key: PhoneKey::new("anna"),
        patch,
        if_version: None,
    };
    match town.ask(Request::Phone(asked)) {
        Ok(Response::Phone(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn registrations(town: &mut Town) -> u64 {
    match town.ask(Request::Phone(PhoneRequest::Show(PhoneKey::new("anna")))) {
        Ok(Response::Phone(view)) => view.registrations,
        other => panic!("{other:?}"),
    }
}

/// The final answer to a REGISTER of this user with this password.
fn register(town: &mut Town, user: &str, password: &str, expires_s: u32) -> RequestAnswer {
    let aor = format!("sip:{user}@192.0.2.1");
    let request = OutgoingRequest {
        method: OutMethod::Register,
        path: phone_path(),
        target: "sip:192.0.2.1".to_owned(),
        from: aor.clone(),
        to: aor,
        call_id: format!("call-of-{user}"),
        sequence: u32::try_from(1 + town.phone_events.len()).unwrap(),
        route: None,
        contact_user: user.to_owned(),
        expires_s: Some(expires_s),
        account: Some(OwnAccount {
            user: user.to_owned(),
            password: password.to_owned(),
        }),
        login: None,
    };
    town.phone.request(town.now, request);
    town.run();
    match town.phone_events.last() {
        Some(SipEvent::RequestAnswered { answer, .. }) => RequestAnswer::clone(answer),
        other => panic!("{other:?}"),
    }
}

const FROM: &str = "\"Mallory\" <sip:anna@conclave.example>";

fn sdp() -> Option<Vec<u8>> {
    let codecs = vec![Codec::Pcma];
    Some(offer_of(&Capabilities {
        codecs,
        ..Capabilities::default()
    }))
}

/// Dials as this account, and once more with the proof that was asked for.
fn dial_proving(town: &mut Town, from: &str, password: &str) -> SessionId {
    let first = town.dial_as("801", from, sdp(), Vec::new());
    assert_eq!(town.refusal(first), Some(401));
    let lines = town.wire.lines().rev();
    let values = lines.filter_map(|line| line.strip_prefix("WWW-Authenticate: "));
    let challenge = Challenge::choose(values.map(str::as_bytes)).unwrap();
    let mut login = Login::new(challenge, "anna", password);
    let mut chance = Chance::from_seed([9; 32]);
    let proof = login.answer("INVITE", "sip:801@192.0.2.1", b"", &mut chance);
    let headers = vec![("Authorization".to_owned(), proof)];
    town.dial_as("801", from, sdp(), headers)
}

fn town() -> Town {
    Town::with(|config| {
        config.guests = Guests::Neighbours;
        config.sip_domain = "conclave.example".to_owned();
    })
}

#[test]
fn a_telephone_registers_is_seen_and_found_again_after_a_restart() {
    let mut town = town();
    let password = add(&mut town, draft("anna"));
    assert_eq!(
        register(&mut town, "anna", &password, 600).granted_s,
        Some(600)
    );
    assert_eq!(registrations(&mut town), 1);
    assert_eq!(town.news(), ["phone.updated", "phone.registered"]);
    let (phones, kept) = (town.phones.clone(), town.registrations.clone());
    assert_eq!(kept.len(), 1);

    let mut after = Town::with(|config| {
        config.sip_domain = "conclave.example".to_owned();
        config.phones = phones;
        config.registrations = kept;
    });
    assert_eq!(registrations(&mut after), 1);
    after.pass(Duration::from_secs(601));
    assert_eq!(registrations(&mut after), 0);
    assert_eq!(after.news(), ["phone.unregistered"]);
    assert!(after.registrations.is_empty());
}

#[test]
fn whether_a_user_exists_is_not_told() {
    let mut town = town();
    add(&mut town, draft("anna"));
    let mut off = draft("bert");
    off.enabled = false;
    let right = add(&mut town, off);
    let mut said = Vec::new();
    for user in ["anna", "nobody", "bert"] {
        town.wire.clear();
        assert_eq!(
            register(&mut town, user, "not the password", 600).status,
            401
        );
        // What differs is what was sent, and what is new each time.
        let lines = town.wire.lines().filter(|line| {
            let head = line.split(':').next().unwrap_or_default();
            !["Via", "From", "To", "Call-ID", "CSeq"].contains(&head)
        });
        let plain = lines.map(|line| match line.split_once("nonce=") {
            Some((before, after)) => {
                let after = after.split_once(',').map_or("", |(_, after)| after);
                format!("{before}nonce,{after}")
            }
            None => line.to_owned(),
        });
        said.push(plain.collect::<Vec<_>>());
    }
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0], said[2]);
    // Only who knows the password learns that it is of no use.
    assert_eq!(register(&mut town, "bert", &right, 600).status, 403);
    assert!(town.registrations.is_empty());
}

#[test]
fn nobody_registers_for_somebody_else() {
    let mut town = town();
    let password = add(&mut town, draft("anna"));
    add(&mut town, draft("bert"));
    let aor = "sip:bert@192.0.2.1".to_owned();
    let request = OutgoingRequest {
        method: OutMethod::Register,
        path: phone_path(),
        target: "sip:192.0.2.1".to_owned(),
        from: aor.clone(),
        to: aor,
        call_id: "x".to_owned(),
        sequence: 1,
        route: None,
        contact_user: "bert".to_owned(),
        expires_s: Some(600),
        account: Some(OwnAccount {
            user: "anna".to_owned(),
            password,
        }),
        login: None,
    };
    town.phone.request(town.now, request);
    town.run();
    let Some(SipEvent::RequestAnswered { answer, .. }) = town.phone_events.last() else {
        panic!("{:?}", town.phone_events);
    };
    assert_eq!(answer.status, 403);
    assert!(town.registrations.is_empty());
}

#[test]
fn a_short_registration_is_refused_with_the_shortest() {
    let mut town = town();
    let password = add(&mut town, draft("anna"));
    let answer = register(&mut town, "anna", &password, 30);
    assert_eq!((answer.status, answer.min_expires_s), (423, Some(60)));
}

#[test]
fn a_new_password_or_a_lock_ends_what_was_registered() {
    let mut town = town();
    let old = add(&mut town, draft("anna"));
    register(&mut town, "anna", &old, 600);
    let asked = PhoneRequest::NewPassword {
        key: PhoneKey::new("anna"),
        password: None,
        if_version: Some(1),
    };
    let made = town.ask(Request::Phone(asked.clone()));
    let Ok(Response::PhoneMade(made)) = made else {
        panic!("{made:?}");
    };
    let PhoneMade { password: new, .. } = *made;
    assert_ne!(new, old);
    assert_eq!(registrations(&mut town), 0);
    assert_eq!(town.ask(Request::Phone(asked)).unwrap_err().status, 412);
    assert_eq!(register(&mut town, "anna", &old, 600).status, 401);
    assert_eq!(register(&mut town, "anna", &new, 600).status, 200);
    let patch = PhonePatch {
        enabled: Some(false),
        ..PhonePatch::default()
    };
    let view = change(&mut town, patch);
    assert_eq!((view.enabled, view.registrations), (false, 0));
    let logged = town.logs.join("\n");
    assert!(!logged.contains(&old) && !logged.contains(&new), "{logged}");
}

#[test]
fn a_telephone_that_proves_its_account_is_known_by_name() {
    let mut town = town();
    let password = add(&mut town, draft("anna"));
    let room = town.add_room("801", Some("627184"));
    assert!(room.pin.is_some());
    let session = dial_proving(&mut town, FROM, &password);
    assert!(town.is_answered(session), "{:?}", town.phone_events);
    town.pass(Duration::from_secs(3));
    let leg = *town.studio.opened.last().unwrap();
    assert!(town.studio.leg(leg).heard.contains(&Prompt::PinPlease));
    town.phone.bye(town.now, session, None);
    town.run();
    let call = town.records.last().unwrap();
    assert_eq!(call.from_name.as_deref(), Some("Anna Huber"));
    assert_eq!(call.from_number, "201");
}

#[test]
fn an_account_that_is_trusted_enters_without_a_pin() {
    let mut town = town();
    let mut trusted = draft("anna");
    trusted.pin = PhonePin::Skipped;
    let password = add(&mut town, trusted);
    town.add_room("801", Some("627184"));
    let session = dial_proving(&mut town, FROM, &password);
    assert!(town.is_answered(session));
    town.pass(Duration::from_secs(5));
    let leg = *town.studio.opened.last().unwrap();
    assert!(town.studio.leg(leg).stage.is_some(), "not let in");
    assert!(!town.studio.leg(leg).heard.contains(&Prompt::PinPlease));
}

#[test]
fn who_comes_as_one_of_ours_or_from_afar_has_to_prove_it() {
    let mut town = town();
    add(&mut town, draft("anna"));
    town.add_room("801", None);
    let wrong = dial_proving(&mut town, FROM, "not the password");
    assert_eq!(town.refusal(wrong), Some(401));
    // A stranger, whoever they say they are.
    let stranger = town.dial("801");
    assert_eq!(town.refusal(stranger), Some(401));
    town.node.config.own_networks = vec!["192.0.2.0/24".parse().unwrap()];
    let neighbour = town.dial("801");
    assert!(town.is_answered(neighbour));
    for from in [
        FROM,
        "<sip:anna@192.0.2.1>",
        "<sip:201@192.0.2.1>",
        "<sip:anna@CONCLAVE.example>",
    ] {
        let pretender = town.dial_as("801", from, sdp(), Vec::new());
        assert_eq!(town.refusal(pretender), Some(401), "{from}");
    }
    let namesake = town.dial_as("801", "<sip:anna@elsewhere.example>", sdp(), Vec::new());
    assert!(town.is_answered(namesake), "of another house");
    town.node.config.guests = Guests::Nobody;
    let neighbour = town.dial("801");
    assert_eq!(town.refusal(neighbour), Some(401));
    assert_eq!(
        town.records.len(),
        0,
        "nobody who was refused so is in the log"
    );
}

#[test]
fn two_accounts_cannot_have_one_user_and_a_change_needs_its_version() {
    let mut town = town();
    add(&mut town, draft("anna"));
    let again = town.ask(Request::Phone(PhoneRequest::Create(draft("anna"))));
    assert_eq!(again.unwrap_err().status, 409);
    let delete = |if_version| {
        Request::Phone(PhoneRequest::Delete {
            key: PhoneKey::new("anna"),
            if_version,
        })
    };
    assert_eq!(town.ask(delete(Some(2))).unwrap_err().status, 412);
    assert_eq!(town.ask(delete(Some(1))), Ok(Response::Done));
    assert_eq!(town.ask(delete(None)).unwrap_err().status, 404);
    assert_eq!(town.news(), ["phone.updated", "phone.deleted"]);
    assert!(town.phones.is_empty());
}
