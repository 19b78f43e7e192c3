//! A range of IP addresses, and which of them are next door; opens no socket.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::FieldError;

/// All addresses that begin alike: `192.0.2.0/24`, `2001:db8::/32`, or a single one.
///
/// An IPv4 address that came over an IPv6 socket (`::ffff:192.0.2.1`) is the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// With zeros behind the prefix.
    first: IpAddr,
    prefix_bits: u8,
}

impl Network {
    /// The addresses that share the first `prefix_bits` with this one, all bits at most.
    #[must_use]
    pub fn around(address: IpAddr, prefix_bits: u8) -> Self {
        let address = address.to_canonical();
        let prefix_bits = prefix_bits.min(bits_of(address));
        let first = match address {
            IpAddr::V4(four) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix_bits));
                IpAddr::V4(Ipv4Addr::from_bits(four.to_bits() & mask.unwrap_or(0)))
            }
            IpAddr::V6(six) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(prefix_bits));
                IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & mask.unwrap_or(0)))
            }
        };
        Self { first, prefix_bits }
    }

    /// Whom we cannot tell apart on the Internet: one IPv4 address, or the 2^64 IPv6 addresses of
    /// one line, among which its owner may choose (RFC 6177).
    #[must_use]
    pub fn source(address: IpAddr) -> Self {
        match address.to_canonical() {
            four @ IpAddr::V4(_) => Self::around(four, 32),
            six @ IpAddr::V6(_) => Self::around(six, 64),
        }
    }

    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        bits_of(address) == bits_of(self.first) && Self::around(address, self.prefix_bits) == self
    }

    /// Whether some address is in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other.first) || other.contains(self.first)
    }

    /// The first of the addresses.
    #[must_use]
    pub fn first(self) -> IpAddr {
        self.first
    }

    #[must_use]
    pub fn prefix_bits(self) -> u8 {
        self.prefix_bits
    }
}

impl FromStr for Network {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let wrong = || {
            let accepted = "an IP address, or a network such as 192.0.2.0/24 or 2001:db8::/32";
            FieldError::new("network", text, accepted)
        };
        let trimmed = text.trim();
        let (address, prefix) = match trimmed.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (trimmed, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let bits = match prefix {
            None => bits_of(address),
            Some(prefix) => {
                let digits = prefix.bytes().all(|byte| byte.is_ascii_digit());
                let bits: u8 = prefix.parse().map_err(|_| wrong())?;
                let fits = digits && bits <= bits_of(address);
                fits.then_some(bits).ok_or_else(wrong)?
            }
        };
        // A prefix is one of the address as it was written.
        let mapped = bits_of(address) - bits_of(address.to_canonical());
        let bits = bits.checked_sub(mapped).ok_or_else(wrong)?;
        Ok(Self::around(address, bits))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix_bits == bits_of(self.first) {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}/{}", self.first, self.prefix_bits)
        }
    }
}

fn bits_of(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// Whether an address is of this machine or of a private network: nobody on the Internet can have
/// it. Loopback, private (RFC 1918, RFC 4193) and link-local; not the shared space of carriers
/// (RFC 6598), where strangers live next door.
#[must_use]
pub fn is_neighbour(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => four.is_loopback() || four.is_private() || four.is_link_local(),
        IpAddr::V6(six) => {
            six.is_loopback() || six.is_unique_local() || six.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_what_begins_alike() {
        let office = network("198.51.100.77/24");
        assert_eq!(office.to_string(), "198.51.100.0/24");
        assert!(office.contains(address("198.51.100.255")));
        assert!(office.contains(address("::ffff:198.51.100.3")));
        assert!(!office.contains(address("198.51.101.0")));
        assert!(!office.contains(address("::")));
        let line = network("2001:db8:0:1::/64");
        assert!(line.contains(address("2001:db8:0:1:ffff::1")));
        assert!(!line.contains(address("2001:db8:0:2::")));
        assert!(network("0.0.0.0/0").contains(address("203.0.113.9")));
        assert!(!network("0.0.0.0/0").contains(address("2001:db8::")));
        assert!(network("::/0").contains(address("2001:db8::")));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_eq!(network("::ffff:192.0.2.1/120"), network("192.0.2.0/24"));
        assert_eq!(network("192.0.2.1").to_string(), "192.0.2.1");
        assert!(office.overlaps(network("198.51.0.0/16")));
        assert!(network("198.51.0.0/16").overlaps(office));
        assert!(!office.overlaps(line));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "/",
            "192.0.2.1/33",
            "192.0.2.1/+8",
            "192.0.2.1/",
            "2001:db8::/129",
            "example.org",
            "192.0.2.1:5060",
            "::ffff:192.0.2.1/64",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_line_of_ipv6_is_one_source() {
        let one = Network::source(address("2001:db8:0:1::7"));
        assert_eq!(one, Network::source(address("2001:db8:0:1:9:9:9:9")));
        assert_ne!(one, Network::source(address("2001:db8:0:2::7")));
        let four = Network::source(address("192.0.2.1"));
        assert_eq!(four, Network::source(address("::ffff:192.0.2.1")));
        assert_ne!(four, Network::source(address("192.0.2.2")));
    }

    #[test]
    fn neighbours_are_whom_the_internet_cannot_send_to_us() {
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "10.1.2.3",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.1.1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_neighbour(address(text)), "{text}");
        }
        for text in [
            "172.32.0.1",
            "100.64.0.1",
            "192.0.2.1",
            "8.8.8.8",
            "0.0.0.0",
            "::",
            "2001:db8::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!is_neighbour(address(text)), "{text}");
        }
    }
}
