//! Offers and answers as the phone and the leg see them.

use std::time::Duration;

use conclave_contract::Direction;
use conclave_model::Codec;
use conclave_sdp::{Author, Capabilities};
use conclave_sip::{Event as SipEvent, SessionId};

use super::Town;
use super::town::{Line, offer_of};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn hold_mutes_the_leg_at_once_and_resuming_brings_it_back() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    town.news();
    let mut author = Author::new(7, [192, 0, 2, 7].into(), 4_000);
    let mut wish = Capabilities {
        codecs: vec![Codec::Pcma],
        direction: Direction::SendOnly,
        ..Capabilities::default()
    };
    let first = town.studio.leg(line.leg).spec.clone();
    town.phone
        .reinvite(town.now, line.session, author.offer(&wish, None));
    town.run();
    let held = town.studio.leg(line.leg).spec.clone();
    assert_eq!(held.direction, Direction::RecvOnly);
    assert!(!held.direction.hears_peer());
    assert_eq!(held.ssrc, first.ssrc);
    assert_eq!(town.news(), ["participant.held"]);

    wish.direction = Direction::SendRecv;
    let offer = author.offer(&wish, None);
    town.phone.reinvite(town.now, line.session, offer);
    town.run();
    let spec = town.studio.leg(line.leg).spec.clone();
    assert_eq!(spec.direction, Direction::SendRecv);
    assert_eq!(town.news(), ["participant.resumed"]);
}

#[test]
fn a_new_offer_that_cannot_be_met_leaves_the_call_as_it_was() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    let before = town.studio.leg(line.leg).spec.clone();
    let video = b"v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
        m=audio 4000 RTP/AVP 3\r\na=rtpmap:3 GSM/8000\r\n";
    town.phone.reinvite(town.now, line.session, video.to_vec());
    town.run();
    let refused = |event: &SipEvent| {
        matches!(
            event,
            SipEvent::OfferAnswered {
                answer: Err(488),
                ..
            }
        )
    };
    assert!(town.phone_events.iter().any(refused));
    assert_eq!(town.studio.leg(line.leg).spec, before);
    assert!(town.studio.leg(line.leg).stage.is_some());
}

#[test]
fn a_late_offer_is_ours_and_its_answer_tells_where_to_send() {
    let mut town = Town::with_room();
    let session = town.dial_with("801", None);
    let offer = offered_to(&town, session);
    let leg = *town.studio.opened.last().unwrap();
    assert_eq!(town.studio.leg(leg).spec.remote, None);
    assert!(String::from_utf8_lossy(&offer).contains("opus/48000"));

    let answer = offer_of(&Capabilities {
        codecs: vec![Codec::Pcmu],
        ..Capabilities::default()
    });
    town.phone.acknowledge_with(town.now, session, answer);
    town.run();
    let spec = town.studio.leg(leg).spec.clone();
    assert_eq!(spec.remote, Some("192.0.2.7:4000".parse().unwrap()));
    assert_eq!(spec.send.codec, Codec::Pcmu);
    town.pass(3 * SECOND);
    town.press(Line { session, leg }, "627184");
    assert!(town.studio.leg(leg).stage.is_some());
}

#[test]
fn another_codec_at_another_address_is_followed_without_a_new_stream() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    let before = town.studio.leg(line.leg).spec.clone();
    let wish = Capabilities {
        codecs: vec![Codec::G722],
        ..Capabilities::default()
    };
    let offer = Author::new(7, [192, 0, 2, 8].into(), 4_100).offer(&wish, None);
    town.phone.reinvite(town.now, line.session, offer);
    town.run();
    let spec = town.studio.leg(line.leg).spec.clone();
    assert_eq!(spec.remote, Some("192.0.2.8:4100".parse().unwrap()));
    assert_eq!(spec.send.codec, Codec::G722);
    assert_eq!(spec.ssrc, before.ssrc);
    assert!(town.studio.leg(line.leg).stage.is_some());
    town.hang_up(line);
}

fn offered_to(town: &Town, wanted: SessionId) -> Vec<u8> {
    let offered = town.phone_events.iter().find_map(|event| {
        if let SipEvent::Answered { session, answer } = event
            && *session == wanted
        {
            return answer.clone();
        }
        None
    });
    offered.expect("an offer in the 200").0
}
