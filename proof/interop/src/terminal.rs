//! `conclave top` on a pseudo-terminal (`script` makes it), typed at and read as bytes.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::wait_for;

/// A running terminal view of 80 columns and 24 rows, ended when dropped.
pub struct TerminalView {
    child: Child,
    keys: ChildStdin,
    said: Arc<Mutex<Vec<u8>>>,
}

impl TerminalView {
    pub(crate) fn start(program: &str, args: &str) -> TerminalView {
        // Whoever ends `script` ends the program by hanging up, as a closed window does.
        let line = format!("stty rows 24 cols 80; exec {program} {args}");
        let mut child = Command::new("script")
            .args(["-qefc", &line, "/dev/null"])
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script of bsdutils");
        let keys = child.stdin.take().expect("standard input is piped");
        let mut out = child.stdout.take().expect("standard output is piped");
        let said = Arc::<Mutex<Vec<u8>>>::default();
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            let mut piece = [0; 4_096];
            while let Ok(length @ 1..) = out.read(&mut piece) {
                let mut said = heard.lock().unwrap_or_else(PoisonError::into_inner);
                said.extend_from_slice(&piece[..length]);
            }
        });
        TerminalView { child, keys, said }
    }

    /// Everything it wrote from byte `from` on, with what moves and colours.
    #[must_use]
    pub fn said(&self, from: usize) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(said.get(from..).unwrap_or_default()).into_owned()
    }

    /// How many bytes it has written.
    #[must_use]
    pub fn length(&self) -> usize {
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Waits until it has written `text`, from byte `from` on.
    ///
    /// # Panics
    /// When it does not within 10 s.
    pub fn wait_for_text(&self, text: &str, from: usize) {
        let what = format!("{text:?} on the terminal");
        wait_for(&what, Duration::from_secs(10), || {
            self.said(from).contains(text).then_some(())
        });
    }

    /// # Panics
    /// When it is gone.
    pub fn press(&mut self, keys: &str) {
        let pressed = self.keys.write_all(keys.as_bytes());
        pressed.and_then(|()| self.keys.flush()).expect("it reads");
    }

    /// Waits for its end and returns its exit code.
    ///
    /// # Panics
    /// When it is still there after 10 s.
    pub fn ended(&mut self) -> Option<i32> {
        let patience = Duration::from_secs(10);
        let ended = wait_for("the terminal view ends", patience, || {
            self.child.try_wait().expect("our own child")
        });
        ended.code()
    }
}

impl Drop for TerminalView {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
