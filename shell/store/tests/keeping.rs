//! What is put into the store comes out of it again, also after it was closed.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::os::unix::fs::PermissionsExt;

use common::{call, room};
use conclave_model::confbridge::{MenuRecord, OptionSection, ProfileRecord, Renamed, Renaming};
use conclave_model::{
    CallId, CallLadder, Chance, DigestAlgorithm, Ha1, Ha1Set, HouseService, LadderMessage,
    LadderWay, Permissions, PhoneId, PhonePin, PhoneRecord, RegistrationRecord, Role,
    ServiceExtension, SrtpPolicy, TokenId, UnixMillis, UserId,
};
use conclave_store::{
    AuditRow, CallFilter, KeptAnswer, Store, StoreError, TokenRow, TokensOf, UserRow,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

#[tokio::test]
async fn a_profile_survives_a_restart_as_it_was_typed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let profile = |section, text: &str| ProfileRecord {
        section,
        name: "large".parse().unwrap(),
        text: text.into(),
        created_at: UnixMillis(7),
        version: 3,
    };
    let of_room = profile(OptionSection::Bridge, "; ours\nmax_members=50\n");
    let of_callers = profile(OptionSection::User, "quiet=yes");
    store
        .put_profile(&profile(OptionSection::Bridge, ""))
        .await
        .unwrap();
    store.put_profile(&of_room).await.unwrap();
    store.put_profile(&of_callers).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    assert_eq!(
        store.load_profiles().await.unwrap(),
        [of_room.clone(), of_callers.clone()]
    );
    for _ in 0..2 {
        let name = &of_room.name;
        store
            .delete_profile(OptionSection::Bridge, name)
            .await
            .unwrap();
    }
    assert_eq!(store.load_profiles().await.unwrap(), [of_callers]);
}

#[tokio::test]
async fn an_account_survives_a_restart_with_where_its_telephones_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let hash = |algorithm: DigestAlgorithm, byte| {
        Ha1::from_bytes(algorithm, &vec![byte; algorithm.bytes()]).unwrap()
    };
    let mut phone = PhoneRecord {
        id: PhoneId::mint(UnixMillis(7), &mut Chance::from_seed([1; 32])),
        user: "anna".parse().unwrap(),
        name: "Anna Huber".parse().unwrap(),
        number: None,
        realm: "conclave".to_owned(),
        ha1: Ha1Set {
            md5: hash(DigestAlgorithm::Md5, 1),
            sha256: hash(DigestAlgorithm::Sha256, 2),
            sha512_256: hash(DigestAlgorithm::Sha512_256, 3),
        },
        srtp: None,
        pin: PhonePin::Asks,
        enabled: true,
        created_at: UnixMillis(7),
        version: 1,
    };
    store.put_phone(&phone).await.unwrap();
    phone.number = Some("+4999129691201".parse().unwrap());
    phone.srtp = Some(SrtpPolicy::Required);
    phone.pin = PhonePin::Skipped;
    phone.enabled = false;
    phone.version = 2;
    store.put_phone(&phone).await.unwrap();
    let place = |contact: &str| RegistrationRecord {
        phone: phone.id,
        contact: contact.to_owned(),
        instance: Some("<urn:uuid:1>".to_owned()),
        reg_id: Some(u32::MAX),
        route: vec!["<sip:a@b;lr>".to_owned(), "<sip:c@d;lr>".to_owned()],
        transport: "tls".to_owned(),
        local: "[2001:db8::1]:5061".parse().unwrap(),
        remote: "192.0.2.7:40000".parse().unwrap(),
        via_proxy: true,
        call_id: "x".to_owned(),
        sequence: u32::MAX,
        user_agent: None,
        since: UnixMillis(8),
        until: UnixMillis(9),
    };
    let both = [place("sip:z@b"), place("sip:a@b")];
    store
        .put_registrations(phone.id, &[place("sip:old@b")])
        .await
        .unwrap();
    store.put_registrations(phone.id, &both).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    assert_eq!(store.load_phones().await.unwrap(), [phone.clone()]);
    assert_eq!(store.load_registrations().await.unwrap(), both);
    store.delete_phone(phone.id).await.unwrap();
    // What is written late of one that is gone is not kept.
    store.put_registrations(phone.id, &both).await.unwrap();
    assert_eq!(store.load_phones().await.unwrap(), []);
    assert_eq!(store.load_registrations().await.unwrap(), []);
}

