//! Accepted and rejected forms, and that order and spelling of instants agree.

use proptest::prelude::*;

use super::*;

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap_or_else(|fault| panic!("`{text}`: {fault}"))
}

#[test]
fn numbers_are_seconds_and_dates_are_brought_to_them() {
    for (text, seconds) in [
        ("0", 0),
        ("2024", 2024),
        ("1704067200", 1_704_067_200),
        ("2024-01-01T00:00:00Z", 1_704_067_200),
        ("2024-01-01", 1_704_067_200),
        ("2024-01", 1_704_067_200),
        ("+2024-01", 1_704_067_200),
        ("2024-01-01T", 1_704_067_200),
        ("2024-01-01T00", 1_704_067_200),
        ("2024-01-01t00:00z", 1_704_067_200),
        ("2024-01-01T01:00:00+01:00", 1_704_067_200),
        ("2024-01-01T01+01", 1_704_067_200),
        ("2023-12-31T20:30-03:30", 1_704_067_200),
        ("2024-02-29T23:59:59Z", 1_709_251_199),
        ("2000-02-29", 951_782_400),
        ("1969-12-31T23:59:59Z", -1),
        ("0001-01-01", -62_135_596_800),
        ("01T", -62_135_596_800),
        ("-0001-01-01", -62_198_755_200),
        ("9223372036854775807", i64::MAX),
        ("00000000000000000000001", 1),
    ] {
        assert_eq!(instant(text), Instant::from_epoch(seconds), "{text}");
        assert_eq!(instant(text).epoch_seconds(), seconds);
    }
}

#[test]
fn forms_iam_stores_are_accepted() {
    for text in [
        "2016-12-13T21:20:37.593194+00:00",
        "2016-12-13t2:00:00.593194+23",
        "-292275054",
        "292278993-12",
        "2016-12-13T21:20:37.123456789Z",
        "2016-12-13T21:20:37.1+23:59",
    ] {
        assert!(Instant::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn other_forms_are_rejected() {
    for text in [
        "",
        "234-13",
        "2024-00",
        "2024-01-00",
        "2024-01-32",
        "2024-01-01-01",
        "2024-001",
        "2024-01-01T24:00",
        "2024-01-01T00:60",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00+1",
        "2024-01-01T00:00:00+1:00",
        "2024-01-01T00:00:00+0100",
        "2024-01-01T00:00:00+24",
        "2024-01-01T00:00:00+01:60",
        "2024-01-01T00:00:00+01:0",
        "2024-01-01T00:00:00ZZ",
        "2024-01-01T00:00:00Z+01",
        "2024-01-01T00:00:00.",
        "2016-12-13t2:00:00.1999999999+10:59",
        "2024-01-01T00:00.5",
        "2024-01-01T00:00:00:00",
        "2024-01-01TZ",
        "2024-01-01Z",
        "2024-01-01 00:00:00",
        "2024-01-01T000",
        "9223372036854775808",
        "-292275055",
        "292278994-01",
        "1704067200.5",
        "+5",
        "1e9",
        " 1",
        "--1",
        "-",
        "T",
        "T12:00",
        "yesterday",
        "2024-١١",
        "*",
    ] {
        assert_eq!(Instant::parse(text), Err(InstantFault::Malformed), "{text}");
    }
}

#[test]
fn a_day_its_month_lacks_is_told_apart_from_nonsense() {
    for text in [
        "2023-02-29",
        "2024-02-30",
        "2024-02-31T00:00Z",
        "1900-02-29",
        "2024-04-31",
        "-0001-02-29",
    ] {
        assert_eq!(Instant::parse(text), Err(InstantFault::ImpossibleDay), "{text}");
    }
    assert_eq!(Instant::parse("2023-02-29T99"), Err(InstantFault::Malformed));
    assert!(Instant::parse("0000-02-29").is_ok(), "year 0 is a leap year");
}

#[test]
fn fractions_order_within_a_second() {
    let sorted = [
        "1969-12-31T23:59:59.9Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000000001Z",
        "1970-01-01T00:00:00.09Z",
        "1970-01-01T00:00:00.1Z",
        "1",
    ]
    .map(instant);
    assert!(sorted.is_sorted_by(|left, right| left < right));
    assert_eq!(
        instant("1970-01-01T00:00:00.10Z"),
        instant("1970-01-01T00:00:00.1Z")
    );
}

#[test]
fn instants_are_shown_in_utc() {
    assert_eq!(
        instant("2024-01-01T01:00:00.50+01:00").to_string(),
        "2024-01-01T00:00:00.5Z"
    );
    assert_eq!(Instant::from_epoch(-1).to_string(), "1969-12-31T23:59:59Z");
    assert_eq!(Instant::from_epoch(i64::MAX).to_string(), "9223372036854775807");
}

proptest! {
    #[test]
    fn shown_text_reads_back(seconds in -9_000_000_000_000_000i64..9_000_000_000_000_000, nanos in 0u32..1_000_000_000) {
        let value = Instant { seconds, nanos };
        prop_assert_eq!(instant(&value.to_string()), value);
    }

    #[test]
    fn neighbouring_days_are_one_apart(days in -200_000_000i64..200_000_000) {
        let (today, tomorrow) = (date_from_days(days), date_from_days(days + 1));
        prop_assert_eq!(days_from_date(&today), days);
        let follows = (today.year, today.month, today.day) < (tomorrow.year, tomorrow.month, tomorrow.day);
        prop_assert!(follows && today.day <= days_in_month(today.year, today.month));
    }

    #[test]
    fn order_in_one_zone_is_order_of_text(
        left in "20[0-9]{2}-0[1-9]-[01][1-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9]",
        right in "20[0-9]{2}-0[1-9]-[01][1-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9]",
    ) {
        prop_assert_eq!(instant(&left).cmp(&instant(&right)), left.cmp(&right));
    }

    #[test]
    fn an_offset_shifts_the_clock(hours in 0i64..24, minutes in 0i64..60, base in "20[0-9]{2}-1[0-2]-1[0-9]T1[0-9]:30") {
        let offset = hours * 3600 + minutes * 60;
        let utc = instant(&base).epoch_seconds();
        prop_assert_eq!(instant(&format!("{base}+{hours:02}:{minutes:02}")).epoch_seconds(), utc - offset);
        prop_assert_eq!(instant(&format!("{base}-{hours:02}:{minutes:02}")).epoch_seconds(), utc + offset);
    }

    #[test]
    fn no_text_makes_the_reader_fail(text in "[-+0-9tTzZ:.]{0,24}") {
        let _ = Instant::parse(&text);
    }
}
