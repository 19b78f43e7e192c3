//! The settings of a trunk, one table for REST, the command line, templates and the store.

use super::{CallerFrom, NumberFrom, TrunkCallers, TrunkHost, TrunkKind, TrunkRecord};
use super::{TrunkSecret, TrunkTransport};
use crate::{FieldError, Network, SrtpPolicy, limits};

/// One thing that can be set on a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TrunkSetting {
    Name,
    Template,
    Enabled,
    Kind,
    Host,
    Transport,
    OutboundProxy,
    User,
    AuthUser,
    Secret,
    FromDomain,
    Expires,
    NumberIn,
    CallerIn,
    Trusted,
    Privacy,
    Options,
    Allowed,
    Callers,
    Target,
    MaxCalls,
    Srtp,
}

impl TrunkSetting {
    pub const ALL: [TrunkSetting; 22] = [
        TrunkSetting::Name,
        TrunkSetting::Template,
        TrunkSetting::Enabled,
        TrunkSetting::Kind,
        TrunkSetting::Host,
        TrunkSetting::Transport,
        TrunkSetting::OutboundProxy,
        TrunkSetting::User,
        TrunkSetting::AuthUser,
        TrunkSetting::Secret,
        TrunkSetting::FromDomain,
        TrunkSetting::Expires,
        TrunkSetting::NumberIn,
        TrunkSetting::CallerIn,
        TrunkSetting::Trusted,
        TrunkSetting::Privacy,
        TrunkSetting::Options,
        TrunkSetting::Allowed,
        TrunkSetting::Callers,
        TrunkSetting::Target,
        TrunkSetting::MaxCalls,
        TrunkSetting::Srtp,
    ];

    /// The name in JSON, in `key=value` and in templates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            TrunkSetting::Name => "name",
            TrunkSetting::Template => "template",
            TrunkSetting::Enabled => "enabled",
            TrunkSetting::Kind => "kind",
            TrunkSetting::Host => "host",
            TrunkSetting::Transport => "transport",
            TrunkSetting::OutboundProxy => "outbound_proxy",
            TrunkSetting::User => "user",
            TrunkSetting::AuthUser => "auth_user",
            TrunkSetting::Secret => "secret",
            TrunkSetting::FromDomain => "from_domain",
            TrunkSetting::Expires => "expires_s",
            TrunkSetting::NumberIn => "number_in",
            TrunkSetting::CallerIn => "caller_in",
            TrunkSetting::Trusted => "trusted",
            TrunkSetting::Privacy => "privacy",
            TrunkSetting::Options => "options_s",
            TrunkSetting::Allowed => "allowed",
            TrunkSetting::Callers => "callers",
            TrunkSetting::Target => "target",
            TrunkSetting::MaxCalls => "max_calls",
            TrunkSetting::Srtp => "srtp",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<TrunkSetting> {
        let mut all = TrunkSetting::ALL.into_iter();
        all.find(|setting| setting.name() == name)
    }

    /// The setting as text; lists are separated by commas, a secret is given as it is.
    #[must_use]
    pub fn of(self, record: &TrunkRecord) -> String {
        let shown =
            |host: &Option<TrunkHost>| host.as_ref().map_or(String::new(), ToString::to_string);
        match self {
            TrunkSetting::Name => record.name.to_string(),
            TrunkSetting::Template => record.template.clone(),
            TrunkSetting::Enabled => yes_no(record.enabled),
            TrunkSetting::Kind => record.kind.name().to_owned(),
            TrunkSetting::Host => record.host.to_string(),
            TrunkSetting::Transport => record.transport.name().to_owned(),
            TrunkSetting::OutboundProxy => shown(&record.outbound_proxy),
            TrunkSetting::User => record.user.clone(),
            TrunkSetting::AuthUser => record.auth_user.clone(),
            TrunkSetting::Secret => {
                let secret = record.secret.as_ref();
                secret.map_or(String::new(), |secret| secret.reveal().to_owned())
            }
            TrunkSetting::FromDomain => record.from_domain.clone(),
            TrunkSetting::Expires => record.expires_s.to_string(),
            TrunkSetting::NumberIn => record.number_in.name().to_owned(),
            TrunkSetting::CallerIn => record.caller_in.name().to_owned(),
            TrunkSetting::Trusted => yes_no(record.trusted),
            TrunkSetting::Privacy => yes_no(record.privacy),
            TrunkSetting::Options => record.options_s.to_string(),
            TrunkSetting::Allowed => {
                let networks: Vec<String> =
                    record.allowed.iter().map(ToString::to_string).collect();
                networks.join(",")
            }
            TrunkSetting::Callers => record.callers.name().to_owned(),
            TrunkSetting::Target => record
                .target
                .as_ref()
                .map_or(String::new(), ToString::to_string),
            TrunkSetting::MaxCalls => record.max_calls.to_string(),
            TrunkSetting::Srtp => record.srtp.name().to_owned(),
        }
    }

