//! Whose a text is: the account of the first ARN that it gives to a thing.
//!
//! In: the bytes of a text. Out: an [`Owner`]. This is a search, not a reading, so that texts can be sorted by account
//! before they are parsed: it looks for members whose key ends in `Arn`, in any case, and whose value is a name of AWS or
//! Alibaba Cloud with an account. Names inside policy documents do not count, since the keys there (`AWS`, `Resource`,
//! `aws:SourceArn`) are others, and neither do those of AWS's own policies, which have no account. Where there is no such
//! member, a member `accountId` or `awsAccountId` tells.

use memchr::memmem;

/// Whose a text is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// An account, by its id.
    Account(Box<str>),
    /// The organization: its policies bear on all accounts.
    Organization,
    /// The text does not say.
    Unnamed,
}

/// The owner of a text; of a text that tells of several accounts, the first. Linear in the bytes before the answer.
#[must_use]
pub fn owner_of(text: &[u8]) -> Owner {
    for ending in ["rn\"", "RN\""] {
        for at in memmem::find_iter(text, ending) {
            if let Some(owner) = member_before(text, at + ending.len(), is_arn_key).and_then(owner_of_name) {
                return owner;
            }
        }
    }
    let ending = "ccountId\"";
    let mut ids = memmem::find_iter(text, ending)
        .filter_map(|at| member_before(text, at + ending.len(), is_account_key))
        .filter(|id| is_account(id));
    ids.next().map_or(Owner::Unnamed, |id| Owner::Account(id.into()))
}

fn is_arn_key(key: &[u8]) -> bool {
    let ending = key.len().checked_sub(3).and_then(|from| key.get(from..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(b"arn"))
        && key.iter().all(u8::is_ascii_alphanumeric)
}

fn is_account_key(key: &[u8]) -> bool {
    key.eq_ignore_ascii_case(b"accountId") || key.eq_ignore_ascii_case(b"awsAccountId")
}

/// The longest key and the longest name that are looked at.
const LONGEST: usize = 2048;

/// The text that is the value of the member whose key, with its closing quote, ends at `end`.
fn member_before(text: &[u8], end: usize, is_wanted: fn(&[u8]) -> bool) -> Option<&str> {
    let before = text.get(end.saturating_sub(LONGEST)..end.checked_sub(1)?)?;
    let open = memchr::memrchr(b'"', before)?;
    // Inside a string that holds a document, quotes are escaped.
    let is_escaped = open.checked_sub(1).and_then(|at| before.get(at)) == Some(&b'\\');
    if is_escaped || !is_wanted(before.get(open + 1..)?) {
        return None;
    }
    let rest = text.get(end..)?.trim_ascii_start().strip_prefix(b":")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
    let rest = rest.get(..LONGEST).unwrap_or(rest);
    let value = rest.get(..memchr::memchr(b'"', rest)?)?;
    std::str::from_utf8(value).ok()
}

/// The owner that a name tells: `arn:PARTITION:SERVICE:REGION:ACCOUNT:…`, or `acs:SERVICE:REGION:ACCOUNT:…`.
fn owner_of_name(name: &str) -> Option<Owner> {
    let mut fields = name.split(':');
    let account = match fields.next()? {
        "arn" => {
            let service = fields.nth(1)?;
            if service == "organizations" {
                return Some(Owner::Organization);
            }
            fields.nth(1)?
        }
        "acs" => fields.nth(2)?,
        _ => return None,
    };
    is_account(account).then(|| Owner::Account(account.into()))
}

fn is_account(id: &str) -> bool {
    (6..=20).contains(&id.len()) && id.bytes().all(|digit| digit.is_ascii_digit())
}
