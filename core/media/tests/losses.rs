//! What becomes of a listener who reports losses: copies of each frame while it does, no click.

mod studio;

use std::net::SocketAddr;

use conclave_contract::{Command, LegSpec};
use conclave_media::Port;
use conclave_model::Codec;
use studio::phone::AMPLITUDE;
use studio::{Phone, STAGE, Studio, roughness};

#[test]
fn opus_carries_copies_to_who_reports_losses_and_to_nobody_else() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::Opus, 400.0));
    let lossy = join_that_takes_copies(&mut studio, 2);
    let other = join_that_takes_copies(&mut studio, 3);
    studio.run_ms(1_000);
    assert!(is_celt(&studio, lossy) && is_celt(&studio, other));
    studio.phones[lossy].sound.clear();

    report(&mut studio, lossy, 26);
    studio.run_ms(1_000);
    assert!(!is_celt(&studio, lossy));
    assert!(is_celt(&studio, other));
    let encodes = studio.deck.health().encodes;
    studio.run_ms(1_000);
    // One for the talker, one for each way to listen.
    assert_eq!(studio.deck.health().encodes - encodes, 3 * 50);

    for _ in 0..6 {
        report(&mut studio, lossy, 0);
        studio.run_ms(200);
    }
    assert!(is_celt(&studio, lossy));
    // CELT alone is 4 ms faster, which turns the phase.
    studio.run_ms(600);
    let heard = studio.phones[lossy].hears(400.0, 500);
    assert!((0.8..1.2).contains(&heard), "{heard}");
    let rough = roughness(&studio.phones[lossy].sound, 48_000, 400.0, AMPLITUDE);
    assert!(rough < 1.5, "steps {rough} times those of a sine");
}

fn join_that_takes_copies(studio: &mut Studio, number: u32) -> usize {
    let mut phone = Phone::new(number, Codec::Opus, 0.0);
    phone.talks = false;
    let leg = phone.leg;
    studio.command(Command::OpenLeg {
        leg,
        near: None,
        reached_at: None,
        spec: Box::new(LegSpec {
            opus_fec: true,
            ..phone.spec()
        }),
    });
    studio.phones.push(phone);
    studio.command(Command::JoinStage { leg, stage: STAGE });
    studio.phones.len() - 1
}

/// RFC 3550 §6.4.2: a receiver report with one block, about what the phone is sent.
fn report(studio: &mut Studio, phone: usize, fraction_lost: u8) {
    let phone = &studio.phones[phone];
    let (leg, ssrc) = (phone.leg, phone.spec().ssrc);
    let mut datagram = vec![0x81, 201, 0, 7];
    datagram.extend(phone.ssrc.to_be_bytes());
    datagram.extend(ssrc.to_be_bytes());
    datagram.extend([fraction_lost, 0, 0, 0]);
    datagram.extend([0; 16]);
    let from = SocketAddr::new(phone.address.ip(), phone.address.port() + 1);
    studio
        .deck
        .receive(studio.now, leg, Port::Rtcp, from, &datagram);
}

/// By the last packet: configurations from 16 on are CELT alone (RFC 6716 §3.1).
fn is_celt(studio: &Studio, phone: usize) -> bool {
    let last = studio.phones[phone].packets.last();
    last.is_some_and(|packet| packet.payload[0] >> 3 >= 16)
}
