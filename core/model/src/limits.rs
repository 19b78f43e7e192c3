//! Every maximum of the server, with the reason for its size.

use std::ops::RangeInclusive;
use std::time::Duration;

// The room record ------------------------------------------------------------------------------

/// 1 character names a room; 80 fit the list of a 360-pixel page in two lines.
pub const TITLE_CHARS: RangeInclusive<usize> = 1..=80;
/// One digit is a speed dial on most PBXs; E.164 allows 15, of which a country code takes up to 3.
pub const EXTENSION_DIGITS: RangeInclusive<usize> = 2..=12;
/// 4 can be guessed in an afternoon and is refused nowhere; above 12 nobody types without error.
pub const PIN_DIGITS: RangeInclusive<usize> = 4..=12;
/// A million values, of which the rules of [`crate::Pin::generate`] leave about half.
pub const GENERATED_PIN_DIGITS: usize = 6;
/// People of one room who have a PIN of their own: a department. Each is compared with every entry,
/// some 30 ns for one, and all of them are one line each in one answer.
pub const PERSONAL_PINS: usize = 200;
/// The largest `confbridge.conf` section seen in the wild had 60 lines of 80 characters.
pub const OPTIONS_BYTES: usize = 8 * 1024;
/// Lines of one text of options that say something: ConfBridge has fewer options than this, and
/// each line is answered with a sentence.
pub const OPTION_LINES: usize = 100;
/// Wrong lines named in one refusal: who has more has pasted something else.
pub const OPTION_ERRORS: usize = 20;
/// Held in memory by the brain, about 1 KiB each.
pub const ROOMS: usize = 100_000;

// The voice ------------------------------------------------------------------------------------

/// Answer, then this much silence: the first syllable is otherwise cut while the path opens.
pub const ANSWER_SILENCE: Duration = Duration::from_millis(500);
/// People first have to open the dial pad.
pub const FIRST_DIGIT: Duration = Duration::from_secs(30);
/// "Pin, please" is repeated after this much silence: twice within [`FIRST_DIGIT`].
pub const PIN_PROMPT_REPEAT: Duration = Duration::from_secs(10);
/// However often a caller clears the entry with `*`: who needs longer holds a line for nothing.
pub const PIN_ENTRY: Duration = Duration::from_secs(180);
/// After this pause an entry that is not complete is taken as it is.
pub const NEXT_DIGIT: Duration = Duration::from_secs(4);
/// ConfBridge's number, and every rival's.
pub const PIN_TRIES: u8 = 3;
/// Names are rarely longer than 2 s; 5 leaves room for company and city.
pub const NAME_LENGTH: Duration = Duration::from_secs(5);
/// Long enough for the pause between first and last name.
pub const NAME_END_SILENCE: Duration = Duration::from_millis(1_200);
/// Less speech than this is a cough or a click, not a name.
pub const NAME_SPEECH_MIN: Duration = Duration::from_millis(200);
/// So long after the question whether a name is right it is taken: who is content says nothing.
pub const NAME_REVIEW: Duration = Duration::from_secs(4);
/// How often one may listen to one's name or say it again, while others wait for nobody.
pub const NAME_WISHES: u8 = 10;
/// The longest single sentence lasts 5 s, three names and a sentence 20 s; after this the report of
/// the end of playing is taken for lost.
pub const PLAY_PATIENCE: Duration = Duration::from_secs(30);
/// Prompts that an administrator has asked for and that still play or wait in one room: with those
/// of the room itself they fit [`ANNOUNCEMENTS_WAITING`].
pub const PROMPTS_ASKED: usize = 4;
/// The same for a recording, on top of its own length.
pub const RECORD_PATIENCE: Duration = Duration::from_secs(3);
/// Time to find the second key of `*6`.
pub const MENU_DIGIT: Duration = Duration::from_secs(3);
/// Time for another key when what was pressed already means something by itself: as long as
/// Asterisk's `featuredigittimeout`.
pub const MENU_LONGER: Duration = Duration::from_secs(1);
/// Keys of one sequence, as in ConfBridge; also those that wait while a menu is busy.
pub const MENU_DIGITS: usize = 11;
/// Lines of one menu: every key alone, after a star and after a pound sign, twice over.
pub const MENU_ENTRIES: usize = 100;
/// Actions for one sequence; the longest seen in the wild has three.
pub const MENU_ACTIONS: usize = 16;
/// Sounds of one `playback`.
pub const MENU_SOUNDS: usize = 16;
/// Time to confirm by key what cannot be undone, after the question.
pub const MENU_CONFIRM: Duration = Duration::from_secs(10);
/// How much one key makes louder or softer: the least that everybody notices.
pub const VOLUME_STEP_DB: i8 = 3;
/// Names said to one who asks who is here: half a minute.
pub const ROLL_CALL_NAMES: usize = 20;
/// Menus of one's own: one for every kind of room.
pub const MENUS: usize = 200;
/// All files of one `confbridge.conf`: the sample has 20 KiB, nine tenths of them comments.
pub const CONF_BYTES: usize = 1024 * 1024;
/// Files that one `confbridge.conf` may include, over all: Asterisk allows ten inside each other.
pub const CONF_INCLUDES: usize = 100;
/// Entries of all its sections, those of a template counted in each that copies it.
pub const CONF_ENTRIES: usize = 20_000;
/// Mistakes named in one file: who has more has given another kind of file.
pub const CONF_MISTAKES: usize = 100;
/// Numbers that are no rooms: an echo test and every announcement of a large house.
pub const SERVICE_EXTENSIONS: usize = 200;
/// Callers of such numbers at once, those who go there from a room too: each costs a decode and an
/// encode, as a talker does, and more than these try their telephone at no time.
pub const SERVICE_CALLS: usize = 100;
/// An echo test ends after this: whoever still listens has forgotten it.
pub const ECHO_TEST: Duration = Duration::from_secs(10 * 60);
/// How long a caller may be in a room without the call being answered: a carrier counts nothing for
/// it meanwhile, and most networks end it themselves after one to three minutes.
pub const UNANSWERED: Duration = Duration::from_secs(10 * 60);
/// Profiles, of rooms and of callers together: a few for every kind of room.
pub const PROFILES: usize = 500;
/// Templates of templates: three are hard to follow already.
pub const PROFILE_DEPTH: usize = 8;
/// "You are muted, press star six" is not said more often to one who talks while muted.
pub const MUTED_HINT: Duration = Duration::from_secs(30);
/// Callers at the door and in the room together: as many as the server carries.
pub const ROOM_SEATS: usize = CALLS;
/// Arrivals within this time are announced together.
pub const ANNOUNCE_MERGE: Duration = Duration::from_secs(3);
/// More names than this in one announcement become "and N others".
pub const ANNOUNCE_NAMES: usize = 3;
/// A lone participant's music fades out within this time when the next person enters.
pub const MUSIC_FADE_OUT: Duration = Duration::from_millis(200);
/// And fades in over this time.
pub const MUSIC_FADE_IN: Duration = Duration::from_secs(2);
/// Alone again for this long before the music starts.
pub const MUSIC_AFTER_ALONE: Duration = Duration::from_secs(2);