    /// Sets it from text; nothing of the record changes when that is wrong.
    ///
    /// # Errors
    /// Names the setting, the value (not a secret's) and what is accepted.
    pub fn set(self, record: &mut TrunkRecord, text: &str) -> Result<(), FieldError> {
        let text = if self == TrunkSetting::Secret {
            text
        } else {
            text.trim()
        };
        match self {
            TrunkSetting::Name => {
                record.name = text
                    .parse()
                    .map_err(|_| FieldError::new("name", text, "a text of 1 to 80 characters"))?;
            }
            TrunkSetting::Template => record.template = self.slug(text)?,
            TrunkSetting::Enabled => record.enabled = self.flag(text)?,
            TrunkSetting::Kind => record.kind = TrunkKind::read(text)?,
            TrunkSetting::Host => record.host = TrunkHost::read("host", text)?,
            TrunkSetting::Transport => record.transport = TrunkTransport::read(text)?,
            TrunkSetting::OutboundProxy => {
                let host = (!text.is_empty()).then(|| TrunkHost::read("outbound_proxy", text));
                record.outbound_proxy = host.transpose()?;
            }
            TrunkSetting::User => record.user = self.user_part(text)?,
            TrunkSetting::AuthUser => record.auth_user = self.line(text)?,
            TrunkSetting::Secret => {
                let secret = (!text.is_empty()).then(|| TrunkSecret::new(text));
                record.secret = secret.transpose()?;
            }
            TrunkSetting::FromDomain => {
                record.from_domain = if text.is_empty() {
                    String::new()
                } else {
                    TrunkHost::read("from_domain", text)?.to_string()
                };
            }
            TrunkSetting::Expires => {
                record.expires_s = self.number(text, &limits::TRUNK_EXPIRES_S)?
            }
            TrunkSetting::NumberIn => record.number_in = NumberFrom::read(text)?,
            TrunkSetting::CallerIn => record.caller_in = CallerFrom::read(text)?,
            TrunkSetting::Trusted => record.trusted = self.flag(text)?,
            TrunkSetting::Privacy => record.privacy = self.flag(text)?,
            TrunkSetting::Options => {
                record.options_s = match text {
                    "0" => 0,
                    text => self.number(text, &limits::TRUNK_OPTIONS_S)?,
                };
            }
            TrunkSetting::Allowed => record.allowed = self.networks(text)?,
            TrunkSetting::Callers => record.callers = TrunkCallers::read(text)?,
            TrunkSetting::Target => {
                let target = (!text.is_empty()).then(|| text.parse());
                record.target = target.transpose().map_err(|_| self.refuse(text))?;
            }
            TrunkSetting::MaxCalls => {
                record.max_calls = self.number(text, &(0..=limits::TRUNK_CALLS_MAX))?;
            }
            TrunkSetting::Srtp => record.srtp = SrtpPolicy::read(text)?,
        }
        Ok(())
    }