#[tokio::test]
async fn an_echo_test_is_there_from_the_start_and_numbers_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let first = store.load_extensions().await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].extension.as_str(), "899");
    assert_eq!(first[0].service, HouseService::EchoTest);
    let hours = |sound: &str| ServiceExtension {
        extension: "888".parse().unwrap(),
        service: HouseService::read("sound", Some(sound)).unwrap(),
        created_at: UnixMillis(7),
    };
    store.put_extension(&hours("goodbye")).await.unwrap();
    store.put_extension(&hours("acme-hours")).await.unwrap();
    for _ in 0..2 {
        store.delete_extension(&first[0].extension).await.unwrap();
    }
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    let kept = store.load_extensions().await.unwrap();
    assert_eq!(kept, [hours("acme-hours")]);
}

#[tokio::test]
async fn a_room_keeps_the_number_of_the_echo_test() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut room = room(1);
    room.extension = "899".parse().unwrap();
    store.put_room(&room).await.unwrap();
    store.close().await;
    // As it was before there were such numbers.
    let file = dir.path().join("conclave.db");
    let mut database = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .unwrap();
    for done in [
        "DROP TABLE extensions",
        "DELETE FROM _sqlx_migrations WHERE version = 16",
    ] {
        sqlx::query(done).execute(&mut database).await.unwrap();
    }
    database.close().await.unwrap();

    let store = Store::open(dir.path()).await.unwrap();
    assert_eq!(store.load_extensions().await.unwrap(), []);
    assert_eq!(store.load_rooms().await.unwrap(), [room]);
}

#[tokio::test]
async fn a_menu_survives_a_restart_as_it_was_typed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let text = "; ours\n*6=toggle_mute\n";
    let first = MenuRecord::new("desk".parse().unwrap(), text, UnixMillis(7)).unwrap();
    let other = MenuRecord::new("aisle".parse().unwrap(), "", UnixMillis(8)).unwrap();
    store.put_menu(&first).await.unwrap();
    store.put_menu(&other).await.unwrap();
    let first = first.with_text("1=help").unwrap();
    store.put_menu(&first).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    let kept = [other.clone(), first.clone()];
    assert_eq!(store.load_menus().await.unwrap(), kept);
    store.delete_menu(&other.name).await.unwrap();
    store.delete_menu(&other.name).await.unwrap();
    assert_eq!(store.load_menus().await.unwrap(), [first]);
}

#[tokio::test]
async fn a_room_survives_a_restart_with_every_field() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let first = room(2);
    let mut second = room(1);
    second.pin = None;
    second.music = None;
    second.more_pins.moderator = Some("4711".parse().unwrap());
    for (name, pin, profile) in [
        ("Anna Huber", "98127", Some("all_hands")),
        ("Бен", "98128", None),
    ] {
        second.more_pins.give(conclave_model::PersonalPin {
            name: name.parse().unwrap(),
            role: conclave_model::PinRole::Moderator,
            pin: pin.parse().unwrap(),
            profile: profile.map(|name| name.parse().unwrap()),
        });
    }
    store.put_room(&first).await.unwrap();
    store.put_room(&second).await.unwrap();
    second.version = 2;
    second.title = "Renamed".parse().unwrap();
    second.keypad = "desk".parse().unwrap();
    second.moderator_keypad = "none".parse().unwrap();
    store.put_room(&second).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    assert_eq!(
        store.load_rooms().await.unwrap(),
        [second.clone(), first.clone()]
    );
    store.delete_room(second.id).await.unwrap();
    store.delete_room(second.id).await.unwrap();
    assert_eq!(store.load_rooms().await.unwrap(), [first]);
}

