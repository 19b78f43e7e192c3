//! Invitations say the same in every form, and a hostile title breaks none of them.

#![allow(clippy::unwrap_used)] // A test may fail.

use conclave_api::{
    Invitation, InvitationView, InvitedPin, OtherPins, PinState, calendar, html, plain,
    read_meeting,
};
use conclave_model::{Language, UnixMillis};

const NOW: UnixMillis = UnixMillis(1_793_871_000_125); // 2026-11-05T09:30:00Z

fn invitation() -> Invitation {
    Invitation {
        room: "rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00".into(),
        title: "Standup".into(),
        extension: "801".into(),
        pin: InvitedPin::Shown("627184".into()),
        number: Some("+4999129691801".into()),
        host: "conference.example.com".into(),
        meeting: read_meeting(
            Some("2026-11-24T10:00:00+01:00"),
            Some("2026-11-24T09:30:00Z"),
        )
        .unwrap(),
        language: Language::German,
        version: 7,
    }
}

/// The lines of a calendar as they were before folding.
fn unfolded(calendar: &str) -> Vec<String> {
    let whole = calendar.replace("\r\n ", "");
    whole
        .split_terminator("\r\n")
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn the_text_says_it_all_in_the_invitees_language() {
    let text = plain(&invitation());
    assert_eq!(
        text,
        "Standup – Telefonkonferenz\n\n\
         Wann       Dienstag, 24. November 2026, 10:00–10:30 (UTC+01:00)\n\
         Einwahl    +4999129691801\n\
         Durchwahl  801\n\
         PIN        627 184\n\
         Ein Tipp   tel:+4999129691801,,627184\n\
         Adresse    sip:801@conference.example.com\n\n\
         Wählen, auf Nachfrage die PIN eintippen und sprechen.\n"
    );
    let english = plain(&Invitation {
        language: Language::English,
        ..invitation()
    });
    assert!(
        english.contains("Tuesday, 24 November 2026, 10:00–10:30 (UTC+01:00)"),
        "{english}"
    );
}

#[test]
fn the_calendar_has_the_conference_and_a_uid_that_stays() {
    let lines = unfolded(&calendar(&invitation(), NOW));
    let has = |line: &str| {
        assert!(
            lines.iter().any(|each| each == line),
            "{line} in {lines:#?}"
        )
    };
    has("CONFERENCE;VALUE=URI;FEATURE=AUDIO,PHONE;LABEL=\"Einwahl\":tel:+4999129691801,,627184");
    has("UID:rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00-20261124T090000Z");
    has("DTSTART:20261124T090000Z");
    has("DTEND:20261124T093000Z");
    has("DTSTAMP:20261105T093000Z");
    has("SEQUENCE:6");
    has("SUMMARY:Standup");
    let later = calendar(&invitation(), UnixMillis(NOW.0 + 86_400_000));
    assert!(unfolded(&later).contains(&lines[6].clone()), "{later}");
}

#[test]
fn without_a_meeting_the_event_is_the_next_hour() {
    let any_time = Invitation {
        meeting: None,
        ..invitation()
    };
    let lines = unfolded(&calendar(&any_time, NOW));
    assert!(
        lines.contains(&"DTSTART:20261105T100000Z".to_owned()),
        "{lines:#?}"
    );
    assert!(lines.contains(&"UID:rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00".to_owned()));
    assert!(!plain(&any_time).contains("Wann"));
}

#[test]
fn no_title_writes_lines_of_its_own() {
    let title = "A,B;C\\D\r\nATTENDEE:mailto:x@y\"<script>alert(1)</script>&";
    let hostile = Invitation {
        title: title.into(),
        ..invitation()
    };
    let ics = calendar(&hostile, NOW);
    let lines = unfolded(&ics);
    let summary = "SUMMARY:A\\,B\\;C\\\\D\\nATTENDEE:mailto:x@y\"<script>alert(1)</script>&";
    assert!(lines.contains(&summary.to_owned()), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")));
    let page = html(&hostile);
    assert!(
        !page.contains("<script") && page.contains("&lt;script&gt;"),
        "{page}"
    );
    assert!(!plain(&hostile).contains("\nATTENDEE"));
}

#[test]
fn lines_are_folded_at_75_octets_and_never_inside_a_character() {
    let long = Invitation {
        title: "ü€😀".repeat(26),
        ..invitation()
    };
    let ics = calendar(&long, NOW);
    assert!(ics.ends_with("\r\n"));
    for line in ics.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains('\n') && !line.contains('\r'));
    }
    assert!(unfolded(&ics).contains(&format!("SUMMARY:{}", "ü€😀".repeat(26))));
}