// Media ----------------------------------------------------------------------------------------

/// The tick, in milliseconds: one frame of every codec we speak.
pub const FRAME_MS: u32 = 20;
/// Mixed at once in one room: more than eight voices are a noise that nobody follows, and each of
/// them costs a decode and an encode of their own.
pub const TALKERS: usize = 8;
/// And while ticks run late: somebody speaks, somebody answers, somebody breaks in.
pub const TALKERS_LEAST: usize = 3;
/// How much louder or softer a participant can be made for the others: 20 dB is four times as loud
/// to the ear, which levels a whisper and a shout; beyond it the line's noise is all there is.
pub const VOLUME_DB: RangeInclusive<i8> = -20..=20;
/// Speech ends so long after its last sound where nothing else is set: longer than the pause
/// between two words, shorter than the one between two sentences.
pub const SPEECH_PAUSE: Duration = Duration::from_millis(400);
/// The longest pause that may be set in its place: as long as a leg may be silent before it is
/// gone ([`MEDIA_TIMEOUT`]).
pub const SILENCE_THRESHOLD: Duration = MEDIA_TIMEOUT;
/// Keys that others pressed and a leg was not sent yet: more than anybody types within the 200 ms
/// that each takes, and less than would come long after.
pub const DIGITS_WAITING: usize = 8;
/// Voices whose places a binaural room remembers, the longest silent first to lose theirs: more
/// than speak in any meeting.
pub const SEATS: usize = 256;
/// Voices that are cleaned of noise in one tick of a deck though nobody hears them yet: 80 µs each,
/// an eighth of the tick, and more than begin to speak in the same moment. Talkers come first.
pub const DENOISED_UNHEARD: u32 = 32;
/// How often the quality of a line is looked at: RTCP reports come as often (RFC 3550 §6.2), and
/// of 250 packets one lost is not one in a hundred.
pub const QUALITY_READING: Duration = Duration::from_secs(5);
/// Nothing received for this long from a leg that should send: the caller is gone.
pub const MEDIA_TIMEOUT: Duration = Duration::from_secs(60);
/// Reports of one key press by several ways (event, tone, INFO) this close together are one press:
/// room for an INFO that was lost once (T1 is 500 ms) and for a tone behind the jitter buffer.
pub const DIGIT_MERGE: Duration = Duration::from_secs(1);
/// A worker answers within a tick; after this the media plane's word about a leg is taken for lost.
pub const LEG_PATIENCE: Duration = Duration::from_secs(5);
/// Callers who are told at once that there is no such room, or that the server is busy: each holds
/// a port for some seconds, and whoever guesses numbers would hold them all. The others are refused
/// without a word.
pub const REFUSALS_SPOKEN: usize = 32;
/// Presses remembered to tell echoes apart: nobody presses more within [`DIGIT_MERGE`], but a flood
/// of INFO might.
pub const DIGITS_REMEMBERED: usize = 32;
/// Keys kept that were pressed before the ACK came: the longest PIN and `#`, and some.
pub const EARLY_KEYS: usize = 16;
/// The widest jitter that is smoothed before packets are given up.
pub const JITTER_MAX_MS: u32 = 400;
/// After this much silence of the address that sends to us, another may take its place: a phone
/// that moved to another network is back within seconds, and a stranger seldom guesses the moment.
pub const MEDIA_RELATCH: Duration = Duration::from_secs(2);
/// Legs of one stage on one deck before it is opened on another: 3 ms of the tick with plain system
/// calls. Two decks are worth an exchange of sound then, and a smaller room is whole.
pub const SPREAD_AT: usize = 300;
/// Other decks that a stage is on at once: one worker less than the largest machine has cores.
pub const NEIGHBOURS: usize = 63;
/// Exports that go round between two neighbours: two for each of the ticks that a late worker makes
/// up for, and for one more.
pub const EXPORTS: usize = 12;
/// Announcements that wait for one stage; the room merges arrivals, so that more never wait.
pub const ANNOUNCEMENTS_WAITING: usize = 8;
/// Different (codec, packet time, Opus settings) that one mix is encoded for and shared; a leg
/// beyond that is encoded for alone.
pub const ENCODES_SHARED: usize = 16;
/// Legs that one worker takes in within one tick: each costs some system calls, and a hall that
/// dials in at once must not make a tick late. 3,200 a second, where 200 are a lot. What was
/// ordered after them waits, too: orders keep their order.
pub const OPENS_PER_TICK: usize = 64;
/// Frames of a recording between the tick and the thread that writes: five seconds, which a disk
/// may stand still. What comes after that is lost and counted.
pub const TAPE_FRAMES: usize = 256;
/// Playlists that one worker keeps the place in.
pub const STATIONS: usize = 64;
/// What we send and ask for; shorter packets cost more headers than sound.
pub const PTIME_MS: RangeInclusive<u32> = 10..=60;
/// Clock rates of telephone events: the audio codecs' from narrow band to studio.
pub const KEYPAD_CLOCK_HZ: RangeInclusive<u32> = 8_000..=96_000;
/// An Ethernet frame without IP and UDP headers; RTP is never fragmented.
pub const RTP_PACKET_BYTES: usize = 1_472;
/// A datagram; counter mode has a key stream for sixteen times as much (RFC 3711 §4.1.1).
pub const SRTP_PACKET_BYTES: usize = 65_535;
/// Streams under one key: a telephone has one, and some take a new one whenever they are held. None
/// is forgotten before the key, or its packets could be played again; each costs 80 bytes.
pub const SRTP_SOURCES: usize = 32;
/// So far back a packet may come late: 2.5 s. RFC 3711 §3.3.2 asks for 64 at least.
pub const SRTP_REPLAY_PACKETS: u32 = 128;