#[tokio::test]
async fn two_rooms_cannot_have_one_extension() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let first = room(1);
    let mut second = room(2);
    second.extension = first.extension.clone();
    store.put_room(&first).await.unwrap();
    let error = store.put_room(&second).await.unwrap_err();
    assert!(matches!(error, StoreError::ExtensionTaken), "{error}");
    assert_eq!(store.load_rooms().await.unwrap(), [first]);
}

#[tokio::test]
async fn the_call_log_is_read_page_by_page_and_by_room() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let standup = room(1).id;
    let calls: Vec<_> = (0..7)
        .map(|number| call(number, (number % 2 == 0).then_some(standup)))
        .collect();
    store.put_calls(&calls[..6]).await.unwrap();
    store.put_call(&calls[6]).await.unwrap();

    let mut seen = Vec::new();
    let mut filter = CallFilter::default();
    loop {
        let page = store.list_calls(filter.clone(), 3).await.unwrap();
        filter.before = page.last().map(|call| call.id);
        seen.extend(page.clone());
        if page.len() < 3 {
            break;
        }
    }
    seen.reverse();
    assert_eq!(seen, calls);

    let filter = CallFilter {
        room: Some(standup),
        ..CallFilter::default()
    };
    assert_eq!(store.list_calls(filter, 100).await.unwrap().len(), 4);
    let shown = store.show_call(calls[3].id).await.unwrap();
    assert_eq!(shown.as_ref(), Some(&calls[3]));
    assert_eq!(store.show_call(call(99, None).id).await.unwrap(), None);
}

#[tokio::test]
async fn calls_are_found_by_number_time_and_trouble() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut calls: Vec<_> = (0..6).map(|number| call(number, None)).collect();
    for call in &mut calls[..4] {
        call.joined_at = Some(call.started_at);
        call.far = None;
    }
    calls[1].from_number = "214".to_owned();
    calls[2].from_name = Some("Zoe".to_owned());
    store.put_calls(&calls).await.unwrap();
    let found = async |filter| {
        let found = store.list_calls(filter, 100).await.unwrap();
        let mut found: Vec<_> = found.iter().map(|call| call.started_at.0 % 1_000).collect();
        found.reverse();
        found
    };
    let all = CallFilter::default();
    let text = |text: &str| CallFilter {
        text: Some(text.to_owned()),
        ..all.clone()
    };
    assert_eq!(found(text("21")).await, [1]);
    assert_eq!(found(text("zOE")).await, [2]);
    assert_eq!(found(text("%")).await, [0; 0]);
    let times = CallFilter {
        from: Some(calls[2].started_at),
        to: Some(calls[4].started_at),
        ..all.clone()
    };
    assert_eq!(found(times).await, [2, 3]);
    let problems = CallFilter {
        problems: true,
        ..all.clone()
    };
    // Who never got into the room, and hung up.
    assert_eq!(found(problems).await, [4, 5]);
}

#[tokio::test]
async fn messages_are_kept_with_their_call_and_for_the_newest_calls_only() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let calls: Vec<_> = (0..4).map(|number| call(number, None)).collect();
    store.put_calls(&calls).await.unwrap();
    let ladders: Vec<_> = (0..6).map(|number| ladder(call(number, None).id)).collect();
    store.put_ladders(&ladders).await.unwrap();
    for (call, ladder) in calls.iter().zip(&ladders) {
        let shown = store.show_ladder(call.id).await.unwrap();
        assert_eq!(shown.as_ref(), Some(ladder));
    }
    // A call that is not in the log has no messages.
    assert_eq!(store.show_ladder(ladders[5].call).await.unwrap(), None);
    store.forget_ladders(3).await.unwrap();
    assert_eq!(store.show_ladder(calls[0].id).await.unwrap(), None);
    assert!(store.show_ladder(calls[1].id).await.unwrap().is_some());
    store.forget_calls(UnixMillis(0), 2).await.unwrap();
    assert_eq!(store.show_ladder(calls[1].id).await.unwrap(), None);
    assert!(store.show_ladder(calls[2].id).await.unwrap().is_some());
}

