//! Who is told what of who comes, who goes and how many there are.

mod hall;

use std::sync::Arc;

use conclave_contract::Clip;
use conclave_model::confbridge::UserProfile;
use conclave_model::{CallEnd, Prompt, RecordingId, RoomPatch, UnixMillis, limits};
use conclave_room::{RoomNews, Shelf};
use hall::Hall;

/// Without music and PIN, with these texts of options.
fn hall(options: &str, user_options: &str) -> Hall {
    let mut hall = Hall::without_music();
    hall.change(RoomPatch {
        pin: Some(None),
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    });
    hall
}

/// With a tone instead of names.
fn hall_with_tones(options: &str, user_options: &str) -> Hall {
    let mut hall = hall(options, user_options);
    hall.change(RoomPatch {
        message: Some(false),
        ..RoomPatch::default()
    });
    hall
}

/// What one heard alone.
fn heard(hall: &Hall, guest: hall::Guest) -> Vec<&str> {
    let own = hall.plays.iter().filter(|(leg, ..)| *leg == guest.leg);
    own.map(|(_, _, words)| words.as_str()).collect()
}

/// Lets everything that is to be told be told.
fn all_is_told(hall: &mut Hall) {
    for _ in 0..4 {
        hall.wait(limits::ANNOUNCE_MERGE);
        while !hall.announcing.is_empty() {
            hall.announcement_ends();
        }
    }
}

// Quiet ----------------------------------------------------------------------------------------

#[test]
fn a_quiet_one_comes_and_goes_without_a_sound() {
    for mut hall in [hall("", "quiet=yes"), hall_with_tones("", "quiet=yes")] {
        let anna = hall.enters(300);
        let ben = hall.new_guest();
        assert!(!hall.arrive(ben).unwrap().ask_name, "no name is asked for");
        hall.admit(ben, 0).unwrap();
        all_is_told(&mut hall);
        hall.leaves(ben);
        all_is_told(&mut hall);
        assert_eq!(hall.announcements(), Vec::<&str>::new());
        assert_eq!(heard(&hall, anna), Vec::<&str>::new(), "not even alone");
        hall.leaves(anna);
        assert_eq!(hall.closed, 1);
    }
}

#[test]
fn a_quiet_one_hears_what_others_cause() {
    let mut hall = hall("", "quiet=yes");
    let anna = hall.enters(0);
    hall.change(RoomPatch {
        user_options: Some(String::new()),
        ..RoomPatch::default()
    });
    let ben = hall.enters(250);
    assert_eq!(
        hall.announced,
        [("<250> has-joined".to_owned(), Some(ben.leg))],
        "Anna is not left out"
    );
    // What is switched on again holds for her leaving too.
    all_is_told(&mut hall);
    hall.leaves(anna);
    all_is_told(&mut hall);
    assert_eq!(hall.announcements()[1], "a-caller has-left");
}

#[test]
fn a_quiet_one_hears_counts_and_is_counted_and_recorded() {
    let options = "quiet=yes\nannounce_user_count=yes\nannounce_user_count_all=yes";
    let mut hall = hall("", options);
    let anna = hall.enters(0);
    assert_eq!(heard(&hall, anna), Vec::<&str>::new());
    let recording = RecordingId::mint(UnixMillis(1), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, recording, "the API"));
    all_is_told(&mut hall);
    let ben = hall.enters(0);
    assert_eq!(heard(&hall, ben), ["being-recorded one-other-here"]);
    all_is_told(&mut hall);
    assert_eq!(
        hall.announced[1],
        ("one-other-here".to_owned(), Some(ben.leg))
    );
}

// Alone ----------------------------------------------------------------------------------------

#[test]
fn who_need_not_know_that_they_are_alone_hears_silence() {
    let mut told = hall("", "");
    let anna = told.enters(300);
    assert_eq!(heard(&told, anna), ["only-one"]);
    let mut untold = hall("", "announce_only_user=no");
    let anna = untold.enters(300);
    assert_eq!(heard(&untold, anna), Vec::<&str>::new());
}

