//! Which addresses may be asked; resolves no name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far requests may go that somebody else has thought of.
///
/// Whoever may set the address of a webhook could make the server ask what only the server can
/// reach. Most telephone systems are on the same private network, so that is allowed unless the
/// operator says otherwise; addresses under which clouds keep the credentials of their machines
/// (all link-local ones, and a few more) never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Networks {
    /// This machine and private networks too.
    #[default]
    Private,
    /// Only what everybody in the Internet could ask.
    Public,
}

impl Networks {
    /// Whether this address may be asked.
    #[must_use]
    pub fn allow(self, address: IpAddr) -> bool {
        let address = unwrapped(address.to_canonical());
        let never = match address {
            IpAddr::V4(four) => {
                four.is_unspecified()
                    || four.is_multicast()
                    || four.is_broadcast()
                    || four.is_link_local()
                    || CLOUD_CREDENTIALS_V4.contains(&four)
            }
            IpAddr::V6(six) => {
                six.is_unspecified()
                    || six.is_multicast()
                    || six.is_unicast_link_local()
                    || six == CLOUD_CREDENTIALS_V6
            }
        };
        match self {
            _ if never => false,
            Networks::Private => true,
            Networks::Public => is_public(address),
        }
    }
}

/// The IPv4 address that a translator makes of an IPv6 address (NAT64, RFC 6052 §2.1).
fn unwrapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => match six.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                let bits = u32::from(high) << 16 | u32::from(low);
                IpAddr::V4(Ipv4Addr::from_bits(bits))
            }
            [_, _, _, _, _, _, _, _] => address,
        },
        IpAddr::V4(_) => address,
    }
}

/// As the registries of special addresses (RFC 6890) have it.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => {
            let [first, second, ..] = six.segments();
            let tunnels = first == 0x2002 || (first == 0x2001 && second < 0x0200);
            let documentation = first == 0x2001 && second == 0x0db8;
            // Everything that is given out today is 2000::/3 (RFC 4291 §2.4).
            (0x2000..0x4000).contains(&first) && !tunnels && !documentation
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = (a, b, c) == (192, 0, 0);
    let benchmarks = a == 198 && (18..20).contains(&b);
    !(a == 0
        || a >= 240
        || address.is_loopback()
        || address.is_private()
        || address.is_documentation()
        || shared
        || protocols
        || benchmarks)
}

/// Where clouds keep them beside 169.254.169.254: those of Azure, Alibaba and Oracle.
const CLOUD_CREDENTIALS_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];
/// And that of Amazon: private by its form, link-local by its use.
const CLOUD_CREDENTIALS_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(networks: Networks, text: &str) -> bool {
        networks.allow(text.parse().expect(text))
    }

    #[test]
    fn credentials_of_a_cloud_are_never_asked_for() {
        for text in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "64:ff9b::a9fe:a9fe",
            "100.100.100.200",
            "168.63.129.16",
            "fe80::1",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!allowed(Networks::Private, text), "{text}");
            assert!(!allowed(Networks::Public, text), "{text}");
        }
    }

    #[test]
    fn a_private_network_is_asked_unless_the_operator_says_otherwise() {
        for text in [
            "127.0.0.1",
            "::1",
            "10.0.0.5",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd12::1",
            "::ffff:10.0.0.5",
            "64:ff9b::a00:5",
            "2002:a00:5::1",
        ] {
            assert!(allowed(Networks::Private, text), "{text}");
            assert!(!allowed(Networks::Public, text), "{text}");
        }
        for text in ["9.9.9.9", "2620:fe::fe", "172.32.0.1", "64:ff9b::909:909"] {
            assert!(allowed(Networks::Public, text), "{text}");
        }
    }
}