// Pictures -------------------------------------------------------------------------------------

/// Video lines of one call, and so people seen at once: with the sound 9 media lines of the 16 that
/// are read, and 3 by 3 pictures are as many as a telephone shows.
pub const VIDEO_LINES: usize = 8;
/// Formats agreed on one line: VP8, and H.264 of two profiles in both ways to make packets of it.
pub const VIDEO_FORMATS: usize = 5;
/// An Ethernet frame; phones send up to 1,400 bytes.
pub const VIDEO_PACKET_BYTES: usize = 1_500;
/// Without a packet for so long a camera is off: a still picture is refreshed more often.
pub const VIDEO_PAUSE: Duration = Duration::from_secs(5);
/// Whoever does not begin a whole picture in this time never does (gradual refresh): better with
/// faults than not at all.
pub const VIDEO_GATE: Duration = Duration::from_secs(5);
/// A request for a whole picture that nothing came of is made again after this long; an answer
/// takes a round trip and a frame.
pub const VIDEO_ASK_AGAIN: Duration = Duration::from_millis(500);
/// A jump in sequence beyond this is no loss but another stream: RFC 3550's `MAX_DROPOUT`.
pub const VIDEO_JUMP: u16 = 3_000;
/// What a receiver can take is forgotten when it is not said again for so long.
pub const REMB_LIFE: Duration = Duration::from_secs(10);
/// Whoever speaks for so long is seen: a cough or a yes is shorter.
pub const VIDEO_FOLLOW: Duration = Duration::from_millis(1_000);
/// Orders for the relay that wait on its ring: a whole office, each with every line.
pub const VIDEO_ORDERS: usize = 4_096;
/// Packets read from one socket before the next has its turn: a whole picture of 100 kB has 80.
pub const VIDEO_PACKETS_AT_ONCE: usize = 64;

// Load -----------------------------------------------------------------------------------------