    /// What is accepted, for people.
    #[must_use]
    pub const fn accepted(self) -> &'static str {
        match self {
            TrunkSetting::Name => "a text of 1 to 80 characters",
            TrunkSetting::Template => "the name of a template",
            TrunkSetting::Enabled | TrunkSetting::Trusted | TrunkSetting::Privacy => "yes or no",
            TrunkSetting::Kind => "address or registering",
            TrunkSetting::Host => "a name or an IP address, with :PORT if need be",
            TrunkSetting::Transport => "auto, udp, tcp or tls",
            TrunkSetting::OutboundProxy => "a name or an IP address, or nothing for none",
            TrunkSetting::User => {
                "the user part of an address: letters, digits and -_.!~*'()+&=$,;?/"
            }
            TrunkSetting::AuthUser => "up to 128 characters without control characters or quotes",
            TrunkSetting::Secret => "1 to 256 characters without control characters",
            TrunkSetting::FromDomain => "a name or an IP address, or nothing for that of the host",
            TrunkSetting::Expires => "seconds, 60 to 86400",
            TrunkSetting::NumberIn => "auto, request-uri, to or p-called-party-id",
            TrunkSetting::CallerIn => "auto, from, pai, ppi or rpid",
            TrunkSetting::Options => "seconds, 10 to 3600, or 0 for none",
            TrunkSetting::Allowed => "up to 64 addresses or networks such as 192.0.2.0/28",
            TrunkSetting::Callers => "auto, inside or outside",
            TrunkSetting::Target => {
                "the extension of a room, an echo test or an announcement, or nothing for none"
            }
            TrunkSetting::MaxCalls => "0 to 9000; 0 for no limit of its own",
            TrunkSetting::Srtp => "off, offered or required",
        }
    }

    fn refuse(self, text: &str) -> FieldError {
        FieldError::new(self.name(), text, self.accepted())
    }

    fn flag(self, text: &str) -> Result<bool, FieldError> {
        match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "true" | "1" => Ok(true),
            "no" | "off" | "false" | "0" => Ok(false),
            _ => Err(self.refuse(text)),
        }
    }

    fn number(self, text: &str, within: &std::ops::RangeInclusive<u32>) -> Result<u32, FieldError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text
            .parse()
            .ok()
            .filter(|number| digits && within.contains(number));
        number.ok_or_else(|| self.refuse(text))
    }

    fn networks(self, text: &str) -> Result<Vec<Network>, FieldError> {
        let words = text
            .split([',', ' ', '\n'])
            .map(str::trim)
            .filter(|word| !word.is_empty());
        let mut networks = Vec::new();
        for word in words {
            let network = word.parse().map_err(|_| self.refuse(word))?;
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        if networks.len() > limits::TRUNK_NETWORKS {
            return Err(FieldError::new("allowed", "", self.accepted()));
        }
        Ok(networks)
    }

    /// What stands before the `@` of an address without being escaped (RFC 3261 §25.1).
    fn user_part(self, text: &str) -> Result<String, FieldError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()+&=$,;?/".contains(&byte);
        let fits = text.len() <= limits::TRUNK_USER_BYTES && text.bytes().all(plain);
        fits.then(|| text.to_owned())
            .ok_or_else(|| self.refuse(text))
    }

    fn line(self, text: &str) -> Result<String, FieldError> {
        let strange = |letter: char| letter.is_control() || matches!(letter, '"' | '\\');
        let fits = text.len() <= limits::TRUNK_USER_BYTES && !text.contains(strange);
        fits.then(|| text.to_owned())
            .ok_or_else(|| self.refuse(text))
    }

    fn slug(self, text: &str) -> Result<String, FieldError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = text.len() <= limits::TRUNK_TEMPLATE_BYTES && text.bytes().all(plain);
        fits.then(|| text.to_owned())
            .ok_or_else(|| self.refuse(text))
    }
}

