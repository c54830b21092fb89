//! Words that stand for what has to be filled in. Whole words only: `your-bucket` is one, `your-bucket-prod` is not.
//!
//! In: one segment of an ARN, or a whole value. Letter case, and blank, hyphen and underscore, make no difference, and
//! brackets around the word and a star after it are not looked at.

/// Nobody calls anything so.
const STRONG: [&str; 16] = [
    "account-id",
    "accountid",
    "aws-account-id",
    "awsaccountid",
    "aws-account",
    "account-number",
    "aws-account-number",
    "aws-region",
    "region-name",
    "region-code",
    "cluster-uuid",
    "cluster-arn",
    "topic-arn",
    "connector-arn",
    "doc-example-bucket",
    "example-bucket-name",
];

/// What follows `your`.
const YOURS: [&str; 34] = [
    "account",
    "account-id",
    "account-number",
    "aws-account",
    "aws-account-id",
    "region",
    "aws-region",
    "bucket",
    "bucket-name",
    "s3-bucket",
    "s3-bucket-name",
    "cluster",
    "cluster-name",
    "cluster-uuid",
    "msk-cluster",
    "topic",
    "topic-name",
    "group",
    "group-name",
    "connector",
    "connector-name",
    "role",
    "role-name",
    "user",
    "user-name",
    "key-id",
    "kms-key",
    "kms-key-id",
    "secret",
    "secret-name",
    "table",
    "table-name",
    "external-id",
    "organization-id",
];

/// Names of names, which could also be names: only where the name itself stands.
const NAMES: [&str; 15] = [
    "bucket-name",
    "cluster-name",
    "topic-name",
    "group-name",
    "connector-name",
    "table-name",
    "queue-name",
    "stream-name",
    "function-name",
    "role-name",
    "user-name",
    "secret-name",
    "log-group-name",
    "key-id",
    "delivery-stream-name",
];

/// Whether the word is a placeholder wherever it stands alone.
pub(super) fn is_placeholder(word: &str) -> bool {
    let word = folded(word);
    STRONG.contains(&word.as_str())
        || word
            .strip_prefix("your-")
            .is_some_and(|what| YOURS.contains(&what) || what.ends_with("-arn"))
}

/// Whether the word is one for a name, where the name of a resource stands.
pub(super) fn is_name(word: &str) -> bool {
    NAMES.contains(&folded(word).as_str())
}

/// Whether the text, where an ARN is wanted and which is none, speaks of an ARN: `MSK-Connector-ARN`, `ARN of the topic`.
pub(super) fn speaks_of_arn(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| word.eq_ignore_ascii_case("arn"))
}

fn folded(word: &str) -> String {
    let brackets = ['[', ']', '{', '}', '<', '>', '$', '%', '(', ')'];
    let word = word.trim_end_matches('*').trim_matches(brackets).trim();
    let fold = |c: char| match c {
        '_' | ' ' => '-',
        other => other.to_ascii_lowercase(),
    };
    word.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_to_fill_in_are_known_in_every_spelling() {
        for word in [
            "Account-ID",
            "ACCOUNT_ID",
            "account id",
            "[account-id]",
            "$ACCOUNT_ID",
            "%AWS_REGION%",
            "your-bucket",
            "YOUR_BUCKET",
            "your-bucket*",
            "your-role-arn",
            "cluster-arn",
            "DOC-EXAMPLE-BUCKET",
        ] {
            assert!(is_placeholder(word), "{word}");
        }
        assert!(is_name("cluster-name") && is_name("BUCKET_NAME"));
    }

    #[test]
    fn names_that_hold_such_words_are_names() {
        for word in [
            "",
            "*",
            "your-bucket-prod",
            "my-bucket",
            "bucket",
            "accounts",
            "account",
            "region",
            "topic",
            "yourbucket",
            "your-",
            "your-data",
            "team-account-id-store",
            "111122223333",
            "123456789012",
        ] {
            assert!(!is_placeholder(word) && !is_name(word), "{word}");
        }
    }

    #[test]
    fn a_text_speaks_of_an_arn_by_the_whole_word() {
        assert!(speaks_of_arn("MSK-Connector-ARN"));
        assert!(speaks_of_arn("ARN of the topic that you want to read"));
        assert!(!speaks_of_arn("learn") && !speaks_of_arn("warnings"));
    }
}
