//! Which addresses a webhook may reach: the public internet, and the networks that the operator names.
//!
//! A subscriber chooses the address that this program then connects to from inside the operator's network. So the rule is about the
//! address of the connection itself, after names are resolved, and it is a list of what is public rather than of what somebody thought
//! of forbidding: everything that is not global unicast is refused. Addresses that carry an IPv4 address inside are judged by that one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Error, target::Target};

/// IPv4 networks that are not public, from the registry of special-purpose addresses (RFC 6890 and what it was extended by).
const CLOSED_4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),           // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // behind a carrier's translation
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // this machine
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // the link; where clouds tell machines their secrets
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4, retired
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // measurements
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, and broadcast
];

/// The only IPv6 network that global unicast addresses are given from.
const OPEN_6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What inside it is not public.
const CLOSED_6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// 6to4: the IPv4 address is in the second and third group.
const SIX_TO_FOUR: u16 = 0x2002;
/// The well-known prefix of translation (RFC 6052): the IPv4 address is in the last two groups.
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// Which addresses may be reached.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    allowed: Vec<IpNet>,
}

impl Reach {
    /// The public internet and nothing else.
    #[must_use]
    pub fn public() -> Self {
        Self::default()
    }

    /// Every address, this machine's and private ones too: whoever may subscribe can then make this program call whatever it can reach.
    #[must_use]
    pub fn anywhere() -> Self {
        let everything = [
            IpNet::new_assert(Ipv4Addr::UNSPECIFIED.into(), 0),
            IpNet::new_assert(Ipv6Addr::UNSPECIFIED.into(), 0),
        ];
        Self {
            allowed: everything.into(),
        }
    }

    /// The public internet, and the networks written as `10.1.0.0/16`, `fd00::/8` or one address.
    ///
    /// # Errors
    /// [`Error::Network`] for a text that is not a network.
    pub fn with_allowed<T: AsRef<str>>(networks: &[T]) -> Result<Self, Error> {
        let parse = |written: &T| {
            let written = written.as_ref().trim();
            let network = match written.parse::<IpAddr>() {
                Ok(address) => Ok(IpNet::from(address)),
                Err(_) => written.parse::<IpNet>(),
            };
            network.map_err(|_| Error::Network {
                value: written.to_owned(),
            })
        };
        let allowed = networks.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self { allowed })
    }

    /// Whether a target may be reached, as far as that can be said before its name is looked up: to refuse early what would be refused later.
    #[must_use]
    pub fn permits_target(&self, target: &Target) -> bool {
        target
            .literal_address()
            .is_none_or(|address| self.permits(address))
    }

    /// Whether a connection to this address may be made.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        let inner = unwrapped(address);
        self.allowed
            .iter()
            .any(|network| network.contains(&inner) || network.contains(&address))
            || is_public(inner)
    }
}

/// The address that a packet ends up at: an IPv4 address inside an IPv6 one is that IPv4 address.
fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    let groups = six.segments();
    let inside = |high: u16, low: u16| {
        IpAddr::V4(Ipv4Addr::from_bits(
            (u32::from(high) << 16) | u32::from(low),
        ))
    };
    match groups {
        // Mapped, compatible (retired; `::` and `::1` among them are not public either way) and 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [SIX_TO_FOUR, high, low, ..] => inside(high, low),
        [.., high, low] if groups[..6] == TRANSLATED => inside(high, low),
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => !CLOSED_4
            .iter()
            .any(|&(network, length)| Ipv4Net::new_assert(network, length).contains(&four)),
        IpAddr::V6(six) => {
            let holds = |(network, length)| Ipv6Net::new_assert(network, length).contains(&six);
            holds(OPEN_6) && !CLOSED_6.iter().copied().any(holds)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_reached() {
        let reach = Reach::public();
        for (address, is_permitted) in [
            ("8.8.8.8", true),
            ("190.34.0.1", true),
            ("2606:4700:4700::1111", true),
            ("2002:0808:0808::1", true),
            ("64:ff9b::808:808", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.0.0.1", false),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("169.254.169.254", false),
            ("172.15.255.255", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.0.0.8", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("198.19.255.255", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("239.255.255.250", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::7f00:1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:10.1.1.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::a9fe:a9fe", false),
            ("64:ff9b:1::808:808", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2002:7f00:1::1", false),
            ("2002:c0a8:101::", false),
            ("3fff::1", false),
            ("5f00::1", false),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(
                reach.permits(address.parse().unwrap()),
                is_permitted,
                "{address}"
            );
        }
    }

    #[test]
    fn the_operator_may_name_networks() {
        let reach = Reach::with_allowed(&["10.1.0.0/16", "::1"]).unwrap();
        for (address, is_permitted) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("::1", true),
            ("127.0.0.1", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(
                reach.permits(address.parse().unwrap()),
                is_permitted,
                "{address}"
            );
        }
        assert!(Reach::anywhere().permits("127.0.0.1".parse().unwrap()));
        assert!(Reach::anywhere().permits("fe80::1".parse().unwrap()));
        let refused = Reach::with_allowed(&["10.0.0.0/40"]).unwrap_err();
        assert!(refused.to_string().contains("10.0.0.0/40"), "{refused}");
    }
}
