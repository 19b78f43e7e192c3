//! SUBSCRIBE and NOTIFY (RFC 6665): who is taken, what is told, and when it ends.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use conclave_model::limits;
use conclave_sip::{
    Answer, ConnId, Event, Package, Subscribing, SubscriptionEnd, SubscriptionId, Transport,
    UaConfig,
};
use phone::{Phone, request, status, to_tag};

const TYPE: &str = "application/conference-info+xml";
const HOUR: &str = "Event: conference;id=7\r\nExpires: 3600\r\n";

fn config() -> UaConfig {
    UaConfig {
        packages: &[Package {
            name: "conference",
            content_type: TYPE,
        }],
        ..UaConfig::default()
    }
}

fn wish(phone: &mut Phone) -> (SubscriptionId, Box<Subscribing>) {
    match phone.events().pop() {
        Some(Event::Subscribing { id, wish }) => (id, wish),
        other => panic!("nobody subscribed: {other:?}"),
    }
}

/// Subscribes and is told `state` at once. Gives our tag.
fn listening(phone: &mut Phone, headers: &str, state: &str) -> (SubscriptionId, String) {
    assert!(
        phone
            .send(request("SUBSCRIBE", "", 1, headers, ""))
            .is_empty()
    );
    let (id, _) = wish(phone);
    phone.ua.subscribed(phone.now, id);
    assert!(phone.ua.notify(phone.now, id, state.as_bytes()));
    let heard = phone.heard();
    assert_eq!(status(&heard[0]), 200, "{}", heard[0]);
    let tag = to_tag(&heard[0]);
    assert!(heard[1].starts_with("NOTIFY sip:phone@192.0.2.2 SIP/2.0\r\n"));
    (id, tag)
}

fn answer(notify: &str, status: u16) -> String {
    let same = |name: &str| {
        let line = notify.lines().find(|line| line.starts_with(name));
        format!("{}\r\n", line.unwrap_or_default())
    };
    let names = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
    let lines: String = names.into_iter().map(same).collect();
    format!("SIP/2.0 {status} Whatever\r\n{lines}Content-Length: 0\r\n\r\n")
}

/// The last NOTIFY is heard.
fn hears(phone: &mut Phone, notify: &str) {
    phone.send(answer(notify, 200));
    assert!(matches!(phone.events()[..], [Event::Notified { .. }]));
}

#[test]
fn whoever_subscribes_is_told_at_once_and_again() {
    let mut phone = Phone::new(config());
    assert!(phone.send(request("SUBSCRIBE", "", 1, HOUR, "")).is_empty());
    let (id, wish) = wish(&mut phone);
    assert_eq!(
        (wish.about.as_str(), wish.package.name),
        ("801", "conference")
    );
    assert_eq!((wish.from_user.as_str(), wish.is_glance), ("phone", false));
    assert!(!phone.ua.notify(phone.now, id, b"early"), "not taken yet");
    phone.ua.subscribed(phone.now, id);
    let ok = phone.heard().remove(0);
    assert!(ok.contains("\r\nExpires: 3600\r\n"), "{ok}");
    assert!(ok.contains("\r\nContact: <sip:801@192.0.2.1:5060>"), "{ok}");

    assert!(phone.ua.notify(phone.now, id, b"<one/>"));
    let notify = phone.heard().remove(0);
    for line in [
        "Event: conference;id=7\r\n",
        "Subscription-State: active;expires=3600\r\n",
        "Content-Type: application/conference-info+xml\r\n",
        "Contact: <sip:801@192.0.2.1:5060>\r\n",
        "CSeq: 1 NOTIFY\r\n",
        "\r\n\r\n<one/>",
    ] {
        assert!(notify.contains(line), "{line} in {notify}");
    }
    assert!(!phone.ua.notify(phone.now, id, b"<two/>"), "one at a time");
    hears(&mut phone, &notify);
    phone.wait(Duration::from_secs(600));
    assert!(phone.ua.notify(phone.now, id, b"<two/>"));
    let second = phone.heard().remove(0);
    assert!(second.contains("active;expires=3000\r\n"), "{second}");
}

