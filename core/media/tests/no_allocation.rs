//! The tick allocates nothing and frees nothing, joins and prompts included.
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    reason = "a counting allocator must be one, and passes every call on as it is"
)]

mod studio;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use conclave_contract::{Command, Segment, StageSpec, VoiceSpec};
use conclave_media::{
    Deck, DeckConfig, NeighbourId, Order, PacketSink, Port, Preparer, Tape, TapeFrame, TapeSink,
};
use conclave_model::confbridge::RecordVolume;
use conclave_model::{
    Codec, Digit, Language, LegId, Moment, PlayId, PlaylistName, Prompt, RecordId, SrtpSuite,
    StageId,
};
use conclave_rtp::{Header, write_header};
use studio::secrets::Secrets;
use studio::{Library, Phone};

struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches no heap.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Nowhere;

impl PacketSink for Nowhere {
    fn send(&mut self, _: LegId, _: Port, _: SocketAddr, _: &[u8]) {}
}

/// Takes every other frame: a reader that is too slow.
#[derive(Default)]
struct SlowReader {
    offered: u64,
    heard: bool,
}

impl TapeSink for SlowReader {
    fn push(&mut self, frame: &TapeFrame) -> bool {
        self.offered += 1;
        self.heard |= frame.samples().iter().any(|sample| *sample > 1_000);
        self.offered.is_multiple_of(2)
    }
}

impl Drop for SlowReader {
    fn drop(&mut self) {
        FRAMES_TAPED.set(FRAMES_TAPED.get() + self.offered);
        SOUND_TAPED.set(SOUND_TAPED.get() || self.heard);
    }
}

thread_local! {
    static FRAMES_TAPED: Cell<u64> = const { Cell::new(0) };
    static SOUND_TAPED: Cell<bool> = const { Cell::new(false) };
}

const LEGS: u32 = 12;

fn commands(second: u32) -> Vec<Command> {
    let stage = StageId(1);
    let segments = vec![
        Segment::Prompt(Prompt::HasJoined, Language::German),
        Segment::Silence(Duration::from_millis(100)),
    ];
    let leg = LegId(second % LEGS + 1);
    let (muted, stop_on_digit) = (second.is_multiple_of(2), true);
    let name = conclave_contract::RecordSpec {
        length_max: Duration::from_secs(1),
        end_silence: Duration::from_secs(1),
        speech_min: Duration::from_millis(200),
        stop_on_digit,
    };
    let record = RecordId(second);
    let play = PlayId(second);
    let except = Some(leg);
    let playlist = muted.then(PlaylistName::built_in);
    vec![
        Command::JoinStage { leg, stage },
        Command::SetMute { leg, muted },
        Command::SetStage {
            stage,
            spec: StageSpec {
                rate_max_hz: second.is_multiple_of(3).then_some(16_000),
                rate_fixed_hz: None,
                binaural: second % 8 < 6,
            },
        },
        Command::SetBinaural {
            leg: LegId((second + 2) % LEGS + 1),
            on: second % 5 < 4,
        },
        Command::SetPacing {
            leg: LegId((second + 6) % LEGS + 1),
            interval_ms: 40,
        },
        Command::RelayDigit {
            stage,
            from: leg,
            digit: Digit::from_char('5').unwrap(),
        },
        Command::SetVoice {
            leg: LegId((second + 4) % LEGS + 1),
            voice: VoiceSpec {
                talking_threshold: Some(20),
                silence_threshold: None,
                drop_silence: muted,
                denoise: second % 4 < 3,
            },
        },
        Command::SetListeningVolume {
            leg: LegId((second + 3) % LEGS + 1),
            volume_db: if muted { 6 } else { 0 },
        },
        Command::Play {
            leg: LegId(second % 3 + 1),
            play,
            segments: segments.clone(),
            stop_on_digit,
        },
        Command::Announce {
            stage,
            play,
            segments,
            except,
        },
        Command::Music { leg, playlist },
        Command::Record {
            leg: LegId((second + 5) % LEGS + 1),
            record,
            spec: name,
        },
        Command::LeaveStage {
            leg: LegId((second + 7) % LEGS + 1),
        },
        Command::SetEcho {
            leg: LegId((second + 7) % LEGS + 1),
            on: second % 9 < 7,
        },
    ]
}

