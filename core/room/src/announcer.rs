//! Who came and who went, told to the others in few words; holds nobody back.

use std::time::Instant;

use conclave_contract::{Clip, Command, Segment};
use conclave_ivr::say::{Name, join_sentence, leave_sentence};
use conclave_model::confbridge::{CountAll, SoundName};
use conclave_model::{Language, LegId, ParticipantId, PlayId, Prompt, StageId, limits};

use crate::sounding::Sounding;
use crate::{Participant, Turn, telling};

/// At most one announcement plays and one waits, however many come and go meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Announcer {
    playing: Option<Playing>,
    /// Not before this: what happens until then is told together.
    open_at: Option<Instant>,
    joined: Vec<Subject>,
    /// Those who hear of their own coming, but something else is being said to them: told after it.
    greeted: Vec<Subject>,
    left: Vec<Subject>,
    /// Prompts that somebody asked for, which play or wait.
    asked: Vec<Playing>,
    /// Said before all else, and to everybody.
    notices: Vec<Notice>,
}

/// What everybody must know of the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Ours(Prompt),
    /// As the room has it.
    Sound(SoundName),
}

/// As many prompts as may play or wait do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// To whom and how it is told, as the room stands at the moment of telling.
pub(crate) struct Hall<'a> {
    pub(crate) stage: StageId,
    pub(crate) language: Language,
    /// By name; otherwise by a tone.
    pub(crate) by_name: bool,
    /// Whether anything is told of who comes and goes.
    pub(crate) announces: bool,
    /// How many are in the room.
    pub(crate) people: usize,
    /// Whether anybody listens, those who wait for a leader among them.
    pub(crate) is_heard: bool,
    pub(crate) sounding: Sounding<'a>,
    pub(crate) lone: Option<&'a Participant>,
    /// To whom something is being said on their coming.
    pub(crate) greeted: Vec<ParticipantId>,
}

#[derive(Debug)]
struct Playing {
    play: PlayId,
    lost_at: Instant,
}

#[derive(Debug)]
struct Subject {
    participant: ParticipantId,
    leg: LegId,
    name: Option<Clip>,
    /// Nothing is said of this one but how many there are.
    is_quiet: bool,
    /// Hears of their own coming what the others hear.
    hears_own: bool,
    counts: CountAll,
}

impl Announcer {
    /// Who comes quietly is counted all the same, where counts are told.
    pub(crate) fn joined(&mut self, who: &Participant) {
        let subject = Subject::of(who);
        if !subject.is_quiet || subject.counts != CountAll::Never {
            self.joined.push(subject);
        }
    }

    /// Who comes and goes before it could be told was never there for the others.
    pub(crate) fn left(&mut self, who: &Participant) {
        let untold = self.joined.len() + self.greeted.len();
        for subjects in [&mut self.joined, &mut self.greeted] {
            subjects.retain(|subject| subject.participant != who.id());
        }
        if self.joined.len() + self.greeted.len() == untold && !who.profile.quiet {
            self.left.push(Subject::of(who));
        }
    }

    /// Plays a prompt to everybody, after what is being told.
    ///
    /// # Errors
    /// [`limits::PROMPTS_ASKED`] play or wait already.
    pub(crate) fn play(
        &mut self,
        turn: &mut Turn<'_>,
        stage: StageId,
        prompt: Prompt,
        language: Language,
    ) -> Result<(), TooMany> {
        if self.asked.len() >= limits::PROMPTS_ASKED {
            return Err(TooMany);
        }
        let play = turn.ids.play();
        turn.command(Command::Announce {
            stage,
            play,
            segments: vec![Segment::Prompt(prompt, language)],
            except: None,
        });
        self.asked.push(Playing {
            play,
            lost_at: turn.now + limits::PLAY_PATIENCE * PLAYS_AHEAD,
        });
        Ok(())
    }