#[test]
fn what_we_do_not_tell_is_refused_with_what_we_do() {
    let mut phone = Phone::new(config());
    for (headers, wanted, says) in [
        ("Event: presence\r\n", 489, "Allow-Events: conference"),
        ("", 489, "Allow-Events: conference"),
        (
            "Event: conference\r\nAccept: text/plain\r\n",
            406,
            "Accept: application/conference-info+xml",
        ),
        (
            "Event: conference\r\nExpires: 59\r\n",
            423,
            "Min-Expires: 60",
        ),
    ] {
        let heard = phone.send(request("SUBSCRIBE", "", 1, headers, ""));
        assert_eq!(status(&heard[0]), wanted, "{headers}");
        assert!(heard[0].contains(says), "{}", heard[0]);
    }
    let stray = request("SUBSCRIBE", "nobody", 2, HOUR, "");
    assert_eq!(phone.statuses(stray), [481]);
    assert!(phone.events().is_empty());
    assert_eq!(phone.ua.subscriptions(), 0);

    let mut nothing = Phone::new(UaConfig::default());
    let heard = nothing.send(request("SUBSCRIBE", "", 1, HOUR, ""));
    assert_eq!(status(&heard[0]), 405);
    assert!(!heard[0].contains("SUBSCRIBE,"), "{}", heard[0]);
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    let mut phone = Phone::new(config());
    phone.send(request("SUBSCRIBE", "", 1, HOUR, ""));
    let (id, _) = wish(&mut phone);
    phone
        .ua
        .refuse_subscription(phone.now, id, &Answer::new(404));
    assert_eq!(status(&phone.heard()[0]), 404);
    assert_eq!(phone.ua.subscriptions(), 0);
    assert!(!phone.ua.notify(phone.now, id, b"x"));
}

#[test]
fn a_refresh_wants_the_state_again_and_an_old_one_is_out_of_order() {
    let mut phone = Phone::new(config());
    let (id, tag) = listening(&mut phone, HOUR, "<one/>");
    let refresh = request(
        "SUBSCRIBE",
        &tag,
        5,
        "Event: conference\r\nExpires: 90\r\n",
        "",
    );
    let heard = phone.send(refresh);
    assert!(heard[0].contains("\r\nExpires: 90\r\n"), "{}", heard[0]);
    assert!(matches!(phone.events()[..], [Event::Resubscribed { id: one }] if one == id));
    let late = request("SUBSCRIBE", &tag, 4, HOUR, "");
    assert_eq!(phone.statuses(late), [500]);
}

#[test]
fn who_leaves_is_told_for_the_last_time() {
    let mut phone = Phone::new(config());
    let (id, tag) = listening(&mut phone, HOUR, "<one/>");
    // Its NOTIFY is not heard yet; it goes all the same.
    phone.send(request(
        "SUBSCRIBE",
        &tag,
        2,
        "Event: conference\r\nExpires: 0\r\n",
        "",
    ));
    let asked = phone.events();
    assert!(
        matches!(asked[..], [Event::Resubscribed { .. }]),
        "{asked:?}"
    );
    assert!(
        !phone.ua.notify(phone.now, id, b"<two/>"),
        "the first is not heard"
    );
    phone.wait(Duration::from_secs(33));
    assert!(matches!(
        phone.events()[..],
        [Event::SubscriptionEnded { .. }]
    ));

    let mut phone = Phone::new(config());
    let (id, _) = listening_once(&mut phone);
    let notify = phone.heard().pop().expect("a last NOTIFY");
    assert!(notify.contains("Subscription-State: terminated;reason=timeout\r\n"));
    assert!(notify.ends_with("<now/>"), "{notify}");
    assert!(matches!(phone.events()[..], [Event::SubscriptionEnded { id: one }] if one == id));
    assert_eq!(phone.ua.subscriptions(), 0);
}

fn listening_once(phone: &mut Phone) -> (SubscriptionId, Box<Subscribing>) {
    phone.send(request(
        "SUBSCRIBE",
        "",
        1,
        "Event: conference\r\nExpires: 0\r\n",
        "",
    ));
    let (id, wish) = wish(phone);
    assert!(wish.is_glance);
    phone.ua.subscribed(phone.now, id);
    assert!(phone.ua.notify(phone.now, id, b"<now/>"));
    (id, wish)
}

