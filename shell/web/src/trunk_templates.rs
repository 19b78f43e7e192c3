//! The telephone systems and carriers that we know, as data files describe them; attaches none.

use std::sync::LazyLock;

use conclave_api::TrunkTemplateView;
use conclave_model::TrunkSetting;

/// What a template says, as a wish for a trunk has it.
pub(crate) fn settings(template: &TrunkTemplateView) -> Vec<(TrunkSetting, String)> {
    let known =
        |(name, text): (&String, &String)| Some((TrunkSetting::from_name(name)?, text.clone()));
    template.settings.iter().filter_map(known).collect()
}

/// All of them, in the order in which they are shown.
pub(crate) fn all() -> &'static [TrunkTemplateView] {
    static ALL: LazyLock<Vec<TrunkTemplateView>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| TrunkTemplateView {
            name: (*name).to_owned(),
            ..toml::from_str(text).expect("a test reads every one of our own files")
        };
        FILES.iter().map(read).collect()
    });
    &ALL
}

pub(crate) fn find(name: &str) -> Option<&'static TrunkTemplateView> {
    all().iter().find(|template| template.name == name)
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../trunk-templates/", $name, ".toml")))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "generic-peer",
    "generic-phone",
    "asterisk",
    "asterisk-phone",
    "freeswitch",
    "kamailio",
    "3cx",
    "pascom",
    "pascom-phone",
    "fritzbox",
    "telekom",
    "sipgate",
    "vodafone",
    "easybell",
    "twilio",
];

#[cfg(test)]
mod tests {
    use conclave_model::{Chance, TrunkHost, TrunkRecord, UnixMillis};

    use super::*;

    fn blank() -> TrunkRecord {
        let host = TrunkHost::read("host", "192.0.2.10").unwrap();
        let mut chance = Chance::from_seed([1; 32]);
        TrunkRecord::new("x".parse().unwrap(), host, UnixMillis(0), &mut chance)
    }

    #[test]
    fn every_template_makes_a_trunk_once_what_it_asks_for_is_given() {
        for template in all() {
            let name = &template.name;
            let mut record = blank();
            for (setting, text) in &template.settings {
                let setting = TrunkSetting::from_name(setting);
                let setting = setting.unwrap_or_else(|| panic!("{name}: {template:?}"));
                setting.set(&mut record, text).unwrap();
                assert_ne!(
                    setting.of(&record),
                    setting.of(&blank()),
                    "{name}: {setting:?} is at its default anyway"
                );
            }
            for asked in &template.asks {
                assert!(!template.settings.contains_key(asked), "{name}: {asked}");
                let setting = TrunkSetting::from_name(asked).unwrap();
                let given = if setting == TrunkSetting::Allowed {
                    "192.0.2.0/28"
                } else {
                    "example"
                };
                setting.set(&mut record, given).unwrap();
            }
            record.check().unwrap();
            let has_host = template.settings.contains_key("host");
            assert!(
                has_host || template.asks.iter().any(|one| one == "host"),
                "{name}"
            );
            for language in ["en", "de"] {
                let hint = template.hint.get(language);
                assert!(
                    hint.is_some_and(|hint| hint.len() > 20),
                    "{name}: {language}"
                );
            }
            TrunkSetting::Template.set(&mut record, name).unwrap();
        }
    }

    #[test]
    fn every_file_of_the_folder_is_a_template() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/trunk-templates");
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let mut known: Vec<String> = all()
            .iter()
            .map(|one| format!("{}.toml", one.name))
            .collect();
        known.sort();
        assert_eq!(names, known);
        assert!(known.len() >= 10);
    }
}