    /// Something of the room that everybody must know.
    pub(crate) fn notice(&mut self, notice: Notice) {
        self.notices.retain(|waiting| *waiting != notice);
        self.notices.push(notice);
        self.open_at = None;
    }

    /// An announcement ended; others' ids are ignored.
    pub(crate) fn done(&mut self, play: PlayId) {
        self.asked.retain(|asked| asked.play != play);
        if self
            .playing
            .as_ref()
            .is_some_and(|playing| playing.play == play)
        {
            self.playing = None;
        }
    }

    /// Nothing plays to everybody or waits to.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_idle() && self.asked.is_empty()
    }

    /// Nothing is being told or waits to be.
    fn is_idle(&self) -> bool {
        self.playing.is_none()
            && self.joined.is_empty()
            && self.left.is_empty()
            && self.notices.is_empty()
    }

    /// Tells what waits if it is time.
    pub(crate) fn settle(&mut self, turn: &mut Turn<'_>, hall: &Hall<'_>) {
        if self
            .playing
            .as_ref()
            .is_some_and(|playing| playing.lost_at <= turn.now)
        {
            self.playing = None;
        }
        self.asked.retain(|asked| turn.now < asked.lost_at);
        self.let_greetings_end(hall);
        self.forget_what_nobody_needs(hall);
        let waits = self.playing.is_some() || self.open_at.is_some_and(|at| turn.now < at);
        if !waits && !self.is_idle() {
            self.tell(turn, hall);
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        let asked = self.asked.iter().map(|asked| asked.lost_at).min();
        let asked = asked.map(|lost_at| (lost_at, "a prompt never ended"));
        let told = match (&self.playing, self.open_at) {
            (Some(playing), _) => Some((playing.lost_at, "an announcement never ended")),
            (None, Some(open_at)) if !self.is_idle() => {
                Some((open_at, "tell who came and who went"))
            }
            (None, _) => None,
        };
        told.into_iter().chain(asked).min_by_key(|(at, _)| *at)
    }

    /// Nobody is told two things at once of their own coming.
    fn let_greetings_end(&mut self, hall: &Hall<'_>) {
        let waiting = std::mem::take(&mut self.greeted);
        let untold = std::mem::take(&mut self.joined);
        let waits = |one: &Subject| one.hears_own && hall.greeted.contains(&one.participant);
        (self.greeted, self.joined) = waiting.into_iter().chain(untold).partition(waits);
    }

    /// The lone one knows that they came; an empty room listens to nobody.
    fn forget_what_nobody_needs(&mut self, hall: &Hall<'_>) {
        if !hall.is_heard {
            self.notices.clear();
        }
        if !hall.is_heard || !hall.announces {
            self.joined.clear();
            self.greeted.clear();
            self.left.clear();
        } else if let Some(lone) = hall.lone {
            self.joined
                .retain(|subject| subject.hears_own || subject.participant != lone.id());
        }
    }

    fn tell(&mut self, turn: &mut Turn<'_>, hall: &Hall<'_>) {
        let spared = match self.joined.as_slice() {
            [joiner] if !joiner.hears_own => Some(joiner.leg),
            _none_or_several => None,
        };
        if spared.is_some() {
            // Everybody hears what all must know, and only the others then, who came.
            let segments = self.told_notices(hall);
            self.notices.clear();
            if !segments.is_empty() {
                self.announce(turn, hall, segments, None);
                return;
            }
        }
        let segments = self.sentence(hall);
        self.joined.clear();
        self.left.clear();
        self.notices.clear();
        if !segments.is_empty() {
            self.announce(turn, hall, segments, spared);
            self.open_at = Some(turn.now + limits::ANNOUNCE_MERGE);
        }
    }

    fn announce(
        &mut self,
        turn: &mut Turn<'_>,
        hall: &Hall<'_>,
        segments: Vec<Segment>,
        except: Option<LegId>,
    ) {
        let play = turn.ids.play();
        turn.command(Command::Announce {
            stage: hall.stage,
            play,
            segments,
            except,
        });
        self.playing = Some(Playing {
            play,
            lost_at: turn.now + limits::PLAY_PATIENCE,
        });
    }

    fn told_notices(&self, hall: &Hall<'_>) -> Vec<Segment> {
        let notices = self.notices.iter();
        notices
            .flat_map(|notice| match notice {
                Notice::Ours(prompt) => vec![Segment::Prompt(*prompt, hall.language)],
                Notice::Sound(name) => hall.sounding.of(*name, hall.language),
            })
            .collect()
    }

    fn sentence(&self, hall: &Hall<'_>) -> Vec<Segment> {
        let mut segments = self.told_notices(hall);
        let heard: Vec<&Subject> = self.joined.iter().filter(|one| !one.is_quiet).collect();
        segments.extend(hall.joined(&heard));
        segments.extend(hall.left(&self.left.iter().collect::<Vec<_>>()));
        if self.joined.iter().any(|one| one.wants_count(hall.people)) {
            let others = hall.people.saturating_sub(1);
            segments.extend(telling::count(others, hall.sounding, hall.language));
        }
        segments
    }
}

