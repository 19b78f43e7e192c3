//! Every option that is said to be followed changes what happens in a meeting, and no other does.

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_contract::Clip;
use conclave_model::confbridge::{
    BridgeOption, Fate, KnownOption, Menu, OptionId, OptionSection, ProfileRecord, Profiles,
    SoundName, UserOption, UserProfile, ValueKind,
};
use conclave_model::{CallEnd, RecordingId, RoomPatch, TextMessage, UnixMillis, limits};
use conclave_room::{Menus, Shelf};
use hall::{Guest, Hall, PIN};

/// Followed by somebody else than the room: where the test is that fails when it is ignored.
const ELSEWHERE: &[(OptionId, &str, &str)] = &[
    (
        OptionId::Bridge(BridgeOption::RegContext),
        "core/room/tests/entering.rs",
        "scenario_20_a_room_is_registered_while_somebody_is_in_it",
    ),
    (
        OptionId::User(UserOption::AnswerChannel),
        "proof/world/tests/scenarios_calls.rs",
        "scenario_08_a_call_is_answered_unless_the_options_say_no_and_takes_part_either_way",
    ),
];

#[test]
fn every_option_that_is_followed_makes_a_difference() {
    let mut ignored = Vec::new();
    for option in options().filter(|one| is_followed(one) && !is_elsewhere(one)) {
        let before = meeting(option, None);
        let values = values(option);
        let differs = |value: &&str| meeting(option, Some(value)) != before;
        if !values.iter().any(differs) {
            ignored.push(option.name);
        }
    }
    assert_eq!(ignored, Vec::<&str>::new(), "said to be followed");
}

// Regression 75edef52e0
#[test]
fn an_option_without_effect_changes_nothing() {
    let idle = options().filter(|one| matches!(one.fate, Fate::NoEffect(_)));
    for option in idle {
        let before = meeting(option, None);
        for value in values(option) {
            assert_eq!(meeting(option, Some(value)), before, "{}", option.name);
        }
    }
}

#[test]
fn what_others_follow_is_tried_where_it_is_said() {
    for (option, file, test) in ELSEWHERE {
        let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(&format!("fn {test}(")), "{option:?}: {file}");
    }
}

fn options() -> impl Iterator<Item = &'static KnownOption> {
    OptionSection::ALL
        .into_iter()
        .flat_map(OptionSection::options)
}

fn is_followed(option: &KnownOption) -> bool {
    match option.fate {
        Fate::Followed(_) | Fate::Otherwise(_) => true,
        Fate::Field(_) | Fate::Kept { .. } | Fate::NoEffect(_) | Fate::Refused(_) => false,
    }
}

fn is_elsewhere(option: &KnownOption) -> bool {
    ELSEWHERE.iter().any(|(id, ..)| *id == option.id)
}

/// Of which one at least is not the default.
fn values(option: &KnownOption) -> &'static [&'static str] {
    match option.kind {
        ValueKind::Bool => &["yes", "no"],
        ValueKind::BoolOrCount => &["2"],
        ValueKind::Number { .. } => match option.id {
            OptionId::Bridge(BridgeOption::MaxMembers) => &["2"],
            OptionId::Bridge(_) | OptionId::User(_) | OptionId::Sound(_) => &["60"],
        },
        ValueKind::Sound => &["gong"],
        ValueKind::SampleRate { .. } => &["8000"],
        ValueKind::OneOf(words) => words,
        ValueKind::Text { .. }
        | ValueKind::FileName
        | ValueKind::ProgramName
        | ValueKind::ProfileName => &["other"],
        ValueKind::RecorderLetters => &["v(1)"],
        ValueKind::Language => &["en", "de"],
    }
}

