//! One participant's keypad: waits for keys, for the end of a sound, for a yes; asks no room.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use conclave_model::confbridge::{Deed, DialplanTarget, Menu, MenuAction, MenuPreset, MenuSound};
use conclave_model::{Digit, PlayId, limits};

use super::Course;
use super::typed::{Found, Typed};

/// What the keys of a room do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menus {
    pub members: Arc<Menu>,
    pub moderators: Arc<Menu>,
}

impl Menus {
    /// Those of one of ours.
    #[must_use]
    pub fn of(preset: MenuPreset) -> Self {
        Self {
            members: Arc::new(preset.menu(false)),
            moderators: Arc::new(preset.menu(true)),
        }
    }
}

/// What the room is to do next for the keys.
#[derive(Clone)]
pub(crate) enum Step {
    /// Say the id of it to [`Keypad::plays`].
    Play {
        sounds: Vec<MenuSound>,
        stop_on_digit: bool,
    },
    StopPlay,
    /// To another place, and the next step after that.
    Go(DialplanTarget),
    /// If it says something, say the id of that to [`Keypad::speaks`].
    Do(Deed),
    /// What needed a yes got it.
    Confirmed,
    /// It got another key, or none in time.
    NotConfirmed,
    /// A key that means nothing.
    Unmatched(Digit),
}

/// What one participant has pressed, and what comes of it.
#[derive(Default)]
pub(crate) struct Keypad {
    typed: Typed,
    /// Pressed while a sound had to be heard; at most [`limits::MENU_DIGITS`].
    held: VecDeque<Digit>,
    /// The innermost last. Each is one key longer than the one before.
    courses: Vec<Course>,
    awaits: Option<Await>,
    answer: Option<Step>,
}

#[derive(Clone, Copy)]
struct Await {
    what: Awaited,
    until: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// Keys wait for its end.
    Playback(PlayId),
    /// Any key ends it.
    PlaybackAndContinue(PlayId),
    /// What a deed says; the next action waits for its end.
    Speech(PlayId),
    Yes,
}

impl Keypad {
    pub(crate) fn digit(&mut self, now: Instant, digit: Digit, menu: &Menu) {
        match self.awaits.map(|awaits| awaits.what) {
            None => self.typed.push(now, digit),
            Some(Awaited::Playback(_) | Awaited::Speech(_)) => {
                if self.held.len() < limits::MENU_DIGITS {
                    self.held.push_back(digit);
                }
            }
            Some(Awaited::PlaybackAndContinue(_)) => {
                self.awaits = None;
                self.answer = Some(Step::StopPlay);
                let course = self.courses.last_mut();
                let next = course.and_then(|course| course.go_on(digit, menu));
                self.courses.extend(next);
            }
            Some(Awaited::Yes) => {
                self.awaits = None;
                self.answer = Some(if digit.value() == Some(1) {
                    Step::Confirmed
                } else {
                    Step::NotConfirmed
                });
            }
        }
    }

    /// A sound on this leg ended; others' ids are ignored.
    pub(crate) fn played(&mut self, play: PlayId) {
        match self.awaits.map(|awaits| awaits.what) {
            Some(
                Awaited::Playback(one) | Awaited::PlaybackAndContinue(one) | Awaited::Speech(one),
            ) if one == play => self.awaits = None,
            Some(
                Awaited::Playback(_)
                | Awaited::PlaybackAndContinue(_)
                | Awaited::Speech(_)
                | Awaited::Yes,
            )
            | None => {}
        }
    }

    /// What is to be done by now; ask again until nothing is.
    pub(crate) fn next(&mut self, now: Instant, menu: &Menu) -> Option<Step> {
        if let Some(Awaited::PlaybackAndContinue(_)) = self.awaits.map(|awaits| awaits.what)
            && let Some(digit) = self.typed.take_first()
        {
            self.digit(now, digit, menu);
        }
        if let Some(answer) = self.answer.take() {
            return Some(answer);
        }
        if let Some(awaits) = self.awaits {
            if now < awaits.until {
                return None;
            }
            self.awaits = None;
            if awaits.what == Awaited::Yes {
                return Some(Step::NotConfirmed);
            }
        }
        loop {
            if let Some(action) = self.next_action() {
                return Some(match action {
                    MenuAction::Playback(sounds) => Step::Play {
                        sounds,
                        stop_on_digit: false,
                    },
                    MenuAction::PlaybackAndContinue(sounds) => Step::Play {
                        sounds,
                        stop_on_digit: true,
                    },
                    MenuAction::DialplanExec(target) => Step::Go(target),
                    MenuAction::Deed(deed) => Step::Do(deed),
                });
            }
            match self.typed.next(now, menu) {
                Some(Found::Entry(entry)) => self.courses.push(Course::new(entry)),
                Some(Found::Unmatched(digit)) => return Some(Step::Unmatched(digit)),
                None => {
                    let digit = self.held.pop_front()?;
                    self.typed.push(now, digit);
                }
            }
        }
    }

