//! A room with a stage that only keeps account: who is on it, what is played, what was said.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_contract::{Clip, Command, PlayOutcome, Segment, StageSpec, VideoCommand, VoiceSpec};
use conclave_ivr::{EntryPlan, RefusedEntry};
use conclave_model::confbridge::MenuName;
use conclave_model::{
    CallEnd, CallId, Chance, Digit, Language, LegId, LocalIds, ParticipantId, Pin, PlayId,
    PlaylistName, Prompt, RecordingId, RoomId, RoomLanguage, RoomPatch, RoomRecord, StageId,
    TextMessage, UnixMillis,
};
use conclave_room::{
    Arrival, DoorVerdict, Label, PhoneEvent, RecordingAsker, Room, RoomNews, RoomOutput, Standing,
    Turn,
};

pub const PIN: &str = "627184";

/// One caller as the test knows them.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    pub id: ParticipantId,
    pub call: CallId,
    pub leg: LegId,
}

pub struct Hall {
    pub now: Instant,
    pub room: Room,
    pub chance: Chance,
    ids: LocalIds,
    pub on_stage: BTreeSet<LegId>,
    pub muted: BTreeMap<LegId, bool>,
    pub volumes: BTreeMap<LegId, i8>,
    /// Whether a key ends what was played last.
    pub keys_of_last_play: Option<bool>,
    pub listening: BTreeMap<LegId, i8>,
    pub voices: BTreeMap<LegId, VoiceSpec>,
    pub spec: StageSpec,
    pub binaural: BTreeMap<LegId, bool>,
    pub pacing: BTreeMap<LegId, u32>,
    pub relayed: Vec<(LegId, Digit)>,
    pub music: BTreeMap<LegId, PlaylistName>,
    pub plays: Vec<(LegId, PlayId, String)>,
    pub announcing: Vec<PlayId>,
    pub announced: Vec<(String, Option<LegId>)>,
    /// The language of each.
    pub announced_in: Vec<Language>,
    pub dismissed: Vec<(CallId, CallEnd)>,
    /// What they hear last.
    pub farewells: Vec<String>,
    /// How many heard music when the last one was dismissed.
    pub music_at_dismissal: usize,
    pub let_pass: Vec<CallId>,
    pub recording_asked: Vec<RecordingAsker>,
    pub away_asked: Vec<(CallId, String)>,
    pub news: Vec<RoomNews>,
    /// What was written, for whom and by whom.
    pub texts: Vec<(Vec<CallId>, String, TextMessage)>,
    pub told: Vec<(Vec<CallId>, PhoneEvent)>,
    pub closed: u32,
    /// Everything that came of it, in its order.
    pub trace: Vec<String>,
    pub taping: Option<RecordingId>,
    pub pictures: Vec<VideoCommand>,
    /// How many video lines each call accepts, and how many others it shows.
    pub lines: BTreeMap<CallId, (u8, u8)>,
}

impl Hall {
    /// With a PIN, announced by name, with the built-in playlist.
    pub fn new() -> Self {
        let mut chance = Chance::from_seed([3; 32]);
        let record = record(&mut chance);
        Self {
            now: some_moment(),
            room: Room::new(Arc::new(record), StageId(9), Language::English),
            chance,
            ids: LocalIds::default(),
            on_stage: BTreeSet::new(),
            muted: BTreeMap::new(),
            volumes: BTreeMap::new(),
            keys_of_last_play: None,
            listening: BTreeMap::new(),
            voices: BTreeMap::new(),
            spec: StageSpec::default(),
            binaural: BTreeMap::new(),
            pacing: BTreeMap::new(),
            relayed: Vec::new(),
            music: BTreeMap::new(),
            plays: Vec::new(),
            announcing: Vec::new(),
            announced: Vec::new(),
            announced_in: Vec::new(),
            dismissed: Vec::new(),
            farewells: Vec::new(),
            music_at_dismissal: 0,
            let_pass: Vec::new(),
            recording_asked: Vec::new(),
            away_asked: Vec::new(),
            news: Vec::new(),
            texts: Vec::new(),
            told: Vec::new(),
            closed: 0,
            trace: Vec::new(),
            taping: None,
            pictures: Vec::new(),
            lines: BTreeMap::new(),
        }
    }

    pub fn without_music() -> Self {
        let mut hall = Self::new();
        hall.change(RoomPatch {
            music: Some(None),
            ..RoomPatch::default()
        });
        hall
    }

