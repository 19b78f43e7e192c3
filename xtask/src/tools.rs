//! Programs of the system that a verb needs, and how they are installed; builds nothing.

use std::path::Path;
use std::process::Command;

use crate::Done;

/// A program of the system.
#[derive(Clone, Copy)]
pub struct Tool {
    /// Any of these in the search path will do; `NAME.so` is a module of Kamailio's.
    pub programs: &'static [&'static str],
    /// The Debian package that has it.
    pub package: &'static str,
    pub why: &'static str,
}

/// What a build needs besides Rust.
pub const FOR_BUILD: [Tool; 3] = [
    Tool {
        programs: &["cc", "gcc", "clang"],
        package: "gcc",
        why: "a C compiler: libopus and SQLite are compiled from their source",
    },
    Tool {
        programs: &["cmake"],
        package: "cmake",
        why: "libopus describes its build with it",
    },
    Tool {
        programs: &["make", "ninja"],
        package: "make",
        why: "cmake has the compiling done by it",
    },
];

/// What the tests with real telephones need.
pub const FOR_INTEROP: [Tool; 8] = [
    Tool {
        programs: &["sipp"],
        package: "sip-tester",
        why: "SIPp calls the server over UDP and TCP",
    },
    Tool {
        programs: &["baresip"],
        package: "baresip-core",
        why: "a telephone with every codec we speak",
    },
    Tool {
        programs: &["kamailio"],
        package: "kamailio",
        why: "a telephone system to be behind and to register with",
    },
    Tool {
        programs: &["tls.so"],
        package: "kamailio-tls-modules",
        why: "the same over TLS",
    },
    Tool {
        programs: &["websocket.so"],
        package: "kamailio-websocket-modules",
        why: "the same for browsers",
    },
    Tool {
        programs: &["openssl"],
        package: "openssl",
        why: "makes certificates, and speaks TLS in versions too old",
    },
    Tool {
        programs: &["opusdec"],
        package: "opus-tools",
        why: "plays our recordings as others do",
    },
    Tool {
        programs: &["npm"],
        package: "npm",
        why: "fetches the torture messages of RFC 4475",
    },
];

/// What the console is built with.
pub const FOR_CONSOLE: [Tool; 2] = [
    Tool {
        programs: &["node"],
        package: "nodejs",
        why: "checks and bundles the console",
    },
    Tool {
        programs: &["npm"],
        package: "npm",
        why: "fetches what the console is built with",
    },
];

/// What the console is looked at with.
pub const FOR_BROWSER: [Tool; 1] = [Tool {
    programs: &["chromium", "chromium-browser", "google-chrome"],
    package: "chromium",
    why: "opens the console as people do",
}];

/// What the API is compared with its description by.
pub const FOR_SCHEMA: [Tool; 1] = [Tool {
    programs: &["python3"],
    package: PYTHON,
    why: "runs schemathesis, in a folder of its own",
}];

/// What counting a tick's instructions needs.
pub const FOR_INSTRUCTIONS: [Tool; 1] = [Tool {
    programs: &["valgrind"],
    package: "valgrind",
    why: "counts instructions, the same on a busy machine",
}];

/// Installs what is missing with apt-get when run by root; else names the one command to run.
///
/// # Errors
/// That command, or what apt-get had against it.
pub fn ensure(tools: &[Tool]) -> Done {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for tool in &missing {
        println!("missing: {} ({})", tool.package, tool.why);
    }
    let mut packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    // The C library's headers come with the compiler on a full system, but not on a slim one.
    if packages.contains(&"gcc") {
        packages.push("libc6-dev");
    }
    let by_hand = format!("apt-get install -y {}", packages.join(" "));
    if !in_path("apt-get") {
        return Err(format!(
            "This system has no apt-get. Install by its own means: {}",
            packages.join(" ")
        ));
    }
    if !is_root() {
        return Err(format!(
            "Run this once, then start again:\n    sudo {by_hand}"
        ));
    }
    install(&packages)?;
    match missing.iter().find(|tool| !is_there(tool)) {
        None => Ok(()),
        Some(tool) => Err(format!(
            "{by_hand} went well, but {} is not there",
            tool.programs[0]
        )),
    }
}

/// The package lists of a fresh machine are empty or old: they are fetched once, when needed.
fn install(packages: &[&str]) -> Done {
    if apt(&["install", "-y", "--no-install-recommends"], packages).is_ok() {
        return Ok(());
    }
    apt(&["update"], &[])?;
    apt(&["install", "-y", "--no-install-recommends"], packages)
}

fn apt(verb: &[&str], packages: &[&str]) -> Done {
    println!("apt-get {} {}", verb.join(" "), packages.join(" "));
    let status = Command::new("apt-get")
        .arg("-qq")
        .args(verb)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .map_err(|error| format!("apt-get: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("apt-get {} failed", verb.join(" ")))
    }
}

fn is_there(tool: &Tool) -> bool {
    let mut programs = tool.programs.iter();
    let there = programs.any(|program| in_path(program) || is_kamailio_module(program));
    there && (tool.package != PYTHON || makes_folders())
}

/// Debian keeps them by architecture.
fn is_kamailio_module(name: &str) -> bool {
    let libraries = Path::new("/usr/lib").read_dir().into_iter().flatten();
    let places = libraries.flatten().map(|place| place.path());
    name.ends_with(".so")
        && places
            .into_iter()
            .any(|place| place.join(KAMAILIO).join(name).is_file())
}

const KAMAILIO: &str = "kamailio/modules";

/// Debian has a Python that cannot make such a folder.
fn makes_folders() -> bool {
    let mut python = Command::new("python3");
    let output = python.args(["-c", "import ensurepip, venv"]).output();
    output.is_ok_and(|output| output.status.success())
}

const PYTHON: &str = "python3-venv";

/// Whether a program of this name is in the search path.
pub fn in_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// By the owner of our own process, without a line of unsafe code.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|about| about.uid() == 0)
}
