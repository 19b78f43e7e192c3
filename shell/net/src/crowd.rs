//! How many there are, altogether and from one source; knows nothing of what they do.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Lets in as many as there is room for.
#[derive(Debug)]
pub struct Crowd {
    inside: Mutex<Inside>,
    most: usize,
    most_of_source: usize,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    /// Has nobody who has left: as many entries as there are places taken, at most.
    by_source: HashMap<IpAddr, usize>,
}

/// Somebody's place in a crowd, given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    crowd: Arc<Crowd>,
    source: IpAddr,
}

impl Crowd {
    pub fn new(most: usize, most_of_source: usize) -> Arc<Crowd> {
        Arc::new(Crowd {
            inside: Mutex::default(),
            most,
            most_of_source,
        })
    }

    /// `None`: it is full, or this source has enough.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let source = source(address);
        let mut inside = self.inside();
        let of_source = inside.by_source.get(&source).copied().unwrap_or(0);
        if inside.all >= self.most || of_source >= self.most_of_source {
            return None;
        }
        inside.all += 1;
        inside.by_source.insert(source, of_source + 1);
        let crowd = Arc::clone(self);
        Some(Place { crowd, source })
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.crowd.inside();
        inside.all -= 1;
        if let Some(count) = inside.by_source.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                inside.by_source.remove(&self.source);
            }
        }
    }
}

/// Who has one IPv6 address has all of its network of 64 bits (RFC 4291 §2.5.4).
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_cannot_take_all_places_and_gives_back_what_it_took() {
        let crowd = Crowd::new(5, 2);
        let enter = |text: &str| crowd.enter(text.parse().unwrap());
        let first = enter("192.0.2.1").unwrap();
        let _second = enter("::ffff:192.0.2.1").unwrap();
        assert!(enter("192.0.2.1").is_none(), "it has enough");
        let _third = enter("2001:db8::1").unwrap();
        let _fourth = enter("2001:db8::ffff:1").unwrap();
        assert!(enter("2001:db8::2").is_none(), "the same network");
        let fifth = enter("2001:db8:0:1::2").unwrap();
        assert!(enter("192.0.2.9").is_none(), "it is full");
        drop(fifth);
        assert!(enter("192.0.2.9").is_some());
        drop(first);
        assert!(enter("192.0.2.1").is_some());
        assert_eq!(crowd.inside().all, 3);
        assert_eq!(crowd.inside().by_source.len(), 2);
    }
}