    /// The last [`Step::Play`] is this one.
    pub(crate) fn plays(&mut self, now: Instant, play: PlayId, stop_on_digit: bool) {
        let what = if stop_on_digit {
            Awaited::PlaybackAndContinue(play)
        } else {
            Awaited::Playback(play)
        };
        let until = now + limits::PLAY_PATIENCE * SOUNDS_AT_MOST;
        self.awaits = Some(Await { what, until });
    }

    /// The last [`Step::Do`] says this: what is left to do waits for its end.
    pub(crate) fn speaks(&mut self, now: Instant, play: PlayId) {
        if self.awaits.is_none() && self.courses.iter().any(|course| !course.is_done()) {
            let until = now + limits::PLAY_PATIENCE;
            let what = Awaited::Speech(play);
            self.awaits = Some(Await { what, until });
        }
    }

    /// The last [`Step::Do`] asks for a yes, which is the key 1.
    pub(crate) fn asks(&mut self, now: Instant) {
        let until = now + limits::MENU_CONFIRM;
        let what = Awaited::Yes;
        self.awaits = Some(Await { what, until });
    }

    pub(crate) fn poll_timeout(&self, menu: &Menu) -> Option<(Instant, &'static str)> {
        match self.awaits {
            Some(Await { what, until }) => Some((
                until,
                match what {
                    Awaited::Playback(_) | Awaited::PlaybackAndContinue(_) => {
                        "a sound of the menu never ended"
                    }
                    Awaited::Speech(_) => "what a key said never ended",
                    Awaited::Yes => "nobody confirmed by key",
                },
            )),
            None => {
                let deadline = self.typed.deadline(menu)?;
                Some((deadline, "another key may follow"))
            }
        }
    }

    /// Of the innermost entry that has one left. What is done is taken away.
    fn next_action(&mut self) -> Option<MenuAction> {
        loop {
            if let Some(action) = self.courses.last_mut()?.next() {
                return Some(action);
            }
            self.courses.pop();
        }
    }
}

/// A playback may have so many sounds, each of which may last.
const SOUNDS_AT_MOST: u32 = limits::MENU_SOUNDS as u32;

/// Keys in a room are nobody's business.
impl fmt::Debug for Keypad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keypad(••••)")
    }
}

#[cfg(test)]
mod tests {
    use conclave_model::LocalIds;

    use super::*;

    /// Plays what it is told to, each sound with an id of its own.
    struct Person {
        keypad: Keypad,
        menu: Menu,
        now: Instant,
        ids: LocalIds,
        playing: Option<PlayId>,
    }

    impl Person {
        #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
        fn new(menu: &str) -> Self {
            Self {
                keypad: Keypad::default(),
                menu: Menu::from_text(menu).unwrap(),
                now: Instant::now(),
                ids: LocalIds::default(),
                playing: None,
            }
        }

        fn press(&mut self, keys: &str) -> Vec<String> {
            let mut steps = Vec::new();
            for key in keys.chars() {
                let digit = Digit::from_char(key).unwrap();
                self.keypad.digit(self.now, digit, &self.menu);
                steps.extend(self.steps());
            }
            steps
        }

        fn sound_ends(&mut self) -> Vec<String> {
            self.keypad.played(self.playing.take().unwrap());
            self.steps()
        }

        fn waits(&mut self, limit: std::time::Duration) -> Vec<String> {
            self.now += limit;
            self.steps()
        }

        fn steps(&mut self) -> Vec<String> {
            let mut steps = Vec::new();
            while let Some(step) = self.keypad.next(self.now, &self.menu) {
                steps.push(match step {
                    Step::Play {
                        sounds,
                        stop_on_digit,
                    } => {
                        let play = self.ids.play();
                        self.playing = Some(play);
                        self.keypad.plays(self.now, play, stop_on_digit);
                        let names: Vec<String> = sounds.iter().map(ToString::to_string).collect();
                        names.join("&")
                    }
                    Step::StopPlay => "stop".to_owned(),
                    Step::Do(deed) => {
                        if deed == Deed::AdminEndConference {
                            self.keypad.asks(self.now);
                        } else if deed == Deed::ToggleMute {
                            let play = self.ids.play();
                            self.playing = Some(play);
                            self.keypad.speaks(self.now, play);
                        }
                        deed.name().to_owned()
                    }
                    Step::Go(target) => format!("goes to {target}"),
                    Step::Confirmed => "yes".to_owned(),
                    Step::NotConfirmed => "no".to_owned(),
                    Step::Unmatched(digit) => format!("?{digit}"),
                });
            }
            steps
        }
    }

