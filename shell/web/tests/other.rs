//! Calls, playlists, status, figures.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::time::Duration;

use axum::body::Body;
use common::{request, server};
use conclave_model::{
    CallEnd, CallId, CallLadder, CallMoment, CallRecord, Chance, FarReception, LadderMessage,
    LadderWay, RoomId, Timeline, UnixMillis, limits,
};
use serde_json::json;

fn call(number: u64, room: Option<RoomId>) -> CallRecord {
    CallRecord {
        id: CallId::mint(UnixMillis(number), &mut Chance::from_seed([3; 32])),
        started_at: UnixMillis(number),
        answered_at: Some(UnixMillis(number)),
        joined_at: None,
        ended_at: UnixMillis(number + 61_500),
        from_number: "+49301".to_owned(),
        from_name: None,
        dialled: "801".to_owned(),
        remote: "192.0.2.7:5060".parse().unwrap(),
        transport: "tcp",
        sip_call_id: "x".to_owned(),
        room,
        room_title: None,
        codec: None,
        encryption: None,
        pins_wrong: 3,
        end: CallEnd::WrongPin,
        packets_received: 1,
        packets_lost: 0,
        packets_forged: 0,
        jitter_max: Duration::from_micros(1_500),
        packets_sent: 3_000,
        far: Some(FarReception {
            packets_lost: 9,
            jitter_max: Duration::from_micros(700),
        }),
        round_trip: Some(Duration::from_micros(31_000)),
        timeline: Timeline::default(),
    }
}

#[tokio::test]
async fn a_call_is_shown_with_what_happened_and_what_was_said() {
    let server = server().await;
    let mut kept = call(5, None);
    kept.timeline.note(UnixMillis(5), CallMoment::Rang);
    kept.timeline.note(UnixMillis(905), CallMoment::PinWrong);
    server.backend.store.put_call(&kept).await.unwrap();
    let path = format!("/api/v1/calls/{}", kept.id);
    let shown = server.get(&path).await.json();
    assert_eq!(shown["verdict"]["outcome"], "wrong_pin");
    assert_eq!(shown["verdict"]["problem"], true);
    let steps: Vec<_> = shown["timeline"].as_array().unwrap().iter().collect();
    let what: Vec<_> = steps.iter().map(|step| &step["what"]).collect();
    assert_eq!(what, ["rang", "pin_wrong", "ended"]);
    assert_eq!(steps[1]["after_ms"], 900);

    let trace = format!("{path}/trace");
    assert_eq!(server.get(&trace).await.problem().0, 404);
    let message = LadderMessage {
        at: UnixMillis(5),
        way: LadderWay::In,
        transport: "udp",
        local: "192.0.2.1:5060".parse().unwrap(),
        remote: "192.0.2.7:5060".parse().unwrap(),
        text: "INVITE sip:801…@192.0.2.1 SIP/2.0\nCall-ID: <b>x</b>\n".to_owned(),
        bytes_left_out: 0,
    };
    let ladder = CallLadder {
        call: kept.id,
        messages: vec![message],
        skipped: 0,
    };
    server.backend.store.put_ladders(&[ladder]).await.unwrap();
    let shown = server.get(&trace).await.json();
    assert_eq!(shown["messages"][0]["direction"], "in");
    assert_eq!(
        shown["messages"][0]["first_line"],
        "INVITE sip:801…@192.0.2.1 SIP/2.0"
    );
}

#[tokio::test]
async fn filters_of_the_call_log_are_checked_word_by_word() {
    let server = server().await;
    server.backend.store.put_call(&call(5, None)).await.unwrap();
    let count = async |query: &str| {
        let page = server.get(&format!("/api/v1/calls?{query}")).await.json();
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count("number=%2B4930&problem=true").await, 1);
    assert_eq!(count("number=9999").await, 0);
    assert_eq!(count("from=1970-01-01&to=1970-01-02").await, 1);
    assert_eq!(count("from=1970-01-02T00:00:00Z").await, 0);
    for wrong in ["problem=maybe", "from=yesterday", "to=2026-99-01"] {
        let got = server.get(&format!("/api/v1/calls?{wrong}")).await;
        let field = wrong.split('=').next().unwrap().to_owned();
        assert_eq!(got.problem(), (422, vec![field]), "{wrong}");
    }
}