/// What must be said beside, so that there is a moment for the option.
fn beside(option: OptionId) -> &'static str {
    match option {
        OptionId::Sound(SoundName::BinauralOn | SoundName::BinauralOff) => "binaural_active=yes",
        OptionId::Bridge(
            BridgeOption::RecordFile
            | BridgeOption::RecordFileAppend
            | BridgeOption::RecordFileTimestamp
            | BridgeOption::RecordOptions
            | BridgeOption::RecordCommand,
        ) => "record_conference=yes\nrecord_file=weekly.wav",
        OptionId::Bridge(
            BridgeOption::VideoUpdateDiscard
            | BridgeOption::RembSendInterval
            | BridgeOption::RembBehavior
            | BridgeOption::RembEstimatedBitrate,
        ) => "video_mode=follow_talker",
        OptionId::User(UserOption::SendEvents | UserOption::EchoEvents) => "enable_events=yes",
        OptionId::Sound(_) | OptionId::Bridge(_) | OptionId::User(_) => "",
    }
}

/// The same, of those who come.
fn beside_of_callers(option: OptionId) -> &'static str {
    match option {
        OptionId::Bridge(BridgeOption::EnableEvents) | OptionId::User(UserOption::EchoEvents) => {
            "send_events=yes"
        }
        OptionId::Sound(_) | OptionId::Bridge(_) | OptionId::User(_) => "",
    }
}

/// Everything that came of one meeting in which much happens.
fn meeting(option: &KnownOption, value: Option<&str>) -> Vec<String> {
    let line = value.map_or_else(String::new, |value| format!("{}={value}", option.name));
    let (bridge, user) = (beside(option.id), beside_of_callers(option.id));
    let (bridge, user) = match option.id {
        OptionId::User(_) => (bridge.to_owned(), format!("{user}\n{line}")),
        OptionId::Bridge(_) | OptionId::Sound(_) => (format!("{bridge}\n{line}"), user.to_owned()),
    };
    let mut drill = Drill::new(bridge, &user);
    drill.alone_then_three();
    drill.waiting_and_leaders();
    drill.keys();
    drill.everybody_goes();
    drill.hall.trace
}

struct Drill {
    hall: Hall,
    /// With what its profile says.
    user: String,
}

impl Drill {
    fn new(bridge: String, user: &str) -> Self {
        let mut hall = Hall::without_music();
        let profiles = Arc::new(profiles());
        hall.change(RoomPatch {
            options: Some(bridge),
            user_options: Some(user.to_owned()),
            ..RoomPatch::default()
        });
        hall.room.set_profiles(Arc::clone(&profiles));
        let menu = Arc::new(Menu::from_text(KEYS).expect("a menu"));
        hall.room.set_menus(Menus {
            members: Arc::clone(&menu),
            moderators: menu,
        });
        let gong = Clip::new(vec![0; 777 * 16]);
        let shelf: Shelf = [("gong".into(), gong)].into_iter().collect();
        hall.room.set_shelf(Arc::new(shelf));
        let user = profiles.complete(OptionSection::User, user).into_owned();
        Self { hall, user }
    }

    /// All the way in, as far as the room lets them. What is tried holds over the part they play.
    fn comes(&mut self, part: &str, name_ms: usize) -> Guest {
        let guest = self.hall.new_guest();
        let plan = self.hall.arrive(guest);
        self.note(&format!("{plan:?}"));
        if plan.is_ok() {
            self.hall.types(guest, PIN);
            let profile = UserProfile::read(&format!("{part}\n{}", self.user));
            let profile = Arc::new(profile);
            // Who was turned away is not here.
            let _ = self
                .hall
                .act(|room, turn| room.set_profile(turn, guest.id, profile));
            let admitted = self.hall.admit(guest, name_ms);
            self.note(&format!("{admitted:?}"));
            self.hall
                .act(|room, turn| room.sends_pictures(turn, guest.id, true));
        }
        self.all_is_told();
        guest
    }

    fn alone_then_three(&mut self) {
        let anna = self.comes("", 100);
        self.is_recorded_twice();
        self.hall
            .act(|room, turn| room.talking(turn, anna.id, true));
        self.hall
            .act(|room, turn| room.talking(turn, anna.id, false));
        let ben = self.comes("", 200);
        self.hall.presses(ben, "1159");
        let carla = self.comes("", 250);
        self.hall.presses(carla, "5");
        self.writes(carla);
        self.hall.wait(Duration::from_secs(10));
        self.hall.leaves(ben);
        self.hall.leaves(carla);
        self.all_is_told();
    }

