//! REGISTER as the owner is asked and answers, and challenges of which nothing is remembered.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use conclave_model::{Chance, UnixMillis};
use conclave_sip::digest::Authority;
use conclave_sip::{Answer, AskId, Asked, Contacts, Event, UaConfig, Wish};
use phone::{Phone, request, status};

const SDP: &str = "Content-Type: application/sdp\r\n";

fn registrar() -> Phone {
    Phone::new(UaConfig {
        registers: true,
        ..UaConfig::default()
    })
}

fn authority() -> Authority {
    Authority::new("conclave", Chance::from_seed([3; 32]))
}

fn asked(phone: &mut Phone) -> (AskId, Box<Asked>) {
    match phone.events().pop() {
        Some(Event::Asked { id, asked }) => (id, asked),
        other => panic!("nothing was asked: {other:?}"),
    }
}

#[test]
fn what_a_phone_registers_is_told_as_it_is() {
    let mut phone = registrar();
    let headers = "Expires: 300\r\n\
                   User-Agent: Desk 1\r\n\
                   Supported: path, outbound\r\n\
                   Path: <sip:edge@192.0.2.9;lr;ob>\r\n\
                   Authorization: Digest username=\"anna\", realm=\"r\", nonce=\"n\", uri=\"sip:r\", \
                   response=\"00\", qop=auth, nc=00000001, cnonce=\"c\"\r\n\
                   Authorization: Basic nothing\r\n";
    let text = request("REGISTER", "", 1, headers, "").replace(
        "Contact: <sip:phone@192.0.2.2>",
        "Contact: <sip:phone@192.0.2.2;ob>;expires=60;reg-id=1;\
         +sip.instance=\"<urn:uuid:1>\", sip:other@192.0.2.3;q=0.5",
    );
    assert!(phone.send(text).is_empty());
    let (_, asked) = asked(&mut phone);
    assert_eq!((asked.to_user.as_str(), asked.sequence), ("801", 1));
    assert_eq!(asked.user_agent.as_deref(), Some("Desk 1"));
    assert!(!asked.has_proxy);
    let [credentials] = &asked.credentials[..] else {
        panic!("{:?}", asked.credentials)
    };
    assert_eq!(credentials.user, "anna");
    let Wish::Register(register) = asked.wish;
    assert!(register.supports_outbound && register.supports_path);
    assert_eq!(register.expires_s, Some(300));
    assert_eq!(register.paths, ["<sip:edge@192.0.2.9;lr;ob>"]);
    let Contacts::These(contacts) = register.contacts else {
        panic!("{:?}", register.contacts)
    };
    assert_eq!(contacts.len(), 2);
    assert_eq!(contacts[0].uri, "sip:phone@192.0.2.2;ob");
    assert_eq!(contacts[0].expires_s, Some(60));
    assert_eq!(contacts[0].instance.as_deref(), Some("<urn:uuid:1>"));
    assert_eq!((contacts[0].reg_id, contacts[1].reg_id), (Some(1), None));
    assert_eq!(contacts[1].expires_s, None);
}

#[test]
fn an_answer_is_given_again_and_a_challenge_is_forgotten() {
    let mut phone = registrar();
    let text = request("REGISTER", "", 1, "", "");
    assert!(phone.send(&text).is_empty());
    let (id, _) = asked(&mut phone);
    let answer = Answer::new(200).with("Contact", "<sip:a@b>;expires=60".to_owned());
    phone.ua.answer(phone.now, id, &answer);
    let first = phone.heard();
    assert!(
        first[0].contains("Contact: <sip:a@b>;expires=60"),
        "{first:?}"
    );
    assert_eq!(phone.send(&text), first);
    assert!(phone.events().is_empty());

    let mut phone = registrar();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        assert!(phone.send(&text).is_empty());
        let (id, _) = asked(&mut phone);
        let challenges = authority().challenges(UnixMillis(0), false);
        phone
            .ua
            .answer(phone.now, id, &Answer::challenging(&challenges));
        let heard = phone.heard();
        assert_eq!(status(&heard[0]), 401);
        let lines = heard[0].lines();
        let algorithms: Vec<_> = lines
            .filter(|line| line.starts_with("WWW-Authenticate: Digest"))
            .filter_map(|line| line.split("algorithm=").nth(1)?.split(',').next())
            .collect();
        assert_eq!(algorithms, ["SHA-256", "SHA-512-256", "MD5"]);
        assert_eq!(phone.ua.transactions(), 0);
        nonces.push(heard);
    }
    assert_eq!(phone.ua.poll_timeout(), None);
}

#[test]
fn a_challenged_call_leaves_nothing_behind() {
    let mut phone = registrar();
    phone.ua.handle_datagram(
        phone.now,
        phone.path,
        request("INVITE", "", 1, SDP, "v=0\r\n").as_bytes(),
    );
    let Some(Event::Incoming { session, call }) = phone.events().pop() else {
        panic!("no call came in");
    };
    assert_eq!(call.from_host, "192.0.2.2");
    assert_eq!(call.host, "192.0.2.1");
    let challenges = authority().challenges(UnixMillis(0), false);
    phone.ua.challenge(phone.now, session, &challenges);
    let heard = phone.heard();
    assert_eq!(
        heard.iter().map(|one| status(one)).collect::<Vec<_>>(),
        [401]
    );
    assert_eq!((phone.ua.sessions(), phone.ua.transactions()), (0, 0));
    assert_eq!(phone.ua.poll_timeout(), None);
    let tag = phone::to_tag(&heard[0]);
    assert!(phone.send(request("ACK", &tag, 1, "", "")).is_empty());
    // The next one, which proves something, is a call like any other.
    let again = phone.statuses(request("INVITE", "", 2, SDP, "v=0\r\n"));
    assert_eq!(again, [100]);
}

#[test]
fn a_registration_without_sense_is_refused() {
    let contact = "Contact: <sip:phone@192.0.2.2>\r\n";
    for bad in [
        "Contact: *\r\n",
        "Contact: *\r\nExpires: 60\r\n",
        "Contact: *, <sip:a@b>\r\nExpires: 0\r\n",
        "Contact: <sip:a@b\r\n",
        "Contact: nothing\r\n",
    ] {
        let mut phone = registrar();
        let text = request("REGISTER", "", 1, "", "").replace(contact, bad);
        assert_eq!(phone.statuses(text), [400], "{bad}");
        assert!(phone.events().is_empty(), "{bad}");
    }
    let mut phone = registrar();
    let all = "Contact: *\r\nExpires: 0\r\n";
    let text = request("REGISTER", "", 1, "", "").replace(contact, all);
    assert!(phone.send(text).is_empty());
    let Wish::Register(register) = asked(&mut phone).1.wish;
    assert_eq!(register.contacts, Contacts::All);
    let required = request("REGISTER", "", 2, "Require: outbound, path\r\n", "");
    assert!(phone.send(required).is_empty());
    let strange = request("REGISTER", "", 3, "Require: gruu\r\n", "");
    assert_eq!(phone.statuses(strange), [420]);
}

#[test]
fn who_is_no_registrar_says_so() {
    let mut phone = Phone::new(UaConfig::default());
    assert_eq!(phone.statuses(request("REGISTER", "", 1, "", "")), [405]);
}
