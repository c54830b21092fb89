//! Reports made by hand, for the tests of the writers.

use crate::condition::State;
use crate::engine::Decision;
use crate::finding::{
    Finding, Missing, Related, Report, Required, ResidualCondition, Severity, Spot, Subject, Witness,
};
use crate::source::{DocId, Place, Problem, Sources, Span};

const ROLE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["kafka-cluster:Connect", "kafka-cluster:ReadData"],
      "Resource": "arn:aws:kafka:eu-west-1:111122223333:topic/demo/*/audit-*",
      "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-1" } }
    }
  ]
}
"#;

const CONNECTOR: &str = "{\n\t\"connectorName\": \"orders\",\n\t\"topics\": \"orders\"\n}\n";

pub(super) const TOPIC: &str = "arn:aws:kafka:eu-west-1:111122223333:topic/demo/*/orders";

/// A report with its sources.
pub(super) struct Sample {
    pub(super) sources: Sources,
    pub(super) report: Report,
    pub(super) problems: Vec<Problem>,
}

/// The value at a pointer.
pub(super) fn at(sources: &Sources, doc: DocId, pointer: &str) -> Spot {
    let node = sources.tree(doc).unwrap().find(pointer).unwrap();
    Spot::Node(Place { doc, node })
}

/// A finding of the smallest kind.
pub(super) fn plain(at: Spot, message: &str) -> Finding {
    Finding::new(
        "policy/syntax",
        Severity::Warning,
        message,
        Subject::default(),
        at,
    )
}

/// A finding about a topic that a connector cannot read, at `at`, raised by `topics`.
fn topic_read(at: Spot, condition: Spot, topics: Spot) -> Finding {
    let missing = |action: &str| Missing {
        action: action.to_owned(),
        resource: TOPIC.to_owned(),
    };
    Finding {
        code: "msk-connect/topic-read".to_owned(),
        severity: Severity::Error,
        decision: Some(Decision::Depends),
        subject: Subject {
            connector: Some("orders".to_owned()),
            role: Some("arn:aws:iam::111122223333:role/connect".to_owned()),
            ..Subject::default()
        },
        requirement: Some(Required {
            actions: vec![
                "kafka-cluster:ReadData".to_owned(),
                "kafka-cluster:DescribeTopic".to_owned(),
            ],
            resource: TOPIC.to_owned(),
            principal: "arn:aws:iam::111122223333:role/connect".to_owned(),
        }),
        missing: vec![
            missing("kafka-cluster:ReadData"),
            missing("kafka-cluster:DescribeTopic"),
        ],
        label: "no topic named `orders` is under this pattern".to_owned(),
        related: vec![
            Related {
                at: condition,
                note: "not known: the endpoint of the request".to_owned(),
            },
            Related {
                at: topics,
                note: "the connector reads these topics".to_owned(),
            },
        ],
        witness: Some(Witness {
            principal: "arn:aws:iam::111122223333:role/connect".to_owned(),
            action: "kafka-cluster:ReadData".to_owned(),
            resource: "arn:aws:kafka:eu-west-1:111122223333:topic/demo/1/orders".to_owned(),
            context: vec![
                ("aws:SourceVpce".to_owned(), State::Absent),
                (
                    "aws:TagKeys".to_owned(),
                    State::Many(vec!["a".into(), "b".into()]),
                ),
                ("aws:ViaAWSService".to_owned(), State::One("false".into())),
            ],
        }),
        residual: vec![ResidualCondition {
            key: "aws:SourceVpce".to_owned(),
            operator: "StringEquals".to_owned(),
            values: vec!["vpce-1".to_owned()],
            at: condition,
        }],
        help: "allow the two actions on the topic; the role has them on other topics only".to_owned(),
        statement: Some(format!(
            r#"{{"Effect":"Allow","Action":["kafka-cluster:ReadData","kafka-cluster:DescribeTopic"],"Resource":"{TOPIC}"}}"#
        )),
        ..plain(at, "connector `orders` may not read topic `orders`")
    }
}

