//! One baresip: a real phone without a window, steered over its control port.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{Ear, Voice, free_port, wait_for};

/// What a phone is told to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneCodec {
    Pcmu,
    Pcma,
    G722,
    Opus,
}

impl PhoneCodec {
    fn name(self) -> &'static str {
        match self {
            PhoneCodec::Pcmu => "pcmu/8000/1",
            PhoneCodec::Pcma => "pcma/8000/1",
            PhoneCodec::G722 => "g722/16000/1",
            PhoneCodec::Opus => "opus/48000/1",
        }
    }

    fn rate_hz(self) -> u32 {
        match self {
            PhoneCodec::Pcmu | PhoneCodec::Pcma => 8_000,
            PhoneCodec::G722 => 16_000,
            PhoneCodec::Opus => 48_000,
        }
    }
}

/// Whether a phone offers to hear two channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ears {
    One,
    Two,
}

/// How a phone encrypts its sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaSecrecy {
    None,
    /// Keys in the description, if the other side has some too (RFC 8643's way).
    SdesOffered,
    /// Keys in the description, or no call.
    SdesRequired,
}

impl MediaSecrecy {
    const fn account_parameter(self) -> &'static str {
        match self {
            MediaSecrecy::None => "",
            MediaSecrecy::SdesOffered => ";mediaenc=srtp",
            MediaSecrecy::SdesRequired => ";mediaenc=srtp-mand",
        }
    }

    const fn module(self) -> Option<&'static str> {
        match self {
            MediaSecrecy::None => None,
            MediaSecrecy::SdesOffered | MediaSecrecy::SdesRequired => Some("srtp"),
        }
    }
}

/// An account of a server that a phone registers with.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// The server's, on this machine.
    pub sip_port: u16,
    /// `udp` or `tcp`.
    pub transport: &'a str,
    pub user: &'a str,
    pub password: &'a str,
}

/// How a phone reaches servers.
#[derive(Clone, Copy)]
enum Reach<'a> {
    Udp,
    /// The certificates in this file vouch for whom it calls.
    Tls(&'a Path),
    Registered(Login<'a>),
}

impl Reach<'_> {
    /// The beginning of an account's line.
    fn identity(self, own_port: u16) -> String {
        match self {
            Reach::Udp => format!("<sip:phone@127.0.0.1:{own_port}>;regint=0"),
            Reach::Tls(_) => format!("<sip:phone@127.0.0.1:{own_port};transport=tls>;regint=0"),
            Reach::Registered(login) => {
                let Login {
                    sip_port,
                    transport,
                    user,
                    password,
                } = login;
                format!(
                    "<sip:{user}@127.0.0.1:{sip_port};transport={transport}>;auth_user={user};\
                     auth_pass={password};regint=60"
                )
            }
        }
    }
}

/// A running baresip, killed at the end.
pub struct Baresip {
    child: Child,
    control: TcpStream,
    directory: tempfile::TempDir,
}

impl Baresip {
    /// Starts a phone that speaks `codec` and says `voices` from the moment a call is up.
    ///
    /// # Panics
    /// When it does not start within 10 s.
    #[must_use]
    pub fn start(codec: PhoneCodec, voices: &[Voice]) -> Baresip {
        Self::start_with(codec, Ears::One, MediaSecrecy::None, Reach::Udp, voices)
    }

    /// A phone that speaks Opus and offers to hear two channels (RFC 7587 `stereo=1`).
    ///
    /// # Panics
    /// When it does not start within 10 s.
    #[must_use]
    pub fn start_with_two_ears(voices: &[Voice]) -> Baresip {
        Self::start_with(
            PhoneCodec::Opus,
            Ears::Two,
            MediaSecrecy::None,
            Reach::Udp,
            voices,
        )
    }

    /// A phone that encrypts its sound.
    ///
    /// # Panics
    /// When it does not start within 10 s.
    #[must_use]
    pub fn start_secret(codec: PhoneCodec, secrecy: MediaSecrecy, voices: &[Voice]) -> Baresip {
        Self::start_with(codec, Ears::One, secrecy, Reach::Udp, voices)
    }

    /// A phone that signals over TLS with whom the certificates in `authorities` vouch for.
    ///
    /// # Panics
    /// When it does not start within 10 s.
    #[must_use]
    pub fn start_over_tls(
        codec: PhoneCodec,
        secrecy: MediaSecrecy,
        authorities: &Path,
        voices: &[Voice],
    ) -> Baresip {
        Self::start_with(codec, Ears::One, secrecy, Reach::Tls(authorities), voices)
    }

    /// A phone that registers with a server, and proves itself when it is asked to.
    ///
    /// # Panics
    /// When it does not start within 10 s.
    #[must_use]
    pub fn start_registered(codec: PhoneCodec, login: Login<'_>, voices: &[Voice]) -> Baresip {
        let reach = Reach::Registered(login);
        Self::start_with(codec, Ears::One, MediaSecrecy::None, reach, voices)
    }

