//! Typed condition values: exact decimals (COND-18), instants (COND-19 to COND-22), addresses (COND-23), bytes (COND-25).

use std::cmp::Ordering;
use std::net::IpAddr;

/// Compares two decimals exactly; `None` if either is not a number.
pub(crate) fn compare_numbers(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (decimal(a)?, decimal(b)?);
    let size = |x: &(bool, String, String), y: &(bool, String, String)| {
        x.1.len()
            .cmp(&y.1.len())
            .then_with(|| x.1.cmp(&y.1))
            .then_with(|| x.2.cmp(&y.2))
    };
    Some(match (a.0, b.0) {
        (false, false) => size(&a, &b),
        (true, true) => size(&b, &a),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

/// Sign, whole digits without leading zeros, fraction without trailing zeros.
fn decimal(text: &str) -> Option<(bool, String, String)> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let good = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !good(whole) || !good(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0').to_owned();
    let fraction = fraction.trim_end_matches('0').to_owned();
    let zero = whole.is_empty() && fraction.is_empty();
    Some((text.starts_with('-') && !zero, whole, fraction))
}

/// Nanoseconds since 1970; `None` when the text is no date, or names a day its month does not have (COND-22).
pub(crate) fn instant(text: &str) -> Option<i128> {
    if !text.contains(['t', 'T', '-']) {
        return text.parse::<i64>().ok().map(|s| i128::from(s) * 1_000_000_000);
    }
    let (date, time) = match text.split_once(['t', 'T']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut fields = date.split('-');
    let year: i64 = i64::from(fields.next()?.parse::<i32>().ok()?);
    let month: u32 = fields.next()?.parse().ok().filter(|m| (1..=12).contains(m))?;
    let day: u32 = fields.next().map_or(Some(1), |d| d.parse().ok())?;
    if day == 0 || day > month_length(year, month) || fields.next().is_some() {
        return None;
    }
    let seconds = i128::from(days(year, month, day)) * 86_400 * 1_000_000_000;
    Some(seconds + time.map_or(Some(0), clock)?)
}

/// `hh[:mm[:ss[.fraction]]]` with an optional zone, in nanoseconds from midnight UTC.
fn clock(text: &str) -> Option<i128> {
    let (time, offset) = if let Some(time) = text.strip_suffix(['z', 'Z']) {
        (time, 0)
    } else if let Some(at) = text.rfind(['+', '-']) {
        let (time, zone) = text.split_at(at);
        let (h, m) = zone[1..].split_once(':').unwrap_or((&zone[1..], "0"));
        let minutes = h.parse::<i128>().ok()? * 60 + m.parse::<i128>().ok()?;
        (time, if zone.starts_with('-') { -minutes } else { minutes })
    } else {
        (text, 0)
    };
    let mut parts = time.split(':');
    let hour: i128 = parts.next()?.parse().ok()?;
    let minute: i128 = parts.next().map_or(Some(0), |m| m.parse().ok())?;
    let (second, fraction) = parts
        .next()
        .map_or(("0", ""), |s| s.split_once('.').unwrap_or((s, "")));
    let nanos: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some((((hour * 60 + minute - offset) * 60) + second.parse::<i128>().ok()?) * 1_000_000_000 + nanos)
}

fn leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn month_length(year: i64, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01: whole years of 365 days, the leap days before the year, whole months, days.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let months: i64 = (1..month).map(|m| i64::from(month_length(year, m))).sum();
    (year - 1970) * 365 + (leap_days - 477) + months + i64::from(day) - 1
}

/// Whether an address lies in a range or equals an address; `None` if either text is neither.
pub(crate) fn address_in(range: &str, address: &str) -> Option<bool> {
    let (base, length) = range.split_once('/').map_or((range, None), |(b, l)| (b, Some(l)));
    let base: IpAddr = base.parse().ok()?;
    let address: IpAddr = address.parse().ok()?;
    let (base, address, width) = match (base, address) {
        (IpAddr::V4(b), IpAddr::V4(a)) => (u128::from(u32::from(b)), u128::from(u32::from(a)), 32),
        (IpAddr::V6(b), IpAddr::V6(a)) => (u128::from(b), u128::from(a), 128),
        _ => return Some(false),
    };
    let length: u32 = length.map_or(Some(width), |l| l.parse().ok())?;
    let low = width.checked_sub(length)?;
    Some(base.checked_shr(low).unwrap_or(0) == address.checked_shr(low).unwrap_or(0))
}

/// Decodes padded base64.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let body = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - body.len() > 2 {
        return None;
    }
    let mut bits = String::new();
    for c in body.chars() {
        bits.push_str(&format!("{:06b}", ALPHABET.find(c)?));
    }
    bits.truncate(bits.len() / 8 * 8);
    bits.as_bytes()
        .chunks(8)
        .map(|b| u8::from_str_radix(std::str::from_utf8(b).ok()?, 2).ok())
        .collect()
}
