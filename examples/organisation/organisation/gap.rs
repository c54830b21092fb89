//! Gaps, planted by editing what is written. What an edit takes away follows from what the template says each clause
//! is for; nothing of the program's rules is asked.

use serde_json::{Value, json};

use super::connector::{Clause, Logs, code};
use super::dice::Dice;
use super::setup::{Granted, Setup};

/// What was done, and what has to be said of it.
pub(crate) struct Gap {
    /// The kind of the edit.
    pub(crate) edit: &'static str,
    /// What exactly was edited.
    pub(crate) detail: String,
    /// The codes that have to be reported; all but the first can be folded under the first.
    pub(crate) codes: Vec<&'static str>,
    /// Codes that may be reported as well.
    pub(crate) may: Vec<&'static str>,
}

/// Codes in the order in which a connector meets them; those that are not here come last.
const ORDER: [&str; 8] = [
    code::ROLE_MISSING,
    code::TRUST,
    code::TRUST_SOURCE,
    code::DEPUTY,
    code::CONNECT,
    code::DESCRIBE,
    code::INTERNAL,
    code::GROUPS,
];

type Edit = fn(&mut Setup, &mut Dice) -> Option<Gap>;

/// All edits, the likelier ones several times. Each gives nothing where it does not apply.
const EDITS: [Edit; 20] = [
    drop_action,
    drop_action,
    drop_action,
    drop_resource,
    drop_resource,
    alter,
    alter,
    alter,
    drop_statement,
    deny,
    deny,
    detach,
    old_version,
    narrow_boundary,
    misspell_service,
    wrong_source,
    open_trust,
    deny_trust,
    lose_role,
    break_logs,
];

/// Plants one gap.
pub(crate) fn plant(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    // The first edit fits every connector.
    let tries = (0..8)
        .filter_map(|_| dice.one(&EDITS).copied())
        .collect::<Vec<_>>();
    tries
        .into_iter()
        .chain([drop_action as Edit])
        .find_map(|edit| edit(setup, dice))
}

fn gap(edit: &'static str, detail: String, codes: impl IntoIterator<Item = &'static str>) -> Option<Gap> {
    let mut codes: Vec<_> = codes.into_iter().collect();
    let rank = |code: &str| {
        ORDER
            .iter()
            .position(|known| *known == code)
            .unwrap_or(ORDER.len())
    };
    codes.sort_by_key(|code| (rank(code), *code));
    codes.dedup();
    (!codes.is_empty()).then_some(Gap {
        edit,
        detail,
        codes,
        may: Vec::new(),
    })
}

fn codes_of(clause: &Clause) -> Vec<&'static str> {
    clause.actions.iter().map(|(_, code)| *code).collect()
}

/// A clause, by the policy and its number there.
fn some_clause<'a>(setup: &'a mut Setup, dice: &mut Dice) -> Option<&'a mut Clause> {
    let count: usize = setup.granted.iter().map(|granted| granted.clauses.len()).sum();
    let at = dice.below(count);
    setup
        .granted
        .iter_mut()
        .flat_map(|granted| &mut granted.clauses)
        .nth(at)
}

/// One of the policies that can be edited so.
fn some_granted<'a>(
    setup: &'a mut Setup,
    dice: &mut Dice,
    fits: impl Fn(&Granted) -> bool,
) -> Option<&'a mut Granted> {
    let mut fitting: Vec<_> = setup.granted.iter_mut().filter(|granted| fits(granted)).collect();
    let at = dice.below(fitting.len());
    (at < fitting.len()).then(|| fitting.swap_remove(at))
}

fn drop_action(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    for _ in 0..8 {
        let clause = some_clause(setup, dice)?;
        let dropped = dice.one(&clause.actions)?.0;
        if clause.actions.iter().all(|(action, _)| *action == dropped) {
            continue;
        }
        let codes: Vec<_> = clause
            .actions
            .iter()
            .filter(|(action, _)| *action == dropped)
            .map(|(_, code)| *code)
            .collect();
        clause.actions.retain(|(action, _)| *action != dropped);
        return gap("action dropped", dropped.to_owned(), codes);
    }
    None
}

