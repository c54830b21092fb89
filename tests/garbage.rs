//! Input that is no input, beside input that is: a clear message, the documented exit code, and the same findings as
//! without it.
//!
//! The good input is a connector of `corpus/scenarios`, once without errors and once with some: 3 says that some
//! input could not be read, and 1 wins over it. Alone, bad input leaves nothing to answer: 2.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod binary;
    pub(crate) mod folder;
}

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::binary::{self, Ran};
use support::folder;
use tempfile::TempDir;

const FINE: &str = "39-worker-logs-in-order";
const GAPS: &str = "22-second-topic-of-a-list-not-granted";

/// A folder with a good connector in `good`.
fn beside(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in folder::documents(&folder::corpus("scenarios").join(scenario)) {
        let path = folder.path().join("good").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn check(folder: &Path, paths: &[&str]) -> Ran {
    let mut args = vec!["check", "--format", "json"];
    args.extend(paths);
    binary::rolecall(folder, &args)
}

/// Runs the bad path beside good ones and alone. `said` stands in the message of its problem.
fn stands(bad: &str, said: &str, make: &dyn Fn(&Path)) {
    for (scenario, code) in [(FINE, 3), (GAPS, 1)] {
        let folder = beside(scenario);
        make(&folder.path().join(bad));
        let alone = check(folder.path(), &["good"]);
        let ran = check(folder.path(), &["good", bad]);
        assert_eq!(ran.code, code, "{bad} beside {scenario}: {} {}", ran.out, ran.err);
        let (answer, expected) = (ran.json(), alone.json());
        assert_eq!(
            answer["findings"], expected["findings"],
            "{bad} beside {scenario}"
        );
        let problems = answer["problems"].as_array().unwrap();
        let about_it = |problem: &&Value| problem["location"]["file"].as_str().unwrap().starts_with(bad);
        let problem = problems
            .iter()
            .find(about_it)
            .unwrap_or_else(|| panic!("{bad}: {problems:?}"));
        let message = problem["message"].as_str().unwrap();
        assert!(
            message.contains(said) && !message.contains('\n'),
            "{bad}: {message}"
        );
        assert_eq!(answer["summary"]["unread"], 1, "{bad}");
    }
    let folder = tempfile::tempdir().unwrap();
    make(&folder.path().join(bad));
    let ran = check(folder.path(), &[bad]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{bad} alone: {}", ran.err);
    assert!(
        ran.err.contains(said) && ran.err.contains("help:"),
        "{bad} alone: {}",
        ran.err
    );
}

fn write(bytes: &'static [u8]) -> impl Fn(&Path) {
    move |path| fs::write(path, bytes).unwrap()
}

#[test]
fn an_empty_file_has_no_value() {
    stands("empty.json", "no JSON value", &write(b""));
    stands("blank.json", "no JSON value", &write(b" \n\t\r\n"));
}

#[test]
fn truncated_json_ends_too_early() {
    stands(
        "cut.json",
        "end",
        &write(br#"{"RoleDetailList": [{"RoleName": "half"#),
    );
    stands(
        "open.json",
        "end",
        &write(br#"{"RoleDetailList": [{"RoleName": "half"}"#),
    );
}

#[test]
fn a_picture_is_no_text() {
    stands(
        "picture.json",
        "UTF-8",
        &write(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"),
    );
}

#[test]
fn utf_16_is_named() {
    let text = "{\"Version\": \"2012-10-17\", \"Statement\": []}";
    let little: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let big: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_be_bytes)
        .collect();
    for bytes in [little, big] {
        stands("wide.json", "UTF-16", &|path| fs::write(path, &bytes).unwrap());
    }
}

#[test]
fn json_of_another_kind_is_said_to_be_nothing_known() {
    let folder = beside(FINE);
    for text in [
        "[1, 2, 3]",
        "\"text\"",
        "null",
        "{\"name\": \"package\", \"version\": \"1\"}",
    ] {
        fs::write(folder.path().join("other.json"), text).unwrap();
        let ran = check(folder.path(), &["good", "other.json"]);
        assert_eq!(ran.code, 3, "{text}: {}", ran.out);
        let problem = &ran.json()["problems"][0];
        assert!(
            problem["message"]
                .as_str()
                .unwrap()
                .contains("nothing that is known"),
            "{text}: {problem}"
        );
    }
}

/// Parts of outputs that are null or of another kind are told with their places, and the answer is only in part.
#[test]
fn parts_that_cannot_be_read_are_problems_and_the_exit_code_says_so() {
    let cases = [
        (
            r#"{"connectorName": null, "connectorConfiguration": {}, "connectorArn": "arn"}"#,
            "`connectorName` is missing",
        ),
        (
            r#"{"connectorName": 5, "connectorConfiguration": {}, "connectorArn": "arn"}"#,
            "expected a string",
        ),
        (r#"{"RoleDetailList": {"a": 1}}"#, "expected an array"),
        (
            r#"{"Role": {"RoleName": null, "AssumeRolePolicyDocument": {}}}"#,
            "`RoleName` is missing",
        ),
        (
            r#"{"RoleName": "r", "PolicyName": "p", "PolicyDocument": 5}"#,
            "expected an object",
        ),
    ];
    for (text, said) in cases {
        let folder = beside(FINE);
        fs::write(folder.path().join("good/part.json"), text).unwrap();
        let ran = check(folder.path(), &["good"]);
        assert_eq!(ran.code, 3, "{text}: {}", ran.out);
        let problem = &ran.json()["problems"][0];
        assert!(
            problem["message"].as_str().unwrap().contains(said),
            "{text}: {problem}"
        );
        assert_eq!(problem["location"]["start"]["line"], 1, "{text}: {problem}");
    }
}

/// A text where a policy stands that is no JSON is a fault of the policy, in `check` and in `lint`.
#[test]
fn a_policy_that_is_no_json_is_a_fault_of_syntax() {
    let folder = beside(FINE);
    let text = r#"{"RoleName": "r", "PolicyName": "p", "PolicyDocument": "%7B%22Version%22"}"#;
    fs::write(folder.path().join("good/part.json"), text).unwrap();
    for command in ["check", "lint"] {
        let ran = binary::rolecall(folder.path(), &[command, "--format", "json", "good"]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        let answer = ran.json();
        let found = answer["findings"].as_array().unwrap();
        let syntax = found
            .iter()
            .find(|finding| finding["code"] == "policy/syntax")
            .unwrap();
        assert_eq!(syntax["location"]["pointer"], "/PolicyDocument", "{syntax}");
    }
}

#[test]
fn json_of_another_kind_in_a_folder_is_passed_over() {
    let folder = beside(FINE);
    fs::write(folder.path().join("good/package.json"), "{\"name\": \"package\"}").unwrap();
    let ran = check(folder.path(), &["good"]);
    assert_eq!(
        (ran.code, &ran.json()["summary"]["unread"]),
        (0, &0.into()),
        "{}",
        ran.out
    );
}

/// Brackets by the hundred million bytes, in a file that the program has to give up on early.
#[test]
fn a_hundred_megabytes_of_brackets_end_at_the_limit_of_depth() {
    let folder = beside(GAPS);
    let mut file = fs::File::create(folder.path().join("deep.json")).unwrap();
    let block = vec![b'['; 1 << 20];
    for _ in 0..100 {
        file.write_all(&block).unwrap();
    }
    let alone = check(folder.path(), &["good"]);
    let start = Instant::now();
    let ran = check(folder.path(), &["good", "deep.json"]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(ran.json()["findings"], alone.json()["findings"]);
    let message = ran.json()["problems"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("deep"), "{message}");
    assert!(ran.out.len() < 100_000, "{}", ran.out.len());
}

#[test]
fn nesting_has_a_limit_that_no_real_input_meets() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    stands("nested.json", "deep", &|path| {
        fs::write(path, nested(100_000)).unwrap()
    });
    let folder = beside(FINE);
    fs::write(folder.path().join("nested.json"), nested(40)).unwrap();
    let problem = check(folder.path(), &["good", "nested.json"]).json()["problems"][0].clone();
    assert!(
        !problem["message"].as_str().unwrap().contains("deep"),
        "{problem}"
    );
}

#[test]
fn a_path_that_is_not_there_is_said() {
    stands("nothing-here.json", "there is no such file or folder", &|_| ());
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use super::{FINE, GAPS, beside, binary, check, stands};

    #[test]
    fn a_named_pipe_is_not_waited_for() {
        let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        stands("pipe.json", "a named pipe", &pipe);
    }

    #[test]
    fn a_named_pipe_in_a_folder_is_not_waited_for_either() {
        let folder = beside(FINE);
        let path = folder.path().join("good/pipe.json");
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        let ran = check(folder.path(), &["good"]);
        assert_eq!(ran.code, 3, "{}", ran.out);
        assert!(ran.out.contains("a named pipe"), "{}", ran.out);
    }

    #[test]
    fn links_in_a_circle_are_said_once_and_left() {
        for (scenario, code) in [(FINE, 3), (GAPS, 1)] {
            let folder = beside(scenario);
            let alone = check(folder.path(), &["good"]);
            fs::create_dir(folder.path().join("good/below")).unwrap();
            symlink("..", folder.path().join("good/below/up")).unwrap();
            let ran = check(folder.path(), &["good"]);
            assert_eq!(ran.code, code, "{}", ran.out);
            assert_eq!(ran.json()["findings"], alone.json()["findings"]);
            let problems = ran.json()["problems"].as_array().unwrap().clone();
            assert_eq!(problems.len(), 1, "{problems:?}");
            let message = problems[0]["message"].as_str().unwrap();
            assert!(message.contains("leads back"), "{message}");
        }
    }

    /// The files of the folder are found a second time, under longer names; what is the same counts once.
    #[test]
    fn a_link_to_above_the_folder_ends_where_it_comes_round() {
        let folder = beside(GAPS);
        fs::create_dir(folder.path().join("good/below")).unwrap();
        symlink("../..", folder.path().join("good/below/up")).unwrap();
        let ran = check(folder.path(), &["good"]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        let answer = ran.json();
        assert_eq!(
            (&answer["summary"]["errors"], &answer["summary"]["connectors"]),
            (&1.into(), &1.into())
        );
        assert!(ran.out.contains("leads back"), "{}", ran.out);
    }

    #[test]
    fn a_link_to_itself_is_no_file() {
        let folder = beside(FINE);
        symlink("round.json", folder.path().join("good/round.json")).unwrap();
        let ran = check(folder.path(), &["good"]);
        assert_eq!(ran.code, 3, "{}", ran.out);
        assert!(ran.out.contains("round.json"), "{}", ran.out);
    }

    /// Who may read everything runs the program as someone who may not.
    #[test]
    fn a_file_without_permission_is_said() {
        for (scenario, code) in [(FINE, 3), (GAPS, 1)] {
            let folder = beside(scenario);
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            let secret = folder.path().join("secret.json");
            fs::write(&secret, "{}").unwrap();
            fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
            let alone = check(folder.path(), &["good"]);
            let ran = if fs::File::open(&secret).is_ok() {
                let program = folder.path().join("rolecall");
                fs::copy(env!("CARGO_BIN_EXE_rolecall"), &program).unwrap();
                let mut command = Command::new(&program);
                command.current_dir(folder.path()).uid(65_534).gid(65_534);
                command.args(["check", "--format", "json", "good", "secret.json"]);
                binary::run(command, b"")
            } else {
                check(folder.path(), &["good", "secret.json"])
            };
            assert_eq!(ran.code, code, "{} {}", ran.out, ran.err);
            assert_eq!(ran.json()["findings"], alone.json()["findings"]);
            let message = ran.json()["problems"][0]["message"].as_str().unwrap().to_owned();
            assert!(message.contains("permission to read it is denied"), "{message}");
            assert_eq!(fs::metadata(&secret).unwrap().mode() & 0o777, 0);
        }
    }
}

#[test]
fn a_template_that_is_no_yaml_is_said_with_its_place() {
    stands(
        "stack.yaml",
        "this is no YAML",
        &write(b"Resources:\n  Role: [unclosed\n  Other: {\n"),
    );
    stands(
        "self.yaml",
        "an alias stands inside",
        &write(b"Resources:\n  Role: &role [*role]\n"),
    );
}

#[test]
fn yaml_of_other_things_counts_for_nothing_in_a_folder() {
    let folder = beside(FINE);
    let alone = check(folder.path(), &["good"]);
    fs::write(
        folder.path().join("good/compose.yaml"),
        "services: {web: {image: nginx}}\n",
    )
    .unwrap();
    fs::write(folder.path().join("good/odd.yml"), "a: [unclosed\n").unwrap();
    let ran = check(folder.path(), &["good"]);
    assert_eq!(ran.code, alone.code, "{} {}", ran.out, ran.err);
    let answer = ran.json();
    assert_eq!(answer["problems"], serde_json::json!([]));
    assert_eq!(answer["summary"]["unread"], 0);
}
