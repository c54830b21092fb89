//! A cluster beside the connector's own that a client inside the connector talks to: that of a schema history, say.
//!
//! In: the connector's facts, and the settings that name the brokers of that client. Out: the same facts with that
//! cluster in place of the connector's. Brokers that do not say which cluster they are of are taken as the connector's
//! own, as nearly all are.

use std::borrow::Cow;

use crate::input::{ClusterFit, Inputs, Setting, same_cluster};
use crate::pack::{Direction, Requirement, Scope, Variable, When};
use crate::source::Place;

use super::cluster::ClusterFacts;
use super::facts::Facts;
use super::home::Home;
use super::mirror::uuid_of;
use super::values::{Member, Members, Values};

/// A connector's facts, with another cluster.
pub(super) struct OtherCluster<'a> {
    facts: &'a Facts<'a>,
    /// The other cluster, where it is among the inputs.
    cluster: Option<ClusterFacts>,
}

impl<'a> OtherCluster<'a> {
    /// The cluster, where it is among the inputs.
    pub(super) fn cluster(&self) -> Option<&ClusterFacts> {
        self.cluster.as_ref()
    }

    /// The cluster that a requirement is asked of; `None` where that is the connector's own.
    pub(super) fn of(requirement: &Requirement, facts: &'a Facts<'a>, inputs: &Inputs) -> Option<Self> {
        let connector = facts.connector;
        let mut settings = requirement.brokers.iter();
        let brokers = settings.find_map(|key| connector.setting(key))?;
        let (servers, place) = (&brokers.value.value, brokers.value.place);
        let found = inputs
            .cluster_of_servers(servers, place)
            .filter(|found| found.fit == ClusterFit::Named);
        if let Some(found) = found {
            let cluster = ClusterFacts::parse(&found.cluster.arn.value)?;
            let is_own = facts.cluster.as_ref().is_none_or(|own| own.arn == cluster.arn);
            return (!is_own).then_some(Self {
                facts,
                cluster: Some(cluster),
            });
        }
        let own = connector.bootstrap_servers.as_ref()?;
        let differs = same_cluster(servers, &own.value) == Some(false);
        differs.then_some(Self { facts, cluster: None })
    }
}

impl Values for OtherCluster<'_> {
    fn one(&self, variable: &Variable) -> Option<Member> {
        let cluster = self.cluster.as_ref();
        let own = self.facts.cluster.as_ref();
        let open = |text: Option<&String>| {
            Some(text.map_or_else(Member::open_segment, |text| Member::literal(text, None)))
        };
        match variable {
            Variable::FirstOf(of) => of.iter().find_map(|one| self.one(one)),
            Variable::Partition => {
                let home = cluster.map_or(&self.facts.home, |cluster| &cluster.home);
                Some(Member::literal(&home.partition, None))
            }
            Variable::Region => open(cluster.and_then(|cluster| cluster.home.region.as_ref())),
            Variable::Account => open(cluster.and_then(|cluster| cluster.home.account.as_ref())),
            Variable::ClusterArn => cluster.map(|cluster| Member::literal(&cluster.arn, None)),
            Variable::ClusterName => open(cluster.map(|cluster| &cluster.name)),
            Variable::ClusterUuid => Some(uuid_of(cluster, own.map(|own| own.uuid.as_str()))),
            of_connector => self.facts.one(of_connector),
        }
    }

    fn many(&self, variable: &Variable, direction: Option<Direction>) -> Option<Cow<'_, Members>> {
        self.facts.many(variable, direction)
    }

    fn setting(&self, scope: Scope, key: &str) -> Option<&Setting> {
        self.facts.setting(scope, key)
    }

    fn settings(&self, scope: Scope, start: &str) -> Vec<&Setting> {
        self.facts.settings(scope, start)
    }

    fn is_about(&self, when: &When) -> bool {
        self.facts.is_about(when)
    }

    fn home(&self) -> &Home {
        self.cluster
            .as_ref()
            .map_or(self.facts.home(), |cluster| &cluster.home)
    }

    fn at(&self) -> Place {
        self.facts.at()
    }
}
