//! Datagrams of handshakes and checks: who hands them up, how many, and what sound does meanwhile.

mod studio;

use std::net::SocketAddr;

use conclave_contract::{Command, Event, Handshakes};
use conclave_model::{Codec, LegId, SrtpSuite, limits};
use studio::secrets::Secrets;
use studio::{Phone, Studio};

/// The first phone waits for keys, the second talks and listens in the open.
fn two() -> (Studio, [usize; 2]) {
    let mut studio = Studio::new();
    let mut secret = Phone::new(1, Codec::Pcmu, 500.0);
    secret.handshakes = Handshakes::Awaited;
    let phones = [secret, Phone::new(2, Codec::Pcmu, 900.0)];
    let phones = phones.map(|phone| studio.join(phone));
    (studio, phones)
}

fn handed_up(studio: &Studio) -> Vec<(LegId, SocketAddr, Vec<u8>)> {
    let events = studio.events.iter();
    let datagrams = events.filter_map(|(_, event)| {
        let Event::Datagram { leg, from, bytes } = event else {
            return None;
        };
        Some((*leg, *from, bytes.clone()))
    });
    datagrams.collect()
}

#[test]
fn until_there_are_keys_no_sound_goes_either_way_and_then_it_does() {
    let (mut studio, [secret, plain]) = two();
    studio.run_ms(2_000);
    assert!(studio.phones[plain].hears(500.0, 1_000) < 0.02);
    assert!(
        studio.phones[secret].packets.is_empty(),
        "nothing is sent in the open"
    );
    let phone = &mut studio.phones[secret];
    phone.handshakes = Handshakes::Heard;
    phone.secrets = Some(Secrets::new(SrtpSuite::AeadAes128Gcm, 1));
    let (leg, spec) = (phone.leg, Box::new(phone.spec()));
    studio.command(Command::UpdateLeg { leg, spec });
    studio.run_ms(4_000);
    assert!(studio.phones[plain].hears(500.0, 1_000) > 0.7);
    assert!(studio.phones[secret].hears(900.0, 1_000) > 0.7);
}

#[test]
fn handshakes_and_checks_are_handed_up_as_they_came_from_wherever() {
    let (mut studio, [secret, plain]) = two();
    studio.run_ms(100);
    let stranger = SocketAddr::from(([203, 0, 113, 9], 999));
    let (waits, open) = (studio.phones[secret].leg, studio.phones[plain].leg);
    let (hello, check) = ([22, 254, 253, 1], [0, 1, 0, 0]);
    for datagram in [&hello, &check, &[70, 1, 2, 3], &[250, 1, 2, 3]] {
        studio.inject(waits, stranger, datagram);
        studio.inject(open, stranger, datagram);
    }
    studio.run_ms(20);
    let expected = [hello, check].map(|bytes| (waits, stranger, bytes.to_vec()));
    assert_eq!(handed_up(&studio), expected);
}

#[test]
fn a_flood_is_cut_off_and_after_it_others_are_still_heard() {
    let (mut studio, [secret, _]) = two();
    let leg = studio.phones[secret].leg;
    let stranger = SocketAddr::from(([203, 0, 113, 9], 999));
    for _ in 0..100 {
        for _ in 0..20 {
            studio.inject(leg, stranger, &[22; 1_200]);
        }
        studio.inject(leg, stranger, &[22; limits::HANDSHAKE_DATAGRAM_BYTES + 1]);
        studio.run_ms(20);
    }
    let most = 3 * usize::from(limits::HANDSHAKE_DATAGRAMS);
    let came = handed_up(&studio).len();
    assert!(came > 0 && came <= most, "{came} in two seconds");
    studio.run_ms(1_100);
    studio.inject(leg, stranger, &[22; 7]);
    studio.run_ms(20);
    assert_eq!(handed_up(&studio).last().unwrap().2, [22; 7]);
}
