//! What somebody who comes is told alone, and what is asked of them for the others' sake.

use conclave_contract::Segment;
use conclave_ivr::say::{OthersWords, others_sentence};
use conclave_ivr::{Wording, farewell};
use conclave_model::confbridge::{SoundName, UserProfile};
use conclave_model::{CallEnd, Language, ParticipantId, Prompt};

use crate::sounding::Sounding;
use crate::{Participant, Room, RoomOutput, Turn};

impl Room {
    /// One more is in the room: they are told what they must know, the others that they came.
    pub(crate) fn tell_joining(&mut self, turn: &mut Turn<'_>, who: ParticipantId) {
        let Some(joiner) = self.roster.get(who) else {
            return;
        };
        let greeting = self.greeting(joiner);
        self.announcer.joined(joiner);
        self.greet(turn, who, greeting);
    }

    /// Whether a caller of this profile is asked for their name, which is only ever said to all.
    pub(crate) fn asks_for_name(&self, profile: &UserProfile) -> bool {
        self.record.message && self.rules.bridge.announcements && !profile.quiet
    }

    /// How many others are in the room, to one who is asked or comes; nothing where nobody is.
    pub(crate) fn others_of(&self, who: ParticipantId, language: Language) -> Vec<Segment> {
        let others = self.roster.active().filter(|one| one.id() != who).count();
        count(others, self.sounding(), language)
    }

    /// What callers hear at the door, and when they are sent away, in the place of our words.
    #[must_use]
    pub fn wording(&self, language: Language) -> Wording {
        let sounding = self.sounding();
        let left = [SoundName::Kicked, SoundName::LeaderHasLeft];
        let left = left
            .iter()
            .find_map(|name| sounding.in_place(*name, language));
        let others = [
            (Prompt::PinPlease, SoundName::GetPin),
            (Prompt::PinWrong, SoundName::InvalidPin),
            (Prompt::RoomLocked, SoundName::Locked),
            (Prompt::RoomFull, SoundName::Locked),
            (Prompt::Removed, SoundName::Kicked),
        ];
        let others = others
            .into_iter()
            .filter_map(|(prompt, name)| Some((prompt, sounding.in_place(name, language)?)));
        let left = left.map(|segments| (Prompt::LeaderHasLeft, segments));
        others.chain(left).collect()
    }

    /// Out of the room already: told why, unless they came in quiet and are thrown out.
    pub(crate) fn dismiss(&self, turn: &mut Turn<'_>, gone: &Participant, end: CallEnd) {
        let is_thrown_out = matches!(end, CallEnd::Removed | CallEnd::LeaderLeft);
        let words = if is_thrown_out && gone.profile.quiet {
            Vec::new()
        } else {
            let language = gone.language();
            self.wording(language).say(farewell(end), language)
        };
        turn.out.push(RoomOutput::Dismiss {
            call: gone.call(),
            end,
            words,
        });
    }

    /// What was said to all before this one could hear it, and holds for them too.
    pub(crate) fn what_all_were_told(&self, listener: &Participant) -> Vec<Segment> {
        let language = listener.language();
        let recorded = self.recording.is_some();
        let recorded = recorded.then_some(Segment::Prompt(Prompt::BeingRecorded, language));
        let mut segments: Vec<Segment> = recorded.into_iter().collect();
        if listener.mute().by_system && self.are_all_muted() {
            let sound = SoundName::ParticipantsMuted;
            segments.extend(self.sound(sound, language));
        }
        segments
    }

    /// To one who is let in while waiting for a leader.
    pub(crate) fn words_on_release(&self, who: ParticipantId) -> Vec<Segment> {
        let Some(released) = self.roster.get(who) else {
            return Vec::new();
        };
        let mut segments = self.sound(SoundName::Begin, released.language());
        if !released.on_stage {
            segments.extend(self.what_all_were_told(released));
        }
        segments
    }

    /// All in one, as one play takes the place of another.
    fn greeting(&self, joiner: &Participant) -> Vec<Segment> {
        let language = joiner.language();
        let announcement = joiner.profile.announcement.as_ref();
        let mut segments = announcement.map_or_else(Vec::new, |announcement| {
            self.sounding().of_choice(announcement, language)
        });
        segments.extend(self.what_all_were_told(joiner));
        if joiner.can_unmute() {
            segments.push(Segment::Prompt(Prompt::MutedHint, language));
        }
        if joiner.profile.announce_user_count {
            segments.extend(self.others_of(joiner.id(), language));
        }
        if joiner.is_waiting() && !joiner.profile.quiet {
            segments.extend(self.sound(SoundName::WaitForLeader, language));
        }
        segments
    }
}

/// How many others there are, in the words of the room.
pub(crate) fn count(others: usize, sounding: Sounding<'_>, language: Language) -> Vec<Segment> {
    let words = OthersWords {
        only_one: sounding.of(SoundName::OnlyOne, language),
        there_are: sounding.of(SoundName::ThereAre, language),
        others: sounding.of(SoundName::OtherInParty, language),
    };
    others_sentence(u32::try_from(others).unwrap_or(u32::MAX), words, language)
}

/// To one who is alone; nothing to who came quietly or need not be told.
pub(crate) fn only_person(lone: &Participant, sounding: Sounding<'_>) -> Vec<Segment> {
    if lone.profile.quiet || !lone.profile.announce_only_user {
        return Vec::new();
    }
    sounding.of(SoundName::OnlyPerson, lone.language())
}