    /// Any act on the room, and its outcome carried out.
    pub fn act<T>(&mut self, act: impl FnOnce(&mut Room, &mut Turn<'_>) -> T) -> T {
        let mut out = Vec::new();
        let mut turn = Turn {
            now: self.now,
            ids: &mut self.ids,
            out: &mut out,
        };
        let result = act(&mut self.room, &mut turn);
        self.room.tell_phones(&mut turn);
        for output in out {
            self.obey(output);
        }
        result
    }

    pub fn change(&mut self, patch: RoomPatch) {
        let record = Arc::new(patch.apply_to(self.room.record()));
        // A room nobody has come to yet is not asked to close.
        if self.room.participants().next().is_none() {
            self.room = Room::new(record, StageId(9), Language::English);
        } else {
            self.act(|room, turn| room.update(turn, record));
        }
    }

    pub fn new_guest(&mut self) -> Guest {
        // One millisecond apart, as ids order by arrival.
        self.now += Duration::from_millis(1);
        let leg = self.ids.leg();
        let at = UnixMillis(1_700_000_000_000 + u64::from(leg.0));
        Guest {
            id: ParticipantId::mint(at, &mut self.chance),
            call: CallId::mint(at, &mut self.chance),
            leg,
        }
    }

    pub fn arrive(&mut self, guest: Guest) -> Result<EntryPlan, RefusedEntry> {
        self.arrive_speaking(guest, Some(Language::German))
    }

    pub fn arrive_speaking(
        &mut self,
        guest: Guest,
        language: Option<Language>,
    ) -> Result<EntryPlan, RefusedEntry> {
        self.arrive_as(guest, language, Standing::Unknown)
    }

    pub fn arrive_as(
        &mut self,
        guest: Guest,
        language: Option<Language>,
        standing: Standing,
    ) -> Result<EntryPlan, RefusedEntry> {
        let arrival = Arrival {
            participant: guest.id,
            call: guest.call,
            leg: guest.leg,
            label: Label::default(),
            language,
            standing,
        };
        self.act(|room, turn| room.arrive(turn, arrival))
    }

    pub fn types(&mut self, guest: Guest, keys: &str) -> DoorVerdict {
        let digits: Vec<Digit> = keys.chars().filter_map(Digit::from_char).collect();
        self.act(|room, turn| room.try_pin(turn, guest.id, &digits, true))
            .expect("at the door")
    }

    pub fn admit(&mut self, guest: Guest, name_ms: usize) -> Result<(), RefusedEntry> {
        let name = (name_ms > 0).then(|| Clip::new(vec![0; name_ms * 16]));
        self.act(|room, turn| room.admit(turn, guest.id, name))
    }

    /// All the way in. `name_ms`: how names are told apart; 0: none was heard.
    pub fn enters(&mut self, name_ms: usize) -> Guest {
        let guest = self.new_guest();
        if self.arrive(guest).expect("comes in").ask_pin {
            self.types(guest, PIN);
        }
        self.admit(guest, name_ms).expect("is admitted");
        guest
    }

    pub fn leaves(&mut self, guest: Guest) {
        self.act(|room, turn| room.leave(turn, guest.id, CallEnd::HungUp));
    }

    pub fn presses(&mut self, guest: Guest, keys: &str) {
        for digit in keys.chars().filter_map(Digit::from_char) {
            self.act(|room, turn| room.digit(turn, guest.id, digit));
        }
    }

    pub fn announcement_ends(&mut self) {
        let play = self.announcing.remove(0);
        self.act(|room, turn| room.announced(turn, play));
    }

    /// Time passes; every deadline on the way is kept.
    pub fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some((deadline, _)) = self.room.poll_timeout()
            && deadline <= end
        {
            self.now = self.now.max(deadline);
            self.act(|room, turn| room.handle_timeout(turn));
        }
        self.now = end;
    }

    pub fn last_words(&self) -> (LegId, &str) {
        let (leg, _, words) = self.plays.last().expect("something was said");
        (*leg, words)
    }

    pub fn announcements(&self) -> Vec<&str> {
        self.announced
            .iter()
            .map(|(words, _)| words.as_str())
            .collect()
    }

