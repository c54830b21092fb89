//! What a configuration asks configuration providers for: `${alias:path:key}` in the values of settings.
//!
//! Which provider an alias is stands in the worker configuration, `config.providers.<alias>.class`. Where that is not
//! given, an alias says itself what it is, by its name, or nothing is known of it.
//!
//! Sources: the configuration providers of AWS for MSK Connect, that of J. Custenborder, and the way in which Kafka
//! cuts references.

use percent_encoding::percent_decode_str;

use crate::input::{Connector, Setting};
use crate::language::{CharSet, Language};
use crate::source::Place;

use super::home::Home;
use super::values::Member;
use super::worker::Worker;

/// What configuration providers are asked for, each once, in the order of the settings.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// Secrets of Secrets Manager.
    pub secrets: Vec<Member>,
    /// Parameters of Systems Manager.
    pub parameters: Vec<Member>,
    /// Objects in S3.
    pub objects: Vec<Member>,
    /// Aliases of which it is not known what they are.
    pub unknown: Vec<String>,
}

/// What a provider reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Secrets,
    Parameters,
    Objects,
    /// Files, directories, environment: nothing of AWS.
    Local,
}

struct Reference<'a> {
    alias: &'a str,
    path: &'a str,
    key: &'a str,
}

/// The references of a connector's settings.
pub(super) fn references(connector: &Connector, worker: &Worker, home: &Home) -> References {
    let mut found = References::default();
    for setting in connector.configuration.iter().flatten().chain(&worker.properties) {
        for reference in cut(&setting.value.value) {
            add(&mut found, &reference, setting, worker, home);
        }
    }
    found
}

fn add(found: &mut References, reference: &Reference<'_>, setting: &Setting, worker: &Worker, home: &Home) {
    let place = Some(setting.value.place);
    let (list, member) = match provider(reference.alias, worker) {
        Some(Provider::Secrets) => (&mut found.secrets, secret(reference, worker, home, place)),
        Some(Provider::Parameters) => (&mut found.parameters, parameter(reference, worker, home, place)),
        Some(Provider::Objects) => (&mut found.objects, object(reference, home, place)),
        Some(Provider::Local) => return,
        None => {
            if !found.unknown.iter().any(|known| known == reference.alias) {
                found.unknown.push(reference.alias.to_owned());
            }
            return;
        }
    };
    if !list.iter().any(|known| known.text == member.text) {
        list.push(member);
    }
}

/// The references in a value. A path ends at its first colon, save that an ARN is taken as a whole.
fn cut(value: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inside, behind)) = after.split_once('}') else {
            break;
        };
        rest = behind;
        let Some((alias, asked)) = inside.split_once(':') else {
            continue;
        };
        let (path, key) = if asked.starts_with("arn:") {
            asked.rsplit_once(':').unwrap_or((asked, ""))
        } else {
            asked.split_once(':').unwrap_or(("", asked))
        };
        if !alias.is_empty() {
            found.push(Reference { alias, path, key });
        }
    }
    found
}

fn provider(alias: &str, worker: &Worker) -> Option<Provider> {
    let class = worker.property(&format!("config.providers.{alias}.class"));
    let (name, known) = match class {
        Some(class) => (class.value.value.to_ascii_lowercase(), true),
        None => (alias.to_ascii_lowercase(), false),
    };
    let has = |part: &str| name.contains(part);
    if known && name.starts_with("org.apache.kafka.") {
        return Some(Provider::Local);
    }
    match () {
        () if has("secret") => Some(Provider::Secrets),
        () if has("ssm") || has("param") => Some(Provider::Parameters),
        () if has("s3") => Some(Provider::Objects),
        () if !known && matches!(name.as_str(), "file" | "dir" | "directory" | "env") => {
            Some(Provider::Local)
        }
        () => None,
    }
}

/// The region that the provider is set to, else the connector's.
fn region<'a>(alias: &str, worker: &'a Worker, home: &'a Home) -> &'a str {
    ["param.region", "param.aws.region"]
        .iter()
        .find_map(|key| worker.property(&format!("config.providers.{alias}.{key}")))
        .map_or_else(|| home.region_or_any(), |setting| setting.value.value.as_str())
}

