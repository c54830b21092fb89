//! IP addresses and CIDR ranges.
//!
//! Two networks are nested or disjoint, never anything else; sorting them puts each one before those it contains.
//! IPv4 and IPv6 are separate worlds: no value of one lies in a range of the other, and an IPv4-mapped IPv6 address
//! is an IPv6 address.
//!
//! Source: COND-23.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6, IPv4-mapped addresses included.
    V6,
}

impl Family {
    /// The number of bits of an address.
    pub fn width(self) -> u8 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }
}

/// A range of addresses with a common prefix; a single address is a network of full length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    family: Family,
    /// The first address, its first bit the highest one for both families; host bits are zero.
    base: u128,
    prefix: u8,
}

impl Network {
    /// Reads an address, or an address and a prefix length. Host bits are dropped: `203.0.113.7/24` is
    /// `203.0.113.0/24`. `None` for all else: IPv4 octets with leading zeros, zone indices, spaces, masks.
    ///
    /// Source: COND-23.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((address, length)) = text.split_once('/') else {
            return text.parse().ok().map(Self::host);
        };
        if !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Self::host(address.parse().ok()?).widened(length.parse().ok()?)
    }

    /// The network of this address alone.
    pub fn host(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self {
                family: Family::V4,
                base: u128::from(v4.to_bits()) << 96,
                prefix: 32,
            },
            IpAddr::V6(v6) => Self {
                family: Family::V6,
                base: v6.to_bits(),
                prefix: 128,
            },
        }
    }

    /// Every address of the family, `0.0.0.0/0` or `::/0`.
    pub fn everything(family: Family) -> Self {
        Self {
            family,
            base: 0,
            prefix: 0,
        }
    }

    /// The network of this prefix length around this one; `None` if the length is greater than this one's.
    pub fn widened(self, prefix: u8) -> Option<Self> {
        (prefix <= self.prefix).then(|| Self {
            base: self.base & mask(prefix),
            prefix,
            ..self
        })
    }

    /// The version of IP.
    pub fn family(self) -> Family {
        self.family
    }

    /// The number of fixed bits.
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// The first address.
    pub fn first(self) -> IpAddr {
        address(self.family, self.base)
    }

    /// The last address.
    pub fn last(self) -> IpAddr {
        address(self.family, self.base | !mask(self.prefix))
    }

    /// Whether this is a single address.
    pub fn is_host(self) -> bool {
        self.prefix == self.family.width()
    }

    /// Whether the address lies in this network; never for an address of the other family.
    pub fn contains(self, address: IpAddr) -> bool {
        self.contains_network(Self::host(address))
    }

    /// Whether every address of `other` lies in this network. A partial order: each network contains itself.
    pub fn contains_network(self, other: Self) -> bool {
        self.family == other.family && other.widened(self.prefix) == Some(self)
    }

    /// Whether some address lies in both, that is, whether one contains the other.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains_network(other) || other.contains_network(self)
    }

    /// The two networks that make up this one, lower first; `None` for a single address.
    pub fn halves(self) -> Option<[Self; 2]> {
        if self.is_host() {
            return None;
        }
        let lower = Self {
            prefix: self.prefix + 1,
            ..self
        };
        Some([
            lower,
            Self {
                base: self.base | (mask(self.prefix) ^ mask(lower.prefix)),
                ..lower
            },
        ])
    }
}

