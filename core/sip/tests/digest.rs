//! Both sides of digest authentication against each other.

use conclave_model::{Chance, DigestAlgorithm, Ha1Set, UnixMillis, limits};
use conclave_sip::digest::{Authority, Challenge, Credentials, Login, Proof, ha1_set};

const START: UnixMillis = UnixMillis(1_700_000_000_000);

struct Both {
    authority: Authority,
    chance: Chance,
    anna: Ha1Set,
}

impl Both {
    fn new() -> Self {
        Self {
            authority: Authority::new("conclave", Chance::from_seed([1; 32])),
            chance: Chance::from_seed([2; 32]),
            anna: ha1_set("anna", "conclave", "Geheim-12"),
        }
    }

    /// A login with the challenge at that place of those offered.
    fn login(&mut self, at: UnixMillis, which: usize, password: &str) -> Login {
        let offered = self.authority.challenges(at, false);
        let value = offered[which].write();
        let challenge = Challenge::choose([value.as_bytes()]).expect("ours");
        Login::new(challenge, "anna", password)
    }

    fn answer(&mut self, login: &mut Login) -> Credentials {
        let value = login.answer("REGISTER", "sip:conclave", b"", &mut self.chance);
        Credentials::parse(value.as_bytes()).expect("ours")
    }

    fn judge(&mut self, at: UnixMillis, credentials: &Credentials) -> Proof {
        self.authority
            .judge(at, credentials, "REGISTER", Some(&self.anna))
    }
}

fn later(seconds: u32) -> UnixMillis {
    UnixMillis(START.0 + u64::from(seconds) * 1000)
}

#[test]
fn every_algorithm_proves_the_right_password_and_no_other() {
    let mut both = Both::new();
    for which in 0..3 {
        let mut login = both.login(START, which, "Geheim-12");
        let right = both.answer(&mut login);
        let mut login = both.login(START, which, "Geheim-13");
        let wrong = both.answer(&mut login);
        assert_eq!(both.judge(START, &wrong), Proof::Wrong);
        assert_eq!(both.judge(START, &right), Proof::Right);
    }
}

#[test]
fn a_proof_counts_once_and_the_nonce_many_times() {
    let mut both = Both::new();
    let mut login = both.login(START, 0, "Geheim-12");
    for _ in 0..100 {
        let answer = both.answer(&mut login);
        assert_eq!(both.judge(START, &answer), Proof::Right);
        assert_eq!(both.judge(START, &answer), Proof::Stale);
    }
    assert_eq!(both.authority.nonces_in_use(), 1);
}

#[test]
fn an_old_nonce_and_one_of_another_start_are_stale() {
    let mut both = Both::new();
    let mut login = both.login(START, 0, "Geheim-12");
    let (first, second) = (both.answer(&mut login), both.answer(&mut login));
    let life = limits::SIP_NONCE_LIFE_S;
    assert_eq!(both.judge(later(life), &first), Proof::Right);
    assert_eq!(both.judge(later(life + 1), &second), Proof::Stale);
    both.authority = Authority::new("conclave", Chance::from_seed([9; 32]));
    assert_eq!(both.judge(START, &second), Proof::Stale);
}

#[test]
fn a_proof_is_for_its_method_uri_realm_and_user() {
    let mut both = Both::new();
    let mut login = both.login(START, 0, "Geheim-12");
    let right = both.answer(&mut login);
    let anna = both.anna;
    let mut judge = |credentials: &Credentials, method, known| {
        let authority = &mut both.authority;
        authority.judge(START, credentials, method, known)
    };
    assert_eq!(judge(&right, "INVITE", Some(&anna)), Proof::Wrong);
    assert_eq!(judge(&right, "REGISTER", None), Proof::Wrong);
    let ben = ha1_set("ben", "conclave", "Geheim-12");
    assert_eq!(judge(&right, "REGISTER", Some(&ben)), Proof::Wrong);
    let other_uri = Credentials {
        uri: "sip:other".to_owned(),
        ..right.clone()
    };
    assert_eq!(judge(&other_uri, "REGISTER", Some(&anna)), Proof::Wrong);
    let other_realm = Credentials {
        realm: "other".to_owned(),
        ..right.clone()
    };
    assert_eq!(judge(&other_realm, "REGISTER", Some(&anna)), Proof::Wrong);
    assert_eq!(judge(&right, "REGISTER", Some(&anna)), Proof::Right);
}

#[test]
fn who_does_not_count_uses_a_nonce_once() {
    let mut both = Both::new();
    let offered = both.authority.challenges(START, false);
    let mut old = offered[2].clone();
    old.qop = None;
    let mut login = Login::new(old, "anna", "Geheim-12");
    let (first, second) = (both.answer(&mut login), both.answer(&mut login));
    assert_eq!(first.counted, None);
    assert_eq!(both.judge(START, &first), Proof::Right);
    assert_eq!(both.judge(START, &second), Proof::Stale);
}

#[test]
fn who_proves_nothing_is_not_remembered() {
    let mut both = Both::new();
    for _ in 0..1000 {
        let mut login = both.login(START, 0, "wrong");
        let answer = both.answer(&mut login);
        assert_eq!(both.judge(START, &answer), Proof::Wrong);
    }
    assert_eq!(both.authority.nonces_in_use(), 0);
}

#[test]
fn the_nonces_in_use_are_bounded_and_never_taken_twice() {
    let mut both = Both::new();
    let mut login = both.login(START, 2, "Geheim-12");
    let first = both.answer(&mut login);
    assert_eq!(both.judge(START, &first), Proof::Right);
    for _ in 0..=limits::SIP_NONCES {
        let at = later(1);
        let mut login = both.login(at, 2, "Geheim-12");
        let answer = both.answer(&mut login);
        // Those of one second are forgotten in no particular order.
        let proof = both.judge(at, &answer);
        assert_ne!(proof, Proof::Wrong);
    }
    assert_eq!(both.authority.nonces_in_use(), limits::SIP_NONCES);
    assert_eq!(both.judge(START, &first), Proof::Stale);
}

#[test]
fn what_is_not_offered_is_neither_asked_for_nor_taken() {
    let mut both = Both::new();
    let mut login = both.login(START, 2, "Geheim-12");
    let by_md5 = both.answer(&mut login);
    let mut login = both.login(START, 0, "Geheim-12");
    let by_sha256 = both.answer(&mut login);
    both.authority = Authority::new("conclave", Chance::from_seed([1; 32]))
        .offering(vec![DigestAlgorithm::Sha256]);
    let offered = both.authority.challenges(START, false);
    let algorithms: Vec<_> = offered.iter().map(|one| one.algorithm).collect();
    assert_eq!(algorithms, [DigestAlgorithm::Sha256]);
    assert_eq!(both.judge(START, &by_md5), Proof::Wrong);
    assert_eq!(both.judge(START, &by_sha256), Proof::Right);
}