#[test]
fn nothing_is_allocated_from_the_first_order_to_the_last_goodbye() {
    let config = DeckConfig {
        legs_max: 64,
        stages_max: 4,
    };
    let mut preparer = Preparer::new(Arc::new(Library::new()), config.legs_max);
    conclave_media::warm_up();
    let mut deck = Deck::new(config);
    let mut now = Moment::EPOCH;
    let local = SocketAddr::from(([10, 0, 0, 1], 2_000));
    let mut phones: Vec<Phone> = (1..=LEGS).map(able_phone).collect();
    let mut orders: Vec<Order> = Vec::new();
    let open = |phone: &Phone| Command::OpenLeg {
        leg: phone.leg,
        near: None,
        reached_at: None,
        spec: Box::new(phone.spec()),
    };
    let stage = StageId(1);
    orders.push(preparer.prepare(Command::OpenStage { stage }, local));
    orders.extend(
        phones
            .iter()
            .map(|phone| preparer.prepare(open(phone), local)),
    );
    let mut kept = Vec::with_capacity(10_000);
    let mut counted = 0;
    for second in 0..30 {
        let new = commands(second).into_iter();
        orders.extend(new.map(|command| preparer.prepare(command, local)));
        if second % 7 == 3 {
            // A second one takes the place of the first.
            orders.extend([0, 1].map(|_| {
                let tape = Box::new(Tape::new(
                    Box::new(SlowReader::default()),
                    RecordVolume::default(),
                ));
                Order::StartTape { stage, tape }
            }));
        }
        if second % 7 == 6 {
            orders.push(Order::StopTape { stage });
        }
        if second % 6 == 4 {
            let renewals = new_keys(&mut phones, second).into_iter();
            orders.extend(renewals.map(|command| preparer.prepare(command, local)));
        }
        if second == 28 {
            orders.extend((1..=LEGS).map(|leg| Order::CloseLeg { leg: LegId(leg) }));
        }
        for tick in 0..50_u16 {
            now += studio::TICK;
            let sequence = u16::try_from(second).unwrap() * 50 + tick;
            let packets: Vec<Vec<u8>> = (phones.iter_mut())
                .map(|phone| sealed(phone, sequence))
                .collect();
            let before = CALLS.get();
            for order in orders.drain(..) {
                deck.obey(now, order);
            }
            for (phone, packet) in phones.iter().zip(&packets) {
                deck.receive(now, phone.leg, Port::Rtp, phone.address, packet);
            }
            deck.tick(now, &mut Nowhere);
            counted += CALLS.get() - before;
            while let Some(retired) = deck.poll_retired() {
                kept.push(retired);
            }
            while let Some(wish) = deck.poll_wish() {
                orders.push(preparer.spare(wish));
            }
            while let Some(event) = deck.poll_event() {
                drop(event);
            }
        }
    }
    drop(kept);
    assert_eq!((FRAMES_TAPED.get(), SOUND_TAPED.get()), (4 * 150, true));
    let health = deck.health();
    assert_eq!(counted, 0, "{health:?}");
    assert_eq!(
        (health.legs, health.events_lost, health.legs_failed),
        (0, 0, 0)
    );
    assert!(
        health.frames_decoded > 5_000 && health.encodes > 5_000,
        "{health:?}"
    );
}

