//! Sentences, keys and waits of one caller and one room.

use std::time::Duration;

use super::CALLS;

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
/// of the room itself they fit [`ANNOUNCEMENTS_WAITING`](super::ANNOUNCEMENTS_WAITING).
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