#[test]
fn whoever_may_not_see_the_pin_gets_an_invitation_without_it() {
    for pin in [InvitedPin::Hidden, InvitedPin::None] {
        let view = InvitationView::of(&Invitation {
            pin: pin.clone(),
            ..invitation()
        });
        assert_eq!(view.dial, "tel:+4999129691801");
        assert_eq!((view.pin, view.pin_set), (None, pin == InvitedPin::Hidden));
        assert!(!view.text.contains("627") && !view.html.contains("627"));
    }
    assert!(!format!("{:?}", invitation()).contains("627"));
}

#[test]
fn a_room_without_a_number_is_dialled_by_its_address() {
    let inside = Invitation {
        number: None,
        ..invitation()
    };
    assert_eq!(inside.dial(), "sip:801@conference.example.com");
    assert!(!plain(&inside).contains("Ein Tipp"));
    let lines = unfolded(&calendar(&inside, NOW));
    assert!(
        lines.iter().any(|line| line.starts_with("CONFERENCE")
            && line.ends_with(":sip:801@conference.example.com"))
    );
}

#[test]
fn times_are_rfc_3339_and_in_order() {
    let wrong = |start, end| read_meeting(start, end).unwrap_err()[0].field.clone();
    assert_eq!(wrong(None, Some("2026-11-24T10:00:00Z")), "start");
    assert_eq!(wrong(Some("tomorrow"), None), "start");
    assert_eq!(wrong(Some("2026-11-24"), None), "start");
    assert_eq!(
        wrong(Some("2026-11-24T10:00:00Z"), Some("2026-11-24T10:00:00Z")),
        "end"
    );
    assert_eq!(wrong(Some("9999-12-30T23:00:00Z"), None), "start");
    assert!(
        read_meeting(Some("2026-11-24T10:00:00 01:00"), None)
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_room_with_no_pin_for_all_says_whose_it_takes() {
    assert!(OtherPins::of(false, 0).is_none());
    for (has_moderator_pin, personal_pins, english, german) in [
        (true, 0, "that of the moderators", "die der Moderation"),
        (false, 2, "your own", "Ihre eigene"),
        (
            true,
            1,
            "your own, or that of the moderators",
            "Ihre eigene oder die der Moderation",
        ),
    ] {
        let others = OtherPins::of(has_moderator_pin, personal_pins).unwrap();
        for (language, words) in [(Language::English, english), (Language::German, german)] {
            let invitation = Invitation {
                pin: InvitedPin::Others(others),
                language,
                ..invitation()
            };
            let text = plain(&invitation);
            let line = text.lines().find(|line| line.starts_with("PIN ")).unwrap();
            assert_eq!(line.trim_start_matches("PIN").trim(), words);
            assert!(html(&invitation).contains(words));
            assert_eq!(invitation.dial(), "tel:+4999129691801");
            let view = InvitationView::of(&invitation);
            assert_eq!((view.pin_set, view.pin), (true, None));
            assert_eq!(view.pin_state, PinState::NotForAll);
        }
    }
}

#[test]
fn a_room_without_any_pin_asks_nobody_to_type_one() {
    let invitation = Invitation {
        pin: InvitedPin::None,
        language: Language::English,
        ..invitation()
    };
    let text = plain(&invitation);
    assert!(text.ends_with("\nDial and talk.\n"), "{text}");
    assert_eq!(InvitationView::of(&invitation).pin_state, PinState::None);
}
