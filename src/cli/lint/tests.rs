//! The command on files, from its arguments to output and exit.

use std::fs;

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: LintArgs,
}

const SOUND: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::data/*"}}"#;
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
    "Principal": {"Service": "kafkaconnect.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
const LEFT: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::your-bucket/*"}}"#;

/// Runs lint on files of these names and texts, with further arguments: exit, output, complaints.
fn run_on(files: &[(&str, &[u8])], more: &[&str]) -> (Exit, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut line = vec!["lint".to_owned()];
    for (name, bytes) in files {
        let path = folder.path().join(name);
        if !bytes.is_empty() || *name != "missing.json" {
            fs::write(&path, bytes).unwrap();
        }
        line.push(path.to_string_lossy().into_owned());
    }
    line.extend(more.iter().map(|&argument| argument.to_owned()));
    let args = Line::try_parse_from(line).unwrap().args;
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        color: false,
        width: 100,
    };
    let exit = run(&args, &mut console).unwrap();
    (
        exit,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

/// The codes of the findings, in order.
fn codes(output: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(output).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_sound_policy_has_no_findings() {
    let (exit, out, _) = run_on(
        &[("a.json", SOUND.as_bytes()), ("b.json", TRUST.as_bytes())],
        &["--format", "json"],
    );
    assert_eq!(exit, Exit::Fine, "{out}");
    assert!(codes(&out).is_empty(), "{out}");
}

#[test]
fn with_a_type_what_is_no_json_is_a_finding_on_standard_output() {
    let texts: [&[u8]; 5] = [
        b"",
        b"  \n",
        b"not json",
        b"\x89PNG\r\n\x1a\n\x00",
        b"\xff\xfe{\x00",
    ];
    for text in texts {
        for kind in ["managed", "trust", "scp", "endpoint"] {
            let (exit, out, err) = run_on(&[("a.json", text)], &["--policy-type", kind, "--format", "json"]);
            assert_eq!(exit, Exit::Found, "{text:?} {kind}");
            assert!(codes(&out).iter().any(|code| code == "policy/syntax"), "{out}");
            assert!(err.is_empty(), "{err}");
        }
    }
    let (_, out, _) = run_on(
        &[("a.json", b"not json")],
        &["--policy-type", "managed", "--format", "json"],
    );
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["findings"][0]["aws_message"], "Syntax errors in policy.");
}

#[test]
fn without_a_type_what_is_no_json_is_a_problem() {
    assert_eq!(run_on(&[("a.json", b"not json")], &[]).0, Exit::Usage);
    let (exit, out, _) = run_on(&[("a.json", SOUND.as_bytes()), ("b.json", b"not json")], &[]);
    assert_eq!(exit, Exit::Partly, "{out}");
    let (exit, ..) = run_on(&[("a.json", LEFT.as_bytes()), ("b.json", b"not json")], &[]);
    assert_eq!(exit, Exit::Found, "1 wins over 3");
    assert_eq!(run_on(&[("missing.json", b"")], &[]).0, Exit::Usage);
    assert_eq!(
        run_on(&[("missing.json", b"")], &["--policy-type", "managed"]).0,
        Exit::Usage
    );
}

#[test]
fn every_type_is_taken_and_changes_what_is_valid() {
    for kind in [
        "managed", "inline", "trust", "resource", "boundary", "session", "scp", "rcp", "endpoint",
    ] {
        let (exit, out, _) = run_on(
            &[("a.json", TRUST.as_bytes())],
            &["--policy-type", kind, "--format", "json"],
        );
        assert_eq!(
            exit == Exit::Fine,
            kind == "trust" || kind == "resource",
            "{kind}: {out}"
        );
    }
}

#[test]
fn codes_are_selected_ignored_and_given_other_severities() {
    let run = |more: &[&str]| run_on(&[("a.json", LEFT.as_bytes())], more).0;
    assert_eq!(run(&[]), Exit::Found);
    assert_eq!(run(&["--ignore", "policy/placeholder"]), Exit::Fine);
    assert_eq!(run(&["--ignore", "policy"]), Exit::Fine);
    assert_eq!(run(&["--select", "policy/syntax,policy/size"]), Exit::Fine);
    assert_eq!(run(&["--select", "policy/p*"]), Exit::Found);
    assert_eq!(run(&["--severity", "policy/placeholder=warning"]), Exit::Fine);
}

#[test]
fn policies_in_outputs_are_linted_as_what_they_are() {
    let role = format!(
        r#"{{"Role": {{"RoleName": "sink", "Arn": "arn:aws:iam::111122223333:role/sink",
            "AssumeRolePolicyDocument": {TRUST}}}}}"#
    );
    let inline = format!(r#"{{"RoleName": "sink", "PolicyName": "kafka", "PolicyDocument": {LEFT}}}"#);
    let (exit, out, _) = run_on(
        &[("a.json", role.as_bytes()), ("b.json", inline.as_bytes())],
        &["--format", "json"],
    );
    assert_eq!(exit, Exit::Found, "{out}");
    assert_eq!(codes(&out), ["policy/placeholder"], "{out}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let location = &report["findings"][0]["location"];
    assert_eq!(location["pointer"], "/PolicyDocument/Statement/Resource");
}

#[test]
fn inline_policies_of_a_role_count_together() {
    let policy = |name: &str| {
        let objects: Vec<String> = (0..150)
            .map(|n| format!("\"arn:aws:s3:::data/{name}/objects/number-{n}/*\""))
            .collect();
        format!(
            r#"{{"RoleName": "sink", "PolicyName": "{name}", "PolicyDocument": {{"Version": "2012-10-17",
               "Statement": {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": [{}]}}}}}}"#,
            objects.join(", ")
        )
    };
    let (one, two) = (policy("one"), policy("two"));
    let (exit, ..) = run_on(&[("a.json", one.as_bytes())], &[]);
    assert_eq!(exit, Exit::Fine);
    let (exit, out, _) = run_on(
        &[("a.json", one.as_bytes()), ("b.json", two.as_bytes())],
        &["--format", "json"],
    );
    assert_eq!(exit, Exit::Found);
    assert_eq!(codes(&out), ["policy/size"], "{out}");
}

#[test]
fn a_folder_without_policies_is_said_to_have_none() {
    let (exit, out, _) = run_on(&[("a.json", br#"{"RoleDetailList": [], "Policies": []}"#)], &[]);
    assert_eq!(exit, Exit::Fine, "{out}");
    assert!(out.contains("no policy"), "{out}");
}

#[test]
fn more_managed_policies_than_the_quota_are_counted_for_each_identity() {
    let attached = |count: usize| -> Vec<serde_json::Value> {
        (0..count)
            .map(|n| {
                let arn = format!("arn:aws:iam::111122223333:policy/p{n}");
                serde_json::json!({"PolicyName": format!("p{n}"), "PolicyArn": arn})
            })
            .collect()
    };
    let role = |name: &str, count: usize| {
        serde_json::json!({"RoleName": name, "Path": "/", "Arn": format!("arn:aws:iam::111122223333:role/{name}"),
            "RolePolicyList": [], "AttachedManagedPolicies": attached(count)})
    };
    let dump = serde_json::json!({
        "RoleDetailList": [role("few", 10), role("some", 11), role("many", 26)],
        "UserDetailList": [], "Policies": [],
        "GroupDetailList": [{"GroupName": "crowd", "Path": "/", "Arn": "arn:aws:iam::111122223333:group/crowd",
            "GroupPolicyList": [], "AttachedManagedPolicies": attached(11)}]});
    let text = dump.to_string();
    let (exit, out, _) = run_on(&[("account.json", text.as_bytes())], &["--format", "json"]);
    assert_eq!(exit, Exit::Found, "{out}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let mut said: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            [&finding["code"], &finding["severity"], &finding["message"]].map(|v| v.as_str().unwrap())
        })
        .collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            [
                "policy/size",
                "error",
                "group `crowd`: 11 managed policies are attached, and the quota is 10"
            ],
            [
                "policy/size",
                "error",
                "role `many`: 26 managed policies are attached, and the quota is 25"
            ],
            [
                "policy/size",
                "warning",
                "role `some`: 11 managed policies are attached, and the quota is 10"
            ],
        ]
    );
}