impl Hall<'_> {
    /// A tone of the operator's is heard before the names too.
    fn joined(&self, who: &[&Subject]) -> Vec<Segment> {
        if who.is_empty() {
            return Vec::new();
        }
        if !self.by_name {
            return self.sounding.of(SoundName::Join, self.language);
        }
        let tone = self.sounding.in_place(SoundName::Join, self.language);
        let verb = self.sounding.in_place(SoundName::HasJoined, self.language);
        let (names, others) = few_names(who);
        let mut segments = tone.unwrap_or_default();
        segments.extend(join_sentence(
            &names,
            others,
            verb.as_deref(),
            self.language,
        ));
        segments
    }

    fn left(&self, who: &[&Subject]) -> Vec<Segment> {
        if who.is_empty() {
            return Vec::new();
        }
        if !self.by_name {
            return self.sounding.of(SoundName::Leave, self.language);
        }
        let tone = self.sounding.in_place(SoundName::Leave, self.language);
        let verb = self.sounding.in_place(SoundName::HasLeft, self.language);
        let (names, others) = few_names(who);
        let mut segments = tone.unwrap_or_default();
        segments.extend(leave_sentence(
            &names,
            others,
            verb.as_deref(),
            self.language,
        ));
        segments
    }
}

/// What is asked for may wait for all others and for what the room tells.
const PLAYS_AHEAD: u32 = limits::PROMPTS_ASKED as u32 + 1;

impl Subject {
    fn of(participant: &Participant) -> Self {
        Self {
            participant: participant.id(),
            leg: participant.leg(),
            name: participant.spoken_name.clone(),
            is_quiet: participant.profile.quiet,
            hears_own: participant.profile.hear_own_join_sound && !participant.profile.quiet,
            // Who waits is not counted yet, nor told of as one more.
            counts: if participant.is_waiting() {
                CountAll::Never
            } else {
                participant.profile.announce_user_count_all
            },
        }
    }

    /// `people`: with the one who came.
    fn wants_count(&self, people: usize) -> bool {
        match self.counts {
            CountAll::Never => false,
            CountAll::Always => true,
            CountAll::Above(most) => people > most as usize,
        }
    }
}

/// Up to [`limits::ANNOUNCE_NAMES`] names, those that were spoken first, and how many beyond.
fn few_names(subjects: &[&Subject]) -> (Vec<Name>, u32) {
    let spoken = subjects.iter().filter_map(|subject| subject.name.as_ref());
    let mut names: Vec<Name> = spoken
        .take(limits::ANNOUNCE_NAMES)
        .map(|clip| Name::Clip(clip.clone()))
        .collect();
    if subjects.len() <= limits::ANNOUNCE_NAMES {
        names.resize(subjects.len(), Name::Unknown);
    }
    let others = subjects.len() - names.len();
    (names, u32::try_from(others).unwrap_or(u32::MAX))
}
