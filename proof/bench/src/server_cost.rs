//! What a process has used, as the kernel counts it; changes nothing about it.

use std::fs;
use std::io;
use std::time::Duration;

use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// A reading of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Of all its threads, those that have ended too; counted by the scheduler in nanoseconds.
    pub cpu: Duration,
    /// How that was split, in steps of 10 ms.
    pub user: Duration,
    pub system: Duration,
    pub resident_bytes: u64,
}

/// Reads the process `pid`.
pub(crate) fn usage(pid: u32) -> io::Result<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let statm = fs::read_to_string(format!("/proc/{pid}/statm"))?;
    let unknown = || io::Error::other("unknown form of /proc/PID/stat");
    Ok(Usage {
        cpu: cpu_time(pid)?,
        ..parse(&stat, &statm).ok_or_else(unknown)?
    })
}

/// The clock of the process: the sum over its threads, living and ended.
fn cpu_time(pid: u32) -> io::Result<Duration> {
    let pid = i32::try_from(pid).map_err(io::Error::other)?;
    let clock = clock_getcpuclockid(Pid::from_raw(pid))?;
    Ok(Duration::from(clock_gettime(clock)?))
}

fn parse(stat: &str, statm: &str) -> Option<Usage> {
    // The name in parentheses may hold anything, so count from its end: field 3 is next.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(Usage {
        cpu: Duration::ZERO,
        user: Duration::from_millis(user * MS_PER_TICK),
        system: Duration::from_millis(system * MS_PER_TICK),
        resident_bytes: pages * PAGE_BYTES,
    })
}

/// USER_HZ is 100 on every Linux.
const MS_PER_TICK: u64 = 10;
const PAGE_BYTES: u64 = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_parentheses_does_no_harm() {
        let stat = "12 (a ) (b) S 1 12 12 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 1 1 1";
        let usage = parse(stat, "5000 700 1 1 0 1 0").unwrap();
        assert_eq!(usage.user, Duration::from_millis(2_500));
        assert_eq!(usage.system, Duration::from_millis(500));
        assert_eq!(usage.resident_bytes, 700 * 4_096);
        assert!(parse("nothing", "").is_none());
    }

    #[test]
    fn this_process_uses_memory() {
        assert!(usage(std::process::id()).unwrap().resident_bytes > 100_000);
    }

    #[test]
    fn what_a_thread_used_is_not_forgotten_when_it_ends() {
        let own = || usage(std::process::id()).unwrap().cpu;
        let before = own();
        let worked = std::thread::spawn(|| {
            let thread = || clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap();
            while Duration::from(thread()) < Duration::from_millis(3) {}
            Duration::from(thread())
        });
        let worked = worked.join().unwrap();
        assert!(own() - before >= worked);
    }
}