    #[test]
    fn several_actions_are_done_in_order_and_each_waits_for_the_sound_before() {
        let mut person = Person::new("5=no_op,playback(a&b),toggle_mute,raise_hand,playback(c)");
        assert_eq!(person.press("5"), ["no_op", "a&b"]);
        assert_eq!(person.sound_ends(), ["toggle_mute"]);
        assert_eq!(person.sound_ends(), ["raise_hand", "c"]);
        assert!(person.sound_ends().is_empty());
        assert!(person.keypad.poll_timeout(&person.menu).is_none());
    }

    #[test]
    fn a_playback_is_heard_to_its_end_and_keys_wait_for_it() {
        let mut person = Person::new("1=playback(a)\n2=no_op\n*3=help");
        assert_eq!(person.press("1"), ["a"]);
        assert!(person.press("2*3").is_empty());
        assert_eq!(person.sound_ends(), ["no_op", "help"]);
        assert_eq!(person.press("1"), ["a"]);
        assert!(person.press("222222222222222222").is_empty());
        assert_eq!(person.sound_ends(), ["no_op"; limits::MENU_DIGITS]);
    }

    #[test]
    fn what_a_key_says_last_may_be_cut_short_by_the_next_key() {
        let mut person = Person::new("1=toggle_mute\n2=no_op");
        assert_eq!(person.press("12"), ["toggle_mute", "no_op"]);
    }

    #[test]
    fn a_key_stops_playback_and_continue_and_leads_on() {
        let mut person = Person::new("*=playback_and_continue(menu)\n*1=no_op\n1=help");
        assert_eq!(person.waits_for_star(), ["menu"]);
        assert_eq!(person.press("1"), ["stop", "no_op"]);
        assert_eq!(person.press("1"), ["help"]);
        assert_eq!(person.waits_for_star(), ["menu"]);
        assert_eq!(person.press("7"), ["stop"]);
        assert_eq!(person.press("1"), ["help"]);
        assert_eq!(person.waits_for_star(), ["menu"]);
        assert!(person.sound_ends().is_empty());
        assert_eq!(person.press("1"), ["help"]);
    }

    impl Person {
        /// The star alone: no longer one follows.
        fn waits_for_star(&mut self) -> Vec<String> {
            assert!(self.press("*").is_empty());
            self.waits(limits::MENU_LONGER)
        }
    }

    #[test]
    fn a_key_that_is_too_quick_for_the_first_sound_leads_on_too() {
        let mut person = Person::new("*=playback_and_continue(menu)\n*1=no_op\n*23=help");
        assert_eq!(person.press("*1"), ["no_op"]);
        assert_eq!(person.press("*23"), ["help"]);
        assert_eq!(person.press("*4"), ["menu", "stop"]);
    }

    #[test]
    fn menus_within_menus_end_where_the_keys_do() {
        let mut person = Person::new(
            "1=playback_and_continue(a),raise_hand,playback(never)\n\
             11=playback_and_continue(b)\n111=playback_and_continue(c),playback(d),no_op",
        );
        assert!(person.press("1").is_empty());
        assert_eq!(person.waits(limits::MENU_LONGER), ["a"]);
        assert_eq!(person.press("1"), ["stop", "b"]);
        assert_eq!(person.press("1"), ["stop", "c"]);
        assert_eq!(person.press("9"), ["stop", "no_op", "raise_hand"]);
        assert!(person.keypad.courses.is_empty());
    }

    #[test]
    fn after_sounds_that_no_key_ended_the_others_of_the_entry_are_played() {
        let mut person = Person::new("1=playback_and_continue(a),playback(b),no_op");
        assert_eq!(person.press("1"), ["a"]);
        assert_eq!(person.sound_ends(), ["b"]);
        assert_eq!(person.sound_ends(), ["no_op"]);
    }

    #[test]
    fn the_end_needs_a_one_and_nothing_else_will_do() {
        let mut person = Person::new("*0=admin_end_conference\n7=no_op");
        for (key, answer) in [("1", "yes"), ("7", "no"), ("*", "no")] {
            assert_eq!(person.press("*0"), ["admin_end_conference"]);
            assert_eq!(person.press(key), [answer]);
        }
        assert_eq!(person.press("*0"), ["admin_end_conference"]);
        assert_eq!(person.waits(limits::MENU_CONFIRM), ["no"]);
        assert_eq!(person.press("1"), ["?1"]);
    }

    #[test]
    fn a_sound_whose_end_is_never_told_does_not_keep_the_keys_for_ever() {
        let mut person = Person::new("1=playback(a),raise_hand\n2=no_op");
        assert_eq!(person.press("12"), ["a"]);
        let (deadline, why) = person.keypad.poll_timeout(&person.menu).unwrap();
        assert_eq!(why, "a sound of the menu never ended");
        let patience = deadline - person.now;
        assert_eq!(person.waits(patience), ["raise_hand", "no_op"]);
    }

    #[test]
    fn keys_are_not_shown() {
        let mut person = Person::new("12345=no_op");
        person.press("1234");
        assert_eq!(format!("{:?}", person.keypad), "Keypad(••••)");
    }
}