fn yes_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chance, UnixMillis};

    fn record() -> TrunkRecord {
        let mut chance = Chance::from_seed([1; 32]);
        let host = TrunkHost::read("host", "pbx.example").unwrap();
        TrunkRecord::new("PBX".parse().unwrap(), host, UnixMillis(7), &mut chance)
    }

    const GOOD: [(TrunkSetting, &str); 21] = [
        (TrunkSetting::Name, "Head office"),
        (TrunkSetting::Template, "asterisk"),
        (TrunkSetting::Enabled, "no"),
        (TrunkSetting::Kind, "registering"),
        (TrunkSetting::Host, "192.0.2.10:5080"),
        (TrunkSetting::Transport, "tls"),
        (TrunkSetting::OutboundProxy, "edge.example"),
        (TrunkSetting::User, "+4999129691"),
        (TrunkSetting::AuthUser, "acme 1@carrier"),
        (TrunkSetting::Secret, " spaces stay "),
        (TrunkSetting::FromDomain, "carrier.example"),
        (TrunkSetting::Expires, "3600"),
        (TrunkSetting::NumberIn, "p-called-party-id"),
        (TrunkSetting::CallerIn, "pai"),
        (TrunkSetting::Trusted, "no"),
        (TrunkSetting::Privacy, "no"),
        (TrunkSetting::Options, "30"),
        (TrunkSetting::Allowed, "192.0.2.0/28,2001:db8::/64"),
        (TrunkSetting::Target, "801"),
        (TrunkSetting::MaxCalls, "30"),
        (TrunkSetting::Srtp, "offered"),
    ];

    #[test]
    fn every_setting_survives_its_text_form() {
        let mut record = record();
        for (setting, text) in GOOD {
            setting.set(&mut record, text).unwrap();
            assert_eq!(setting.of(&record), text, "{setting:?}");
            assert_eq!(TrunkSetting::from_name(setting.name()), Some(setting));
        }
        let mut again = super::tests::record();
        for setting in TrunkSetting::ALL {
            setting.set(&mut again, &setting.of(&record)).unwrap();
        }
        again.line.clone_from(&record.line);
        assert_eq!(again, record);
    }

    #[test]
    fn what_is_wrong_is_named_and_changes_nothing() {
        for (setting, bad) in [
            (TrunkSetting::Name, ""),
            (TrunkSetting::Template, "Asterisk!"),
            (TrunkSetting::Enabled, "maybe"),
            (TrunkSetting::Kind, "peer"),
            (TrunkSetting::Host, ""),
            (TrunkSetting::Transport, "sctp"),
            (TrunkSetting::User, "a b@c"),
            (TrunkSetting::AuthUser, "a\"b"),
            (TrunkSetting::Secret, "a\r\nb"),
            (TrunkSetting::FromDomain, "<x>"),
            (TrunkSetting::Expires, "59"),
            (TrunkSetting::NumberIn, "uri"),
            (TrunkSetting::CallerIn, "who"),
            (TrunkSetting::Options, "9"),
            (TrunkSetting::Allowed, "example.org"),
            (TrunkSetting::Target, "0"),
            (TrunkSetting::MaxCalls, "9001"),
            (TrunkSetting::Srtp, "yes"),
        ] {
            let mut changed = record();
            let error = setting.set(&mut changed, bad).unwrap_err();
            assert_eq!(error.field, setting.name());
            assert_eq!(changed, record(), "{setting:?}");
        }
    }

    #[test]
    fn no_error_and_no_debug_shows_a_secret() {
        let mut record = record();
        TrunkSetting::Secret
            .set(&mut record, "open sesame")
            .unwrap();
        assert!(!format!("{record:?}").contains("sesame"));
        let error = TrunkSetting::Secret
            .set(&mut record, "sesame\n")
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("sesame"));
    }

    #[test]
    fn one_that_registers_needs_a_user() {
        let mut record = record();
        record.kind = TrunkKind::Registering;
        assert_eq!(record.check().unwrap_err().field, "user");
        record.user = "801".to_owned();
        assert!(record.check().is_ok());
    }
}
