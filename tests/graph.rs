//! Pictures of connectors: what stands in them, that nothing of the input acts on who looks at them, and that boxes
//! do not cover each other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking"
)]

mod support {
    pub(crate) mod binary;
}

use std::path::Path;

use rolecall::check::{CheckOptions, check};
use rolecall::graph::{Graph, NodeKind, Tie, graph, write_dot, write_html, write_mermaid, write_svg};
use rolecall::input::{ReadOptions, read};
use rolecall::pack::builtin;
use support::binary::rolecall;

type Writer = fn(&Graph, &mut dyn std::io::Write) -> std::io::Result<()>;

const WRITERS: [(&str, Writer); 4] = [
    ("dot", write_dot),
    ("mermaid", write_mermaid),
    ("svg", write_svg),
    ("html", write_html),
];

fn folder(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let mut files = Vec::new();
    let mut open = vec![folder.clone()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    files
}

/// The demo without gaps: the repaired files in place of those of the same name.
fn repaired() -> Vec<(String, Vec<u8>)> {
    let mut files = folder("corpus/demo/repaired");
    for (name, bytes) in folder("corpus/demo/gaps") {
        if !files.iter().any(|(known, _)| *known == name) {
            files.push((name, bytes));
        }
    }
    files
}

fn picture(files: Vec<(String, Vec<u8>)>) -> Graph {
    let inputs = read(files, &ReadOptions::default());
    let report = check(&inputs, builtin().unwrap(), &CheckOptions::default());
    graph(&inputs, &report.findings, |_| true)
}

fn text(graph: &Graph, write: Writer) -> String {
    let mut out = Vec::new();
    write(graph, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A connector whose names are what somebody with bad intent would choose.
fn hostile(name: &str) -> Vec<(String, Vec<u8>)> {
    let role = format!("arn:aws:iam::111122223333:role/{name}");
    let account = serde_json::json!({
        "UserDetailList": [], "GroupDetailList": [], "Policies": [],
        "RoleDetailList": [{
            "Path": "/", "RoleName": name, "Arn": role, "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Principal": { "Service": name }, "Action": "sts:AssumeRole" }],
            },
            "RolePolicyList": [{ "PolicyName": name, "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Sid": name, "Effect": "Deny", "Action": [name, "kafka-cluster:Connect"], "Resource": name,
                    "Condition": { name: { name: name } },
                }],
            }}],
            "AttachedManagedPolicies": [{ "PolicyName": name, "PolicyArn": format!("arn:aws:iam::aws:policy/{name}") }],
        }],
    });
    let connector = serde_json::json!({
        "connectorArn": format!("arn:aws:kafkaconnect:eu-west-1:111122223333:connector/{name}/1"),
        "connectorName": name, "serviceExecutionRoleArn": role,
        "connectorConfiguration": { "connector.class": name, "topics": name },
        "kafkaCluster": { "apacheKafkaCluster": { "bootstrapServers": name } },
        "kafkaClusterClientAuthentication": { "authenticationType": "IAM" },
    });
    vec![
        ("account.json".to_owned(), account.to_string().into_bytes()),
        (format!("{name}.json"), connector.to_string().into_bytes()),
    ]
}

#[test]
fn the_demo_is_drawn_with_its_gaps() {
    let picture = picture(folder("corpus/demo/gaps"));
    insta::assert_snapshot!("dot", text(&picture, write_dot));
    insta::assert_snapshot!("mermaid", text(&picture, write_mermaid));
    assert_eq!((picture.connectors, picture.gaps()), (1, 4));
}

