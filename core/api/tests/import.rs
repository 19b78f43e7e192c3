//! What a confbridge.conf becomes, line by line.

use conclave_api::{ConfbridgeImport, ImportOutcome, KnownNames};
use conclave_model::Language;
use conclave_model::confbridge::{OptionSection, read_conf};

fn import(text: &str, sounds: &[&str]) -> ConfbridgeImport {
    let conf = read_conf("confbridge.conf", text, &mut |_| Err("no".to_owned()));
    let known = KnownNames {
        sounds,
        programs: &["archive"],
    };
    ConfbridgeImport::of(&conf, known, Language::English)
}

fn said(import: &ConfbridgeImport) -> Vec<(usize, &str, ImportOutcome)> {
    let lines = import.report.iter();
    lines
        .map(|line| (line.line, line.said.as_str(), line.outcome))
        .collect()
}

#[test]
fn sections_become_profiles_and_menus_with_what_is_accepted() {
    let import = import(
        "[general]\n[base](!)\ntype=user\nquiet=yes\n\
         [leader](base)\nmarked=yes\nquiet=no\npin=1234\n\
         [Big Room]\ntype=bridge\nmax_members=50\nrecord_command=/bin/true\nlanguage=fr\n\
         [modern]\ntype=menu\n*1=toggle_mute\n\\#=leave_conference\n2=nonsense\n",
        &[],
    );
    let profiles: Vec<_> = import
        .profiles
        .iter()
        .map(|it| (it.section, it.name.as_str(), it.text.as_str()))
        .collect();
    assert_eq!(
        profiles,
        [
            (OptionSection::User, "leader", "marked=yes\nquiet=no\n"),
            (OptionSection::Bridge, "big-room", "max_members=50\n"),
        ]
    );
    let [menu] = import.menus.as_slice() else {
        panic!("{:?}", import.menus);
    };
    assert_eq!(menu.name.as_str(), "modern-imported");
    assert_eq!(menu.text, "*1=toggle_mute\n#=leave_conference\n");
    use ImportOutcome::{Differs, NotTaken, Taken};
    assert_eq!(
        said(&import),
        [
            (6, "marked=yes", Taken),
            (7, "quiet=no", Taken),
            (8, "pin", NotTaken),
            (11, "max_members=50", Taken),
            (12, "record_command", NotTaken),
            (13, "language=fr", NotTaken),
            (9, "", Differs),
            (16, "*1=toggle_mute", Taken),
            (17, "#=leave_conference", Taken),
            (18, "2=nonsense", NotTaken),
            (14, "", Differs),
        ]
    );
}

#[test]
fn a_pin_is_in_no_word_of_the_report() {
    let import = import("[u]\ntype=user\npin=627184\npni=627184\n", &[]);
    assert!(!format!("{import:?}").contains("627184"), "{import:?}");
}

#[test]
fn confbridges_own_sounds_are_ours_and_others_must_be_there() {
    let text = "[b]\ntype=bridge\nsound_join=confbridge-join\nsound_leave=gong\n\
                sound_kicked=gone\nsound_muted=silence\n";
    let import = import(text, &["gong"]);
    assert_eq!(
        import.profiles[0].text,
        "sound_join=confbridge-join\nsound_leave=gong\nsound_muted=silence\n"
    );
    use ImportOutcome::{NotTaken, Taken};
    assert_eq!(
        said(&import),
        [
            (3, "sound_join=confbridge-join", Taken),
            (4, "sound_leave=gong", Taken),
            (5, "sound_kicked=gone", NotTaken),
            (6, "sound_muted=silence", Taken),
        ]
    );
}

#[test]
fn what_is_no_section_of_confbridge_is_named() {
    let import = import("x=1\n[a]\ntype=queue\n[b]\nadmin=yes\n#exec x\n", &[]);
    assert_eq!((import.profiles.len(), import.menus.len()), (0, 0));
    let lines: Vec<usize> = import.report.iter().map(|line| line.line).collect();
    assert_eq!(lines, [1, 6, 2, 4]);
    let all = import.report.iter();
    assert!(
        all.clone()
            .all(|line| line.outcome == ImportOutcome::NotTaken)
    );
    assert!(all.last().is_some_and(|line| line.words.contains("type")));
}

#[test]
fn what_is_followed_in_another_way_or_said_by_a_field_is_not_called_taken() {
    let import = import(
        "[b]\ntype=bridge\nmixing_interval=10\nmixing_interval=80\nlanguage=de\nmax_members=7\n\
         [u]\ntype=user\nannounce_join_leave=yes\njitterbuffer=yes\n",
        &[],
    );
    use ImportOutcome::{Differs, Taken};
    let outcomes: Vec<_> = said(&import).into_iter().map(|(_, _, it)| it).collect();
    assert_eq!(
        outcomes,
        [Differs, Differs, Differs, Taken, Differs, Differs],
        "{:#?}",
        import.report
    );
    let other = &import.report[1].words;
    assert!(other.contains("in another way"), "{other}");
}
