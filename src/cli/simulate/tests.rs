use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use serde_json::Value;

use super::*;

#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    args: SimulateArgs,
}

/// Files in a folder of their own, and what the command says about them.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        Self(folder)
    }

    /// `@name` is a file of the folder.
    fn run(&self, flags: &[&str], input: &[u8]) -> (Exit, String, String) {
        let folder = self.0.path().display().to_string();
        let flags = flags.iter().map(|flag| flag.replace('@', &format!("{folder}/")));
        let command = Command::try_parse_from(std::iter::once("simulate".to_owned()).chain(flags)).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = answer(&command.args, &mut &input[..], &mut out, &mut err).unwrap();
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes)
                .unwrap()
                .replace(&format!("{folder}/"), "")
        };
        (code, text(out), text(err))
    }
}

const ALLOW: &[u8] =
    br#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
const QUESTION: [&str; 6] = [
    "--principal",
    "arn:aws:iam::111122223333:role/sink",
    "--action",
    "s3:GetObject",
    "--resource",
    "arn:aws:s3:::b/k",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    QUESTION.iter().chain(more).copied().collect()
}

#[test]
fn the_exit_code_says_whether_it_is_allowed() {
    let bench = Bench::new(&[
        ("allow.json", ALLOW),
        ("empty.json", br#"{"Version": "2012-10-17", "Statement": []}"#),
    ]);
    let code = |flags: &[&str]| bench.run(&with(flags), b"").0;
    assert_eq!(code(&["--policy", "@allow.json"]), Exit::Fine);
    assert_eq!(code(&["--identity-policy", "@empty.json"]), Exit::Found);
    assert_eq!(
        code(&["--policy", "@allow.json", "--boundary", "@empty.json"]),
        Exit::Found
    );
    assert_eq!(
        code(&["--policy", "@allow.json", "--unknown-layer", "scp"]),
        Exit::Found
    );
    assert_eq!(code(&["--policy", "@missing.json"]), Exit::Usage);
    assert_eq!(code(&["--policy", "-", "--boundary", "-"]), Exit::Usage);
}

#[test]
fn service_control_policies_are_given_level_by_level() {
    let bench = Bench::new(&[
        ("allow.json", ALLOW),
        ("other.json", br#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}"#),
    ]);
    let code = |levels: &[&str]| {
        let flags: Vec<&str> = ["--policy", "@allow.json"]
            .iter()
            .chain(levels)
            .copied()
            .collect();
        bench.run(&with(&flags), b"").0
    };
    assert_eq!(code(&["--scp", "@allow.json,@other.json"]), Exit::Fine);
    assert_eq!(
        code(&["--scp", "@allow.json", "--scp", "@other.json"]),
        Exit::Found
    );
    assert_eq!(
        code(&[
            "--scp",
            "@allow.json",
            "--scp",
            "@other.json",
            "--management-account"
        ]),
        Exit::Fine
    );
}

#[test]
fn a_policy_that_cannot_be_read_leaves_the_decision_open_and_is_told() {
    let bench = Bench::new(&[
        ("allow.json", ALLOW),
        ("bad.json", b"{\"Statement\": }"),
        ("latin.json", b"\"\xe9\""),
    ]);
    let (code, out, err) = bench.run(
        &with(&["--policy", "@allow.json", "--resource-policy", "@bad.json"]),
        b"",
    );
    assert_eq!(code, Exit::Found);
    assert!(out.starts_with("Depends: "), "{out}");
    assert!(err.starts_with("error: bad.json:1:15: "), "{err}");
    let (_, _, err) = bench.run(&with(&["--policy", "@latin.json"]), b"");
    assert_eq!(err.matches("error: ").count(), 1, "{err}");
}

#[test]
fn json_holds_the_answer_and_the_trace() {
    let bench = Bench::new(&[("context.json", br#"{"aws:SourceIp": null}"#)]);
    let flags = with(&[
        "--policy",
        "-",
        "--format",
        "json",
        "--context-file",
        "@context.json",
        "--context",
        "a:b=c",
    ]);
    let (code, out, err) = bench.run(&flags, ALLOW);
    assert_eq!((code, err.as_str()), (Exit::Fine, ""));
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["decision"], "Allowed");
    assert_eq!(answer["matched"][0]["layer"], "identity");
    assert_eq!(answer["deciding"]["location"]["file"], "-");
    assert_eq!(answer["trace"][0]["applies"], "true");
    assert_eq!(answer["trace"][0]["clauses"][1]["clause"], "action");
    assert_eq!(answer["assumed"][0], "there is no resource policy");
}

const CASE: &str = r#"{"id":"a","request":{"principal":"anonymous","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{}},"identityPolicies":[],"resourcePolicy":null,"permissionBoundaries":[],"scps":[],"rcps":[],"sessionPolicy":null}"#;

#[test]
fn cases_are_answered_line_by_line_and_a_bad_one_sets_the_exit_code() {
    let bench = Bench::new(&[("cases.ndjson", CASE.as_bytes())]);
    let (code, out, _) = bench.run(&["--cases", "@cases.ndjson"], b"");
    assert_eq!(code, Exit::Fine);
    assert!(
        out.starts_with(r#"{"id":"a","decision":"ImplicitlyDenied","exact":true"#),
        "{out}"
    );
    let (code, out, _) = bench.run(&["--cases", "-"], format!("{CASE}\n{{}}\n{CASE}").as_bytes());
    assert_eq!((code, out.lines().count()), (Exit::Partly, 3));
    assert_eq!(out.lines().nth(1), Some(r#"{"error":"`request` is missing"}"#));
    assert_eq!(bench.run(&["--cases", "@none.ndjson"], b"").0, Exit::Usage);
    assert_eq!(bench.run(&["--cases", "@"], b"").0, Exit::Usage);
}

#[test]
fn the_aws_form_is_answered_in_kind() {
    let policy = String::from_utf8(ALLOW.to_vec()).unwrap();
    let input = serde_json::json!({"PolicyInputList": [policy], "ActionNames": ["s3:GetObject"]}).to_string();
    let bench = Bench::new(&[]);
    let (code, out, _) = bench.run(&["--aws", "-"], input.as_bytes());
    let response: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &response["EvaluationResults"][0]["EvalDecision"]),
        (Exit::Fine, &Value::from("allowed"))
    );
    let (code, out, err) = bench.run(&["--aws", "-"], br#"{"PolicySourceArn": "x"}"#);
    assert_eq!((code, out.as_str()), (Exit::Usage, ""));
    assert!(err.contains("simulate-principal-policy"), "{err}");
}

#[test]
fn what_could_steer_a_terminal_is_shown_and_not_sent() {
    let policy =
        br#"{"Statement": {"Sid": "a\u001b[31m", "Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let bench = Bench::new(&[("p.json", policy)]);
    let (_, out, _) = bench.run(&with(&["--policy", "@p.json"]), b"");
    assert!(out.contains("a\u{241b}[31m") && !out.contains('\u{1b}'), "{out}");
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let parse = |flags: &[&str]| {
        let all = std::iter::once(&"simulate").chain(flags);
        Command::try_parse_from(all).map(|_| ())
    };
    assert!(parse(&QUESTION).is_ok());
    assert!(parse(&["--cases", "x"]).is_ok());
    assert!(parse(&["--cases", "x", "--aws", "y"]).is_err());
    assert!(parse(&["--cases", "x", "--action", "s3:GetObject"]).is_err());
    assert!(parse(&with(&["--resource-pattern", "*"])).is_err());
    assert!(parse(&QUESTION[..4]).is_err());
    assert!(parse(&QUESTION[2..]).is_err());
    let federated = ["--federated-provider", "accounts.google.com"];
    assert!(parse(&[&federated, &QUESTION[2..]].concat()).is_ok());
}

#[test]
fn the_help_can_be_built_and_holds_examples() {
    Command::command().debug_assert();
    let help = Command::command().render_long_help().to_string();
    assert!(help.contains("rolecall simulate --cases cases.ndjson"));
    let matches = Command::command().get_matches_from(["simulate", "--aws", "-"]);
    assert!(SimulateArgs::from_arg_matches(&matches).is_ok());
}

#[test]
fn a_pattern_of_actions_is_asked_over_the_catalogue_or_over_every_name() {
    let listed = br#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "*"}}"#;
    let bench = Bench::new(&[("p.json", listed)]);
    let ask = |action: &str, more: &[&str]| {
        let mut flags = vec![
            "--principal",
            "arn:aws:iam::111122223333:role/sink",
            "--action",
            action,
            "--policy",
            "@p.json",
        ];
        flags.extend(more);
        bench.run(&flags, b"")
    };
    let all = ["--resource-pattern", "arn:aws:sqs:*:111122223333:*"];
    let (code, out, err) = ask("sqs:*dMessage", &all);
    assert_eq!((code, err.as_str()), (Exit::Fine, ""), "{out}");
    assert!(
        out.starts_with("Allowed: ") && out.contains("1 action of the catalogue"),
        "{out}"
    );
    let (code, out, _) = ask(
        "sqs:*dMessage",
        &[
            "--resource-pattern",
            "arn:aws:sqs:*:111122223333:*",
            "--open-world",
            "--format",
            "json",
        ],
    );
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &answer["decision"], &answer["exact"]),
        (Exit::Found, &"Depends".into(), &true.into()),
        "{out}"
    );
    assert_eq!(answer["witnessAllowed"]["action"], "sqs:SendMessage");
    assert_eq!(answer["witnessDenied"]["action"], "sqs:Dmessage");
    let (code, out, _) = ask("*", &all);
    assert_eq!(code, Exit::Found);
    assert!(out.starts_with("Depends: ") && out.contains("refused: "), "{out}");
    assert!(
        out.contains("may do some, but not every action of today's catalogue in `*` on every"),
        "{out}"
    );
}

#[test]
fn a_set_is_headed_by_how_much_of_it_is_allowed() {
    let bench = Bench::new(&[(
        "p.json",
        br#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/no*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::c/*",
            "Condition": {"StringEquals": {"aws:SourceVpce": "v"}}}]}"#,
    )]);
    let head = |action: &str, pattern: &str| {
        let principal = ["--principal", "arn:aws:iam::111122223333:role/sink"];
        let question = [
            "--action",
            action,
            "--resource-pattern",
            pattern,
            "--policy",
            "@p.json",
        ];
        let (_, out, _) = bench.run(&[principal.as_slice(), &question].concat(), b"");
        out
    };
    let says = |pattern: &str, wanted: &str| {
        let out = head("s3:GetObject", pattern);
        let line = format!("may do `s3:GetObject` {wanted} of `{pattern}`\n");
        assert!(out.contains(&line), "{out}");
        out
    };
    says("arn:aws:s3:::b/a*", "on every resource");
    says("arn:aws:s3:::b/no*", "on no resource");
    says("arn:aws:s3:::d/*", "on no resource");
    let mixed = says("arn:aws:s3:::b/*", "on some, but not on every resource");
    assert!(
        mixed.contains("allowed, for example, on `arn:aws:s3:::b/`")
            && mixed.contains("explicitly denied, for example, on `arn:aws:s3:::b/no`"),
        "{mixed}"
    );
    says("arn:aws:s3:::c/*", "perhaps on some, or on every resource");
    says("arn:aws:s3:::[bc]/*", "on no resource");
    let names = |action: &str, pattern: &str, wanted: &str| {
        let out = head(action, pattern);
        assert!(out.contains(&format!("{wanted} of `{pattern}`\n")), "{out}");
    };
    names(
        "s3:GetObject*",
        "arn:aws:s3:::b/*",
        "may do some, but not every action of today's catalogue in `s3:GetObject*` on every resource",
    );
    names(
        "s3:Put*",
        "arn:aws:s3:::b/*",
        "may do no action of today's catalogue in `s3:Put*` on any resource",
    );
}

#[test]
fn an_empty_set_is_no_question() {
    let bench = Bench::new(&[("allow.json", ALLOW)]);
    let ask = |flags: &[&str]| {
        let principal = ["--principal", "arn:aws:iam::111122223333:role/sink"];
        let (code, out, err) = bench.run(&[&principal, flags, &["--policy", "@allow.json"]].concat(), b"");
        assert_eq!((code, out.as_str()), (Exit::Usage, ""), "{flags:?}");
        assert!(err.contains("\n  help: "), "{err}");
        err.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        ask(&["--action", "s3:GetObject", "--resource-pattern", ""]),
        "error: give a resource or a pattern of resources"
    );
    assert_eq!(
        ask(&[
            "--action",
            "s3:GetObject",
            "--resource-pattern",
            "arn:aws:s3:::a*",
            "--universe",
            "arn:aws:s3:::b*"
        ]),
        "error: no resource is in the set that was asked about"
    );
    assert_eq!(
        ask(&["--action", "s3:Zzz*", "--resource-pattern", "*"]),
        "error: the catalogue has no action that `s3:Zzz*` matches"
    );
    assert_eq!(
        ask(&[
            "--action",
            "sqs:SendMessage",
            "--resource-pattern",
            "arn:aws:s3:::*",
            "--real-resources"
        ]),
        "error: no action that `sqs:SendMessage` matches can name a resource that was asked about"
    );
    assert!(ask(&["--action", "a b:*", "--resource-pattern", "*", "--open-world"]).contains("`a b:*`"));
}