/// A secret by its ARN, or by its name: its ARN ends with six more characters, which are not known.
fn secret(reference: &Reference<'_>, worker: &Worker, home: &Home, place: Option<Place>) -> Member {
    let path = reference.path.split('?').next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8_lossy();
    let prefix = worker.property(&format!(
        "config.providers.{}.param.secret.prefix",
        reference.alias
    ));
    let name = format!("{}{path}", prefix.map_or("", |prefix| &prefix.value.value));
    let is_arn = path.starts_with("arn:");
    let stem = if is_arn {
        path.to_string()
    } else {
        format!(
            "arn:{}:secretsmanager:{}:{}:secret:{name}",
            home.partition,
            region(reference.alias, worker, home),
            home.account_or_any()
        )
    };
    if is_arn && has_suffix(&stem) {
        return Member::arn(stem, place);
    }
    let suffix = CharSet::from_ranges([('a', 'z'), ('A', 'Z'), ('0', '9')]);
    let whole = Member::open(&format!("{stem}-??????"), place);
    Member {
        language: whole.language.map(|_| {
            Language::concat(&[
                open(&stem),
                Language::literal("-"),
                Language::repeat(&suffix, 6, Some(6)),
            ])
        }),
        whole: true,
        ..whole
    }
}

/// A text in which `*` stands for a part that is not known.
fn open(text: &str) -> Language {
    Language::glob(&crate::pattern::Glob::parse(text))
}

/// Whether an ARN ends with the hyphen and the six characters that Secrets Manager adds.
fn has_suffix(arn: &str) -> bool {
    arn.rsplit_once('-')
        .is_some_and(|(_, end)| end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A parameter by its name; the slash that a name begins with is the one of the ARN.
fn parameter(reference: &Reference<'_>, worker: &Worker, home: &Home, place: Option<Place>) -> Member {
    let name = if reference.path.is_empty() {
        reference.key
    } else {
        reference.path
    };
    let name = percent_decode_str(name.split('?').next().unwrap_or_default()).decode_utf8_lossy();
    if name.starts_with("arn:") {
        return Member::arn(name, place);
    }
    let text = format!(
        "arn:{}:ssm:{}:{}:parameter/{}",
        home.partition,
        region(reference.alias, worker, home),
        home.account_or_any(),
        name.trim_start_matches('/')
    );
    known_or_open(text, place)
}

/// An object by `bucket/key`; the path is the region of the bucket.
fn object(reference: &Reference<'_>, home: &Home, place: Option<Place>) -> Member {
    let object = percent_decode_str(reference.key).decode_utf8_lossy();
    Member::arn(format!("arn:{}:s3:::{object}", home.partition), place)
}

fn known_or_open(text: String, place: Option<Place>) -> Member {
    if text.contains('*') {
        Member {
            whole: true,
            ..Member::open(&text, place)
        }
    } else {
        Member::arn(text, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(value: &str) -> Vec<(&str, &str, &str)> {
        cut(value).iter().map(|r| (r.alias, r.path, r.key)).collect()
    }

    #[test]
    fn references_are_cut_as_kafka_cuts_them() {
        assert_eq!(
            parts("jdbc:${secretManager:db-1:host}:${secretManager:db-1:port}/x"),
            [
                ("secretManager", "db-1", "host"),
                ("secretManager", "db-1", "port")
            ]
        );
        assert_eq!(parts("${ssm::/a/b}"), [("ssm", "", "/a/b")]);
        assert_eq!(parts("${file:/etc/x}"), [("file", "", "/etc/x")]);
        assert_eq!(parts("${topic} $ {x ${a:b"), []);
        assert_eq!(
            parts("${sm:arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf:user}"),
            [(
                "sm",
                "arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf",
                "user"
            )]
        );
    }

    #[test]
    fn only_an_arn_with_its_six_characters_is_one_secret() {
        let home = Home {
            partition: "aws".to_owned(),
            region: Some("eu-west-1".to_owned()),
            account: Some("111122223333".to_owned()),
        };
        let of = |path: &str| {
            let reference = Reference {
                alias: "secretManager",
                path,
                key: "k",
            };
            secret(&reference, &Worker::default(), &home, None)
        };
        let whole = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
        assert!(of(whole).language.is_none());
        assert!(of(&whole.replace(':', "%3A")).language.is_none());
        let open = of("db?ttl=60");
        assert!(
            !open.every && open.text.ends_with(":secret:db-??????"),
            "{}",
            open.text
        );
        let language = open.language.unwrap();
        assert!(
            language.accepts(whole)
                && !language.accepts("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db")
        );
    }
}
