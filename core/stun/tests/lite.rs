//! What the lite side answers, and where it sends then; knows no network.
#![expect(clippy::disallowed_methods, reason = "a test starts at some moment")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_model::{Chance, IceCredentials, limits};
use conclave_stun::{Class, Integrity, Lite, Message, Refusal, Writer, binding_request};
use proptest::prelude::*;

#[test]
fn a_good_check_is_answered_with_where_it_came_from() {
    let mut scene = Scene::new();
    let check = scene.check(0, 100, false);
    let answer = check.answer.unwrap();
    let answer = Message::parse(&answer).unwrap();
    assert_eq!(answer.class(), Class::Success);
    assert_eq!(answer.transaction(), ID);
    assert_eq!(answer.mapped_address(), Some(at(0)));
    assert_eq!(answer.integrity(scene.ours.password()), Integrity::Right);
    assert!(answer.has_fingerprint());
    assert_eq!((check.chosen, check.refusal), (None, None));
    assert_eq!(scene.lite.chosen(), None);
}

#[test]
fn the_path_that_is_chosen_is_taken_once_and_a_better_one_later() {
    let mut scene = Scene::new();
    assert_eq!(scene.check(0, 100, true).chosen, Some(at(0)));
    assert_eq!(scene.check(0, 100, true).chosen, None, "it is no news");
    assert_eq!(scene.check(1, 50, true).chosen, None, "it is worse");
    assert_eq!(scene.check(2, 200, true).chosen, Some(at(2)));
    assert_eq!(scene.lite.chosen(), Some(at(2)));
}

#[test]
fn a_worse_path_is_taken_when_the_better_one_is_silent() {
    let mut scene = Scene::new();
    scene.check(0, 100, true);
    scene.now += limits::ICE_PATH_SILENT / 2;
    scene.check(0, 100, false);
    scene.now += limits::ICE_PATH_SILENT - Duration::from_millis(1);
    assert_eq!(scene.check(1, 50, true).chosen, None, "it was checked");
    scene.now += Duration::from_millis(1);
    assert_eq!(scene.check(1, 50, true).chosen, Some(at(1)));
}

#[test]
fn strangers_and_half_checks_choose_nothing_and_learn_their_number() {
    let mut scene = Scene::new();
    let (ours, theirs) = (scene.ours.clone(), scene.theirs.clone());
    let name = format!("{}:{}", ours.ufrag(), theirs.ufrag());
    let password = ours.password();
    let request = |name: &str, password: &str, controls: bool| {
        binding_request(ID, name, password, 1, true, controls)
    };
    let naked = Writer::new(Class::Request, ID).attribute(0x0006, name.as_bytes());
    let unsummed = {
        let mut bytes = request(&name, password, true);
        bytes.truncate(bytes.len() - 8);
        let length = u16::try_from(bytes.len() - 20).unwrap();
        bytes[2..4].copy_from_slice(&length.to_be_bytes());
        bytes
    };
    let strange = Writer::new(Class::Request, ID)
        .attribute(0x0006, name.as_bytes())
        .attribute(0x0025, &[])
        .attribute(0x7777, b"must be understood")
        .integrity(password)
        .finish();
    let turned = format!("{}:{}", theirs.ufrag(), ours.ufrag());
    for (datagram, refusal, code) in [
        (naked.finish(), Refusal::Incomplete, 400),
        (unsummed, Refusal::Incomplete, 400),
        (
            request(&name, theirs.password(), true),
            Refusal::Stranger,
            401,
        ),
        (request(&turned, password, true), Refusal::Stranger, 401),
        (request("nobody", password, true), Refusal::Stranger, 401),
        (strange, Refusal::Unknown, 420),
        (request(&name, password, false), Refusal::RoleConflict, 487),
    ] {
        let check = scene.lite.handle(scene.now, at(0), &datagram);
        assert_eq!(check.refusal, Some(refusal));
        assert_eq!(check.chosen, None);
        let answer = check.answer.unwrap();
        let answer = Message::parse(&answer).unwrap();
        assert_eq!(
            (answer.class(), answer.error_code()),
            (Class::Error, Some(code))
        );
    }
    assert_eq!(scene.lite.chosen(), None);
}

#[test]
fn no_answer_is_longer_than_what_it_answers() {
    let mut scene = Scene::new();
    let bare = Writer::new(Class::Request, ID).finish();
    let check = scene.lite.handle(scene.now, at(0), &bare);
    assert_eq!(
        (check.answer, check.refusal),
        (None, Some(Refusal::Incomplete))
    );
    for class in [Class::Indication, Class::Success, Class::Error] {
        let bytes = Writer::new(class, ID).finish();
        let check = scene.lite.handle(scene.now, at(0), &bytes);
        assert_eq!((check.answer, check.chosen), (None, None), "{class:?}");
    }
    let far: SocketAddr = "[2001:db8::1]:5000".parse().unwrap();
    let check = scene.request(1, false);
    let answer = scene.lite.handle(scene.now, far, &check).answer;
    assert!(answer.unwrap().len() <= check.len());
}

proptest! {
    #[test]
    fn noise_is_never_answered_at_length_and_never_chooses(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..700),
        is_dressed: bool,
    ) {
        let mut scene = Scene::new();
        if is_dressed && bytes.len() >= 20 {
            let length = u16::try_from(bytes.len() - 20).unwrap();
            bytes[..2].copy_from_slice(&[0, 1]);
            bytes[2..4].copy_from_slice(&length.to_be_bytes());
            bytes[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        }
        let check = scene.lite.handle(scene.now, at(0), &bytes);
        prop_assert!(check.answer.is_none_or(|answer| answer.len() <= bytes.len()));
        prop_assert_eq!(check.chosen, None);
    }

    #[test]
    fn a_check_that_is_damaged_somewhere_chooses_nothing(
        at_byte in 0_usize..100, flip in 1_u8..,
    ) {
        let mut scene = Scene::new();
        let mut bytes = scene.request(100, true);
        let place = at_byte % bytes.len();
        bytes[place] ^= flip;
        let check = scene.lite.handle(scene.now, at(0), &bytes);
        prop_assert_eq!(check.chosen, None);
        prop_assert!(check.refusal.is_some());
    }
}

struct Scene {
    ours: IceCredentials,
    theirs: IceCredentials,
    lite: Lite,
    now: Instant,
}

impl Scene {
    fn new() -> Self {
        let mut chance = Chance::from_seed([7; 32]);
        let ours = IceCredentials::drawn(&mut chance);
        let theirs = IceCredentials::drawn(&mut chance);
        Self {
            lite: Lite::new(ours.clone(), &theirs),
            ours,
            theirs,
            now: Instant::now(),
        }
    }

    fn request(&self, priority: u32, nominates: bool) -> Vec<u8> {
        let name = format!("{}:{}", self.ours.ufrag(), self.theirs.ufrag());
        binding_request(ID, &name, self.ours.password(), priority, nominates, true)
    }

    fn check(&mut self, from: u16, priority: u32, nominates: bool) -> conclave_stun::Check {
        let request = self.request(priority, nominates);
        self.lite.handle(self.now, at(from), &request)
    }
}

fn at(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 4_000 + port))
}

const ID: [u8; 12] = *b"transaction!";