/// A tick that begins later than this is late: a whole frame. Whatever is less, the other end's
/// jitter buffer smooths: on two cores that eighteen compilers fought for, every third tick began
/// 10 ms late, and no gap in what callers heard was longer than 35 ms. A worker that has too much
/// to do falls behind by more with every tick.
pub const TICK_LATE: Duration = Duration::from_millis(20);
/// How often the workers' figures are looked at: 25 ticks say something, and it is soon enough.
pub const LOAD_READING: Duration = Duration::from_millis(500);
/// This share of late ticks, or of one core, is no longer calm. Well below [`LOAD_STRAINED`], so
/// that the load of those who come back does not shed again at once.
pub const LOAD_FAIR: Strain = Strain {
    late_percent: 10,
    cpu_percent: 70,
};
/// More must not be taken on: every third tick late, or no time left for a moment's peak.
pub const LOAD_STRAINED: Strain = Strain {
    late_percent: 30,
    cpu_percent: 85,
};
/// What is there already is too much: every second frame is missing when it should be played.
pub const LOAD_OVERRUN: Strain = Strain {
    late_percent: 50,
    cpu_percent: 95,
};
/// Strain without a break for this long sheds one thing: three readings in a row. A virtual
/// machine is stopped for 100 ms now and then, which makes five ticks late.
pub const SHED_AFTER: Duration = Duration::from_millis(1_500);
/// Calm without a break for this long brings one thing back.
pub const SHED_PATIENCE: Duration = Duration::from_secs(5);
/// And at most for this long, after it did not last several times.
pub const SHED_PATIENCE_MAX: Duration = Duration::from_secs(60);

/// How much is how bad, of one worker between two readings: either is enough.
#[derive(Clone, Copy, Debug)]
pub struct Strain {
    /// Of the ticks, those later than [`TICK_LATE`] or never made up for.
    pub late_percent: u64,
    /// Of one core.
    pub cpu_percent: u32,
}

// Signalling -----------------------------------------------------------------------------------

/// The largest UDP payload; TCP messages are held to the same.
pub const SIP_MESSAGE_BYTES: usize = 65_507;
/// RFC 4475's longest torture header is 3.5 kB.
pub const SIP_HEADER_BYTES: usize = 32 * 1024;
/// No SDP of a telephone comes near.
pub const SDP_BYTES: usize = 32 * 1024;
/// Audio, video, slides, application and their doubles for best-effort encryption: 8 were seen.
pub const SDP_MEDIA_LINES: usize = 16;
/// Lines of keys: one for each suite, with and without 32-bit tags; 12 were seen.
pub const SDP_CRYPTO_LINES: usize = 24;
/// A browser offers 8 for audio, a large PBX 20.
pub const SDP_FORMATS: usize = 64;
/// At once, in one process: file descriptors are the first wall (two a leg).
pub const CALLS: usize = 9_000;
/// What is kept of a dialled text: E.164 has 15 digits, names are rarely longer than this.
pub const DIALLED_CHARS: usize = 64;
/// What is kept of a Call-ID: longer ones exist, but this much finds the call in any log.
pub const CALL_ID_CHARS: usize = 256;
/// RFC 4028 §5: shorter timers load the network.
pub const SESSION_EXPIRES_MIN: Duration = Duration::from_secs(90);
/// RFC 4028 §4 recommends half an hour.
pub const SESSION_EXPIRES: Duration = Duration::from_secs(1_800);
/// A Request-URI longer than this meets 414; RFC 4475's longest has 107 bytes.
pub const SIP_URI_BYTES: usize = 2_048;
/// Header lines of one message; RFC 4475's longest request has 43, most of them Via.
pub const SIP_HEADERS: usize = 256;
/// Header values we look at in one list (Route, Via, Require); more meet 400.
pub const SIP_LIST_VALUES: usize = 64;
/// Requests remembered for their 32 s, mostly answered: a thousand calls a second, 60 MiB.
pub const SIP_TRANSACTIONS: usize = 65_536;
/// Of them within one dialog: eight requests a second; a fast typist sends five INFOs.
pub const SIP_SESSION_TRANSACTIONS: usize = 256;
/// One for every call, and as many again for idle ones; an idle one costs about 200 bytes.
pub const SIP_STREAMS: usize = 20_000;
/// A message that has begun on a stream must be complete within this time (64·T1).
pub const SIP_STREAM_STALL: Duration = Duration::from_secs(32);
/// What we ask of a caller whom we cannot take now (503).
pub const SIP_RETRY_AFTER: Duration = Duration::from_secs(10);
/// Proofs looked at in one request: one for us, one for each proxy on the way.
pub const SIP_CREDENTIALS: usize = 4;
/// A challenge or an answer to one: the longest seen in the wild had 600 bytes.
pub const SIP_DIGEST_BYTES: usize = 2_048;
/// Seconds for which an answer to a challenge may use its nonce; then it is asked for a new one,
/// which costs a round trip and nobody notices.
pub const SIP_NONCE_LIFE_S: u32 = 300;
/// Nonces of which it is remembered how often they were used, 40 bytes each: every phone of
/// [`SIP_NONCE_LIFE_S`] has one or two.
pub const SIP_NONCES: usize = 16_384;

// Text messages ----------------------------------------------------------------------------------

