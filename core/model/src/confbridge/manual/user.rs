//! What each user option does, for people; decides nothing.

use super::{Manual, manual};
use crate::confbridge::UserOption;

/// In the order of the table of options.
pub(super) const USER: [(UserOption, Manual); 30] = [
    (
        UserOption::Admin,
        manual(
            "no",
            "May come into a locked or full room, use the keys for moderators, and is left alone \
             by what mutes or removes participants.",
            "A moderator by PIN is one whatever the room says here.",
        ),
    ),
    (
        UserOption::Marked,
        manual(
            "no",
            "Is a leader: others may wait for this one. A leader never waits.",
            "",
        ),
    ),
    (
        UserOption::WaitMarked,
        manual(
            "no",
            "Waits, unheard, until a leader is in the room: with music where the room has some, \
             else listening.",
            "The wait ends when the leader is really in, not at the leader's PIN; who waits is \
             always counted in one place.",
        ),
    ),
    (
        UserOption::EndMarked,
        manual(
            "no",
            "Leaves when the last leader leaves.",
            "Says what happened, in place of \"you have been removed\"; a sound for that still \
             holds.",
        ),
    ),
    (
        UserOption::EndMarkedAny,
        manual(
            "no",
            "Leaves when any leader leaves.",
            "Counts stay right where others go on waiting.",
        ),
    ),
    (
        UserOption::StartMuted,
        manual(
            "no",
            "Comes in muted, hears so and how to speak.",
            "ConfBridge says nothing of it.",
        ),
    ),
    (
        UserOption::MusicOnHoldWhenEmpty,
        manual(
            "yes",
            "Music for whoever is alone or waits for a leader.",
            "Never over an announcement, and never a mute.",
        ),
    ),
    (
        UserOption::MusicOnHoldClass,
        manual(
            "default",
            "Which playlist that is.",
            "A playlist of this server in the place of a class of Asterisk's.",
        ),
    ),
    (
        UserOption::Quiet,
        manual(
            "no",
            "Comes and goes without a sound or a name, is told neither that nobody is there nor \
             to wait nor that they were removed, and as a leader begins and ends in silence. PIN, \
             refusal, announcement, counts, keys and what others cause are heard as always.",
            "",
        ),
    ),
    (
        UserOption::HearOwnJoinSound,
        manual(
            "no",
            "Hears the tone or the name of their own coming with the others, in the room's \
             language, after what is said to them alone.",
            "Nobody is held back while it plays: who comes is in at once. Hence no by default.",
        ),
    ),
    (
        UserOption::AnnounceUserCount,
        manual(
            "no",
            "Hears how many others are in the room on coming in, also while waiting for a leader.",
            "Everybody who is in is counted, also for one who waits.",
        ),
    ),
    (
        UserOption::AnnounceUserCountAll,
        manual(
            "no",
            "Everybody hears how many others there are when this one comes: always, never, or \
             when more than so many are there with the one who comes.",
            "Said together with who came, and once for all who came together; holds nobody back. \
             A later yes takes the place of an earlier number.",
        ),
    ),
    (
        UserOption::AnnounceOnlyUser,
        manual(
            "yes",
            "Hears that nobody else is there, where the room has no music.",
            "Only yes, no and their like are taken; ConfBridge takes any other word for a yes.",
        ),
    ),
    (
        UserOption::AnnounceJoinLeave,
        manual(
            "yes",
            "Is asked for their name, which the others hear on coming and going.",
            "The others are not interrupted, and hear many who come together in one sentence.",
        ),
    ),
    (
        UserOption::AnnounceJoinLeaveReview,
        manual(
            "no",
            "After the name: 1 takes it, 2 plays it, 3 records it again; who says nothing for 4 \
             seconds is content.",
            "Holds where Message is on, and does not switch it on. At most ten times round.",
        ),
    ),
    (
        UserOption::Pin,
        manual(
            "",
            "The PIN of the room.",
            "PINs are fields of the room, as this text is shown to all who see the room.",
        ),
    ),
    (
        UserOption::Announcement,
        manual(
            "",
            "Heard alone on coming in, before counts.",
            "Whoever hears it is in the room already. One that is missing keeps nobody out.",
        ),
    ),
    (
        UserOption::Timeout,
        manual(
            "0",
            "Seconds one may be in the room, waiting included; 0 for ever.",
            "Says that the time is up.",
        ),
    ),
    (
        UserOption::Denoise,
        manual(
            "no",
            "Noise is taken out of this one's voice.",
            "Works wherever the server runs: no module is needed.",
        ),
    ),
    (
        UserOption::JitterBuffer,
        manual(
            "",
            "Evens out when packets come.",
            "Every call has one that adapts itself, and gives delay back.",
        ),
    ),
    (
        UserOption::DspDropSilence,
        manual(
            "no",
            "What is not speech is not mixed.",
            "Silence costs nothing here either way: this only cuts background off.",
        ),
    ),
    (
        UserOption::DspTalkingThreshold,
        manual(
            "",
            "Mean of the absolute samples of a frame from which on it is speech, on the scale of \
             ConfBridge, whose default is 160.",
            "Left out, a detector that knows speech from noise decides, not loudness alone.",
        ),
    ),
    (
        UserOption::DspSilenceThreshold,
        manual(
            "",
            "Milliseconds of silence after which one no longer talks; ConfBridge's default is \
             2500.",
            "Left out, our detector decides.",
        ),
    ),
    (
        UserOption::TalkDetectionEvents,
        manual(
            "yes",
            "Reports who talks: in events, live views and lists.",
            "On by default; mute and hold end it at once.",
        ),
    ),
    (
        UserOption::DtmfPassthrough,
        manual(
            "no",
            "Keys that mean nothing to the menu go to all others as keys.",
            "As events, for phones that know them; keys of the menu never leak.",
        ),
    ),
    (
        UserOption::TextMessaging,
        manual(
            "yes",
            "Receives what others in the room write on their phones (SIP MESSAGE in the call), and \
             events. Writing is not affected.",
            "Only phones that list MESSAGE in Allow are sent any. Not from and to those who wait \
             for a leader. At most 4096 bytes, 10 at once and 2 a second from one phone.",
        ),
    ),
    (
        UserOption::SendEvents,
        manual(
            "no",
            "Receives events of the room as messages to the phone, where the room has \
             `enable_events`: first who is in, then who comes, goes, is muted or talks, recording \
             and lock.",
            "In the middle of a call too, from the moment it is switched on. Of telephone numbers, \
             the last digits alone.",
        ),
    ),
    (
        UserOption::EchoEvents,
        manual(
            "yes",
            "Also the events that this one caused.",
            "As ConfBridge's manual says; its code does the opposite. The profile that somebody \
             really has decides.",
        ),
    ),
    (
        UserOption::AnswerChannel,
        manual(
            "yes",
            "No: takes part without the call being answered.",
            "Ends after ten minutes; most networks end such a call after one to three. Without an \
             offer of sound in its INVITE, a call is answered.",
        ),
    ),
    (
        UserOption::Template,
        manual(
            "",
            "Begins with all that the profile of this name says; what the text says itself wins.",
            "ConfBridge takes it from the dialplan alone. Profiles are kept by `conclave profiles` \
             or read from a file by `conclave import confbridge`.",
        ),
    ),
];
