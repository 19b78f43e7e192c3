//! What is said of ConfBridge options: to the point, honest about effects, silent about secrets.

#![allow(clippy::unwrap_used)] // A test may fail.

use conclave_api::{
    KnownNames, OptionStatus, OptionsInput, OptionsRoom, check_options, read_change,
    read_options_input, unknown_names,
};
use conclave_model::Language;
use serde_json::json;

fn input(options: &str, user_options: &str) -> OptionsInput {
    OptionsInput {
        options: options.into(),
        user_options: user_options.into(),
        room: Some(OptionsRoom {
            message: true,
            music: Some("jazz".into()),
            language: "auto".into(),
        }),
    }
}

#[test]
fn every_line_says_what_becomes_of_it() {
    let view = check_options(
        &input(
            "max_members=20\nmax_members=0\nlanguage=de\njitterbuffer=yes",
            "announce_join_leave=yes\nmusic_on_hold_class=rock\nmusic_on_hold_when_empty=1\nquiet=no",
        ),
        KnownNames::default(),
        Language::English,
    );
    assert!(view.accepted);
    let statuses = |lines: &[conclave_api::OptionLineView]| -> Vec<_> {
        lines.iter().map(|line| line.status).collect()
    };
    assert_eq!(
        statuses(&view.options),
        [
            OptionStatus::SaidAgain,
            OptionStatus::InEffect,
            OptionStatus::Conflict,
            OptionStatus::NoEffect
        ]
    );
    assert_eq!(
        statuses(&view.user_options),
        [
            OptionStatus::InEffect,
            OptionStatus::Conflict,
            OptionStatus::InEffect,
            OptionStatus::InEffect
        ]
    );
    assert!(view.user_options[1].applied_as.contains("Music on hold"));
}

#[test]
fn a_sound_that_is_not_there_is_refused_at_its_line_with_the_nearest() {
    let options =
        "sound_join=gong\nsound_leave=gonk\nsound_begin=silence\nsound_kicked=conf-kicked";
    let view = check_options(
        &input(options, "announcement=welcom"),
        sounds(&["gong", "welcome"]),
        Language::English,
    );
    assert!(!view.accepted);
    let nearest: Vec<Option<&str>> = view
        .options
        .iter()
        .map(|line| line.nearest.as_deref())
        .collect();
    assert_eq!(nearest, [None, Some("gong"), None, None]);
    assert_eq!(view.options[1].status, OptionStatus::Wrong);
    assert!(view.options[1].applied_as.contains("did you mean gong?"));
    assert_eq!(view.user_options[0].nearest.as_deref(), Some("welcome"));

    let wrong = unknown_names(options, "announcement=only-onee", sounds(&["gong"]));
    let shown: Vec<(&str, &str)> = wrong
        .iter()
        .map(|wrong| (wrong.field.as_str(), wrong.value.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("options", "sound_leave=gonk"),
            ("user_options", "announcement=only-onee")
        ]
    );
    assert!(wrong[1].accepted.contains("only-one?"), "{wrong:?}");
}

