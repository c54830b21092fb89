//! Points in time.
//!
//! A text with `t`, `T` or `-` is a date, all else is seconds since 1970 in UTC; both give the same kind of value,
//! so that either side of a comparison may be of either form. IAM reads dates leniently (a live check took `01T`,
//! the year 1, and one-digit hours), so the fields of a date and of a time may be one digit long, but those of an
//! offset may not. There are no leap seconds.
//!
//! Source: COND-19 to COND-22.

use std::fmt;

const SECONDS_PER_DAY: i64 = 86_400;
/// The first and last year a date may name.
const YEARS: std::ops::RangeInclusive<i64> = -292_275_054..=292_278_993;

/// A point in time, exact to the nanosecond. Ordered from past to future.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    seconds: i64,
    nanos: u32,
}

/// Why a text names no point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstantFault {
    /// The text has none of the accepted forms, or a field is out of range.
    #[error("not a date and not a number of seconds")]
    Malformed,
    /// The text has an accepted form but its month has no such day; IAM stores it, and what it does then is
    /// unknown.
    #[error("the month has no such day")]
    ImpossibleDay,
}

/// The fields of a date as written.
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Instant {
    /// The point this many whole seconds after (before, if negative) 1970-01-01T00:00:00Z.
    pub fn from_epoch(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn epoch_seconds(self) -> i64 {
        self.seconds
    }

    /// Some instant after this one and before `later`, a whole second where there is one; `None` if there is none.
    pub fn between(self, later: Self) -> Option<Self> {
        let second = Self::from_epoch(self.seconds.checked_add(1)?);
        let nanosecond = match self.nanos.checked_add(1) {
            Some(nanos) if nanos < 1_000_000_000 => Self {
                seconds: self.seconds,
                nanos,
            },
            _ => second,
        };
        [second, nanosecond].into_iter().find(|between| *between < later)
    }

    /// Reads a date or a number of seconds.
    ///
    /// A number is digits only, below 2^63; so `2024` is a time in 1970. A date is `YYYY-MM` or `YYYY-MM-DD`, or a
    /// signed year alone, then optionally `T` and `hh[:mm[:ss[.fraction]]]` and `Z`, `+hh[:mm]` or `-hh[:mm]`; the
    /// fraction has at most nine digits, and letters may be lower case. A missing zone is UTC, missing parts are
    /// the start of their period.
    ///
    /// Source: COND-20 to COND-22.
    ///
    /// # Errors
    /// [`InstantFault::ImpossibleDay`] for a day from 29 to 31 that its month does not have, all else being well;
    /// [`InstantFault::Malformed`] otherwise.
    pub fn parse(text: &str) -> Result<Self, InstantFault> {
        if !text.contains(['t', 'T', '-']) {
            return digits(text, 1, usize::MAX)
                .map(Self::from_epoch)
                .ok_or(InstantFault::Malformed);
        }
        let (date, time) = match text.split_once(['t', 'T']) {
            Some((date, time)) => (date, time),
            None => (text, ""),
        };
        let date = parse_date(date).ok_or(InstantFault::Malformed)?;
        let (seconds, nanos) = parse_time(time).ok_or(InstantFault::Malformed)?;
        if date.day > days_in_month(date.year, date.month) {
            return Err(InstantFault::ImpossibleDay);
        }
        Ok(Self {
            seconds: days_from_date(&date) * SECONDS_PER_DAY + seconds,
            nanos,
        })
    }
}

/// Reads a number of `least` to `most` ASCII digits and nothing else.
fn digits(text: &str, least: usize, most: usize) -> Option<i64> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Reads a field of one or two digits that may not exceed `limit`.
fn field(text: &str, limit: i64) -> Option<i64> {
    digits(text, 1, 2).filter(|value| *value <= limit)
}

fn parse_date(text: &str) -> Option<Date> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut fields = unsigned.split('-');
    let year = sign * digits(fields.next()?, 1, 9)?;
    let mut next = |limit| match fields.next() {
        Some(written) => field(written, limit).filter(|value| *value >= 1),
        None => Some(1),
    };
    let (month, day) = (next(12)?, next(31)?);
    (fields.next().is_none() && YEARS.contains(&year)).then_some(Date { year, month, day })
}

/// Reads what follows the `T`: seconds to add to the start of the day, and nanoseconds.
fn parse_time(text: &str) -> Option<(i64, u32)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    let (clock, offset) = match text.find(['z', 'Z', '+', '-']) {
        Some(at) => {
            let (clock, zone) = text.split_at_checked(at)?;
            (clock, parse_zone(zone)?)
        }
        None => (text, 0),
    };
    let mut fields = clock.splitn(3, ':');
    let hours = field(fields.next()?, 23)?;
    let minutes = fields.next().map_or(Some(0), |written| field(written, 59))?;
    let (seconds, nanos) = fields.next().map_or(Some((0, 0)), parse_seconds)?;
    Some((hours * 3600 + minutes * 60 + seconds - offset, nanos))
}

fn parse_seconds(text: &str) -> Option<(i64, u32)> {
    let Some((whole, fraction)) = text.split_once('.') else {
        return Some((field(text, 59)?, 0));
    };
    let value = digits(fraction, 1, 9)?;
    let places = u32::try_from(fraction.len()).ok()?;
    let nanos = u32::try_from(value).ok()? * 10u32.pow(9 - places);
    Some((field(whole, 59)?, nanos))
}

/// Reads a zone as the seconds its clocks are ahead of UTC.
fn parse_zone(text: &str) -> Option<i64> {
    let (sign, offset) = match text.split_at_checked(1)? {
        ("z" | "Z", "") => return Some(0),
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "00"));
    let hours = digits(hours, 2, 2).filter(|value| *value <= 23)?;
    let minutes = digits(minutes, 2, 2).filter(|value| *value <= 59)?;
    Some(sign * (hours * 3600 + minutes * 60))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, extended in both directions (there is a year 0).
///
/// Counts years from March, so that the leap day comes last, in eras of 400 years.
fn days_from_date(date: &Date) -> i64 {
    let year = if date.month <= 2 { date.year - 1 } else { date.year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_date`].
fn date_from_days(days: i64) -> Date {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Date {
        year,
        month,
        day: day_of_year - (153 * from_march + 2) / 5 + 1,
    }
}

impl fmt::Display for Instant {
    /// As a date in UTC that reads back as the same instant; beyond the years a date may name, as seconds.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = date_from_days(self.seconds.div_euclid(SECONDS_PER_DAY));
        if !YEARS.contains(&date.year) {
            return write!(formatter, "{}", self.seconds);
        }
        let sign = if date.year < 0 { "-" } else { "" };
        let clock = self.seconds.rem_euclid(SECONDS_PER_DAY);
        let (hours, minutes, seconds) = (clock / 3600, clock / 60 % 60, clock % 60);
        write!(
            formatter,
            "{sign}{:04}-{:02}-{:02}",
            date.year.abs(),
            date.month,
            date.day
        )?;
        write!(formatter, "T{hours:02}:{minutes:02}:{seconds:02}")?;
        if self.nanos > 0 {
            let fraction = format!("{:09}", self.nanos);
            write!(formatter, ".{}", fraction.trim_end_matches('0'))?;
        }
        formatter.write_str("Z")
    }
}

#[cfg(test)]
mod tests;
