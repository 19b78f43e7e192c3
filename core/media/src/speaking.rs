//! The second half of a tick for one leg: its packets, shared or its own; chooses no sound.

use conclave_audio::Frame;
use conclave_model::{Codec, Moment};

use crate::PacketSink;
use crate::bus::bus_of;
use crate::context::{Scratch, Shared};
use crate::fanout::{Fanouts, Following, Onward, Source};
use crate::leg::Hears;
use crate::legs::Legs;
use crate::station::Station;

/// Lets the leg follow what it hears, or go on alone. Before anything is encoded in this tick.
pub(crate) fn settle(slot: usize, legs: &mut Legs, fanouts: &mut Fanouts, shared: &mut Shared) {
    let Some(leg) = legs.get_mut(slot) else {
        return;
    };
    if leg.egress.wants_other_key() {
        change_key(slot, legs, fanouts, shared);
    }
    let Some(leg) = legs.get_mut(slot) else {
        return;
    };
    let key = leg.egress.key();
    let current = leg.following.map(|following| following.source);
    let wanted = match leg.hears {
        Hears::Shared(source) => Some(source),
        Hears::Alone(_) | Hears::Nothing => None,
    };
    if current.is_some() && current == wanted {
        return;
    }
    if !leg.is_spatial && leg.is_to_wait_for_encoder(shared) {
        return;
    }
    if current.is_some() {
        let onward = match key.codec {
            // Its stream goes on in two channels, by an encoder of its own.
            Codec::Opus if leg.is_spatial => Onward::Ends,
            Codec::Opus if !shared.take_handover() => Onward::Anew,
            Codec::Pcmu | Codec::Pcma | Codec::G722 | Codec::Opus => Onward::Continues,
        };
        fanouts.leave(legs, slot, onward, shared);
    }
    let Some(leg) = legs.get_mut(slot) else {
        return;
    };
    let Some(source) = wanted else {
        leg.settling = None;
        return;
    };
    let frames = if leg.egress.has_encoder() {
        leg.egress.settle_frames()
    } else {
        0
    };
    let settling = leg.settling.filter(|settling| settling.0 == source);
    let (_, frames_left) = settling.unwrap_or((source, frames));
    leg.settling = Some((source, frames_left.saturating_sub(1)));
    if frames_left == 0 || fanouts.would_lead(source, key) {
        fanouts.join(legs, slot, source, shared);
    }
}

/// The leg goes on alone, encoded in another way. As the peer has lost packets, a seam is no loss.
fn change_key(slot: usize, legs: &mut Legs, fanouts: &mut Fanouts, shared: &mut Shared) {
    let is_short = legs
        .get(slot)
        .is_some_and(|leg| leg.is_short_of_encoder(shared));
    if is_short || !shared.take_handover() {
        return;
    }
    fanouts.leave(legs, slot, Onward::Continues, shared);
    if let Some(leg) = legs.get_mut(slot) {
        leg.egress.change_key(shared.effort.opus);
        leg.settling = None;
    }
}

/// Encodes what the leg hears, unless another did, and sends it.
pub(crate) fn speak<S: PacketSink>(
    now: Moment,
    tick: u64,
    slot: usize,
    plane: Plane<'_>,
    sink: &mut S,
    shared: &mut Shared,
) {
    let Plane {
        legs,
        fanouts,
        stations,
    } = plane;
    let Some(leg) = legs.get_mut(slot).filter(|leg| !leg.is_broken) else {
        return;
    };
    // A stage that broke half-way has sent to some of its legs already.
    if leg.spoken_at.replace(tick) == Some(tick) {
        return;
    }
    if let Some(following) = leg.following {
        let bus = bus_of(leg.rate());
        let frame = frame_of(&following, bus, stations, shared);
        let (payloads, made) = fanouts.packets(legs, &following, tick, frame);
        shared.health.encodes += made;
        shared.health.encodes_shared += payloads.count() as u64 - made;
        if let Some(leg) = legs.get_mut(slot) {
            let workbench = &mut shared.scratch.workbench;
            leg.send(now, payloads, workbench, sink, &mut shared.health);
        }
    } else if let Some(leg) = legs.get_mut(slot).filter(|leg| leg.follows_ring()) {
        shared.health.encodes_shared += 1;
        let Scratch {
            ring, workbench, ..
        } = &mut *shared.scratch;
        leg.send(now, ring, workbench, sink, &mut shared.health);
    } else if let Some(leg) = legs.get_mut(slot) {
        let rate = leg.rate();
        let station = leg.music.station().and_then(|at| stations[at].as_deref());
        let music = station.map(|station| station.frame(rate));
        if leg.is_spatial {
            leg.compose_ears(slot, music, shared);
            shared.health.encodes += leg.encode_ears(&mut shared.scratch);
        } else {
            leg.egress.pick_up(shared);
            leg.compose(slot, music, shared);
            let scratch = &mut *shared.scratch;
            let frame = scratch.alone[bus_of(rate)].samples();
            shared.health.encodes += leg.egress.encode(frame, &mut scratch.payloads);
        }
        let scratch = &mut *shared.scratch;
        let Scratch {
            payloads,
            workbench,
            ..
        } = scratch;
        leg.send(now, payloads, workbench, sink, &mut shared.health);
    }
    if let Some(leg) = legs.get_mut(slot) {
        leg.report(now, false, sink, shared);
    }
}

/// The parts of a deck that sending touches.
pub(crate) struct Plane<'a> {
    pub legs: &'a mut Legs,
    pub fanouts: &'a mut Fanouts,
    pub stations: &'a [Option<Box<Station>>],
}

fn frame_of<'a>(
    following: &Following,
    bus: usize,
    stations: &'a [Option<Box<Station>>],
    shared: &'a Shared,
) -> &'a [f32] {
    let silence = &SILENCE[..crate::bus::BUS_RATES[bus].frame_samples()];
    match following.source {
        Source::Silence => silence,
        Source::Stage(_) => shared.scratch.heard[bus].samples(),
        Source::Station(at) => stations[at].as_deref().map_or(silence, |station| {
            station.frame(crate::bus::BUS_RATES[bus]).samples()
        }),
    }
}

static SILENCE: [f32; Frame::SAMPLES_MAX] = [0.0; Frame::SAMPLES_MAX];