#[test]
fn who_does_not_refresh_or_has_forgotten_is_told_no_more() {
    let mut phone = Phone::new(config());
    let (id, _) = listening(&mut phone, "Event: conference\r\nExpires: 60\r\n", "<one/>");
    let notify = request_of(&mut phone, id);
    hears(&mut phone, &notify);
    phone.wait(Duration::from_secs(61));
    let last = phone.heard().pop().expect("a last NOTIFY");
    assert!(last.contains("terminated;reason=timeout"), "{last}");
    assert!(matches!(
        phone.events()[..],
        [Event::SubscriptionEnded { .. }]
    ));

    for lost in [481, 500] {
        let mut phone = Phone::new(config());
        let (id, _) = listening(&mut phone, HOUR, "<one/>");
        let notify = request_of(&mut phone, id);
        phone.send(answer(&notify, lost));
        assert!(
            matches!(phone.events()[..], [Event::SubscriptionEnded { .. }]),
            "{lost}"
        );
        assert_eq!(phone.ua.subscriptions(), 0);
    }
}

/// The NOTIFY that waits for its answer, as it is sent again.
fn request_of(phone: &mut Phone, _: SubscriptionId) -> String {
    phone.wait(Duration::from_millis(501));
    phone.heard().pop().expect("it is sent again")
}

#[test]
fn what_is_gone_is_said_to_be_gone() {
    let mut phone = Phone::new(config());
    let (id, tag) = listening(&mut phone, HOUR, "<one/>");
    phone
        .ua
        .end_subscription(phone.now, id, SubscriptionEnd::NoResource);
    let last = phone.heard().pop().expect("a last NOTIFY");
    assert!(
        last.contains("Subscription-State: terminated;reason=noresource\r\n"),
        "{last}"
    );
    assert!(phone.events().is_empty());
    assert_eq!(
        phone.statuses(request("SUBSCRIBE", &tag, 2, HOUR, "")),
        [481]
    );
}

#[test]
fn a_stream_that_is_lost_takes_its_subscription_with_it_at_the_next_word() {
    let mut phone = Phone::over(config(), Transport::Tcp);
    let (id, _) = listening(&mut phone, HOUR, "<one/>");
    let notify = phone_notify(&mut phone);
    assert!(notify.is_none(), "over a stream nothing is sent twice");
    phone.ua.handle_stream_closed(phone.now, ConnId(1));
    let path = conclave_sip::Path {
        conn: None,
        ..phone.path
    };
    phone.ua.handle_connect_failed(phone.now, path);
    assert!(matches!(phone.events()[..], [Event::SubscriptionEnded { id: one }] if one == id));
}

fn phone_notify(phone: &mut Phone) -> Option<String> {
    phone.wait(Duration::from_secs(5));
    phone.heard().pop()
}

#[test]
fn there_are_never_more_than_the_limit() {
    let mut phone = Phone::new(config());
    for number in 0..=limits::SUBSCRIPTIONS {
        let text = request("SUBSCRIBE", "", 1, HOUR, "")
            .replace("one-call", &format!("call-{number}"))
            .replace("z9hG4bK", &format!("z9hG4bK{number}-"));
        let heard = phone.send(text);
        if number == limits::SUBSCRIPTIONS {
            assert_eq!(status(&heard[0]), 503);
        } else {
            assert!(heard.is_empty());
        }
    }
    assert_eq!(phone.ua.subscriptions(), limits::SUBSCRIPTIONS);
}

#[test]
fn a_conference_says_what_it_is() {
    let mut phone = Phone::new(config());
    let headers = "Content-Type: application/sdp\r\n";
    phone.send(request("INVITE", "", 1, headers, "v=0\r\n"));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!("no call came in");
    };
    phone.ua.be_focus(phone.now, session);
    phone.ua.accept(phone.now, session, b"v=0\r\n".to_vec());
    let ok = phone.heard().pop().expect("200");
    assert!(
        ok.contains("Contact: <sip:801@192.0.2.1:5060>;isfocus\r\n"),
        "{ok}"
    );
}