    fn start_with(
        codec: PhoneCodec,
        ears: Ears,
        secrecy: MediaSecrecy,
        reach: Reach<'_>,
        voices: &[Voice],
    ) -> Baresip {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (sip_port, control_port) = (free_port(), free_port());
        let path = |name: &str| directory.path().join(name);
        // The call is hung up when the file ends, so it lasts longer than any test.
        Voice::write(voices, &path("in.wav"), codec.rate_hz(), VOICE_SECONDS);
        let name = match ears {
            Ears::One => codec.name(),
            Ears::Two => "opus/48000/2",
        };
        let account = format!(
            "{};answermode=auto;audio_codecs={name}{}\n",
            reach.identity(sip_port),
            secrecy.account_parameter()
        );
        let mut config = config(codec, ears, &directory, sip_port, control_port);
        if let Reach::Tls(file) = reach {
            let file = file.display();
            writeln!(config, "sip_cafile {file}\nsip_verify_server yes")
                .expect("writing to a string");
        }
        if let Some(module) = secrecy.module() {
            writeln!(config, "module {module}.so").expect("writing to a string");
        }
        for (name, text) in [
            ("config", config),
            ("accounts", account),
            ("contacts", String::new()),
        ] {
            std::fs::write(path(name), text).expect("room on the disk");
        }
        let output = std::fs::File::create(path("output")).expect("room on the disk");
        let child = Command::new("baresip")
            .arg("-f")
            .arg(directory.path())
            .args(["-v", "-s"])
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle"))
            .stderr(output)
            .spawn()
            .expect("baresip is installed (`cargo xtask test` does it)");
        let control = wait_for("baresip's control port", Duration::from_secs(10), || {
            TcpStream::connect(("127.0.0.1", control_port)).ok()
        });
        control
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a time-out");
        Baresip {
            child,
            control,
            directory,
        }
    }

    /// Dials and waits until the call is answered.
    ///
    /// # Panics
    /// When it is not within 10 s.
    pub fn call(&mut self, uri: &str) {
        self.dial(uri);
        wait_for("the call is answered", Duration::from_secs(10), || {
            self.output().contains("Call established").then_some(())
        });
    }

    /// Dials without waiting for an answer.
    pub fn dial(&mut self, uri: &str) {
        self.command("dial", uri);
    }

    /// Presses keys, 60 ms each, by RFC 4733. baresip takes them one by one.
    pub fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.command("sndcode", &key.to_string());
            std::thread::sleep(Duration::from_millis(250));
        }
    }

    pub fn hold(&mut self) {
        self.command("hold", "");
    }

    pub fn resume(&mut self) {
        self.command("resume", "");
    }

    pub fn hang_up(&mut self) {
        self.command("hangup", "");
        wait_for("the call is over", Duration::from_secs(10), || {
            self.has_ended().then_some(())
        });
    }

    /// Whether the call ended, by whichever side.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        let output = self.output();
        // It says nothing of a call that lasted less than a second but that its sound is gone.
        output.contains("session closed")
            || output.contains("audio: destroyed")
            || output.contains("Call with") && output.contains("terminated")
    }

    /// What this phone heard so far.
    ///
    /// # Panics
    /// When it recorded nothing.
    #[must_use]
    pub fn heard(&self) -> Ear {
        Ear::open(
            &self
                .recording("-dec.wav")
                .expect("the phone recorded what it heard"),
        )
    }

    /// The same of the left and of the right ear, of a phone that has two.
    ///
    /// # Panics
    /// When it recorded nothing.
    #[must_use]
    pub fn heard_by_each_ear(&self) -> [Ear; 2] {
        let recorded = self.recording("-dec.wav");
        let path = recorded.expect("the phone recorded what it heard");
        [0, 1].map(|channel| Ear::open_channel(&path, channel))
    }

    /// Everything baresip printed, SIP included.
    #[must_use]
    pub fn output(&self) -> String {
        let bytes = std::fs::read(self.directory.path().join("output")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn recording(&self, ending: &str) -> Option<PathBuf> {
        let files = std::fs::read_dir(self.directory.path()).ok()?;
        files
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .find(|path| path.to_string_lossy().ends_with(ending))
    }

    /// Sends one command as a netstring and waits for the answer to it.
    fn command(&mut self, command: &str, params: &str) {
        let json = serde_json::json!({"command": command, "params": params, "token": "t"});
        let text = json.to_string();
        write!(self.control, "{}:{text},", text.len()).expect("baresip listens");
        let mut answers = String::new();
        let mut buffer = [0; 4_096];
        while !answers.contains("\"response\":true") {
            let length = self.control.read(&mut buffer).expect("baresip answers");
            assert!(
                length > 0,
                "baresip closed its control port:\n{}",
                self.output()
            );
            answers.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- baresip ---\n{}", self.output());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(
    codec: PhoneCodec,
    ears: Ears,
    directory: &tempfile::TempDir,
    sip: u16,
    control: u16,
) -> String {
    let place = directory.path().display();
    let (channels, stereo) = match ears {
        Ears::One => (1, "no"),
        Ears::Two => (2, "yes"),
    };
    let mut text = format!(
        "poll_method epoll\nsip_listen 127.0.0.1:{sip}\nnet_interface 127.0.0.1\n\
         audio_player aubridge,play\naudio_alert aubridge,alert\n\
         audio_source aufile,{place}/in.wav\nausrc_srate {rate}\nausrc_channels 1\n\
         auplay_channels {channels}\nstatmode_default off\nrtp_stats yes\nopus_stereo {stereo}\n\
         opus_sprop_stereo {stereo}\nmodule_path /usr/lib/baresip/modules\nsnd_path {place}\n\
         ctrl_tcp_listen 127.0.0.1:{control}\nmodule_tmp account.so\n\
         module_app menu.so\nmodule_app ctrl_tcp.so\n",
        rate = codec.rate_hz()
    );
    for module in ["g711", "g722", "opus", "aufile", "aubridge", "sndfile"] {
        writeln!(text, "module {module}.so").expect("writing to a string");
    }
    text
}

/// No test lasts this long.
const VOICE_SECONDS: u32 = 90;