fn mask(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

fn address(family: Family, bits: u128) -> IpAddr {
    match family {
        // The upper 32 of 128 bits always fit; the cast drops nothing.
        Family::V4 => IpAddr::V4(Ipv4Addr::from_bits((bits >> 96) as u32)),
        Family::V6 => IpAddr::V6(Ipv6Addr::from_bits(bits)),
    }
}

impl fmt::Display for Network {
    /// In CIDR form; a single address without its length.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.first())?;
        if self.is_host() {
            Ok(())
        } else {
            write!(formatter, "/{}", self.prefix)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).unwrap_or_else(|| panic!("`{text}` is a network"))
    }

    fn contains(range: &str, address: &str) -> bool {
        network(range).contains(address.parse().unwrap())
    }

    #[test]
    fn a_range_holds_the_addresses_of_its_prefix() {
        assert!(contains("203.0.113.0/24", "203.0.113.255"));
        assert!(!contains("203.0.113.0/24", "203.0.114.0"));
        assert!(contains("203.0.113.7", "203.0.113.7"));
        assert!(!contains("203.0.113.7", "203.0.113.6"));
        assert!(contains("2001:db8::/32", "2001:0DB8:0::1"));
        assert!(!contains("2001:db8::/33", "2001:db8:8000::"));
    }

    #[test]
    fn host_bits_and_spelling_do_not_matter() {
        assert_eq!(network("203.0.113.7/24"), network("203.0.113.0/24"));
        assert_eq!(network("2001:db8::1"), network("2001:0db8:0:0::0001/128"));
        assert_eq!(network("10.1.2.3/32"), network("10.1.2.3"));
        assert_eq!(network("2001:db8::ffff/32").to_string(), "2001:db8::/32");
    }

    #[test]
    fn length_zero_holds_every_address_of_its_family_only() {
        for address in ["0.0.0.0", "255.255.255.255", "203.0.113.1"] {
            assert!(contains("0.0.0.0/0", address));
            assert!(!contains("::/0", address));
        }
        for address in ["::", "ffff::1", "::ffff:10.0.0.1", "::10.0.0.1"] {
            assert!(contains("::/0", address));
            assert!(!contains("0.0.0.0/0", address));
        }
        assert!(
            !contains("10.0.0.0/8", "::ffff:10.0.0.1"),
            "a mapped address stays IPv6"
        );
        assert_eq!(network("10.0.0.1/0"), Network::everything(Family::V4));
    }

    #[test]
    fn other_texts_are_no_networks() {
        for text in [
            "",
            "*",
            "10",
            "10.0.0",
            "10.0.0.0.0",
            "10.0.0.256",
            "010.0.0.1",
            "10.0.0.0/33",
            "10.0.0.0/",
            "/8",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
            "10.0.0.0/255.0.0.0",
            " 10.0.0.1",
            "10.0.0.1 ",
            "::/129",
            ":::",
            "1::2::3",
            "fe80::1%eth0",
            "[::1]",
            "10.0.0.0/256",
            "10.0.0.0/264",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn networks_are_nested_or_disjoint() {
        let (wide, inner, other) = (
            network("10.0.0.0/8"),
            network("10.1.0.0/16"),
            network("11.0.0.0/8"),
        );
        assert!(wide.contains_network(inner) && !inner.contains_network(wide));
        assert!(wide.overlaps(inner) && inner.overlaps(wide));
        assert!(!wide.overlaps(other));
        assert!(!network("0.0.0.0/0").overlaps(network("::/0")));
        assert_eq!(
            wide.halves(),
            Some([network("10.0.0.0/9"), network("10.128.0.0/9")])
        );
        assert_eq!(network("10.0.0.1").halves(), None);
        assert_eq!(inner.last().to_string(), "10.1.255.255");
        assert_eq!(
            network("::/0").halves(),
            Some([network("::/1"), network("8000::/1")])
        );
    }

    fn any_network() -> impl Strategy<Value = Network> {
        // Few distinct bits, so that nesting is common.
        let v4 = (
            prop::sample::select(vec![0u32, 1 << 31, 3 << 30, u32::MAX]),
            0u8..=32,
        );
        let v6 = (
            prop::sample::select(vec![0u128, 1 << 127, 3 << 126, u128::MAX]),
            0u8..=128,
        );
        prop_oneof![
            v4.prop_map(|(bits, prefix)| network(&format!("{}/{prefix}", Ipv4Addr::from_bits(bits)))),
            v6.prop_map(|(bits, prefix)| network(&format!("{}/{prefix}", Ipv6Addr::from_bits(bits)))),
        ]
    }

    proptest! {
        #[test]
        fn shown_text_reads_back(net in any_network()) {
            prop_assert_eq!(network(&net.to_string()), net);
        }

        #[test]
        fn containment_is_that_of_the_ends(a in any_network(), b in any_network()) {
            let ends = a.contains(b.first()) && a.contains(b.last());
            prop_assert_eq!(a.contains_network(b), ends);
            prop_assert_eq!(a.overlaps(b), a.contains(b.first()) || b.contains(a.first()));
            if a.contains_network(b) {
                prop_assert!(a <= b, "sorted, the wider comes first");
                prop_assert_eq!(b.contains_network(a), a == b);
            }
        }

        #[test]
        fn containment_is_numeric_range_membership(bits in any::<u32>(), prefix in 0u8..=32, probe in any::<u32>()) {
            let net = network(&format!("{}/{prefix}", Ipv4Addr::from_bits(bits)));
            let size = 1u64 << (32 - prefix);
            let first = u64::from(bits) / size * size;
            let inside = (first..first + size).contains(&u64::from(probe));
            prop_assert_eq!(net.contains(IpAddr::V4(Ipv4Addr::from_bits(probe))), inside);
        }

        #[test]
        fn halves_part_the_network(net in any_network(), probe in any::<u128>()) {
            if let Some([lower, upper]) = net.halves() {
                prop_assert!(!lower.overlaps(upper));
                let address = address(net.family(), probe);
                prop_assert_eq!(net.contains(address), lower.contains(address) || upper.contains(address));
                prop_assert_eq!((lower.first(), upper.last()), (net.first(), net.last()));
            }
        }
    }
}
