//! "Did you mean": names of the catalogue close to one that it does not have.
//!
//! In: a name as the user wrote it. Out: at most three names, best first, in a deterministic order: by edit
//! distance without regard to case, then by name. Long texts get no suggestions, which bounds the work.

use super::model::{self, Action, Service};

/// At most this many suggestions.
const MOST: usize = 3;
/// Names longer than this in bytes are not mistyped names; the longest action has 71.
const LONGEST: usize = 100;

/// Names of actions that `full_name` (`kafka-cluster:ReadDate`) may have been meant to be.
///
/// First those of the same service that are a slip of the hand away, then the same name in other services, those
/// of similar prefix first, then the rest of the same service that is still close. If there is no such service,
/// the same is tried for the services of similar prefix. Some 0.2 ms.
pub fn suggest_action(full_name: &str) -> Vec<&'static str> {
    let Some((prefix, name)) = full_name.split_once(':') else {
        return Vec::new();
    };
    if full_name.len() > LONGEST || name.is_empty() {
        return Vec::new();
    }
    let near_services: Vec<Service> = match model::service(prefix) {
        Some(service) => vec![service],
        None => close_services(prefix),
    };
    let mut ranked: Vec<(Rank, &'static str)> = Vec::new();
    for action in near_services.iter().flat_map(Service::actions) {
        let (slip, limit) = (distance(action.short_name(), name), name.len() / 3);
        match slip {
            0..=2 if 2 * slip < name.len() => ranked.push((Rank::Slip(slip), action.name())),
            _ if slip <= limit => ranked.push((Rank::Close(slip), action.name())),
            _ => {}
        }
    }
    for action in same_name_elsewhere(name) {
        ranked.push((
            Rank::Elsewhere(distance(action.service_prefix(), prefix)),
            action.name(),
        ));
    }
    ranked.sort_unstable();
    let mut names: Vec<&'static str> = Vec::new();
    for (_, candidate) in ranked {
        if names.len() < MOST && !names.contains(&candidate) && !candidate.eq_ignore_ascii_case(full_name) {
            names.push(candidate);
        }
    }
    names
}

/// Prefixes of services that `prefix` (`kafka-connect`) may have been meant to be.
pub fn suggest_service(prefix: &str) -> Vec<&'static str> {
    close_services(prefix).iter().map(Service::prefix).collect()
}

/// The one of `names` that `written` may have been meant to be: the closest, and of those as close the first.
///
/// At most a third of its letters, and one in any case, may be wrong.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let limit = (written.len() / 3).max(1);
    names
        .into_iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (distance(name, written), name))
        .filter(|(away, _)| *away <= limit)
        .min_by_key(|(away, _)| *away)
        .map(|(_, name)| name)
}

/// Why a name is suggested, the better reason first; the number is an edit distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Slip(usize),
    Elsewhere(usize),
    Close(usize),
}

fn close_services(prefix: &str) -> Vec<Service> {
    if prefix.len() > LONGEST {
        return Vec::new();
    }
    // A third of the letters, so that two-letter prefixes are not all alike.
    let limit = (prefix.len() / 3).clamp(1, 3);
    let away = |service: Service| (distance(service.prefix(), prefix), service);
    let mut close: Vec<(usize, Service)> = model::services()
        .map(away)
        .filter(|(away, _)| (1..=limit).contains(away))
        .collect();
    close.sort_unstable();
    close.into_iter().take(MOST).map(|(_, service)| service).collect()
}

fn same_name_elsewhere(name: &str) -> impl Iterator<Item = Action> {
    model::services().filter_map(move |service| model::action(&format!("{}:{name}", service.prefix())))
}

/// The least number of letters to insert, delete, replace or swap with a neighbour, without regard to case
/// (each part of the text is edited once).
fn distance(left: &str, right: &str) -> usize {
    let fold = |text: &str| text.to_ascii_lowercase().into_bytes();
    let (left, right) = (fold(left), fold(right));
    let mut two_back: Vec<usize> = Vec::new();
    let mut back: Vec<usize> = (0..=right.len()).collect();
    let mut before = None;
    for (row, letter) in left.iter().enumerate() {
        let mut now = Vec::with_capacity(back.len());
        let (mut above_left, mut beside) = (row, row + 1);
        now.push(beside);
        let mut other_before = None;
        for (column, (other, above)) in right.iter().zip(back.iter().skip(1)).enumerate() {
            let mut cost = (above_left + usize::from(letter != other))
                .min(above + 1)
                .min(beside + 1);
            if before == Some(other) && other_before == Some(letter) {
                let swapped = column.checked_sub(1).and_then(|column| two_back.get(column));
                cost = swapped.map_or(cost, |swapped| cost.min(swapped + 1));
            }
            now.push(cost);
            (above_left, beside, other_before) = (*above, cost, Some(other));
        }
        (two_back, back, before) = (back, now, Some(letter));
    }
    back.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest, suggest_action, suggest_service};

    #[test]
    fn slips_of_the_hand_are_corrected() {
        for (written, meant) in [
            ("kafka-cluster:ReadDate", "kafka-cluster:ReadData"),
            ("kafka-cluster:ReaData", "kafka-cluster:ReadData"),
            ("kafka-cluster:readdaat", "kafka-cluster:ReadData"),
            ("kafka:ReadData", "kafka-cluster:ReadData"),
            ("kafkacluster:WriteData", "kafka-cluster:WriteData"),
            ("kafka-cluster:DescribeClusterV2", "kafka-cluster:DescribeCluster"),
            ("kafka-cluster:GetBootstrapBrokers", "kafka:GetBootstrapBrokers"),
            ("kafka-connect:CreateConnector", "kafkaconnect:CreateConnector"),
            ("s3:GetObjects", "s3:GetObject"),
        ] {
            let suggested = suggest_action(written);
            assert_eq!(suggested.first(), Some(&meant), "{written}: {suggested:?}");
            assert!(suggested.len() <= 3);
        }
        assert_eq!(suggest_service("kafka-connect"), ["kafkaconnect"]);
    }

    #[test]
    fn nonsense_is_not_corrected() {
        for written in [
            "",
            ":",
            "s3:",
            "s3",
            "qqqqqqqq:Zzzzzzzzzzzzzzzzz",
            "s3:Xyzzyqwertyuiop",
        ] {
            assert!(
                suggest_action(written).is_empty(),
                "{written}: {:?}",
                suggest_action(written)
            );
        }
        assert!(suggest_action(&format!("s3:{}", "Get".repeat(100_000))).is_empty());
        assert!(suggest_service(&"s".repeat(100_000)).is_empty());
    }

    #[test]
    fn the_nearest_of_some_names_is_found_and_far_ones_are_not() {
        let names = ["severity", "source", "sauce", "help"];
        for (written, meant) in [
            ("severty", Some("severity")),
            ("HELP", Some("help")),
            ("soure", Some("source")),
            ("h", None),
            ("colour", None),
        ] {
            assert_eq!(nearest(written, names), meant, "{written}");
        }
        assert_eq!(nearest(&"x".repeat(10_000), names), None);
    }

    #[test]
    fn a_distance_counts_edits_and_swaps_of_neighbours() {
        for (left, right, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "ABC", 0),
            ("abc", "acb", 1),
            ("abcd", "badc", 2),
            ("topic", "topics", 1),
            ("get", "put", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), edits, "{left} {right}");
            assert_eq!(distance(right, left), edits, "{right} {left}");
        }
    }
}