#[tokio::test]
async fn the_call_log_is_read_page_by_page() {
    let server = server().await;
    let room = server
        .json("POST", "/api/v1/rooms", &json!({"title": "Standup"}))
        .await
        .json();
    let id = room["id"].as_str().unwrap().parse().unwrap();
    let calls: Vec<_> = (1..=5).map(|n| call(n, (n > 2).then_some(id))).collect();
    server.backend.store.put_calls(&calls).await.unwrap();

    let first = server.get("/api/v1/calls?limit=3").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    let newest = &first["items"][0];
    assert_eq!(newest["id"], calls[4].id.to_string());
    assert_eq!(newest["end"], "wrong_pin");
    assert_eq!(newest["end_sentence"], "The PIN was wrong three times.");
    assert_eq!(
        (&newest["duration_seconds"], &newest["jitter_max_ms"]),
        (&json!(61), &json!(1.5))
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = server
        .get(&format!("/api/v1/calls?limit=3&cursor={cursor}"))
        .await
        .json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next_cursor"], json!(null));

    for key in ["801", "standup", room["id"].as_str().unwrap()] {
        let found = server
            .get(&format!("/api/v1/calls?room={key}"))
            .await
            .json();
        assert_eq!(found["items"].as_array().unwrap().len(), 3, "{key}");
    }
    assert_eq!(server.get("/api/v1/calls?room=999").await.problem().0, 404);
    let wrong = server.get("/api/v1/calls?cursor=x").await.problem();
    assert_eq!(wrong, (422, vec!["cursor".to_owned()]));
    let shown = server.get(&format!("/api/v1/calls/{}", calls[0].id)).await;
    assert_eq!(shown.json()["from_number"], "+49301");
    for unknown in [call(99, None).id.to_string(), "x".to_owned()] {
        assert_eq!(
            server
                .get(&format!("/api/v1/calls/{unknown}"))
                .await
                .problem()
                .0,
            404
        );
    }
}

#[tokio::test]
async fn a_track_is_taken_in_or_refused_and_nothing_is_left_behind() {
    let server = server().await;
    let before = std::fs::read_dir(server.dir.path()).unwrap().count();
    let put = |path: &str, headers: &[(&str, &str)], body: Vec<u8>| {
        server.send(request("POST", path, headers, Body::from(body)))
    };
    let tracks = "/api/v1/playlists/jazz/tracks";
    let song = format!("{tracks}?file=blue%20in%20green.mp3");
    let added = put(&song, &[("content-type", "audio/mpeg")], vec![0; 300_000]).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert_eq!(
        added.json(),
        json!({
            "name": "blue in green.mp3", "seconds": 300_000.0,
            "bytes": 300_000, "loudness_lufs": -18.0, "fault": null,
        })
    );
    assert_eq!(put(&song, &[], b"noise".to_vec()).await.problem().0, 422);
    assert_eq!(put(&song, &[], Vec::new()).await.problem().0, 400);
    let form = [("content-type", "multipart/form-data; boundary=x")];
    assert_eq!(put(&song, &form, vec![0]).await.problem().0, 415);
    let length = (limits::UPLOAD_BYTES + 1).to_string();
    let refused = put(&song, &[("content-length", &length)], vec![0]).await;
    assert_eq!(refused.problem().0, 413);
    for name in ["", "noext", "..%2fx.mp3", ".x.mp3", "a%00.mp3", "a%5cb.mp3"] {
        let refused = put(&format!("{tracks}?file={name}"), &[], vec![0]).await;
        assert_eq!(refused.problem(), (422, vec!["file".to_owned()]), "{name}");
    }
    let list = server.get("/api/v1/playlists/jazz").await.json();
    assert_eq!(list["tracks"].as_array().unwrap().len(), 1);
    let after = std::fs::read_dir(server.dir.path()).unwrap().count();
    assert_eq!(before, after);

    let track = format!("{tracks}/blue%20in%20green.mp3");
    let delete = || request("DELETE", &track, &[], Body::empty());
    assert_eq!(server.send(delete()).await.status, 204);
    assert_eq!(server.send(delete()).await.problem().0, 404);
}

#[tokio::test]
async fn a_playlist_is_made_and_removed_unless_a_room_plays_it() {
    let server = server().await;
    let made = server
        .json("POST", "/api/v1/playlists", &json!({"name": "late"}))
        .await;
    assert_eq!(
        (made.status, made.header("location")),
        (201, "/api/v1/playlists/late")
    );
    let again = server
        .json("POST", "/api/v1/playlists", &json!({"name": "jazz"}))
        .await;
    assert_eq!(again.problem().0, 409);
    let body = json!({"title": "x", "music": "jazz"});
    assert_eq!(
        server.json("POST", "/api/v1/rooms", &body).await.status,
        201
    );
    let delete = |name: &str| {
        let path = format!("/api/v1/playlists/{name}");
        server.send(request("DELETE", &path, &[], Body::empty()))
    };
    let used = delete("jazz").await;
    assert_eq!(used.problem().0, 409);
    assert!(used.text.contains("801"), "{}", used.text);
    server
        .json("PATCH", "/api/v1/rooms/801", &json!({"music": null}))
        .await;
    assert_eq!(delete("jazz").await.status, 204);
    assert_eq!(delete("default").await.problem().0, 403);
    assert_eq!(delete("NO").await.problem().0, 404);
    assert_eq!(server.get("/api/v1/playlists/none").await.problem().0, 404);
}

#[tokio::test]
async fn the_server_says_how_it_does() {
    let server = server().await;
    let status = server.get("/api/v1/status").await.json();
    assert_eq!(status["version"], "0.1.0");
    assert_eq!(status["participants"], 2);
    assert_eq!(status["load"], "normal");
    assert_eq!(server.get("/healthz").await.text, "ok\n");
    assert_eq!(server.get("/readyz").await.text, "ready\n");
    let metrics = server.get("/metrics").await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "conclave_build_info{version=\"0.1.0\"} 1",
        "conclave_rooms_active 1",
        "conclave_participants{state=\"joined\"} 2",
        "conclave_load_level 0",
        "conclave_mix_late_ticks_total 5",
        "conclave_http_answers_total{status=\"2xx\"} 3",
    ] {
        assert!(metrics.text.lines().any(|other| other == line), "{line}");
    }
}

