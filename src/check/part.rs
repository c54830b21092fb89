//! The parts of a setting's value that templates name: ARNs, the entries of lists, the queue of a URL.

use crate::input::Setting;
use crate::pack::Part;
use crate::source::Place;

use super::home::Home;
use super::kcql;
use super::topic;
use super::values::{Member, Members};

/// The one value of a setting.
pub(super) fn one(setting: &Setting, part: Option<Part>, home: &Home) -> Member {
    let place = Some(setting.value.place);
    let text = setting.value.value.trim();
    if topic::is_reference(setting) {
        return Member::open("*", place);
    }
    match part {
        Some(Part::Arn) if text.starts_with("arn:") => Member::arn(text, place),
        Some(Part::Queue) => queue(text, home, place),
        Some(Part::Host) => Member::literal(text.split('.').next().unwrap_or(text), place),
        Some(Part::Key) => key(text, home, place),
        Some(Part::Bucket) => Member::literal(bucket(text), place),
        _ => Member::literal(setting.value.value.clone(), place),
    }
}

/// The values that a setting lists.
pub(super) fn many(setting: &Setting, part: Part, topics: &Members) -> Members {
    let place = Some(setting.value.place);
    if part == Part::TopicFormat {
        return topic_format(setting, topics);
    }
    if topic::is_reference(setting) {
        return Members::Unknown {
            why: format!(
                "the value of `{}` comes from a configuration provider",
                setting.key.value
            ),
            place,
        };
    }
    let value = setting.value.value.as_str();
    if part == Part::Tables {
        let paths = entries(value).map(|table| table.replacen('.', "/", 1));
        return literals(paths, place);
    }
    let found: Vec<&str> = match part {
        Part::Functions => value
            .split(',')
            .filter_map(|pair| Some(pair.split_once(';')?.1.trim()))
            .collect(),
        Part::Databases => entries(value)
            .map(|table| table.split('.').next().unwrap_or(table))
            .collect(),
        Part::KcqlTarget => kcql::targets(value).collect(),
        Part::KcqlSource => kcql::sources(value).collect(),
        _ => entries(value).collect(),
    };
    literals(found.into_iter().map(str::to_owned), place)
}

/// The entries of a list with commas.
fn entries(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|one| !one.is_empty())
}

/// Each of these once: names, or ARNs.
fn literals(texts: impl Iterator<Item = String>, place: Option<Place>) -> Members {
    let mut members: Vec<Member> = Vec::new();
    for text in texts {
        if members.iter().any(|known| known.text == text) {
            continue;
        }
        members.push(if text.starts_with("arn:") {
            Member::arn(text, place)
        } else {
            Member::literal(text, place)
        });
    }
    Members::These(members)
}

/// The bucket of `s3://bucket/prefix`, `s3a://bucket`, or of a name alone.
fn bucket(text: &str) -> &str {
    let path = text.split_once("://").map_or(text, |(_, path)| path);
    path.split('/').next().unwrap_or(path)
}