fn sounds<'a>(sounds: &'a [&'a str]) -> KnownNames<'a> {
    KnownNames {
        sounds,
        programs: &[],
    }
}

#[test]
fn what_is_not_followed_is_not_called_in_effect() {
    let typed = input("jitterbuffer=yes\nmax_members=20", "startmuted=yes");
    let view = check_options(&typed, KnownNames::default(), Language::German);
    assert_eq!(view.options[0].status, OptionStatus::NoEffect);
    assert_eq!(view.options[1].status, OptionStatus::InEffect);
    assert_eq!(view.user_options[0].status, OptionStatus::InEffect);
    assert!(view.options[0].applied_as.contains("ohne Wirkung"));
}

#[test]
fn of_the_letters_of_a_recorder_each_has_its_word() {
    let said = |letters: &str| {
        let text = format!("record_options={letters}");
        let view = check_options(&input(&text, ""), KnownNames::default(), Language::English);
        let line = &view.options[0];
        (line.status, line.applied_as.clone())
    };
    assert_eq!(said("av(1)").0, OptionStatus::InEffect);
    let (status, words) = said("bv(2)t(x)V(1)");
    assert_eq!(status, OptionStatus::InEffect);
    assert!(words.contains("b: all of a meeting"), "{words}");
    assert!(words.contains("t, V: a recorder says nothing"), "{words}");
    let (status, words) = said("bi(X)");
    assert_eq!(status, OptionStatus::NoEffect);
    assert!(words.contains("i: there is no dialplan"), "{words}");
    for (letters, reason) in [
        ("ad", "deleted by its age"),
        ("m(100)", "no mailboxes"),
        ("v(9)", "-4 to 4"),
        ("v", "parentheses"),
        ("az", "letters of MixMonitor"),
    ] {
        let (status, words) = said(letters);
        assert_eq!(status, OptionStatus::Wrong, "{letters}");
        assert!(words.contains(reason), "{letters}: {words}");
    }
}

// Regression a389f2d7a0
#[test]
fn a_program_that_is_not_allowed_is_refused_at_its_line_with_those_that_are() {
    let known = KnownNames {
        sounds: &[],
        programs: &["archive", "mail"],
    };
    let text = "max_members=3\nrecord_command=achive";
    let [wrong] = unknown_names(text, "", known).try_into().expect("one");
    let shown = (wrong.field.as_str(), wrong.line, wrong.value.as_str());
    assert_eq!(shown, ("options", Some(2), "record_command=achive"));
    assert!(wrong.accepted.ends_with("archive, mail"), "{wrong:?}");
    let view = check_options(&input(text, ""), known, Language::English);
    assert_eq!(view.options[1].nearest.as_deref(), Some("archive"));
    let allowed = "record_command=Archive";
    assert_eq!(unknown_names(allowed, "", known), []);
    assert!(check_options(&input(allowed, ""), known, Language::English).accepted);
    let line = check_options(
        &input("record_command=/bin/x -p geheim", ""),
        known,
        Language::German,
    );
    let line = &line.options[0];
    assert!(line.applied_as.contains("keine Befehlszeile"), "{line:?}");
    assert_eq!(line.value, "", "it may have a password in it");
    let none = unknown_names(allowed, "", KnownNames::default());
    assert!(
        none[0].accepted.ends_with("where there is none"),
        "{none:?}"
    );
}

// Defect 19
// Regression a389f2d7a0
#[test]
fn a_wrong_line_is_refused_by_number_key_value_and_what_is_accepted() {
    let body = json!({
        "options": "; seats\nmax_members=many\nmax_membrs=3\nrecord_command=/bin/x",
        "user_options": "pin=4711\npni=4711\nstartmuted",
    });
    let problem = read_change(&body).unwrap_err();
    let told: Vec<_> = problem
        .errors
        .iter()
        .map(|wrong| {
            (
                wrong.field.as_str(),
                wrong.line.unwrap(),
                wrong.value.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("options", 2, "max_members=many"),
            ("options", 3, "max_membrs"),
            ("options", 4, "record_command"),
            ("user_options", 1, "pin"),
            ("user_options", 2, "pni"),
            ("user_options", 3, "startmuted"),
        ]
    );
    assert!(problem.errors[0].accepted.contains("whole number"));
    assert!(problem.errors[1].accepted.contains("max_members"));
    let whole = serde_json::to_string(&problem).unwrap();
    assert!(
        !whole.contains("4711") && !whole.contains("/bin/x"),
        "{whole}"
    );
}

#[test]
fn good_options_are_kept_as_they_were_typed() {
    let text = "max_members = 20 ; twenty\r\n";
    let patch = read_change(&json!({ "options": text })).unwrap();
    assert_eq!(patch.options.as_deref(), Some(text));
}

#[test]
fn a_flood_of_lines_is_answered_with_a_few() {
    let flood = "x\n".repeat(4_000);
    let problem = read_change(&json!({ "options": flood })).unwrap_err();
    assert_eq!(problem.errors.len(), 20);
    let many = "quiet=no\n".repeat(900);
    let problem = read_change(&json!({ "user_options": many })).unwrap_err();
    assert_eq!(problem.errors[0].accepted, "at most 100 lines");
    let view = check_options(&input(&flood, ""), KnownNames::default(), Language::English);
    assert_eq!(view.options.len(), 100);
    assert!(!view.accepted);
}

#[test]
fn the_room_is_described_or_left_out() {
    assert!(read_options_input(&json!({})).unwrap().room.is_none());
    let whole = json!({"room": {"message": true, "music": null, "language": "de"}});
    assert_eq!(
        read_options_input(&whole).unwrap().room.unwrap().music,
        None
    );
    assert_eq!(
        read_options_input(&json!({"optoins": ""}))
            .unwrap_err()
            .status,
        422
    );
    let long = json!({"options": "x".repeat(8_193)});
    assert_eq!(
        read_options_input(&long).unwrap_err().errors[0].field,
        "options"
    );
}