    fn obey(&mut self, output: RoomOutput) {
        self.trace.push(format!("{output:?}"));
        match output {
            RoomOutput::Command(command) => self.obey_command(command),
            RoomOutput::Dismiss { call, end, words } => {
                self.music_at_dismissal = self.music.len();
                self.farewells.push(self::words(&words));
                self.dismissed.push((call, end));
            }
            RoomOutput::LetPass { call } => self.let_pass.push(call),
            RoomOutput::Video(command) => self.pictures.push(command),
            RoomOutput::Pictures {
                call,
                accepts,
                shows,
            } => {
                self.lines.insert(call, (accepts, shows));
            }
            RoomOutput::RecordingAsked { by } => self.recording_asked.push(by),
            RoomOutput::AwayAsked { call, extension } => {
                self.away_asked.push((call, extension.into()));
            }
            RoomOutput::News(news) => self.news.push(news),
            RoomOutput::Text { to, from, text } => self.texts.push((to, from, text)),
            RoomOutput::Tell { to, event } => self.told.push((to, event)),
            RoomOutput::Closed => self.closed += 1,
        }
    }

    fn obey_command(&mut self, command: Command) {
        match command {
            Command::JoinStage { leg, .. } => {
                self.on_stage.insert(leg);
            }
            Command::LeaveStage { leg } => {
                self.on_stage.remove(&leg);
            }
            Command::SetMute { leg, muted } => {
                self.muted.insert(leg, muted);
            }
            Command::SetVolume { leg, volume_db } => {
                self.volumes.insert(leg, volume_db);
            }
            Command::SetStage { spec, .. } => self.spec = spec,
            Command::RelayDigit { from, digit, .. } => self.relayed.push((from, digit)),
            Command::SetBinaural { leg, on } => {
                self.binaural.insert(leg, on);
            }
            Command::SetPacing { leg, interval_ms } => {
                self.pacing.insert(leg, interval_ms);
            }
            Command::SetVoice { leg, voice } => {
                self.voices.insert(leg, voice);
            }
            Command::SetListeningVolume { leg, volume_db } => {
                self.listening.insert(leg, volume_db);
            }
            Command::Play {
                leg,
                play,
                segments,
                stop_on_digit,
            } => {
                self.plays.push((leg, play, words(&segments)));
                self.keys_of_last_play = Some(stop_on_digit);
            }
            Command::Announce {
                play,
                segments,
                except,
                ..
            } => {
                self.announcing.push(play);
                self.announced_in.extend(language(&segments));
                self.announced.push((words(&segments), except));
            }
            Command::Music { leg, playlist } => {
                match playlist {
                    Some(playlist) => self.music.insert(leg, playlist),
                    None => self.music.remove(&leg),
                };
            }
            Command::StartTape { recording, .. } => self.taping = Some(recording),
            Command::StopTape { .. } => self.taping = None,
            Command::StopPlay { .. } => {}
            Command::SendDatagram { .. }
            | Command::OpenLeg { .. }
            | Command::UpdateLeg { .. }
            | Command::CloseLeg { .. }
            | Command::OpenStage { .. }
            | Command::CloseStage { .. }
            | Command::Record { .. }
            | Command::StopRecord { .. }
            | Command::SetEcho { .. }
            | Command::SetEffort(_) => panic!("not a room's: {command:?}"),
        }
    }

    /// The last play on a leg ends.
    pub fn play_ends(&mut self, guest: Guest) {
        let last = self.plays.iter().rfind(|(leg, ..)| *leg == guest.leg);
        let play = last.expect("something is playing").1;
        self.act(|room, turn| room.played(turn, guest.id, play, PlayOutcome::Finished));
    }
}

fn language(segments: &[Segment]) -> Option<Language> {
    segments.iter().find_map(|segment| match segment {
        Segment::Prompt(_, language) => Some(*language),
        Segment::Clip(_) | Segment::Silence(_) => None,
    })
}

pub fn words(segments: &[Segment]) -> String {
    let words: Vec<String> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Prompt(Prompt::Number(number), _) => number.to_string(),
            Segment::Prompt(prompt, _) => prompt.file_stem(),
            Segment::Clip(clip) => format!("<{}>", clip.duration_ms()),
            Segment::Silence(_) => "...".to_owned(),
        })
        .collect();
    words.join(" ")
}

fn record(chance: &mut Chance) -> RoomRecord {
    let at = UnixMillis(1_700_000_000_000);
    RoomRecord {
        id: RoomId::mint(at, chance),
        title: "Standup".parse().expect("a title"),
        extension: "801".parse().expect("an extension"),
        message: true,
        music: Some(PlaylistName::built_in()),
        pin: Some(PIN.parse::<Pin>().expect("a PIN")),
        more_pins: conclave_model::MorePins::default(),
        language: RoomLanguage::Auto,
        options: String::new(),
        user_options: String::new(),
        keypad: MenuName::standard(),
        moderator_keypad: MenuName::standard(),
        created_at: at,
        version: 1,
    }
}

#[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
fn some_moment() -> Instant {
    Instant::now()
}
