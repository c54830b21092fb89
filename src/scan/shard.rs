//! Who judges a unit, where several runs share an input: a shard of all accounts, told by their ids alone.

/// One of several shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u32,
    /// How many there are.
    pub count: u32,
}

/// A text that is no shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as I/N, such as 1/4: the first of four")]
pub struct BadShard;

impl std::str::FromStr for Shard {
    type Err = BadShard;

    fn from_str(text: &str) -> Result<Self, BadShard> {
        let (index, count) = text.split_once('/').ok_or(BadShard)?;
        let shard = Self {
            index: index.parse().map_err(|_| BadShard)?,
            count: count.parse().map_err(|_| BadShard)?,
        };
        let is_one = (1..=shard.count).contains(&shard.index);
        is_one.then_some(shard).ok_or(BadShard)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl Shard {
    /// Whether a unit is one of this shard: by its account, else by its number.
    #[must_use]
    pub fn takes(self, account: Option<&str>, number: u64) -> bool {
        let key = account.map_or(number, fingerprint);
        key % u64::from(self.count.max(1)) == u64::from(self.index) - 1
    }
}

/// FNV-1a of 64 bits, folded so that its low bits depend on all of it: the same on every machine and in every version.
fn fingerprint(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}
