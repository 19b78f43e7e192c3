//! What SRTP costs for 20 ms of G.711 in a packet; knows no deck.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

use std::hint::black_box;

use conclave_model::{SrtpKey, SrtpSuite};
use conclave_rtp::HEADER_BYTES;
use conclave_srtp::{Inbound, Outbound};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

criterion_group!(benches, protect, unprotect, refuse);
criterion_main!(benches);

fn protect(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("SRTP, protect 172 bytes");
    for suite in SrtpSuite::ALL {
        let mut outbound = Outbound::new(&master(suite));
        let mut sequence = 0;
        let mut buffer = [0x80; ROOM_BYTES];
        group.bench_function(suite.name(), |bencher| {
            bencher.iter(|| {
                number(&mut buffer, &mut sequence);
                let packet = outbound.protect_rtp(black_box(&mut buffer), PACKET_BYTES);
                packet.unwrap().len()
            });
        });
    }
}

/// Packets are opened once only, so that they are protected beside the measurement.
fn unprotect(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("SRTP, unprotect 172 bytes");
    for suite in SrtpSuite::ALL {
        let mut outbound = Outbound::new(&master(suite));
        let mut inbound = Inbound::new(&master(suite));
        let mut sequence = 0;
        let bytes = PACKET_BYTES + suite.rtp_overhead_bytes();
        group.bench_function(suite.name(), |bencher| {
            bencher.iter_batched_ref(
                || {
                    let mut buffer = [0x80; ROOM_BYTES];
                    number(&mut buffer, &mut sequence);
                    outbound.protect_rtp(&mut buffer, PACKET_BYTES).unwrap();
                    buffer
                },
                |buffer| {
                    let packet = inbound.unprotect_rtp(black_box(&mut buffer[..bytes]));
                    packet.unwrap().len()
                },
                BatchSize::SmallInput,
            );
        });
    }
}

/// What a stranger's packet costs.
fn refuse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("SRTP, refuse a forged packet");
    for suite in SrtpSuite::ALL {
        let mut inbound = Inbound::new(&master(suite));
        let mut packet = [0x80; PACKET_BYTES];
        group.bench_function(suite.name(), |bencher| {
            bencher.iter(|| inbound.unprotect_rtp(black_box(&mut packet)).unwrap_err());
        });
    }
}

fn number(buffer: &mut [u8; ROOM_BYTES], sequence: &mut u16) {
    buffer[2..4].copy_from_slice(&sequence.to_be_bytes());
    *sequence = sequence.wrapping_add(1);
}

fn master(suite: SrtpSuite) -> SrtpKey {
    let bytes = vec![7; suite.key_bytes() + suite.salt_bytes()];
    SrtpKey::new(suite, &bytes).unwrap()
}

const PACKET_BYTES: usize = HEADER_BYTES + 160;
const ROOM_BYTES: usize = PACKET_BYTES + 16;
