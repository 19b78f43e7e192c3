//! Certificates for a test, signed by an authority of its own; nothing else believes it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Papers;

/// An authority, which goes with its folder.
pub struct Authority {
    folder: tempfile::TempDir,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// # Panics
    /// When openssl is not installed.
    #[must_use]
    pub fn new() -> Authority {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let authority = Authority { folder };
        let (key, certificate) = (authority.path("ca.key"), authority.path("ca.pem"));
        let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
                    -subj /CN=Authority -addext basicConstraints=critical,CA:TRUE \
                    -addext keyUsage=keyCertSign -keyout";
        openssl(args, &[key, "-out".into(), certificate]);
        authority
    }

    /// The file of what it is believed by.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// For whom `names` says: `DNS:localhost,IP:127.0.0.1`.
    ///
    /// # Panics
    /// When openssl is not installed.
    #[must_use]
    pub fn issue(&self, file: &str, names: &str) -> Papers {
        let path = |ending: &str| self.path(&format!("{file}.{ending}"));
        let (key, request, certificate) = (path("key"), path("csr"), path("pem"));
        let args = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj";
        let [of, out] = ["-keyout", "-out"].map(PathBuf::from);
        let subject = format!("/CN={file}").into();
        openssl(
            args,
            &[subject, of, key.clone(), out.clone(), request.clone()],
        );
        let extensions = path("ext");
        std::fs::write(&extensions, format!("subjectAltName={names}\n")).expect("disk space");
        let [ca, ca_key, with, from] = ["-CA", "-CAkey", "-extfile", "-in"].map(PathBuf::from);
        let args = [
            from,
            request,
            ca,
            self.certificate(),
            ca_key,
            self.path("ca.key"),
        ];
        let more = [with, extensions, out, certificate.clone()];
        openssl(
            "x509 -req -days 30 -CAcreateserial",
            &[&args[..], &more].concat(),
        );
        let text = |path: PathBuf| path.display().to_string();
        Papers {
            certificate: text(certificate),
            key: text(key),
            authority: text(self.certificate()),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn openssl(args: &str, more: &[PathBuf]) {
    let made = Command::new("openssl")
        .args(args.split_whitespace())
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let made = made.expect("openssl is installed (`cargo xtask test` does it)");
    assert!(made.success(), "openssl {args} {more:?}");
}