/// Content of a MESSAGE; RFC 3428 §8 thinks of 1300 bytes, and three times that still arrives in
/// three pieces. More meets 413.
pub const TEXT_BYTES: usize = 4_096;
/// A Content-Type with its parameters; a boundary may have 70 letters.
pub const TEXT_TYPE_BYTES: usize = 256;
/// MESSAGEs of one phone at once, which a line pasted from elsewhere may be ...
pub const TEXT_BURST: u32 = 10;
/// ... and for long: nobody reads faster. In 32 s not even a third of
/// [`SIP_SESSION_TRANSACTIONS`].
pub const TEXTS_PER_SECOND: u32 = 2;
/// For one phone, behind the one that it has not answered yet. At 20 ms a round, half a second.
pub const TEXTS_WAITING: usize = 32;
/// Refusals in a row after which a phone that says it allows MESSAGE is not sent any.
pub const TEXT_REFUSALS: u8 = 3;
/// MESSAGEs that one room sends at once, all phones together: one to everybody in a large room ...
pub const ROOM_TEXT_BURST: u32 = 2_000;
/// ... and for long. A thousand a second cost a tenth of a processor's core.
pub const ROOM_TEXTS_PER_SECOND: u32 = 1_000;
/// People whom one event tells of: about 300 bytes each, in three pieces at most.
pub const EVENT_CHANNELS: usize = 12;

// Who may come in -----------------------------------------------------------------------------

/// Fits every name of a directory, and a line of a table.
pub const USER_NAME_CHARS: RangeInclusive<usize> = 1..=64;
/// NIST SP 800-63B asks for 8 and up to at least 64; with 12, guessing over the network is
/// hopeless.
pub const PASSWORD_CHARS: RangeInclusive<usize> = 12..=256;
/// People who sign in; a list that a page shows whole.
pub const USERS: usize = 1_000;
/// Programs with a token of their own.
pub const API_TOKENS: usize = 1_000;
/// Signed-in browsers of one user; the oldest ends when there are more.
pub const SESSIONS_OF_USER: usize = 20;
/// A session ends when it was not used for this long: a working day and the evening.
pub const SESSION_IDLE: Duration = Duration::from_secs(12 * 60 * 60);
/// And in any case after this long.
pub const SESSION_LENGTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a one-time code may be used.
pub const SIGN_IN_CODE: Duration = Duration::from_secs(30 * 60);
/// Wrong codes until the code is void: of 10^12 codes, nobody guesses one in so many tries.
pub const SIGN_IN_CODE_TRIES: u8 = 10;
/// Passwords hashed at once: each takes 19 MiB and about 30 ms of a processor.
pub const PASSWORD_HASHES: usize = 2;
/// Wrong sign-ins under one name from one address, until each takes [`SIGN_IN_NAME_PAUSE`]: more
/// than anybody mistypes in a row.
pub const SIGN_IN_NAME_TRIES: u32 = 8;
pub const SIGN_IN_NAME_PAUSE: Duration = Duration::from_secs(30);
/// And from one address under any name: a whole office may sit behind it.
pub const SIGN_IN_ADDRESS_TRIES: u32 = 60;
pub const SIGN_IN_ADDRESS_PAUSE: Duration = Duration::from_secs(2);
/// Names and addresses remembered for that, 150 bytes each.
pub const SIGN_INS_REMEMBERED: usize = 10_000;

/// Refused sign-ins noted in the audit log at once, and then one in each pause: enough to see who
/// tries what, and at most 3,000 lines a day. Those between are counted in the next line.
pub const SIGN_IN_REFUSALS: u32 = 100;
pub const SIGN_IN_REFUSAL_PAUSE: Duration = Duration::from_secs(30);
/// How long somebody may stay at another sign-in service: a second factor may lie in another room.
pub const SIGN_IN_ELSEWHERE: Duration = Duration::from_secs(10 * 60);
/// Who is there at once, 600 bytes each and 1 kB at most. In that time one address can send as many
/// as [`API_STRANGER_REQUESTS`] and [`API_STRANGER_PAUSE`] let through, 12,300: nobody can make the
/// server forget the others from one address.
pub const SIGN_INS_ELSEWHERE: usize = 12_800;
/// The longest address of a page that is come back to: one of ours has a search in it.
pub const SIGN_IN_BACK_BYTES: usize = 500;
/// What a sign-in service said of itself is asked for anew after this long.
pub const SIGN_IN_SERVICE_KNOWN: Duration = Duration::from_secs(60 * 60);
/// And after this long when it did not answer: whoever tries meanwhile is told so at once.
pub const SIGN_IN_SERVICE_PAUSE: Duration = Duration::from_secs(5);
/// And its keys, when a token names one that is not known: whoever invents names asks no more
/// often.
pub const SIGN_IN_KEYS_PAUSE: Duration = Duration::from_secs(60);
/// Keys of a service: it has two or three, an old one and a new one for each algorithm.
pub const SIGN_IN_KEYS: usize = 32;

// The public face ------------------------------------------------------------------------------

