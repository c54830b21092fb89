//! What `rolecall check` says of a generated account, asked of the library.

use rolecall::check::{CheckOptions, check};
use rolecall::input::{ReadOptions, read};
use rolecall::pack::builtin;

use crate::organisation::Account;
use crate::score::{Said, Subject};

/// The findings of an account, each of whose lines is a file; `all` has those that are folded under others too.
///
/// # Errors
/// Something in the account could not be read, which is a fault of the generator.
pub(crate) fn judge(account: &Account, all: bool) -> Result<Vec<Said>, String> {
    let lines = account.text.lines().enumerate();
    let files = lines.map(|(at, line)| (format!("{}/{at:03}.json", account.id), line.as_bytes().to_vec()));
    let inputs = read(files, &ReadOptions::default());
    if let Some(problem) = inputs.problems.first() {
        return Err(format!("{}: {}", problem.file, problem.message));
    }
    if let Some(unknown) = inputs.unrecognised.first() {
        return Err(format!("{}: {}", account.id, unknown.why));
    }
    let packs = builtin().map_err(|faults| format!("{faults:?}"))?;
    let options = CheckOptions {
        all,
        ..CheckOptions::default()
    };
    let found = check(&inputs, packs, &options).findings.into_iter();
    let said = found.map(|finding| Said {
        kind: None,
        code: finding.code,
        severity: finding.severity.as_str().to_owned(),
        account: Some(account.id.clone()),
        subject: Subject {
            connector: finding.subject.connector,
            role: finding.subject.role,
        },
    });
    Ok(said.collect())
}