// Announcements off ----------------------------------------------------------------------------

#[test]
fn without_announcements_only_what_is_said_to_one_is_said() {
    let options = "announce_user_count=yes\nannounce_user_count_all=yes";
    let mut hall = hall("announcements=no", options);
    let anna = hall.new_guest();
    assert!(!hall.arrive(anna).unwrap().ask_name);
    hall.admit(anna, 0).unwrap();
    assert_eq!(heard(&hall, anna), ["only-one"]);
    let ben = hall.enters(0);
    assert_eq!(heard(&hall, ben), ["one-other-here"]);
    all_is_told(&mut hall);
    hall.leaves(ben);
    all_is_told(&mut hall);
    assert_eq!(hall.announcements(), Vec::<&str>::new());
    // Except what everybody must know.
    let recording = RecordingId::mint(UnixMillis(1), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, recording, "the API"));
    assert_eq!(hall.announcements(), ["being-recorded"]);
}

#[test]
fn announcements_are_switched_off_and_on_while_people_come() {
    let mut hall = hall("", "");
    let _anna = hall.enters(300);
    for (options, expected) in [("announcements=no", 0), ("announcements=yes", 1)] {
        hall.change(RoomPatch {
            options: Some(options.to_owned()),
            ..RoomPatch::default()
        });
        hall.enters(200);
        all_is_told(&mut hall);
        assert_eq!(hall.announced.len(), expected, "{options}");
    }
}

// One's own coming -----------------------------------------------------------------------------

#[test]
fn who_wants_to_hears_their_own_coming_with_the_others() {
    for (option, except) in [("no", true), ("yes", false)] {
        let mut hall = hall_with_tones("", &format!("hear_own_join_sound={option}"));
        let _anna = hall.enters(0);
        all_is_told(&mut hall);
        let ben = hall.enters(0);
        let (words, left_out) = hall.announced.last().unwrap();
        assert_eq!(words, "join-tone");
        assert_eq!(*left_out, except.then_some(ben.leg), "{option}");
    }
}

#[test]
fn the_first_one_hears_their_own_tone_before_that_nobody_is_there() {
    let mut hall = hall_with_tones("", "hear_own_join_sound=yes");
    let anna = hall.enters(0);
    assert_eq!(hall.announced, [("join-tone".to_owned(), None)]);
    assert_eq!(heard(&hall, anna), Vec::<&str>::new());
    hall.announcement_ends();
    assert_eq!(heard(&hall, anna), ["only-one"]);
    assert!(hall.on_stage.contains(&anna.leg), "nobody was held back");
}

#[test]
fn who_hears_their_own_coming_hears_it_after_what_is_said_to_them() {
    let options = "hear_own_join_sound=yes\nannounce_user_count=yes";
    let mut hall = hall_with_tones("", options);
    let _anna = hall.enters(0);
    all_is_told(&mut hall);
    let before = hall.announced.len();
    let ben = hall.enters(0);
    assert_eq!(heard(&hall, ben), ["one-other-here"]);
    assert_eq!(hall.announced.len(), before, "not both at once");
    assert!(hall.on_stage.contains(&ben.leg), "nobody was held back");
    hall.play_ends(ben);
    assert_eq!(hall.announced[before..], [("join-tone".to_owned(), None)]);
    let cara = hall.enters(0);
    hall.leaves(cara);
    all_is_told(&mut hall);
    assert_eq!(
        hall.announced.len(),
        before + 1,
        "who has gone again is not told of"
    );
}

// Counts ---------------------------------------------------------------------------------------