fn drop_resource(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    for _ in 0..12 {
        let clause = some_clause(setup, dice)?;
        if clause.resources.len() > 1 {
            let dropped = clause.resources.remove(dice.below(clause.resources.len()));
            return gap("resource dropped", dropped, codes_of(clause));
        }
    }
    None
}

fn drop_statement(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let granted = some_granted(setup, dice, |granted| granted.clauses.len() > 1)?;
    let dropped = granted.clauses.remove(dice.below(granted.clauses.len()));
    gap(
        "statement dropped",
        dropped.resources.join(" "),
        codes_of(&dropped),
    )
}

/// One character of a resource, or its region, is another one.
fn alter(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let clause = some_clause(setup, dice)?;
    let at = dice.below(clause.resources.len());
    let resource = clause.resources.get_mut(at).filter(|resource| *resource != "*")?;
    let (edit, altered) = match dice.below(4) {
        0 => ("region altered", with_field(resource, 3, "us-gov-west-1")?),
        1 => ("account altered", with_field(resource, 4, "999999999999")?),
        _ => ("pattern narrowed", narrowed(resource)?),
    };
    let detail = format!("{resource} -> {altered}");
    *resource = altered;
    let mut gap = gap(edit, detail, codes_of(clause))?;
    // What is granted now is needed by nobody.
    gap.may.push(code::BROAD);
    Some(gap)
}

/// An ARN with another value of a field that is not empty.
fn with_field(arn: &str, at: usize, value: &str) -> Option<String> {
    let mut fields: Vec<_> = arn.splitn(6, ':').collect();
    let field = fields.get_mut(at).filter(|field| !field.is_empty())?;
    *field = value;
    Some(fields.join(":"))
}

/// A pattern whose last wildcard takes less, or a name that lacks its last letter.
fn narrowed(resource: &str) -> Option<String> {
    match resource.strip_suffix('*') {
        Some(before) => Some(format!("{before}x*")),
        None => {
            let last = resource.chars().next_back()?;
            resource.strip_suffix(last).map(str::to_owned)
        }
    }
}

fn deny(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let whole_service = dice.per_mille(300);
    let clause = some_clause(setup, dice)?;
    let (action, resource) = (dice.one(&clause.actions)?.0, dice.one(&clause.resources)?.clone());
    let service = action.split_once(':')?.0;
    let denied = if whole_service {
        format!("{service}:*")
    } else {
        action.to_owned()
    };
    let is_denied = |name: &str| {
        if whole_service {
            name.starts_with(&format!("{service}:"))
        } else {
            name == action
        }
    };
    // `*` takes everything else with it.
    let everything = resource == "*";
    let clauses = setup.granted.iter().flat_map(|granted| &granted.clauses);
    let hit = clauses.filter(|clause| everything || clause.resources.contains(&resource));
    let codes = hit
        .flat_map(|clause| &clause.actions)
        .filter(|(name, _)| is_denied(name))
        .map(|(_, code)| *code);
    let codes: Vec<_> = codes.collect();
    setup
        .guard
        .push(json!({ "Sid": "Never", "Effect": "Deny", "Action": denied, "Resource": resource }));
    gap("denied", format!("{denied} on {resource}"), codes)
}

fn detach(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let granted = some_granted(setup, dice, |granted| granted.is_attached)?;
    granted.is_attached = false;
    let codes: Vec<_> = granted.clauses.iter().flat_map(codes_of).collect();
    gap("policy detached", granted.name.to_owned(), codes)
}

fn old_version(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let granted = some_granted(setup, dice, |granted| {
        granted.is_attached && granted.clauses.len() > 1
    })?;
    let at = dice.below(granted.clauses.len());
    granted.not_yet = Some(at);
    let missing = granted.clauses.get(at)?;
    gap(
        "old version in force",
        missing.resources.join(" "),
        codes_of(missing),
    )
}

fn narrow_boundary(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let actions = setup.boundary.as_mut().filter(|actions| actions.len() > 1)?;
    let dropped = actions.remove(dice.below(actions.len()));
    let service = dropped.strip_suffix('*')?;
    let clauses = setup.granted.iter().flat_map(|granted| &granted.clauses);
    let lost = clauses
        .flat_map(|clause| &clause.actions)
        .filter(|(action, _)| action.starts_with(service));
    let codes: Vec<_> = lost.map(|(_, code)| *code).collect();
    gap("boundary narrowed", dropped, codes)
}