fn ladder(call: CallId) -> CallLadder {
    let message = |number: u64, way| LadderMessage {
        at: UnixMillis(number),
        way,
        transport: "tcp",
        local: "[2001:db8::1]:5060".parse().unwrap(),
        remote: "192.0.2.7:40000".parse().unwrap(),
        text: "INVITE sip:801@a SIP/2.0\n'); DROP TABLE calls; --\n".to_owned(),
        bytes_left_out: 7,
    };
    CallLadder {
        call,
        messages: vec![message(1, LadderWay::In), message(2, LadderWay::Out)],
        skipped: 3,
    }
}

#[tokio::test]
async fn calls_too_old_or_too_many_are_forgotten_the_oldest_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let calls: Vec<_> = (0..20).map(|number| call(number, None)).collect();
    store.put_calls(&calls).await.unwrap();
    let left = async || {
        let mut left = store.list_calls(CallFilter::default(), 100).await.unwrap();
        left.reverse();
        left
    };
    assert_eq!(store.forget_calls(UnixMillis(0), 20).await.unwrap(), 0);
    let sixth = calls[5].ended_at;
    assert_eq!(store.forget_calls(sixth, 20).await.unwrap(), 5);
    assert_eq!(left().await, calls[5..]);
    assert_eq!(store.forget_calls(sixth, 12).await.unwrap(), 3);
    assert_eq!(left().await, calls[8..]);
}

#[tokio::test]
async fn an_answer_is_kept_until_it_is_too_old() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let answer = KeptAnswer {
        fingerprint: vec![1, 2, 3],
        status: 201,
        etag: Some("\"1\"".to_owned()),
        location: None,
        body: b"{}".to_vec(),
    };
    let at = UnixMillis;
    store
        .keep_answer("a", &answer, at(1_000), at(0))
        .await
        .unwrap();
    assert!(store.kept_answer("a", at(1_000)).await.unwrap() == Some(answer.clone()));
    assert!(store.kept_answer("b", at(0)).await.unwrap().is_none());
    assert!(store.kept_answer("a", at(1_001)).await.unwrap().is_none());

    store
        .keep_answer("b", &answer, at(2_000), at(1_500))
        .await
        .unwrap();
    assert!(
        store.kept_answer("a", at(0)).await.unwrap().is_none(),
        "forgotten"
    );
}

#[tokio::test]
async fn nobody_else_can_read_the_data_directory() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("deep/data");
    let store = Store::open(&dir).await.unwrap();
    store.put_room(&room(1)).await.unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_second_server_is_kept_out() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let error = Store::open(dir.path()).await.err().unwrap();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    store.close().await;
    Store::open(dir.path()).await.unwrap();
}

#[tokio::test]
async fn old_lines_of_the_audit_log_are_forgotten_and_the_oldest_of_too_many() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    for at in 1..=5 {
        let line = AuditRow {
            id: 0,
            at: UnixMillis(at),
            actor: "machine".into(),
            name: "the command line".into(),
            address: None,
            action: "room.updated".into(),
            object: "rm_1".into(),
            detail: String::new(),
        };
        store.append_audit(&line).await.unwrap();
    }
    assert_eq!(store.forget_audit(UnixMillis(3), 100).await.unwrap(), 2);
    assert_eq!(store.forget_audit(UnixMillis(3), 2).await.unwrap(), 1);
    let left = store.audit(None, None, 10).await.unwrap();
    let left: Vec<u64> = left.iter().map(|line| line.at.0).collect();
    assert_eq!(left, [5, 4]);
}