#[test]
fn who_comes_hears_how_many_others_there_are() {
    let mut hall = hall("", "announce_user_count=yes");
    let guests = [100, 200, 300].map(|name| hall.enters(name));
    assert_eq!(heard(&hall, guests[0]), ["only-one"]);
    assert_eq!(heard(&hall, guests[1]), ["one-other-here"]);
    assert_eq!(heard(&hall, guests[2]), ["there-are 2 others-here"]);
    hall.leaves(guests[0]);
    let late = hall.enters(400);
    assert_eq!(
        heard(&hall, late),
        ["there-are 2 others-here"],
        "who left is counted no more"
    );
}

#[test]
fn who_stands_at_the_door_is_not_counted() {
    let mut hall = hall("", "announce_user_count=yes");
    let _anna = hall.enters(100);
    let at_the_door = hall.new_guest();
    hall.arrive(at_the_door).unwrap();
    let ben = hall.enters(200);
    assert_eq!(heard(&hall, ben), ["one-other-here"]);
}

#[test]
fn all_are_told_how_many_there_are_with_who_came() {
    let mut hall = hall("", "announce_user_count_all=yes");
    let _anna = hall.enters(100);
    assert!(hall.announced.is_empty(), "nobody is there to hear it");
    let ben = hall.enters(200);
    assert_eq!(
        hall.announced,
        [("<200> has-joined one-other-here".to_owned(), Some(ben.leg))]
    );
    // Two who come while that is said are told of together, and counted once.
    hall.enters(300);
    hall.enters(400);
    all_is_told(&mut hall);
    assert_eq!(
        hall.announcements()[1],
        "<300> and <400> have-joined there-are 3 others-here"
    );
    assert_eq!(hall.on_stage.len(), 4, "nobody waited for it");
}

#[test]
fn all_are_told_only_when_more_than_so_many_are_there() {
    let mut hall = hall_with_tones("", "announce_user_count_all=2");
    for _ in 0..4 {
        hall.enters(0);
        all_is_told(&mut hall);
    }
    assert_eq!(
        hall.announcements(),
        [
            "join-tone",
            "join-tone there-are 2 others-here",
            "join-tone there-are 3 others-here"
        ]
    );
}

// Defect 27
#[test]
fn a_threshold_gives_way_to_always_when_that_is_said_later() {
    let options = "announce_user_count_all=9\nannounce_user_count_all=yes";
    let mut hall = hall_with_tones("", options);
    hall.enters(0);
    hall.enters(0);
    assert_eq!(hall.announcements(), ["join-tone one-other-here"]);
}

// Sounds ---------------------------------------------------------------------------------------

fn shelf() -> Arc<Shelf> {
    let gong = Clip::new(vec![0; 777 * 16]);
    Arc::new([("gong".into(), gong)].into_iter().collect())
}

#[test]
fn an_operators_sound_a_prompt_of_ours_and_silence_take_the_place_of_a_tone() {
    for (options, expected) in [
        ("", vec!["join-tone", "leave-tone"]),
        ("sound_join=gong", vec!["<777>", "leave-tone"]),
        ("sound_join=beep\nsound_leave=gong", vec!["beep", "<777>"]),
        ("sound_join=silence", vec!["leave-tone"]),
        ("sound_join=no-such-file", vec!["join-tone", "leave-tone"]),
    ] {
        let mut hall = hall_with_tones(options, "");
        hall.room.set_shelf(shelf());
        let _anna = hall.enters(0);
        let ben = hall.enters(0);
        all_is_told(&mut hall);
        let _carla = hall.enters(0);
        all_is_told(&mut hall);
        hall.leaves(ben);
        all_is_told(&mut hall);
        let mut said = hall.announcements();
        said.dedup();
        assert_eq!(said, expected, "{options}");
    }
}

#[test]
fn an_operators_words_stand_after_each_name() {
    let options = "sound_has_joined=gong\nsound_has_left=silence\nsound_leave=beep";
    let mut hall = hall(options, "");
    hall.room.set_shelf(shelf());
    let _anna = hall.enters(100);
    let ben = hall.enters(200);
    hall.enters(300);
    hall.enters(400);
    all_is_told(&mut hall);
    hall.leaves(ben);
    all_is_told(&mut hall);
    assert_eq!(
        hall.announcements(),
        ["<200> <777>", "<300> <777> <400> <777>", "beep <200>"]
    );
}