fn trust_statement(setup: &mut Setup) -> Option<&mut Value> {
    setup.trust.pointer_mut("/Statement/0")
}

fn misspell_service(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let spellings = [
        "kafka-connect.amazonaws.com",
        "kafka.amazonaws.com",
        "kafkaconnect.amazonaws.com ",
        " kafkaconnect.amazonaws.com",
        "kafkaconnect.amazonaws.co",
        "kafkaconect.amazonaws.com",
    ];
    let name = dice.word(&spellings);
    let service = trust_statement(setup)?.pointer_mut("/Principal/Service")?;
    *service = json!(name);
    gap("service misspelt", name.to_owned(), [code::TRUST])
}

fn wrong_source(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let number = dice.below(3);
    let condition = trust_statement(setup)?.get_mut("Condition")?;
    let detail = match number {
        0 => {
            *condition.pointer_mut("/StringEquals/aws:SourceAccount")? = json!("999999999999");
            "aws:SourceAccount of another account"
        }
        1 => {
            let source = condition.pointer_mut("/ArnLike/aws:SourceArn")?;
            *source = json!(source.as_str()?.replace(":connector/", ":connector/test-"));
            "aws:SourceArn of another connector"
        }
        _ => {
            let like = condition.as_object_mut()?.remove("ArnLike")?;
            let source = like.get("aws:SourceArn")?.clone();
            condition
                .get_mut("StringEquals")?
                .as_object_mut()?
                .insert("aws:SourceArn".to_owned(), source);
            "a wildcard under StringEquals"
        }
    };
    gap("source mismatched", detail.to_owned(), [code::TRUST_SOURCE])
}

fn open_trust(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let statement = trust_statement(setup)?.as_object_mut()?;
    let detail = match dice.below(3) {
        0 => {
            statement.remove("Condition")?;
            "no condition"
        }
        1 => {
            statement
                .get_mut("Condition")?
                .as_object_mut()?
                .remove("ArnLike")?;
            "the account alone"
        }
        _ => {
            statement
                .get_mut("Condition")?
                .as_object_mut()?
                .remove("StringEquals")?;
            "the connector alone"
        }
    };
    gap("trust opened", detail.to_owned(), [code::DEPUTY])
}

fn deny_trust(setup: &mut Setup, _: &mut Dice) -> Option<Gap> {
    let statements = setup.trust.get_mut("Statement")?.as_array_mut()?;
    statements.push(json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole" }));
    gap("trust denied", "for everybody".to_owned(), [code::TRUST])
}

fn lose_role(setup: &mut Setup, _: &mut Dice) -> Option<Gap> {
    setup.has_role = false;
    gap("role missing", setup.role.clone(), [code::ROLE_MISSING])
}

fn break_logs(setup: &mut Setup, dice: &mut Dice) -> Option<Gap> {
    let code = match setup.connector.logs {
        Logs::None => return None,
        Logs::Stream => {
            setup.stream_tag = "false";
            return gap("tag altered", "LogDeliveryEnabled".to_owned(), [code::LOG_STREAM]);
        }
        Logs::Group => code::LOG_GROUP,
        Logs::Bucket => code::LOG_S3,
    };
    if dice.per_mille(250) {
        setup.log_policy = None;
        return gap("log policy missing", String::new(), [code]);
    }
    let statements = setup.log_policy.as_mut()?;
    if statements.len() > 1 && dice.per_mille(400) {
        let dropped = statements.remove(dice.below(statements.len()));
        return gap(
            "log statement dropped",
            dropped.get("Action")?.to_string(),
            [code],
        );
    }
    let statement = statements.first_mut()?;
    let detail = if dice.per_mille(500) {
        *statement.pointer_mut("/Condition/StringEquals/aws:SourceAccount")? = json!("999999999999");
        "another account"
    } else {
        let resource = statement.pointer_mut("/Resource/0")?;
        *resource = json!(narrowed(resource.as_str()?)?);
        "a narrower resource"
    };
    gap("log policy altered", detail.to_owned(), [code])
}