/// A caller who stands at the door for longer needs somebody's attention: the PIN and the name
/// together seldom take half of it.
pub const WAITING_LONG: Duration = Duration::from_secs(60);
/// Events kept for a client that comes back with `Last-Event-ID`.
pub const EVENTS_KEPT: usize = 4_096;
/// What the terminal view keeps of what happened in a room: more than any screen has lines.
pub const TOP_LOG: usize = 200;
/// Those who left a room last, whom a late event does not bring back to the terminal view: more
/// than hang up within the second that an event may be late.
pub const TOP_GONE: usize = 256;
/// A stream of events ends after this long, and its client comes back and says anew who it is: a
/// session or a token may have run out meanwhile.
pub const EVENT_STREAM: Duration = Duration::from_secs(60 * 60);
/// Calls are kept for this long unless the operator says otherwise: a quarter, which is what people
/// ask after. Numbers of callers should not be kept for longer than somebody needs them.
pub const CALL_LOG_DAYS: u32 = 90;
/// And at most so many, about 600 MB: whoever tries out numbers day and night fills no disk.
pub const CALL_LOG_ROWS: u64 = 1_000_000;
/// Lines of the audit log are kept for this long unless the operator says otherwise: who asks what
/// happened asks within a year.
pub const AUDIT_LOG_DAYS: u32 = 365;
/// And at most so many, about 200 MB.
pub const AUDIT_LOG_ROWS: u64 = 1_000_000;
/// Moments kept of one call: the way in has ten at most, the rest are holds and mutes.
pub const CALL_STEPS: usize = 64;
/// SIP messages kept of one call, half of them its first and half its last: a call with hold and
/// refreshes has about twenty.
pub const LADDER_MESSAGES: usize = 64;
/// Of each of them: an INVITE with a browser's offer is 3 kB long.
pub const LADDER_MESSAGE_BYTES: usize = 4 * 1024;
/// Of all calls at once, in memory: 7 kB for each call of a full server. Messages beyond it are
/// kept without their text.
pub const LADDERS_BYTES: usize = 64 * 1024 * 1024;
/// A call's messages are kept this long after its end before they are stored: the answer to the
/// last BYE comes within it, also if it had to be sent three times.
pub const LADDER_LINGER: Duration = Duration::from_secs(2);
/// Calls whose messages stay in the store: a busy day's; at 8 kB each, 80 MB.
pub const LADDERS_KEPT: u32 = 10_000;
/// Recordings are kept for this long unless the operator says otherwise: a quarter, as calls are.
pub const RECORDING_DAYS: u32 = 90;
/// The longest recording, of some 430 MB: a meeting that is longer was forgotten by everybody.
pub const RECORDING_LENGTH: Duration = Duration::from_secs(24 * 60 * 60);
/// Recordings at once: each has a thread that encodes for about half a percent of a processor.
pub const RECORDINGS_RUNNING: usize = 100;
/// No recording takes the last of a disk: what is left is for the call log and all else. A hundred
/// recordings write 5 MB between two looks.
pub const RECORDING_RESERVE_BYTES: u64 = 256 * 1024 * 1024;
/// Programs that `record_command` may name: more are no list that somebody keeps in mind.
pub const RECORD_COMMANDS_ALLOWED: usize = 32;
/// What of them runs at once: they share the machine with calls.
pub const RECORD_COMMANDS_RUNNING: usize = 4;
/// What runs or waits for that: every recording may end with the last call of an evening, and
/// twice so many are a program that never gets done.
pub const RECORD_COMMANDS: usize = 2 * RECORDINGS_RUNNING;
/// What takes longer is ended: 430 MB, the longest recording, over a line of 6 Mbit/s.
pub const RECORD_COMMAND_TIME: Duration = Duration::from_secs(10 * 60);
/// Bytes of what each says on each of its two outputs that are logged: a message of error.
pub const RECORD_COMMAND_OUTPUT: usize = 2_048;
/// Points of a recording's waveform: more than a wide screen has columns.
pub const RECORDING_PEAKS: usize = 2_000;
/// Stretches of speech that a recording remembers, about 400 KiB of JSON; of a longer one those
/// that are close together become one.
pub const RECORDING_SPANS: usize = 20_000;
/// Speakers of a recording that are told apart.
pub const RECORDING_LANES: usize = 1_000;
/// People of one recording whose names are kept, some 2 MB: calls that come and go for a day.
pub const RECORDING_SPEAKERS: usize = 10_000;
/// Who listened to which recording within the last hour: more than a company listens to at once.
pub const LISTENERS_REMEMBERED: usize = 1_000;
/// Changes that wait for the last change of the same room to be stored: a store that is further
/// behind is not going to catch up while somebody waits.
pub const CHANGES_WAITING: usize = 256;
/// JSON bodies; uploads have their own limit.
pub const API_BODY_BYTES: usize = 256 * 1024;
/// One song of music on hold: an hour of FLAC.
pub const UPLOAD_BYTES: usize = 256 * 1024 * 1024;
/// A prompt that replaces one of ours: nobody listens to a minute of it.
pub const PROMPT_UPLOAD_BYTES: usize = 16 * 1024 * 1024;
/// A backup on its way back: six thousand hours of recordings at 24 kbit/s, and all the music.
pub const BACKUP_BYTES: usize = 64 * 1024 * 1024 * 1024;
/// Files in one: [`PLAYLISTS`] of [`PLAYLIST_TRACKS`], and as many of recordings.
pub const BACKUP_FILES: usize = 200_000;
/// The list of them: 300 bytes for each.
pub const BACKUP_MANIFEST_BYTES: u64 = 64 * 1024 * 1024;
/// A path in it: a folder, and a name as long as the disk allows.
pub const BACKUP_PATH_BYTES: usize = 512;
/// What a backup leaves free on the disk, so that calls and rooms can still be written: a busy day
/// of call log and SIP messages takes a tenth.
pub const DISK_RESERVE_BYTES: u64 = 1024 * 1024 * 1024;
/// A file that was changed within it may be replaced while a backup is made, so it is held open
/// from the beginning: two of each recording that is being made, whose drawing is renewed every
/// minute.
pub const BACKUP_LATELY: Duration = Duration::from_secs(120);
/// As many files are held: two of each of a hundred recordings, and a quarter of what a program may
/// have open where nobody allows it more.
pub const BACKUP_HELD: usize = 256;
/// Waiting for another backup: whoever has all of one may come back before it was noted.
pub const BACKUP_TURN: Duration = Duration::from_secs(3);
/// One value of a database that was sent to us: four times the largest body that we keep.
pub const DATABASE_VALUE_BYTES: usize = 4 * API_BODY_BYTES;
/// Read, hashed and sent at once: large enough to cost few calls.
pub const BACKUP_PIECE_BYTES: usize = 64 * 1024;
/// As much of a song is sent to listen to: enough to judge it, 3 MB at the widest.
pub const LISTEN: Duration = Duration::from_secs(30);
/// Uploads at once: each may fill [`UPLOAD_BYTES`] of the disk before it is looked at.
pub const UPLOADS: usize = 4;
/// HTTP connections at once on one listener, event streams among them: about 40 KiB each.
pub const API_CONNECTIONS: usize = 512;
/// Requests of one user or program at once: a page opens with ten, a script that goes through all
/// rooms sends a thousand.
pub const API_REQUESTS: u32 = 1_000;
/// And then one in each pause, 100 a second: what the brain answers without anybody noticing.
pub const API_REQUEST_PAUSE: Duration = Duration::from_millis(10);
/// Requests of nobody we know from one address: an office that signs in within a minute.
pub const API_STRANGER_REQUESTS: u32 = 300;
pub const API_STRANGER_PAUSE: Duration = Duration::from_millis(50);
/// Callers remembered for that, 100 bytes each.
pub const API_CALLERS: usize = 10_000;
/// Items of a list in one answer when the request does not say.
pub const API_PAGE: u32 = 100;
/// And at most; about 500 KiB of JSON.
pub const API_PAGE_MAX: u32 = 1_000;
/// How long a repeated request with the same `Idempotency-Key` gets the same answer.
pub const IDEMPOTENCY_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// A UUID takes 36; longer keys are somebody's whole request.
pub const IDEMPOTENCY_KEY_BYTES: usize = 255;
/// The brain answers in milliseconds unless the disk hangs.
pub const API_ANSWER: Duration = Duration::from_secs(15);
/// A client that needs longer for the head or the body of a request, or takes nothing of its
/// answer for so long, is given up.
pub const API_CLIENT_PATIENCE: Duration = Duration::from_secs(30);
/// A client that was refused may go on sending for so long, so that it lives to read why.
pub const API_LINGER: Duration = Duration::from_secs(10);
/// Requests waiting for the brain; one more is answered with 503.
pub const API_QUEUE: usize = 256;
/// A file name of 255 bytes is the disk's limit; this leaves room for our temporary names.
pub const TRACK_NAME_BYTES: usize = 120;
/// Folders under `playlists/`: one for every mood of every department.
pub const PLAYLISTS: usize = 200;
/// Tracks in one playlist; three-minute songs reach [`PLAYLIST_MINUTES`] long before.
pub const PLAYLIST_TRACKS: usize = 500;
/// Decoded sound of one playlist: 1.9 MB a minute at 16 kHz, so 115 MB.
pub const PLAYLIST_MINUTES: u64 = 60;
/// Decoded sound of all playlists in use: 460 MB; beyond it the one unused longest is given up.
pub const PLAYLISTS_MINUTES: u64 = 240;