#[test]
fn counts_are_said_in_the_operators_words() {
    let options = "sound_only_person=gong\nsound_only_one=beep\n\
                   sound_there_are=gong\nsound_other_in_party=silence";
    let mut hall = hall(options, "announce_user_count=yes");
    hall.room.set_shelf(shelf());
    let guests = [100, 200, 300].map(|name| hall.enters(name));
    assert_eq!(heard(&hall, guests[0]), ["<777>"]);
    assert_eq!(heard(&hall, guests[1]), ["beep"]);
    assert_eq!(heard(&hall, guests[2]), ["<777> 2"]);
}

#[test]
fn the_door_speaks_in_the_operators_words() {
    let options = "sound_get_pin=gong\nsound_invalid_pin=beep\nsound_locked=silence";
    let mut hall = hall(options, "");
    hall.room.set_shelf(shelf());
    let anna = hall.new_guest();
    let plan = hall.arrive(anna).unwrap();
    let say = |prompt| hall::words(&plan.wording.say(&[prompt], plan.language));
    assert_eq!(say(Prompt::PinPlease), "<777>");
    assert_eq!(say(Prompt::PinWrong), "beep");
    assert_eq!(say(Prompt::RoomLocked), "");
    assert_eq!(say(Prompt::RoomFull), "");
    assert_eq!(say(Prompt::SayYourName), "say-your-name");
}

#[test]
fn who_is_thrown_out_hears_the_rooms_words_or_none_if_they_are_quiet() {
    for (options, user_options, expected) in [
        ("", "", "removed goodbye"),
        ("sound_kicked=gong", "", "<777> goodbye"),
        ("sound_kicked=silence", "", "goodbye"),
        ("sound_kicked=gong", "quiet=yes", ""),
    ] {
        let mut hall = hall(options, user_options);
        hall.room.set_shelf(shelf());
        let anna = hall.enters(100);
        hall.act(|room, turn| room.remove(turn, anna.id)).unwrap();
        assert_eq!(hall.farewells, [expected], "{options} {user_options}");
    }
}

#[test]
fn a_quiet_one_hears_that_the_meeting_is_over() {
    let mut hall = hall("", "quiet=yes");
    let _anna = hall.enters(0);
    hall.act(|room, turn| room.end(turn, CallEnd::RoomEnded));
    assert_eq!(hall.farewells, ["ended goodbye"]);
}

#[test]
fn who_comes_hears_the_announcement_before_all_else_and_is_in_already() {
    let options = "announcement=gong\nannounce_user_count=yes\nquiet=yes";
    let mut hall = hall("", options);
    hall.room.set_shelf(shelf());
    let anna = hall.enters(0);
    assert_eq!(heard(&hall, anna), ["<777>"]);
    assert!(hall.on_stage.contains(&anna.leg));
    let ben = hall.enters(0);
    assert_eq!(heard(&hall, ben), ["<777> one-other-here"]);
    hall.room.set_shelf(Arc::default());
    let carla = hall.enters(0);
    assert_eq!(
        heard(&hall, carla),
        ["there-are 2 others-here"],
        "one that is missing keeps nobody out"
    );
}

#[test]
fn names_are_reviewed_where_the_options_say_so() {
    for (options, reviewed) in [("", false), ("announce_join_leave_review=yes", true)] {
        let mut hall = hall("", options);
        let anna = hall.new_guest();
        assert_eq!(hall.arrive(anna).unwrap().review_name, reviewed);
    }
}

// What went wrong elsewhere ---------------------------------------------------------------------

/// All the way in, with options of one's own.
fn enters_as(hall: &mut Hall, options: &str) -> hall::Guest {
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    let profile = UserProfile::read(options).into();
    hall.act(|room, turn| room.set_profile(turn, guest.id, profile))
        .expect("is here");
    hall.admit(guest, 0).expect("is admitted");
    guest
}

