//! Statements of the Kafka Connect query language: what they write to and read from.
//!
//! `INSERT INTO target SELECT … FROM source …; …`, keywords in any letter case, names plain or in backticks. A bucket
//! is followed by a colon and a prefix, which is left out here.

/// What each statement writes to: a bucket, or the topic of a source.
pub(super) fn targets(statements: &str) -> impl Iterator<Item = &str> {
    statements
        .split(';')
        .filter_map(|statement| after(statement, &["INSERT", "INTO"]))
}

/// What each statement reads from.
pub(super) fn sources(statements: &str) -> impl Iterator<Item = &str> {
    statements
        .split(';')
        .filter_map(|statement| after(statement, &["FROM"]))
}

/// The name behind some keywords.
fn after<'a>(statement: &'a str, keywords: &[&str]) -> Option<&'a str> {
    let mut words = statement.split_whitespace();
    for keyword in keywords {
        words.find(|word| word.eq_ignore_ascii_case(keyword))?;
    }
    let place = words.next()?.trim_matches('`');
    Some(place.split(':').next().unwrap_or(place).trim_matches('`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_name_what_they_read_and_write() {
        let statements = "INSERT INTO `lake:raw/x` SELECT * FROM orders; insert into `copy`:y select * from `in`:p STOREAS `JSON`";
        assert_eq!(targets(statements).collect::<Vec<_>>(), ["lake", "copy"]);
        assert_eq!(sources(statements).collect::<Vec<_>>(), ["orders", "in"]);
        assert_eq!(targets("").count() + sources("SELECT * FROM").count(), 0);
    }
}