    /// If the options want it, as whoever owns chance and the clock does.
    fn is_recorded_twice(&mut self) {
        if std::mem::take(&mut self.hall.recording_asked).is_empty() {
            return;
        }
        for millis in [1, 2] {
            let id = RecordingId::mint(UnixMillis(millis), &mut self.hall.chance);
            let by = "record_conference";
            self.hall
                .act(|room, turn| room.start_recording(turn, id, by));
            let running = self.hall.room.recording().expect("it was started");
            let file = &running.file;
            let begun = format!("{} {:?}", file.part, file.wanted.named(UnixMillis(0)));
            self.note(&begun);
            self.hall.act(|room, turn| room.stop_recording(turn));
            self.all_is_told();
        }
    }

    fn waiting_and_leaders(&mut self) {
        let _waits = self.comes("wait_marked=yes", 300);
        let first = self.comes("marked=yes", 400);
        let second = self.comes("marked=yes", 500);
        self.hall.leaves(first);
        self.all_is_told();
        self.hall.leaves(second);
        self.all_is_told();
    }

    fn keys(&mut self) {
        let ben = self.comes("", 600);
        self.hall.presses(ben, "2");
        self.hall.presses(ben, "4");
        self.hall.presses(ben, "4");
        let dora = self.comes("admin=yes", 700);
        self.hall.presses(dora, "6");
        self.all_is_told();
        self.hall.presses(dora, "6");
        self.all_is_told();
        self.hall.presses(dora, "3");
        self.hall.presses(dora, "2");
        let _refused = self.comes("", 800);
        self.hall.presses(dora, "2");
        // Who is not here any more cannot be removed.
        let _ = self.hall.act(|room, turn| room.remove(turn, ben.id));
        self.all_is_told();
    }

    fn everybody_goes(&mut self) {
        let long = Duration::from_secs(200);
        self.hall.wait(long);
        self.hall
            .act(|room, turn| room.end(turn, CallEnd::RoomEnded));
    }

    fn all_is_told(&mut self) {
        for _ in 0..4 {
            self.hall.wait(limits::ANNOUNCE_MERGE);
            while !self.hall.announcing.is_empty() {
                self.hall.announcement_ends();
            }
        }
    }

    fn writes(&mut self, guest: Guest) {
        let text = TextMessage::new("text/plain", b"hello".to_vec());
        let taken = self.hall.act(|room, turn| room.text(turn, guest.id, text));
        self.note(&format!("{taken:?}"));
    }

    fn note(&mut self, words: &str) {
        self.hall.trace.push(words.to_owned());
    }
}

/// One of each kind, which changes what happens.
fn profiles() -> Profiles {
    let mut profiles = Profiles::default();
    for (section, text) in [
        (OptionSection::Bridge, "announcements=no"),
        (OptionSection::User, "quiet=yes"),
    ] {
        profiles.put(ProfileRecord {
            section,
            name: "other".parse().expect("a name"),
            text: text.into(),
            created_at: UnixMillis(0),
            version: 1,
        });
    }
    profiles
}

const KEYS: &str = "\
1=toggle_mute
2=admin_toggle_conference_lock
3=admin_kick_last
4=toggle_binaural
5=participant_count
6=admin_toggle_mute_participants
";

/// What is tried must be told apart from what is not: a default is no difference.
#[test]
fn a_default_that_is_typed_is_no_difference() {
    let quiet = OptionSection::User.find("quiet").expect("is known");
    assert_eq!(quiet.id, OptionId::User(UserOption::Quiet));
    assert_eq!(meeting(quiet, Some("no")), meeting(quiet, None));
    assert_ne!(meeting(quiet, Some("yes")), meeting(quiet, None));
}