#[tokio::test]
async fn a_token_is_forgotten_with_its_user_or_handed_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut chance = Chance::from_seed([3; 32]);
    let mut users = Vec::new();
    for (number, name) in (1..).zip(["anna", "bert", "cleo"]) {
        let id = UserId::mint(UnixMillis(number), &mut chance);
        let user = UserRow {
            id,
            name: name.parse().unwrap(),
            role: Role::Admin,
            password: None,
            subject: None,
            created_at: UnixMillis(number),
            signed_in_at: None,
        };
        store.put_user(&user).await.unwrap();
        let token = TokenRow {
            id: TokenId::mint(UnixMillis(number), &mut chance),
            name: name.to_owned(),
            permissions: Permissions::all(),
            user: Some(id),
            created_by: name.to_owned(),
            created_at: UnixMillis(number),
            expires_at: None,
            used_at: None,
        };
        let hash = [u8::try_from(number).unwrap(); 32];
        store.put_token(&token, &hash).await.unwrap();
        users.push(id);
    }
    let [anna, bert, cleo] = users[..] else {
        panic!("three users");
    };
    store.delete_user(anna, TokensOf::Forgotten).await.unwrap();
    assert!(store.token(&[1; 32]).await.unwrap().is_none());
    let heir = TokensOf::HandedTo(Some(cleo));
    store.delete_user(bert, heir).await.unwrap();
    let handed = store.token(&[2; 32]).await.unwrap().unwrap();
    assert_eq!(
        (handed.user, handed.created_by.as_str()),
        (Some(cleo), "bert")
    );
    let nobody = TokensOf::HandedTo(None);
    store.delete_user(cleo, nobody).await.unwrap();
    let left = store.load_tokens().await.unwrap();
    let left: Vec<_> = left
        .iter()
        .map(|token| (token.name.as_str(), token.user))
        .collect();
    assert_eq!(left, [("bert", None), ("cleo", None)]);
}

#[tokio::test]
async fn a_new_name_is_kept_with_all_that_names_it_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let profile = |name: &str, text: &str| ProfileRecord {
        section: OptionSection::User,
        name: name.parse().unwrap(),
        text: text.into(),
        created_at: UnixMillis(1),
        version: 1,
    };
    let mut first = room(1);
    first.user_options = "template=old".to_owned();
    store.put_room(&first).await.unwrap();
    store.put_room(&room(2)).await.unwrap();
    store
        .put_profile(&profile("old", "quiet=yes"))
        .await
        .unwrap();
    store
        .put_profile(&profile("top", "template=old"))
        .await
        .unwrap();
    first.user_options = "template=new".to_owned();
    let mut renaming = Renaming {
        what: Renamed::Profile {
            old: "old".parse().unwrap(),
            new: profile("new", "quiet=yes"),
        },
        rooms: vec![first.clone()],
        profiles: vec![profile("top", "template=new")],
    };
    // The second room would take the extension of the first.
    let mut second = room(2);
    second.extension = first.extension.clone();
    renaming.rooms.push(second);
    store.rename(&renaming).await.unwrap_err();
    let names = |all: Vec<ProfileRecord>| -> Vec<(String, String)> {
        let all = all.into_iter();
        all.map(|one| (one.name.to_string(), one.text.to_string()))
            .collect()
    };
    let expected = [("old", "quiet=yes"), ("top", "template=old")];
    let own =
        |pairs: [(&str, &str); 2]| pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(names(store.load_profiles().await.unwrap()), own(expected));
    renaming.rooms.pop();
    store.rename(&renaming).await.unwrap();
    let expected = [("new", "quiet=yes"), ("top", "template=new")];
    assert_eq!(names(store.load_profiles().await.unwrap()), own(expected));
    assert_eq!(store.load_rooms().await.unwrap()[0], first);
}