/// Sounds that an operator uploads for rooms to name: 25 for each of a dozen departments.
pub const SOUNDS: usize = 300;
/// One of them: an announcement that somebody listens to the end.
pub const SOUND_SECONDS: u64 = 120;
/// All of them, as they are held ready to be played: 58 MB.
pub const SOUNDS_SECONDS: u64 = 30 * 60;

// Webhooks -------------------------------------------------------------------------------------

/// Addresses that are told of events: each may have [`WEBHOOK_AT_ONCE`] connections.
pub const WEBHOOKS: u64 = 100;
/// What browsers and proxies take too.
pub const URL_BYTES: usize = 2_048;
/// A line that says what a webhook is for.
pub const WEBHOOK_NOTE_CHARS: usize = 120;
/// An answer must come within this time: the least that Standard Webhooks recommends, because what
/// hangs takes a connection from what does not.
pub const WEBHOOK_ANSWER: Duration = Duration::from_secs(15);
/// Connections to one webhook at once: 16 events a minute, when each answers only just in time.
pub const WEBHOOK_AT_ONCE: u32 = 4;
/// Events waiting for one webhook; more are dropped and counted. About 5 MB, and at one event a
/// second the first attempts of almost three hours.
pub const WEBHOOK_WAITING: u64 = 10_000;
/// What was delivered or given up is kept for so long, to be looked at and sent again.
pub const WEBHOOK_LOG: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// And at most so many of one webhook.
pub const WEBHOOK_LOG_ROWS: u64 = 10_000;
/// How long after each failed attempt the next is made, as Standard Webhooks has it: together three
/// days, so that a receiver may be away for a weekend.
pub const WEBHOOK_RETRIES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
    Duration::from_secs(14 * 60 * 60),
    Duration::from_secs(20 * 60 * 60),
    Duration::from_secs(24 * 60 * 60),
];
/// A webhook that took nothing for so long is disabled: longer than the longest weekend.
pub const WEBHOOK_FAILING: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// For so long after a new secret was made, both sign: time to bring the new one to the receiver.
pub const WEBHOOK_OLD_SECRET: Duration = Duration::from_secs(24 * 60 * 60);
/// What is read of an answer that another server gives us.
pub const FETCHED_BYTES: usize = 256 * 1024;
/// Addresses of one name that are tried one after the other.
pub const FETCH_ADDRESSES: usize = 4;
/// For each of them: the first packet and two repeats (after 1 s and 3 s, RFC 6298 §2), and
/// [`WEBHOOK_ANSWER`] has room for a second address.
pub const FETCH_CONNECT: Duration = Duration::from_secs(7);

