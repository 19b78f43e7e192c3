//! Lays the built console where it is compiled in from; without one, an empty folder.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names it")).join("console");
    let ui = Path::new("../../ui");
    let built = ui.join("dist");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    if built.join("index.html").exists() {
        println!("cargo::rerun-if-changed={}", built.display());
        copy(&built, &out)
    } else {
        // The folder above it changes when it appears.
        println!("cargo::rerun-if-changed={}", ui.display());
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