#[tokio::test]
async fn tracks_are_ordered_renamed_and_listened_to() {
    let server = server().await;
    for file in ["a.mp3", "b.mp3"] {
        let path = format!("/api/v1/playlists/jazz/tracks?file={file}");
        let upload = request("POST", &path, &[], Body::from("sound"));
        assert_eq!(server.send(upload).await.status, 201);
    }
    let order = json!({"tracks": ["b.mp3", "a.mp3"]});
    let got = server
        .json("PATCH", "/api/v1/playlists/jazz", &order)
        .await
        .json();
    assert_eq!(got["tracks"][0]["name"], "b.mp3");
    for wrong in [
        json!({"tracks": "b.mp3"}),
        json!({"tracks": [1]}),
        json!({}),
    ] {
        let got = server.json("PATCH", "/api/v1/playlists/jazz", &wrong).await;
        assert_eq!(got.problem(), (422, vec!["tracks".to_owned()]), "{wrong}");
    }
    let track = "/api/v1/playlists/jazz/tracks/b.mp3";
    let got = server
        .json("PATCH", track, &json!({"name": "c.mp3"}))
        .await
        .json();
    assert_eq!(got["name"], "c.mp3");
    let heard = server.get(&format!("{track}/audio?as=g722")).await;
    assert_eq!(heard.header("content-type"), "audio/wav");
    assert_eq!(heard.text, "RIFF b.mp3 G722");
    let wrong = server.get(&format!("{track}/audio?as=cassette")).await;
    assert_eq!(wrong.problem(), (422, vec!["as".to_owned()]));
}