/// One finding over two files, a warning, folded findings, and a file that could not be read.
pub(super) fn two_files() -> Sample {
    let mut sources = Sources::new();
    let role = sources.add_text("iam/role.json", ROLE.to_owned());
    let connector = sources.add_text("connector.json", CONNECTOR.to_owned());
    let image = sources
        .add_bytes("logo.png", b"\x89PNG\r\n\x1a\n\xff".to_vec())
        .unwrap_err();
    let gone = Problem {
        message: "the file does not exist".to_owned(),
        help: None,
        file: "gone.json".to_owned(),
        place: None,
    };
    let topics = at(&sources, connector, "/topics");
    let condition = at(
        &sources,
        role,
        "/Statement/0/Condition/StringEquals/aws:SourceVpce",
    );
    let mut warning = plain(at(&sources, role, "/Statement/0"), "the statement has no `Sid`");
    warning.label = "this statement".to_owned();
    let mut folded = plain(topics, "waits");
    folded.caused_by = Some("msk-connect/trust-principal".to_owned());
    let findings = vec![
        topic_read(at(&sources, role, "/Statement/0/Resource"), condition, topics),
        warning,
    ];
    Sample {
        report: Report {
            findings,
            folded: vec![folded; 3],
            assumptions: vec!["there is no service control policy".to_owned()],
            notes: vec!["the role of `orders` is taken from `iam/role.json`".to_owned()],
            connectors: 1,
            files: 2,
            unread: 2,
            ..Report::default()
        },
        sources,
        problems: vec![image, gone],
    }
}

/// The role's policy escaped in one string of a line of more than 3 kB.
pub(super) fn embedded() -> Sample {
    let mut sources = Sources::new();
    let filler = vec!["arn:aws:iam::111122223333:policy/filler"; 40];
    let policy = serde_json::from_str::<serde_json::Value>(ROLE)
        .unwrap()
        .to_string();
    let dump = serde_json::json!({ "A": filler, "Policy": policy, "Z": filler });
    let doc = sources.add_text("dump.json", format!("{dump}\n"));
    let Spot::Node(place) = at(&sources, doc, "/Policy") else {
        unreachable!()
    };
    let inner = sources.open_policy_document(place).unwrap().doc;
    let resource = at(&sources, inner, "/Statement/0/Resource");
    let condition = at(
        &sources,
        inner,
        "/Statement/0/Condition/StringEquals/aws:SourceVpce",
    );
    let mut finding = topic_read(resource, condition, at(&sources, doc, "/A/0"));
    finding.residual.clear();
    Sample {
        report: Report {
            findings: vec![finding],
            connectors: 1,
            files: 1,
            ..Report::default()
        },
        sources,
        problems: Vec::new(),
    }
}

/// Every text of the input has characters that act on terminals.
pub(super) fn hostile() -> Sample {
    const EVIL: &str = "\u{1b}]0;owned\u{7}\u{9b}31m\r\u{202e}live\u{2066}\u{0}";
    let mut sources = Sources::new();
    let doc = sources.add_text(
        &format!("{EVIL}.json"),
        format!("{{\n\t\"{EVIL}\": \"é{EVIL}\u{7f}\"\n}}\n"),
    );
    let start = sources.text(doc).find('é').unwrap();
    let mut finding = topic_read(
        Spot::Text(doc, Span::new(start, start + 6)),
        Spot::Text(doc, Span::new(4, 6)),
        Spot::Text(doc, Span::at(0)),
    );
    for text in [
        &mut finding.message,
        &mut finding.label,
        &mut finding.help,
        &mut finding.code,
    ] {
        text.push_str(EVIL);
    }
    for missing in &mut finding.missing {
        missing.resource.push_str(EVIL);
    }
    finding.subject.role = Some(EVIL.to_owned());
    finding.aws_message = Some(EVIL.to_owned());
    finding.caused_by = Some(EVIL.to_owned());
    finding
        .residual
        .iter_mut()
        .for_each(|condition| condition.values.push(EVIL.to_owned()));
    if let Some(witness) = &mut finding.witness {
        witness.context.push((EVIL.to_owned(), State::One(EVIL.into())));
    }
    finding.statement = Some(serde_json::json!({ "Sid": EVIL }).to_string());
    let mut folded = finding.clone();
    folded.caused_by = Some(EVIL.to_owned());
    Sample {
        report: Report {
            findings: vec![finding],
            folded: vec![folded],
            assumptions: vec![EVIL.to_owned()],
            notes: vec![EVIL.to_owned()],
            connectors: 0,
            files: 1,
            unread: 1,
            ..Report::default()
        },
        sources,
        problems: vec![Problem {
            message: EVIL.to_owned(),
            help: Some(EVIL.to_owned()),
            file: EVIL.to_owned(),
            place: None,
        }],
    }
}