#[test]
fn the_repaired_demo_has_no_gap() {
    let picture = picture(repaired());
    assert_eq!(picture.gaps(), 0);
    assert!(!text(&picture, write_svg).contains("class=\"missing\""));
    assert!(text(&picture, write_html).contains("1 connector, 0 missing rights"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (name, write) in WRITERS {
        let once = text(&picture(folder("corpus/complete/readings")), write);
        let again = text(&picture(folder("corpus/complete/readings")), write);
        assert_eq!(once, again, "{name}");
    }
}

#[test]
fn a_role_that_is_not_there_is_drawn_as_absent() {
    let mut files = folder("corpus/demo/gaps");
    files.retain(|(name, _)| name != "account.json");
    let picture = picture(files);
    let role = picture
        .net
        .node_weights()
        .find(|node| node.kind == NodeKind::Role)
        .unwrap();
    assert!(role.is_absent);
    assert!(picture.gaps() > 0);
}

#[test]
fn a_deny_points_at_what_it_takes_away() {
    let mut files = repaired();
    for (name, bytes) in &mut files {
        if name == "account.json" {
            let account = String::from_utf8(bytes.clone()).unwrap();
            let deny = r#""Statement": [ { "Sid": "Never", "Effect": "Deny", "Action": "kafka-cluster:Connect", "Resource": "*" },"#;
            let at = account.find("\"Cluster\"").unwrap();
            let at = account[..at].rfind("\"Statement\": [").unwrap();
            let (before, after) = account.split_at(at);
            *bytes = format!("{before}{}", after.replacen("\"Statement\": [", deny, 1)).into_bytes();
        }
    }
    let picture = picture(files);
    let drawn = picture.net.edge_indices().any(|edge| {
        let (from, to) = picture.net.edge_endpoints(edge).unwrap();
        let (from, to) = (&picture.net[from], &picture.net[to]);
        picture.net[edge].tie == Tie::Denies
            && from.title == "Never"
            && to.title == "msk-connect/cluster-connect"
    });
    assert!(drawn, "{}", text(&picture, write_dot));
}

const HOSTILE: [&str; 9] = [
    "</title><script>alert(1)</script>",
    "\"]; n0 [URL=\"https://example.com\"",
    "a\\\" b \\",
    "line\nbreak\r\tand tab",
    "\u{1b}[31mred\u{202e}\u{0}",
    "\"]:::x\n  click n0 href \"https://example.com\"",
    "%%{init: {\"securityLevel\": \"loose\"}}%%",
    "`**markdown**` #quot; &lt; <br/> ; end",
    "\u{fffe}]]> -->' onload='alert(1)",
];

#[test]
fn no_name_acts_on_who_looks_at_the_picture() {
    for name in HOSTILE {
        let picture = picture(hostile(name));
        assert!(picture.net.node_count() > 5, "{name:?} is drawn");
        for (form, write) in WRITERS {
            let text = text(&picture, write);
            let is_control = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(is_control), "{form} {name:?}");
            // What XML does not have, and tags, are texts like any other within the quotes of DOT.
            assert!(form == "dot" || !text.contains("<script"), "{form} {name:?}");
            assert!(form == "dot" || !text.contains('\u{fffe}'), "{form} {name:?}");
        }
        let dot = text(&picture, write_dot);
        for line in dot.lines() {
            let bare = line.replace("\\\\", "").replace("\\\"", "");
            assert_eq!(bare.matches('"').count() % 2, 0, "{line}");
        }
        assert!(!dot.contains("URL=\"https"), "{dot}");
        let mermaid = text(&picture, write_mermaid);
        for line in mermaid
            .lines()
            .filter(|line| line.starts_with("  n") && !line.contains("classDef"))
        {
            assert!(line.matches('"').count() == 2 || !line.contains('"'), "{line}");
            assert!(!line.contains('`') && !line.contains("%%"), "{line}");
        }
        assert!(!mermaid.contains("\n  click"), "{mermaid}");
        let svg = text(&picture, write_svg);
        let names = [
            "<svg", "</svg", "<style", "</style", "<defs", "</defs", "<marker", "</marker", "<path", "<rect",
            "<text", "</text", "<title", "</title", "<g", "</g", "<?xml",
        ];
        for (at, _) in svg.match_indices('<') {
            assert!(
                names.iter().any(|name| svg[at..].starts_with(name)),
                "{}",
                &svg[at..(at + 30).min(svg.len())]
            );
        }
        assert!(!svg.contains("' onload"), "{svg}");
    }
}

/// The numbers of the attributes of all rectangles but the page.
fn boxes(svg: &str) -> Vec<[i64; 4]> {
    let of = |tag: &str, key: &str| -> Option<i64> {
        let rest = tag.split_once(&format!(" {key}=\""))?.1;
        rest.split_once('"')?.0.parse().ok()
    };
    let tags = svg
        .split("<rect ")
        .skip(1)
        .map(|rest| format!(" {}", rest.split_once("/>").unwrap().0));
    tags.filter_map(|tag| {
        Some([
            of(&tag, "x")?,
            of(&tag, "y")?,
            of(&tag, "width")?,
            of(&tag, "height")?,
        ])
    })
    .collect()
}

#[test]
fn boxes_do_not_cover_each_other_and_stay_on_the_page() {
    for name in [
        "corpus/demo/gaps",
        "corpus/complete/readings",
        "corpus/complete/fleet-tables",
    ] {
        let svg = text(&picture(folder(name)), write_svg);
        let boxes = boxes(&svg);
        assert!(boxes.len() > 10, "{name}");
        for (at, [x, y, width, height]) in boxes.iter().enumerate() {
            assert!(*x >= 0 && *y >= 0, "{name}");
            for [x2, y2, width2, height2] in boxes.iter().skip(at + 1) {
                let apart = x + width <= *x2 || x2 + width2 <= *x || y + height <= *y2 || y2 + height2 <= *y;
                assert!(apart, "{name}: {x} {y} and {x2} {y2}");
            }
        }
    }
}

#[test]
fn files_are_written_and_inputs_are_not() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("demo/account.json", "gaps/account.json"),
        ("demo/connector.json", "gaps/connector.json"),
    ]
    .map(|(to, from)| {
        (
            to,
            std::fs::read(
                Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("corpus/demo")
                    .join(from),
            ),
        )
    }) {
        std::fs::create_dir_all(folder.path().join("demo")).unwrap();
        std::fs::write(folder.path().join(name), bytes.unwrap()).unwrap();
    }
    let ran = rolecall(
        folder.path(),
        &["graph", "demo", "--output", "a.svg", "--output", "html=a.txt"],
    );
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(
        std::fs::read_to_string(folder.path().join("a.svg"))
            .unwrap()
            .starts_with("<?xml")
    );
    assert!(
        std::fs::read_to_string(folder.path().join("a.txt"))
            .unwrap()
            .starts_with("<!doctype html>")
    );
    let before = std::fs::read(folder.path().join("demo/account.json")).unwrap();
    let ran = rolecall(
        folder.path(),
        &["graph", "demo", "--output", "dot=demo/account.json"],
    );
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(
        before,
        std::fs::read(folder.path().join("demo/account.json")).unwrap()
    );
}

#[test]
fn bad_input_is_told_and_the_rest_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/demo/gaps");
    for name in ["account.json", "connector.json"] {
        std::fs::copy(corpus.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("broken.json"), "{ \"Statement\": [").unwrap();
    let ran = rolecall(folder.path(), &["graph", "."]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("broken.json"), "{}", ran.err);
    assert!(ran.out.starts_with("digraph rolecall {"), "{}", ran.out);
    let ran = rolecall(folder.path(), &["graph", "account.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no connector of MSK Connect"), "{}", ran.err);
}