// Trunks -----------------------------------------------------------------------------------------

/// A provider with forty customers has that many, and each costs a request a minute.
pub const TRUNKS: usize = 200;
/// The whole of a DNS name (RFC 1035 §2.3.4).
pub const HOST_NAME_BYTES: usize = 253;
/// Carriers hand out up to 64 random characters.
pub const TRUNK_SECRET_BYTES: RangeInclusive<usize> = 1..=256;
/// A number, or a name like that of a mail box.
pub const TRUNK_USER_BYTES: usize = 128;
/// The name of a template; the longest of ours has 20.
pub const TRUNK_TEMPLATE_BYTES: usize = 40;
/// Addresses of one carrier: the longest published list has 20 networks.
pub const TRUNK_NETWORKS: usize = 64;
/// As many as the whole server takes.
pub const TRUNK_CALLS_MAX: u32 = 9_000;
/// Below a minute it is a keep-alive, which OPTIONS are for; above a day nobody grants it.
pub const TRUNK_EXPIRES_S: RangeInclusive<u32> = 60..=86_400;
/// 10 s keeps the quickest NAT open; after an hour it is no watch any more.
pub const TRUNK_OPTIONS_S: RangeInclusive<u32> = 10..=3_600;
/// An answer later than this counts as none: over UDP it was asked for five times by then.
pub const TRUNK_ANSWER: Duration = Duration::from_secs(10);
/// Between two OPTIONS while it is not settled whether a trunk is up or down.
pub const TRUNK_OPTIONS_SOON: Duration = Duration::from_secs(10);
/// Down after this many OPTIONS that nobody answered: one may be lost, two may be a restart.
pub const TRUNK_MISSED: u32 = 3;
/// Up again after this many that were answered in a row.
pub const TRUNK_ANSWERED: u32 = 2;
/// The first wait after a registration failed, doubled each time (RFC 5626 §4.5).
pub const TRUNK_RETRY: Duration = Duration::from_secs(30);
/// The longest (RFC 5626 §4.5).
pub const TRUNK_RETRY_MAX: Duration = Duration::from_secs(1_800);
/// One whose password or name was refused is not asked to look again sooner: carriers block those
/// who hammer.
pub const TRUNK_REFUSED_RETRY: Duration = Duration::from_secs(480);
/// Places that one name may lead to: two sites with two servers each over both protocols.
pub const TRUNK_TARGETS: usize = 16;
/// How long the answer of a name is believed, whatever it says itself.
pub const TRUNK_LOOKUP_S: RangeInclusive<u32> = 30..=3_600;
/// After a name that led nowhere.
pub const TRUNK_LOOKUP_RETRY: Duration = Duration::from_secs(30);
/// For all questions about one name together; each is asked twice.
pub const LOOKUP_PATIENCE: Duration = Duration::from_secs(8);
/// Lookups at once: one a trunk.
pub const LOOKUPS: usize = TRUNKS;

const _: () = assert!(GENERATED_PIN_DIGITS >= *PIN_DIGITS.start());
const _: () = assert!(GENERATED_PIN_DIGITS <= *PIN_DIGITS.end());
const _: () = assert!(SIP_HEADER_BYTES < SIP_MESSAGE_BYTES);
const _: () = assert!(NEXT_DIGIT.as_millis() < FIRST_DIGIT.as_millis());
const _: () = assert!(TALKERS_LEAST > 0 && TALKERS_LEAST <= TALKERS);
const _: () = assert!(PLAYLIST_MINUTES <= PLAYLISTS_MINUTES);
