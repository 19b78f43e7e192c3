//! Webhooks over real sockets: signed, tried again until they are taken, disabled when they never
//! are.

#![allow(clippy::unwrap_used)] // A test may fail.

mod receiver;

use conclave_hooks::{Outcome, signature};
use conclave_model::{DeliveryState, NumbersShown, UnixMillis, limits};
use receiver::{Receiver, Says, office};
use tokio::sync::watch;

#[tokio::test]
async fn an_event_comes_signed_and_without_numbers() {
    let mut receiver = Receiver::saying(vec![Says::Status(204)]).await;
    let office = office().await;
    let webhook = office.webhook(&receiver.url, NumbersShown::Masked).await;
    office.happens("room.created").await;
    office.happens("call.started").await;
    assert!(office.courier.turn(webhook.id).await.unwrap());

    let received = receiver.next().await;
    let id = received.header("webhook-id");
    let seconds: u64 = received.header("webhook-timestamp").parse().unwrap();
    assert_eq!(seconds, office.now() / 1_000);
    let right = signature(&webhook.secret, id, seconds, &received.body);
    assert_eq!(received.header("webhook-signature"), right);
    assert_eq!(received.header("content-type"), "application/json");
    let body = received.json();
    assert_eq!(body["type"], "call.started");
    assert_eq!(body["timestamp"], "2026-11-05T09:30:00.000Z");
    assert_eq!(body["by"]["name"], "Olivia");
    assert_eq!(body["data"]["from_number"], "+4917 ••• 512");
    let log = office.log(webhook.id).await;
    assert_eq!((log.len(), log[0].state), (1, DeliveryState::Delivered));
    assert!(!office.courier.turn(webhook.id).await.unwrap() && receiver.is_idle());
}

#[tokio::test]
async fn a_receiver_that_fails_and_recovers_misses_nothing() {
    let answers = [500, 302, 429, 204].map(Says::Status).to_vec();
    let mut receiver = Receiver::saying(answers).await;
    let office = office().await;
    let webhook = office.webhook(&receiver.url, NumbersShown::Full).await;
    office.happens("call.started").await;
    let mut ids = Vec::new();
    let mut waits = Vec::new();
    while let Some(waited) = office.go_on().await {
        waits.push(waited);
        office.courier.turn(webhook.id).await.unwrap();
        let received = receiver.next().await;
        assert_eq!(received.json()["data"]["from_number"], "+4917155512");
        ids.push(received.header("webhook-id").to_owned());
    }
    assert_eq!(waits.len(), 4, "{waits:?}");
    for (waited, plain) in waits[1..].iter().zip(limits::WEBHOOK_RETRIES) {
        let share = waited.as_secs_f64() / plain.as_secs_f64();
        assert!((0.89..1.11).contains(&share), "{waits:?}");
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "the same event has the same id");
    let kept = office.kept(webhook.id).await;
    assert_eq!(kept.failing_since, None);
}

#[tokio::test]
async fn an_event_that_nobody_takes_is_given_up_after_three_days_and_may_be_sent_again() {
    let mut receiver = Receiver::saying(vec![Says::Status(503)]).await;
    let office = office().await;
    let webhook = office.webhook(&receiver.url, NumbersShown::Full).await;
    let begun = office.now();
    office.happens("call.started").await;
    while office.go_on().await.is_some() {
        office.courier.turn(webhook.id).await.unwrap();
        receiver.next().await;
    }
    let hours = (office.now() - begun) / 3_600_000;
    assert!((68..84).contains(&hours), "{hours}");
    let log = office.log(webhook.id).await;
    assert_eq!(log[0].state, DeliveryState::Failed);
    assert_eq!(log[0].attempts as usize, limits::WEBHOOK_RETRIES.len() + 1);
    let tally = office.courier.tally();
    let counts = Outcome::ALL.map(|outcome| tally.count(outcome));
    let retries = limits::WEBHOOK_RETRIES.len() as u64;
    assert_eq!(
        counts,
        [0, retries, 1, 0],
        "delivered, failed, given up, dropped"
    );
    assert_eq!(log[0].last.as_ref().unwrap().status, Some(503));
    assert!(office.kept(webhook.id).await.enabled);

    let again = office.courier.redeliver(webhook.id, log[0].id).await;
    assert!(again.unwrap());
    office.courier.turn(webhook.id).await.unwrap();
    assert_eq!(
        receiver.next().await.header("webhook-id"),
        log[0].id.to_string()
    );
}

#[tokio::test]
async fn a_receiver_that_took_nothing_for_days_is_disabled_and_everybody_told() {
    let receiver = Receiver::saying(vec![Says::Status(500)]).await;
    let mut office = office().await;
    let webhook = office.webhook(&receiver.url, NumbersShown::Full).await;
    let begun = office.now();
    let days = |now: u64| (now - begun) / 86_400_000;
    while office.kept(webhook.id).await.enabled {
        assert!(days(office.now()) < 10, "never disabled");
        office.happens("call.started").await;
        while office.go_on().await.is_some() {
            office.courier.turn(webhook.id).await.unwrap();
        }
    }
    assert!((5..8).contains(&days(office.now())));
    let event = office.told.try_recv().unwrap();
    assert_eq!(event.what.type_name(), "webhook.disabled");
    office.happens("call.started").await;
    assert_eq!(
        office.go_on().await,
        None,
        "nothing is kept for it any more"
    );
    let audit = office.store.audit(None, None, 1).await.unwrap();
    assert_eq!(audit[0].action, "webhook.disabled");
}