#[test]
fn nothing_is_allocated_between_neighbours_linked_late_or_unlinked() {
    let config = DeckConfig {
        legs_max: 16,
        stages_max: 2,
    };
    let mut preparer = Preparer::new(Arc::new(Library::new()), config.legs_max);
    let mut decks = [Deck::new(config), Deck::new(config)];
    let mut now = Moment::EPOCH;
    let local = SocketAddr::from(([10, 0, 0, 1], 2_000));
    let stage = StageId(1);
    let phones: Vec<Phone> = (1..=LEGS)
        .map(|number| {
            let mut phone = Phone::new(number, Codec::ALL[number as usize % 4], 300.0);
            phone.stereo = true;
            phone
        })
        .collect();
    for deck in &mut decks {
        deck.obey(now, preparer.prepare(Command::OpenStage { stage }, local));
    }
    let spec = StageSpec {
        binaural: true,
        ..StageSpec::default()
    };
    for deck in &mut decks {
        deck.obey(
            now,
            preparer.prepare(Command::SetStage { stage, spec }, local),
        );
    }
    for phone in &phones {
        let (leg, spec) = (phone.leg, Box::new(phone.spec()));
        let (near, reached_at) = (None, None);
        let open = Command::OpenLeg {
            leg,
            near,
            reached_at,
            spec,
        };
        let deck = &mut decks[leg.0 as usize % 2];
        deck.obey(now, preparer.prepare(open, local));
        let on = true;
        deck.obey(
            now,
            preparer.prepare(Command::SetBinaural { leg, on }, local),
        );
        deck.obey(now, Order::JoinStage { leg, stage });
    }
    let mut kept = Vec::with_capacity(10_000);
    let mut counted = 0;
    for tick in 0..500_u16 {
        now += studio::TICK;
        let mut links = Vec::new();
        if tick % 100 == 10 {
            links.extend(studio::link::neighbours(0, 1));
        }
        let mut links = links.into_iter();
        let before = CALLS.get();
        for deck in &mut decks {
            if let Some(neighbour) = links.next() {
                deck.obey(now, Order::Link { stage, neighbour });
            }
        }
        for phone in &phones {
            let deck = &mut decks[phone.leg.0 as usize % 2];
            deck.receive(now, phone.leg, Port::Rtp, phone.address, &loud(phone, tick));
        }
        // Now one is late, now the other; now one has died.
        let order = if tick / 50 % 2 == 0 { [0, 1] } else { [1, 0] };
        for at in order.into_iter().filter(|at| *at == 0 || tick % 100 < 60) {
            decks[at].hear(now);
            decks[at].awaits_neighbours();
            decks[at].speak(now, &mut Nowhere);
        }
        if tick % 100 == 90 {
            for (at, deck) in decks.iter_mut().enumerate() {
                let neighbour = NeighbourId(if at == 0 { 1 } else { 0 });
                deck.obey(now, Order::Unlink { stage, neighbour });
            }
        }
        counted += CALLS.get() - before;
        for deck in &mut decks {
            while let Some(retired) = deck.poll_retired() {
                kept.push(retired);
            }
            while let Some(event) = deck.poll_event() {
                drop(event);
            }
        }
    }
    let health = decks[0].health();
    assert_eq!(counted, 0, "{health:?}");
    assert!(
        health.frames_imported > 300 && health.exports_missing > 50,
        "{health:?}"
    );
}

/// Two ears, some with long packets, every other one encrypted.
fn able_phone(number: u32) -> Phone {
    let codec = Codec::ALL[number as usize % 4];
    let mut phone = Phone::new(number, codec, 300.0);
    phone.stereo = true;
    phone.ptime_max_ms = Some(60).filter(|_| number.is_multiple_of(3));
    let suite = SrtpSuite::ALL[number as usize % SrtpSuite::ALL.len()];
    let is_secret = number.is_multiple_of(2);
    phone.secrets = is_secret.then(|| Secrets::new(suite, 1));
    phone
}

/// All that encrypt go on with others.
fn new_keys(phones: &mut [Phone], second: u32) -> Vec<Command> {
    let secret = phones.iter_mut().filter(|phone| phone.secrets.is_some());
    let renewals = secret.map(|phone| {
        let suite = SrtpSuite::ALL[second as usize % SrtpSuite::ALL.len()];
        phone.secrets = Some(Secrets::new(suite, second as u8));
        let (leg, spec) = (phone.leg, Box::new(phone.spec()));
        Command::UpdateLeg { leg, spec }
    });
    renewals.collect()
}

/// [`loud`], as it is on the wire.
fn sealed(phone: &mut Phone, sequence: u16) -> Vec<u8> {
    let packet = loud(phone, sequence);
    match &mut phone.secrets {
        Some(secrets) => secrets.seal(&packet),
        None => packet.to_vec(),
    }
}

/// 20 ms that any codec takes for sound; made without the heap.
fn loud(phone: &Phone, sequence: u16) -> [u8; 172] {
    let ticks = phone.codec.clock_rate_hz() / 50;
    let mut datagram = [0; 172];
    let mut dice = u32::from(sequence);
    for byte in &mut datagram[12..] {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (dice >> 24) as u8;
    }
    if phone.codec == Codec::Opus {
        // CELT, full band, 20 ms, one frame.
        datagram[12] = 31 << 3;
    }
    let header = Header {
        payload_type: phone.payload_type,
        marker: false,
        sequence,
        timestamp: u32::from(sequence) * ticks,
        ssrc: phone.ssrc,
    };
    write_header(datagram.first_chunk_mut().unwrap(), &header);
    datagram
}
