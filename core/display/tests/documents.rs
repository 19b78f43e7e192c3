//! Each document word for word, and what follows from the one before.

use conclave_display::{
    Conference, ConferenceUser, EndpointStatus, Entry, Format, LampState, lamp, phonebook, presence,
};

fn anna() -> ConferenceUser {
    ConferenceUser {
        uri: "sip:pa_1@192.0.2.20".to_owned(),
        name: "Anna <& Co>".to_owned(),
        is_moderator: true,
        status: EndpointStatus::Connected,
        joined_at: "2026-11-23T20:00:00Z".to_owned(),
        is_muted: false,
    }
}

fn room() -> Conference {
    Conference {
        uri: "sip:800@192.0.2.20".to_owned(),
        title: "Team".to_owned(),
        is_locked: false,
        is_recorded: false,
        users: vec![anna()],
    }
}

const ANNA: &str = "<user entity=\"sip:pa_1@192.0.2.20\" state=\"full\">\
    <display-text>Anna &lt;&amp; Co&gt;</display-text><roles><entry>moderator</entry></roles>\
    <endpoint entity=\"sip:pa_1@192.0.2.20\"><status>connected</status>\
    <joining-method>dialed-in</joining-method>\
    <joining-info><when>2026-11-23T20:00:00Z</when></joining-info>\
    <media id=\"1\"><type>audio</type><status>sendrecv</status></media></endpoint></user>";

#[test]
fn the_whole_of_a_conference() {
    assert_eq!(
        room().whole(0),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" \
             entity=\"sip:800@192.0.2.20\" state=\"full\" version=\"0\">\
             <conference-description><display-text>Team</display-text><conf-uris><entry>\
             <uri>sip:800@192.0.2.20</uri><purpose>participation</purpose></entry></conf-uris>\
             </conference-description>\
             <conference-state><user-count>1</user-count><active>true</active>\
             <locked>false</locked></conference-state>\
             <users state=\"full\">{ANNA}</users></conference-info>\n"
        )
    );
}

#[test]
fn what_has_changed_is_all_that_is_said() {
    let before = room();
    assert_eq!(before.since(&before, 1), None);

    let mut after = room();
    after.users.push(ConferenceUser {
        uri: "sip:pa_2@192.0.2.20".to_owned(),
        is_muted: true,
        status: EndpointStatus::MutedViaFocus,
        ..anna()
    });
    let came = after.since(&before, 1).expect("somebody came");
    assert!(came.contains("state=\"partial\" version=\"1\">"), "{came}");
    assert!(came.contains("<user-count>2</user-count>"), "{came}");
    assert!(came.contains("<users state=\"partial\"><user entity=\"sip:pa_2@"));
    assert!(came.contains("<status>muted-via-focus</status>"));
    assert!(came.contains("<status>recvonly</status>"));
    assert!(!came.contains(ANNA), "she is as she was: {came}");
    assert!(!came.contains("conference-description"), "{came}");

    let went = before.since(&after, 2).expect("somebody went");
    assert!(went.contains("<user entity=\"sip:pa_2@192.0.2.20\" state=\"deleted\"/>"));

    let mut locked = room();
    locked.is_locked = true;
    let said = locked.since(&before, 3).expect("it is locked");
    assert!(said.contains("<locked>true</locked>") && !said.contains("<users"));

    let mut renamed = room();
    renamed.title = "Board".to_owned();
    let said = renamed.since(&before, 4).expect("it has another name");
    assert!(said.contains("<display-text>Board</display-text>"));
    assert!(!said.contains("<conference-state>"), "{said}");
}

#[test]
fn a_lamp_is_off_blinks_or_is_on() {
    let uri = "sip:800@192.0.2.20";
    let empty = lamp(uri, LampState::Empty, 0);
    assert!(
        empty.contains("version=\"0\" state=\"full\" entity=\"sip:800@192.0.2.20\"></dialog-info>")
    );
    assert!(lamp(uri, LampState::Waited, 1).contains("<state>early</state>"));
    assert!(lamp(uri, LampState::Live, 2).contains("<state>confirmed</state>"));
}

#[test]
fn a_room_is_always_open_and_sometimes_busy() {
    let uri = "sip:800@192.0.2.20";
    for state in [LampState::Empty, LampState::Waited, LampState::Live] {
        let said = presence(uri, state);
        assert!(said.contains("<basic>open</basic>"), "{said}");
        assert_eq!(
            said.contains("<rpid:on-the-phone/>"),
            state == LampState::Live
        );
    }
}

fn book() -> Vec<Entry> {
    vec![
        Entry {
            title: "R&D, daily".to_owned(),
            extension: "800".to_owned(),
            outside: Some("+4999129691800".to_owned()),
        },
        Entry {
            title: "Inside".to_owned(),
            extension: "801".to_owned(),
            outside: None,
        },
    ]
}

#[test]
fn every_maker_gets_its_book() {
    let write = |format| phonebook(format, "Rooms", "192.0.2.20", &book());
    let yealink = write(Format::Yealink);
    assert!(yealink.contains(
        "<DirectoryEntry><Name>R&amp;D, daily</Name><Telephone>800</Telephone>\
         <Telephone>+4999129691800</Telephone></DirectoryEntry>"
    ));
    for (format, element) in [
        (Format::Snom, "SnomIPPhoneDirectory"),
        (Format::Cisco, "CiscoIPPhoneDirectory"),
    ] {
        let said = write(format);
        assert!(
            said.contains(&format!("<{element}><Title>Rooms</Title>")),
            "{said}"
        );
        assert_eq!(
            said.matches("<DirectoryEntry>").count(),
            3,
            "one for each number"
        );
    }
    let grandstream = write(Format::Grandstream);
    assert_eq!(grandstream.matches("<phonenumber>").count(), 3);
    assert_eq!(
        write(Format::VCard).lines().take(7).collect::<Vec<_>>(),
        [
            "BEGIN:VCARD",
            "VERSION:4.0",
            "KIND:group",
            "FN:R&D\\, daily",
            "TEL;VALUE=uri;TYPE=voice:tel:+4999129691800",
            "TEL;VALUE=uri;TYPE=voice:sip:800@192.0.2.20",
            "END:VCARD",
        ]
    );
    for format in Format::ALL {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("other"), None);
}
