//! The token that opens the TCP door; never shown in a log.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;

/// 256 random bits as 64 hexadecimal digits.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// The token in the file `token` of this directory; the first start writes it, mode 0600.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds no token.
    pub fn load_or_create(dir: &Path) -> io::Result<Self> {
        let file = dir.join(FILE_NAME);
        match std::fs::read_to_string(&file) {
            Ok(text) => Self::read(&text).ok_or_else(|| {
                let why = format!("{} holds no token; remove it for a new one", file.display());
                io::Error::new(io::ErrorKind::InvalidData, why)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(&file),
            Err(error) => Err(error),
        }
    }

    /// A token of at least 32 characters that an operator chose, or that was made here.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let safe = text.bytes().all(|byte| byte.is_ascii_graphic());
        (text.len() >= 32 && safe).then(|| Self(text.into()))
    }

    /// The token, for the one who may have it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn create(file: &Path) -> io::Result<Self> {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut file = options.open(file)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        Ok(Self(text.into()))
    }

    /// Whether the request carries this token.
    pub(crate) fn opens(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|given| bool::from(given.as_bytes().ct_eq(self.0.as_bytes())))
    }
}

/// What the request says is its token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case("bearer ").then_some(token)
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(••••)")
    }
}

const FILE_NAME: &str = "token";
