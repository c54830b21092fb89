//! Marks that templates leave behind, whatever stands between them: `<…>`, `{{…}}`, and `${…}` that is no policy
//! variable.
//!
//! The name of a policy variable is that of a condition key, which has one colon. CloudFormation's `${AWS::Region}` has
//! two together, and its `${Account}`, like Terraform's `${var.bucket}`, has none.

/// The longest text between marks that is taken for a placeholder, in bytes.
const LONGEST: usize = 80;

/// The first mark in the text, with what it encloses.
pub(super) fn mark(text: &str) -> Option<&str> {
    angle(text).or_else(|| braces(text)).or_else(|| variable(text))
}

fn angle(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let from = rest.get(open..)?;
        let inner = from.get(1..)?;
        match inner.find(['<', '>']) {
            Some(close) if inner.get(close..)?.starts_with('>') && (1..=LONGEST).contains(&close) => {
                return from.get(..close + 2);
            }
            _ => rest = inner,
        }
    }
    None
}

fn braces(text: &str) -> Option<&str> {
    let from = text.get(text.find("{{")?..)?;
    let close = from.find("}}")?;
    (3..=LONGEST).contains(&close).then(|| from.get(..close + 2))?
}

fn variable(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(open) = rest.find("${") {
        let from = rest.get(open..)?;
        let close = from.find('}')?;
        let inner = from.get(2..close)?;
        let name = inner.split(',').next().unwrap_or_default().trim();
        let is_escape = matches!(name, "*" | "?" | "$");
        let is_key = name.contains(':') && !name.contains("::");
        if !name.is_empty() && !is_escape && !is_key {
            return from.get(..close + 1);
        }
        rest = from.get(close + 1..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mark;

    #[test]
    fn marks_of_templates_are_found() {
        for (text, found) in [
            ("arn:aws:s3:::<bucket>/*", "<bucket>"),
            ("<Account ID>", "<Account ID>"),
            ("a<<b>", "<b>"),
            ("${AWS::AccountId}", "${AWS::AccountId}"),
            ("arn:${Partition}:s3:::x", "${Partition}"),
            ("${aws:username}/${var.bucket}", "${var.bucket}"),
            ("{{resolve:ssm:/x}}", "{{resolve:ssm:/x}}"),
        ] {
            assert_eq!(mark(text), Some(found), "{text}");
        }
    }

    #[test]
    fn policy_variables_and_comparisons_are_no_marks() {
        for text in [
            "",
            "a < b",
            "a > b <",
            "<>",
            "{}",
            "{{}}",
            "${",
            "${}",
            "${aws:username}",
            "${aws:PrincipalTag/team, 'none'}",
            "${*}${?}${$}",
            "${accounts.google.com:sub}",
            "$LATEST",
        ] {
            assert_eq!(mark(text), None, "{text}");
        }
    }
}
