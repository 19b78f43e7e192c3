//! Trunks that are made, changed, tested and removed while the server runs.

use std::time::Duration;

use conclave_api::{
    Happening, Problem, Request, Response, TrunkRequest, TrunkStateName, TrunkTestView, TrunkView,
    TrunkWish,
};
use serde_json::{Value, json};

use super::Town;
use super::town::Store;

const SECOND: Duration = Duration::from_secs(1);

fn ask(town: &mut Town, asked: TrunkRequest) -> Result<Response, Problem> {
    town.ask(Request::Trunk(asked))
}

fn trunk(answer: Result<Response, Problem>) -> TrunkView {
    match answer {
        Ok(Response::Trunk(trunk)) => *trunk,
        other => panic!("{other:?}"),
    }
}

fn create(town: &mut Town, body: &Value) -> Result<Response, Problem> {
    ask(town, TrunkRequest::Create(TrunkWish::read(body).unwrap()))
}

fn update(town: &mut Town, body: &Value, if_version: Option<u64>) -> Result<Response, Problem> {
    let wish = TrunkWish::read(body).unwrap();
    let key = "PBX".to_owned();
    ask(
        town,
        TrunkRequest::Update {
            key,
            wish,
            if_version,
        },
    )
}

fn shown(town: &mut Town) -> TrunkView {
    trunk(ask(town, TrunkRequest::Show("pbx".to_owned())))
}

/// A trunk whose other side is the phone's, in a town with a room 801.
fn town() -> Town {
    let mut town = Town::new();
    town.add_room("801", None);
    let body = json!({
        "name": "PBX", "host": "192.0.2.7", "secret": "sesame", "user": "801", "callers": "inside"
    });
    let made = trunk(create(&mut town, &body));
    assert_eq!((made.version, made.has_secret), (1, true));
    town
}

#[test]
fn a_trunk_is_up_a_moment_after_it_was_made_and_everybody_is_told() {
    let mut town = town();
    town.pass(SECOND);
    let view = shown(&mut town);
    assert_eq!(view.status.state, TrunkStateName::Up);
    assert_eq!(view.status.remote.as_deref(), Some("udp:192.0.2.7:5060"));
    assert!(view.status.latency_ms.is_some());
    let news = town.news();
    assert!(
        news.contains(&"trunk.updated") && news.contains(&"trunk.up"),
        "{news:?}"
    );
}

#[test]
fn a_change_keeps_calls_and_counts_them_and_a_removal_lets_them_go_on() {
    let mut town = town();
    town.pass(SECOND);
    let line = town.line("801");
    let changed = trunk(update(&mut town, &json!({"max_calls": 1}), Some(1)));
    assert_eq!((changed.version, changed.status.calls), (2, 1));
    town.pass(SECOND);
    let second = town.dial("801");
    assert_eq!(town.refusal(second), Some(486));
    let stale = update(&mut town, &json!({"max_calls": 2}), Some(1)).unwrap_err();
    assert_eq!(stale.status, 412);
    let gone = TrunkRequest::Delete {
        key: "PBX".to_owned(),
        if_version: None,
    };
    assert_eq!(ask(&mut town, gone), Ok(Response::Done));
    town.pass(SECOND);
    assert!(!town.has_ended(line.session));
    let third = town.line("801");
    town.hang_up(line);
    town.hang_up(third);
    town.pass(60 * SECOND);
    assert!(town.node.trunks.is_empty());
}

#[test]
fn a_test_says_how_it_went_and_a_disabled_trunk_is_not_tested() {
    let mut town = town();
    town.pass(SECOND);
    let test = || TrunkRequest::Test("PBX".to_owned());
    let good = TrunkTestView {
        answered: true,
        status: Some(200),
        took_ms: Some(0),
        sentence: "192.0.2.7:5060 answered 200 OK in 0 ms".to_owned(),
    };
    assert_eq!(ask(&mut town, test()), Ok(Response::TrunkTested(good)));
    town.phone_is_silent = true;
    let later = town.ask_later(Request::Trunk(test()));
    assert!(!town.replies.contains_key(&later));
    town.pass(10 * SECOND);
    match town.replies.remove(&later) {
        Some(Ok(Response::TrunkTested(tested))) => {
            assert!(!tested.answered);
            assert_eq!(tested.sentence, "no answer from 192.0.2.7:5060");
        }
        other => panic!("{other:?}"),
    }
    trunk(update(&mut town, &json!({"enabled": false}), None));
    let refused = ask(&mut town, test()).unwrap_err();
    assert_eq!(refused.status, 409);
}

#[test]
fn what_cannot_be_is_refused_by_name_and_changes_nothing() {
    let mut town = town();
    let taken = create(&mut town, &json!({"name": "pbx", "host": "192.0.2.9"})).unwrap_err();
    assert_eq!((taken.status, &*taken.errors[0].field), (409, "name"));
    for (body, field) in [
        (json!({"host": "192.0.2.9"}), "name"),
        (json!({"name": "B"}), "host"),
        (
            json!({"name": "B", "host": "b", "kind": "registering"}),
            "user",
        ),
    ] {
        let refused = create(&mut town, &body).unwrap_err();
        assert_eq!(refused.errors[0].field, field, "{body}");
    }
    town.store = Store::Fails;
    let refused = update(&mut town, &json!({"host": "192.0.2.9"}), None).unwrap_err();
    assert_eq!(refused.status, 503);
    town.store = Store::Keeps;
    let view = shown(&mut town);
    assert_eq!((view.version, &*view.host), (1, "192.0.2.7"));
}

#[test]
fn no_event_and_no_log_holds_the_password() {
    let mut town = town();
    trunk(update(&mut town, &json!({"secret": "open sesame"}), None));
    town.pass(60 * SECOND);
    let told: Vec<Happening> = std::mem::take(&mut town.happenings);
    assert!(told.len() > 1);
    let said = format!("{told:?} {:?}", town.logs);
    assert!(!said.contains("sesame"), "{said}");
}
