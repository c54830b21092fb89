//! Whether how a connector authenticates and the ports of its bootstrap servers agree.
//!
//! Source: the ports of Amazon MSK: 9092 without encryption, 9094 TLS, 9096 SASL/SCRAM, 9098 IAM; 91xx from outside
//! the VPC. Other ports, as those of private connectivity, say nothing.

use crate::pack::Authentication;
use crate::source::Place;

use super::facts::Facts;

/// A port that does not fit.
pub(super) struct PortGap {
    pub message: String,
    pub at: Place,
    pub label: String,
}

const IAM: [&str; 2] = ["9098", "9198"];
const OTHERS: [(&str, &str); 5] = [
    ("9092", "plain text"),
    ("9094", "TLS"),
    ("9096", "SASL/SCRAM"),
    ("9194", "TLS"),
    ("9196", "SASL/SCRAM"),
];

/// The first port that is another way to authenticate's.
pub(super) fn mismatch(facts: &Facts<'_>) -> Option<PortGap> {
    let servers = facts.connector.bootstrap_servers.as_ref()?;
    let authentication = facts.authentication?;
    let mut ports = servers
        .value
        .split(',')
        .filter_map(|server| server.trim().rsplit_once(':').map(|(_, port)| port));
    let (port, of) = match authentication {
        Authentication::Iam => ports.find_map(|port| {
            let other = OTHERS.iter().find(|(known, _)| *known == port)?;
            Some((port, other.1))
        })?,
        Authentication::None => (ports.find(|port| IAM.contains(port))?, "IAM"),
    };
    let (is, wanted) = match authentication {
        Authentication::Iam => ("IAM", "9098, or 9198 from outside the VPC"),
        Authentication::None => ("NONE", "9092 or 9094"),
    };
    Some(PortGap {
        message: format!(
            "the connector authenticates by {is}, but port {port} is that of {of}; expected is {wanted}"
        ),
        at: servers.place,
        label: format!("port {port}"),
    })
}