// Defect 6
#[test]
fn who_waits_hears_how_many_others_are_in() {
    let mut hall = hall("", "");
    let _two = [hall.enters(100), hall.enters(200)];
    all_is_told(&mut hall);
    let told_before = hall.announced.len();
    let options = "wait_marked=yes\nannounce_user_count=yes\nannounce_user_count_all=yes";
    let waits = enters_as(&mut hall, options);
    assert_eq!(
        heard(&hall, waits),
        ["there-are 2 others-here wait-for-leader"]
    );
    all_is_told(&mut hall);
    let counted = |words: &&str| words.contains("there-are 2 ") || words.contains("one-other");
    let told = hall.announcements();
    assert!(
        !told[told_before..].iter().any(counted),
        "one who waits does not count to all: {told:?}"
    );
}

// Defect 9
#[test]
fn the_leader_hears_that_it_begins() {
    let mut hall = hall_with_tones("sound_begin=gong", "");
    hall.room.set_shelf(shelf());
    let _waits = enters_as(&mut hall, "wait_marked=yes");
    all_is_told(&mut hall);
    let told_before = hall.announced.len();
    let _leads = enters_as(&mut hall, "marked=yes");
    all_is_told(&mut hall);
    let begins = hall.announced[told_before..]
        .iter()
        .find(|(words, _)| words.contains("<777>"));
    assert_eq!(begins.expect("it is said").1, None, "to all");
}

// Regression 66754b3f3d
#[test]
fn more_than_two_are_counted() {
    let mut hall = hall("", "announce_user_count=yes\nannounce_user_count_all=yes");
    let mut last = hall.enters(1);
    for _ in 0..21 {
        last = hall.enters(1);
    }
    assert_eq!(heard(&hall, last), ["there-are 21 others-here"]);
}

// Regression 2cbcbc7f6b
#[test]
fn a_sound_of_ones_own_says_that_the_leader_left() {
    let mut hall = hall_with_tones("sound_leader_has_left=gong", "");
    hall.room.set_shelf(shelf());
    let leads = enters_as(&mut hall, "marked=yes");
    hall.enters(0);
    all_is_told(&mut hall);
    hall.leaves(leads);
    all_is_told(&mut hall);
    assert!(hall.announcements().join(" ").contains("<777>"));
}

// Regression cb1a08bdcb
#[test]
fn a_leader_who_is_first_hears_that_nobody_is_there() {
    let mut hall = hall("", "");
    let leads = enters_as(&mut hall, "marked=yes");
    assert_eq!(heard(&hall, leads), ["only-one"]);
}

// Regression ded22c712a
// Regression ac02bbd9a0
#[test]
fn nobody_waits_for_what_is_said() {
    let options = "announce_user_count=yes\nannounce_user_count_all=yes\nhear_own_join_sound=yes";
    let mut hall = hall("", options);
    for number in 1..=9 {
        hall.enters(number);
        assert_eq!(hall.on_stage.len(), number, "in at once");
    }
    assert_eq!(hall.announcing.len(), 1, "and what is said is not piled up");
}

// Talking --------------------------------------------------------------------------------------

#[test]
fn who_is_not_to_be_reported_is_not_seen_to_talk() {
    for (options, reported) in [("", 2), ("talk_detection_events=no", 0)] {
        let mut hall = hall("", options);
        let anna = hall.enters(100);
        hall.act(|room, turn| room.talking(turn, anna.id, true));
        let talks = hall.room.participant(anna.id).unwrap().talking();
        assert_eq!(talks, reported > 0);
        hall.act(|room, turn| room.talking(turn, anna.id, false));
        let talking = |news: &&RoomNews| matches!(news, RoomNews::Talking { .. });
        assert_eq!(hall.news.iter().filter(talking).count(), reported);
    }
}
