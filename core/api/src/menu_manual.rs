//! The page of ConfBridge's menus: each action, what it does here and where that is not the same.

use std::fmt::Write;

use conclave_model::Language;
use conclave_model::confbridge::{Deed, MenuPreset};

use crate::menu_words;

/// As Markdown, in English; a part of the page of options.
pub(crate) fn menu_manual(page: &mut String) {
    // Writing into a text never fails.
    let _ = write!(page, "\n## Menus of keys\n\n{MENUS}\n\n");
    let _ = writeln!(
        page,
        "| Action | What it does | For | Not as in ConfBridge |\n|---|---|---|---|"
    );
    for (form, effect, differs) in WITH_ARGUMENTS {
        let _ = writeln!(page, "| `{form}` | {effect} | all | {differs} |");
    }
    for deed in Deed::ALL {
        let words = menu_words::deed(deed, Language::English);
        let words = words.strip_prefix("moderators: ").unwrap_or(words);
        let whom = if deed.is_for_admins() {
            "moderators"
        } else {
            "all"
        };
        let (name, differs) = (deed.name(), differs(deed));
        let _ = writeln!(page, "| `{name}` | {words} | {whom} | {differs} |");
    }
    for preset in MenuPreset::ALL {
        let (text, moderators) = (preset.text(false), preset.text(true));
        let name = preset.name();
        if text.is_empty() {
            let _ = writeln!(page, "\nIn the menu `{name}` no key does anything.");
            continue;
        }
        let _ = write!(page, "\nThe menu `{name}`:\n\n```ini\n{text}```\n");
        if moderators != text {
            let _ = write!(page, "\nFor moderators:\n\n```ini\n{moderators}```\n");
        }
    }
}

const fn differs(deed: Deed) -> &'static str {
    match deed {
        Deed::ToggleMute => {
            "Lifts a moderator's mute too. Where a moderator has muted all, it raises the hand, and \
             says so."
        }
        Deed::NoOp | Deed::ToggleBinaural => "",
        Deed::IncreaseListeningVolume
        | Deed::DecreaseListeningVolume
        | Deed::IncreaseTalkingVolume
        | Deed::DecreaseTalkingVolume => {
            "Each step is 3 dB and heard, the first too; 20 dB either way is the end. A beep says \
             that it was done, two that it goes no further."
        }
        Deed::ResetListeningVolume | Deed::ResetTalkingVolume => {
            "Sets; in newer versions of ConfBridge it adds nothing and does nothing."
        }
        Deed::LeaveConference => {
            "Says goodbye and ends the call: there is no dialplan to go on in."
        }
        Deed::AdminKickLast => {
            "The last is the one who came in last, whoever waited for a leader. A moderator or \
             oneself is refused, as there."
        }
        Deed::AdminToggleConferenceLock => "Is an event, too.",
        Deed::AdminToggleMuteParticipants => {
            "Whoever is muted asks to speak by key; a moderator lets single ones speak. Is an event, \
             too."
        }
        Deed::ParticipantCount => "Says so, too, where nobody else is.",
        Deed::SetAsSingleVideoSrc | Deed::ReleaseAsSingleVideoSrc => {
            "Answers with a beep; where nobody is chosen (`video_mode` is `none` or `sfu`), says so."
        }
        Deed::Help
        | Deed::RaiseHand
        | Deed::WhoIsHere
        | Deed::AdminMuteOthers
        | Deed::AdminToggleRecording
        | Deed::AdminAdmitWaiting
        | Deed::AdminToggleAnnouncements
        | Deed::AdminEndConference => "Not in ConfBridge.",
    }
}

const MENUS: &str = "\
What keys do in a room is a menu. A room names two, `keypad` for callers and `moderator_keypad` for\n\
moderators: `modern`, `asterisk`, `none`, or one of your own (`conclave menus add NAME FILE`, the\n\
console under Settings). Each line is `keys=action,action`, with up to 11 keys of 0-9, A-D, `*` and\n\
`#`; a leading `#` may be written `\\#`. A line that is not understood is refused, with its number,\n\
what would be taken and the nearest name; nothing of the text is saved then. Of two lines for the\n\
same keys the later holds, and the earlier says so.\n\
\n\
The longest sequence wins: a shorter one waits a second for another key, but only if a longer one\n\
begins with it. Several actions are done one after the other, each after the sound before. Keys that\n\
mean nothing are passed on where `dtmf_passthrough` says so, those of a menu never. A key for\n\
moderators tells others that it is not for them.";

const WITH_ARGUMENTS: [(&str, &str, &str); 3] = [
    (
        "playback(sound&sound)",
        "plays sounds to the end, to the one who pressed",
        "Keys that are pressed meanwhile count afterwards. `conf-usermenu` and `conf-adminmenu` say \
         the keys of the menu itself.",
    ),
    (
        "dialplan_exec(context,extension,priority)",
        "goes to another room of this server, with its own PIN, name and words, to the echo test or \
         to an announcement, and comes back without a PIN when that ends by anything but hanging \
         up; what follows in the same line is done then",
        "There is no dialplan: only the extension means something, context and priority are read \
         and mean nothing. An extension that neither another room nor an echo test or announcement \
         (`conclave extensions`) has when the keys are pressed is answered as not possible, and so \
         is a second one while away. The echo test and an announcement end by `#`, and are heard by \
         who goes there alone, muted here or not. The seat is kept with its \
         name, mutes and place in the order and counts for `max_members`; a leader who is away is \
         a leader still. Who is removed from here, or whose time here is up, leaves both. Music for \
         who is alone does not count who is away.",
    ),
    (
        "playback_and_continue(sound&sound)",
        "the same, until a key is pressed: that key after its own keys is what is done next",
        "",
    ),
];
