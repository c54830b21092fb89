//! The fields of an ARN as it is written in a policy, which may be short, hold wildcards or hold variables.
//!
//! In: a text. Out: what stands between its colons, those inside `${…}` left out of the count.
//!
//! Source: VAR-09.

/// The fields of `text`. Colons in `${…}` do not separate where `variables` is set. There is always one field.
///
/// Source: VAR-09.
pub fn fields(text: &str, variables: bool) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let closed = rest
            .strip_prefix("${")
            .filter(|_| variables)
            .and_then(|name| name.find('}'));
        if let Some(end) = closed {
            at += "${".len() + end + "}".len();
            continue;
        }
        if rest.starts_with(':') {
            fields.push(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    fields.push(text.get(start..).unwrap_or_default());
    fields
}

/// The account field of an ARN, if the text has one.
pub(super) fn account<'a>(fields: &[&'a str]) -> Option<&'a str> {
    fields.get(4).copied().filter(|_| fields.first() == Some(&"arn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_in_variables_do_not_separate() {
        assert_eq!(fields("arn:${aws:a}:b", true), ["arn", "${aws:a}", "b"]);
        assert_eq!(fields("arn:${aws:a}:b", false), ["arn", "${aws", "a}", "b"]);
        assert_eq!(fields("a:${b:c", true), ["a", "${b", "c"]);
        assert_eq!(fields("", true), [""]);
        assert_eq!(fields("::é:", true), ["", "", "é", ""]);
    }
}