/// The ARN of the queue of `https://sqs.<region>.amazonaws.com/<account>/<name>`.
fn queue(url: &str, home: &Home, place: Option<Place>) -> Member {
    if url.starts_with("arn:") {
        return Member::arn(url, place);
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let mut parts = rest.split('/');
    let host = parts.next().unwrap_or_default();
    let (account, name) = (parts.next(), parts.next());
    let region = host
        .split('.')
        .skip_while(|label| *label != "sqs")
        .nth(1)
        .or_else(|| host.strip_suffix(".queue.amazonaws.com"));
    match (account, name) {
        (Some(account), Some(name)) if !account.is_empty() && !name.is_empty() => {
            let partition = if host.ends_with(".cn") {
                "aws-cn"
            } else {
                &home.partition
            };
            let region = region.unwrap_or_else(|| home.region_or_any());
            Member::arn(format!("arn:{partition}:sqs:{region}:{account}:{name}"), place)
        }
        _ => Member::open("*", place),
    }
}

/// The ARN of the key of an id or ARN; of an alias, some key of the account.
fn key(text: &str, home: &Home, place: Option<Place>) -> Member {
    let of_home = |region: &str, account: &str, id: &str| {
        format!("arn:{}:kms:{region}:{account}:key/{id}", home.partition)
    };
    let some_key = |region: &str, account: &str| Member {
        whole: true,
        ..Member::open(&of_home(region, account, "?*"), place)
    };
    let (region, account) = (home.region_or_any(), home.account_or_any());
    if text.starts_with("arn:") {
        let mut parts = text.splitn(6, ':').skip(3);
        let (region, account) = (parts.next().unwrap_or(region), parts.next().unwrap_or(account));
        return if text.contains(":alias/") {
            some_key(region, account)
        } else {
            Member::arn(text, place)
        };
    }
    if text.starts_with("alias/") || region == "*" || account == "*" {
        return some_key(region, account);
    }
    Member::arn(of_home(region, account, text), place)
}

/// The value with `${topic}` in it, once for each topic.
fn topic_format(setting: &Setting, topics: &Members) -> Members {
    let place = Some(setting.value.place);
    let value = setting.value.value.as_str();
    match (value.split_once("${topic}"), topics) {
        (None, _) if value.contains("${") => Members::Unknown {
            why: format!(
                "the value of `{}` comes from a configuration provider",
                setting.key.value
            ),
            place,
        },
        (None, _) => Members::These(vec![Member::literal(value, place)]),
        (Some((before, after)), Members::These(topics)) => {
            let named = |topic: &Member| Member {
                text: format!("{before}{}{after}", topic.text),
                language: topic.language.as_ref().map(|names| {
                    let after = crate::language::Language::literal(after);
                    crate::language::Language::concat(&[names.with_prefix(before), after])
                }),
                place,
                ..topic.clone()
            };
            Members::These(topics.iter().map(named).collect())
        }
        (Some(_), unknown) => unknown.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home {
            partition: "aws".to_owned(),
            region: Some("eu-west-1".to_owned()),
            account: Some("111122223333".to_owned()),
        }
    }

    #[test]
    fn a_queue_is_named_by_its_url() {
        let of = |url: &str| queue(url, &home(), None).text;
        assert_eq!(
            of("https://sqs.us-east-2.amazonaws.com/444455556666/jobs"),
            "arn:aws:sqs:us-east-2:444455556666:jobs"
        );
        assert_eq!(
            of("https://us-east-2.queue.amazonaws.com/444455556666/jobs"),
            "arn:aws:sqs:us-east-2:444455556666:jobs"
        );
        assert_eq!(
            of("https://sqs.cn-north-1.amazonaws.com.cn/444455556666/jobs"),
            "arn:aws-cn:sqs:cn-north-1:444455556666:jobs"
        );
        assert_eq!(of("jobs"), "*");
    }

    #[test]
    fn a_key_by_its_id_is_one_and_by_its_alias_some() {
        let of = |text: &str| key(text, &home(), None);
        assert_eq!(of("1a2b").text, "arn:aws:kms:eu-west-1:111122223333:key/1a2b");
        assert!(of("1a2b").every && !of("alias/logs").every);
        let foreign = of("arn:aws:kms:us-east-1:444455556666:alias/logs");
        assert_eq!(foreign.text, "arn:aws:kms:us-east-1:444455556666:key/?*");
    }

    #[test]
    fn a_location_is_in_a_bucket() {
        for location in ["s3://lake/iceberg/raw", "s3a://lake", "lake", "lake/raw/"] {
            assert_eq!(bucket(location), "lake", "{location}");
        }
    }

    #[test]
    fn a_list_has_each_entry_once_and_no_empty_one() {
        assert_eq!(entries(" a.t ,, b.u").collect::<Vec<_>>(), ["a.t", "b.u"]);
        let Members::These(once) = literals(["a", "b", "a"].map(str::to_owned).into_iter(), None) else {
            panic!("a list is known");
        };
        assert_eq!(
            once.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
    }
}
