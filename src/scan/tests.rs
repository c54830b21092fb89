//! How units are judged.

use super::*;

#[test]
fn the_owner_is_the_account_of_the_first_arn_that_is_a_member() {
    let owner = |text: &str| owner_of(text.as_bytes());
    let account = |id: &str| Owner::Account(id.into());
    let role = r#"{"Role": {"Doc": "{\"Arn\": \"arn:aws:iam::999999999999:role/x\"}", "Arn": "arn:aws:iam::111122223333:role/y"}}"#;
    assert_eq!(owner(role), account("111122223333"));
    assert_eq!(owner(r#"{"Arn": "arn:aws:iam::aws:policy/X"}"#), Owner::Unnamed);
    assert_eq!(
        owner(r#"{"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3::111122223333:x"}}}"#),
        Owner::Unnamed
    );
    assert_eq!(
        owner(r#"{"Arn":"arn:aws:organizations::1:policy/o/p"}"#),
        Owner::Organization
    );
    assert_eq!(
        owner(r#"{"awsAccountId": "111122223333"}"#),
        account("111122223333")
    );
}

#[test]
fn a_shard_is_one_of_several() {
    for bad in ["", "1", "0/2", "3/2", "1/0", "-1/2", "a/b"] {
        assert!(bad.parse::<Shard>().is_err(), "{bad}");
    }
    let shards: Vec<Shard> = ["1/3", "2/3", "3/3"]
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    for number in 0..50_u64 {
        let id = format!("{number:012}");
        assert_eq!(
            shards
                .iter()
                .filter(|shard| shard.takes(Some(&id), number))
                .count(),
            1
        );
    }
}