#[tokio::test]
async fn a_prompt_is_replaced_and_put_back() {
    let server = server().await;
    let all = server.get("/api/v1/prompts").await.json();
    assert_eq!(all["items"][0]["name"], "pin-please");
    assert_eq!(all["items"][0]["spoken"][1]["language"], "de");
    let path = "/api/v1/prompts/goodbye/de";
    let noise = request("PUT", path, &[], Body::from("noise"));
    assert_eq!(server.send(noise).await.status, 422);
    let sound = request("PUT", path, &[], Body::from("sound"));
    assert_eq!(server.send(sound).await.json()["replaced"], true);
    let heard = server.get(&format!("{path}/audio")).await;
    assert_eq!(heard.text, "RIFF goodbye de PCMA");
    let back = request("DELETE", path, &[], Body::empty());
    assert_eq!(server.send(back).await.status, 204);
    for missing in ["/api/v1/prompts/hello/de", "/api/v1/prompts/goodbye/fr"] {
        let sound = request("PUT", missing, &[], Body::from("sound"));
        assert_eq!(server.send(sound).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn a_sound_is_uploaded_heard_renamed_and_kept_while_a_room_names_it() {
    let server = server().await;
    let put = |name: &str, body: &'static str| {
        request(
            "PUT",
            &format!("/api/v1/sounds/{name}"),
            &[],
            Body::from(body),
        )
    };
    assert_eq!(server.send(put("gong", "noise")).await.status, 422);
    assert_eq!(server.send(put("gong", "sound")).await.status, 200);
    for taken in ["silence", "join-tone", "conf-kicked", "Gong"] {
        let refused = server.send(put(taken, "sound")).await;
        assert_eq!(refused.problem(), (422, vec!["name".to_owned()]), "{taken}");
    }
    let heard = server.get("/api/v1/sounds/gong/audio?as=g722").await;
    assert_eq!(heard.text, "RIFF gong G722");

    let check = r#"{"options": "sound_join=gong\nsound_leave=gonk"}"#;
    let checked = server
        .send(request(
            "POST",
            "/api/v1/options/check",
            &[("content-type", "application/json")],
            Body::from(check),
        ))
        .await
        .json();
    assert_eq!(checked["options"][0]["status"], "in-effect");
    assert_eq!(checked["options"][1]["status"], "wrong");
    assert_eq!(checked["options"][1]["nearest"], "gong");

    let room = r#"{"title": "Standup", "extension": "804", "options": "sound_join=gong"}"#;
    let made = server
        .send(request(
            "POST",
            "/api/v1/rooms",
            &[("content-type", "application/json")],
            Body::from(room),
        ))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let all = server.get("/api/v1/sounds").await.json();
    assert_eq!(all["items"][0]["rooms"][0]["extension"], "804");
    let delete = || request("DELETE", "/api/v1/sounds/gong", &[], Body::empty());
    let kept = server.send(delete()).await;
    assert_eq!(kept.status, 409);
    assert!(kept.text.contains("room 804"), "{}", kept.text);
    let rename = |new: &str| {
        let body = format!(r#"{{"name": "{new}"}}"#);
        let json = [("content-type", "application/json")];
        request("PATCH", "/api/v1/sounds/gong", &json, Body::from(body))
    };
    assert_eq!(server.send(rename("bell")).await.status, 409);

    assert_eq!(server.send(put("chime", "sound")).await.status, 200);
    let path = "/api/v1/sounds/chime";
    let json = [("content-type", "application/json")];
    let body = Body::from(r#"{"name": "bell"}"#);
    let renamed = server.send(request("PATCH", path, &json, body)).await;
    assert_eq!(renamed.json()["name"], "bell");
    let gone = request("DELETE", "/api/v1/sounds/bell", &[], Body::empty());
    assert_eq!(server.send(gone).await.status, 204);
    let missing = request("DELETE", "/api/v1/sounds/bell", &[], Body::empty());
    assert_eq!(server.send(missing).await.status, 404);
}