#[tokio::test]
async fn whoever_says_gone_is_disabled_at_once() {
    let receiver = Receiver::saying(vec![Says::Status(410)]).await;
    let office = office().await;
    let webhook = office.webhook(&receiver.url, NumbersShown::Full).await;
    office.happens("call.started").await;
    office.courier.turn(webhook.id).await.unwrap();
    let kept = office.kept(webhook.id).await;
    assert!(!kept.enabled && kept.disabled_why.unwrap().contains("410"));
}

#[tokio::test]
async fn a_receiver_that_says_nothing_holds_up_nobody_else() {
    let mut slow = Receiver::saying(vec![Says::Nothing]).await;
    let mut quick = Receiver::saying(vec![Says::Status(200)]).await;
    let office = office().await;
    office.webhook(&slow.url, NumbersShown::Full).await;
    office.webhook(&quick.url, NumbersShown::Full).await;
    let (close, closing) = watch::channel(false);
    let running = tokio::spawn(office.courier.clone().run(closing));
    office.happens("call.started").await;
    slow.next().await;
    quick.next().await;
    for _ in 0..20 {
        office.happens("call.started").await;
        quick.next().await;
    }
    close.send(true).unwrap();
    running.await.unwrap();
}

#[tokio::test]
async fn too_many_events_are_dropped_and_counted() {
    let office = office().await;
    let webhook = office
        .webhook("http://127.0.0.1:9/", NumbersShown::Full)
        .await;
    assert!(office.log(webhook.id).await.is_empty());
    office.happens("call.started").await;
    let mut more = office.log(webhook.id).await[0].clone();
    more.id = office
        .courier
        .with_chance(|chance| conclave_model::DeliveryId::mint(UnixMillis(1), chance));
    let dropped = office.store.add_deliveries(&[more], 1).await.unwrap();
    assert_eq!(dropped, 1);
    let kept = office.kept(webhook.id).await;
    assert_eq!(kept.dropped, 1);
}

#[tokio::test]
async fn both_secrets_sign_until_the_old_one_ends() {
    let mut receiver = Receiver::saying(vec![Says::Status(200)]).await;
    let office = office().await;
    let webhook = office.webhook(&receiver.url, NumbersShown::Full).await;
    let until = UnixMillis(office.now() + 60_000);
    let store = &office.store;
    store
        .set_webhook_secret(webhook.id, "whsec_bmV3", until)
        .await
        .unwrap();
    for (wait, signatures) in [(0, 2), (61_000, 1)] {
        office.set_clock(office.now() + wait);
        office.happens("call.started").await;
        office.courier.turn(webhook.id).await.unwrap();
        let signed = receiver.next().await;
        let signed = signed.header("webhook-signature");
        assert_eq!(signed.split(' ').count(), signatures, "{signed}");
    }
}

#[tokio::test]
async fn ids_sort_as_the_events_came() {
    let office = office().await;
    let webhook = office
        .webhook("http://127.0.0.1:9/", NumbersShown::Full)
        .await;
    for dialled in 0..50 {
        office.happens_to(&dialled.to_string()).await;
    }
    let log = office.log(webhook.id).await;
    let dialled: Vec<u32> = log.iter().rev().map(receiver::dialled).collect();
    assert_eq!(dialled, (0..50).collect::<Vec<_>>());
    let due = office
        .store
        .deliveries_due(webhook.id, UnixMillis(office.now()), 50);
    let due: Vec<u32> = due.await.unwrap().iter().map(receiver::dialled).collect();
    assert_eq!(due, dialled, "and are tried in that order");
}

#[tokio::test]
async fn what_waits_for_a_webhook_that_is_switched_off_is_given_up_until_sent_again() {
    let answers = [500, 500, 200].map(Says::Status).to_vec();
    let mut receiver = Receiver::saying(answers).await;
    let office = office().await;
    let mut webhook = office.webhook(&receiver.url, NumbersShown::Full).await;
    office.happens("call.started").await;
    office.courier.turn(webhook.id).await.unwrap();
    receiver.next().await;
    webhook.enabled = false;
    office.store.set_webhook(&webhook).await.unwrap();
    assert_eq!(office.go_on().await, None);
    let given_up = office.log(webhook.id).await.remove(0);
    assert_eq!(given_up.state, DeliveryState::Failed);

    for state in [DeliveryState::Failed, DeliveryState::Delivered] {
        let again = office.courier.redeliver(webhook.id, given_up.id).await;
        assert!(again.unwrap());
        office.courier.turn(webhook.id).await.unwrap();
        let received = receiver.next().await;
        assert_eq!(received.header("webhook-id"), given_up.id.to_string());
        assert_eq!(office.log(webhook.id).await[0].state, state, "tried once");
    }
}
