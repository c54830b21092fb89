//! What a run was given, and how to find things in it.

use std::collections::BTreeSet;

use super::confluent::{ByokKey, Integration, ManagedConnector};
use super::identity::{Attachment, Identity};
use super::model::{
    BarePolicy, BootstrapBrokers, Cluster, Connector, DeliveryStream, LogPolicy, ManagedPolicy, Note,
    OrganizationPolicy, Plugin, ResourcePolicy, Unrecognised, WorkerConfiguration,
};
use super::name;
use super::organization::Organization;
use super::ram::RamInputs;
use super::scope::Scope;
use crate::source::{DocId, Place, Problem, Sources};

/// Everything that the texts say. Lists are in the order of file names, then of places, unless said otherwise.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The texts, in the order of their names.
    pub sources: Sources,
    /// Connectors, one of each ARN.
    pub connectors: Vec<Connector>,
    /// Clusters, one of each ARN.
    pub clusters: Vec<Cluster>,
    /// Bootstrap brokers of clusters that are not named.
    pub bootstrap_brokers: Vec<BootstrapBrokers>,
    /// Roles, one of each ARN.
    pub roles: Vec<Identity>,
    /// Whether the roles of an account are listed, so that there are no others.
    pub lists_roles: bool,
    /// Users, one of each ARN.
    pub users: Vec<Identity>,
    /// Groups, one of each ARN.
    pub groups: Vec<Identity>,
    /// Managed policies, one of each ARN and those whose ARN is not known.
    pub policies: Vec<ManagedPolicy>,
    /// Policies of buckets, one a bucket.
    pub bucket_policies: Vec<ResourcePolicy>,
    /// Policies of KMS keys, one a key.
    pub key_policies: Vec<ResourcePolicy>,
    /// Resource policies of CloudWatch Logs.
    pub log_policies: Vec<LogPolicy>,
    /// The lists that those were read from: when there is one, there are no others.
    pub log_policy_lists: Vec<Place>,
    /// Delivery streams.
    pub delivery_streams: Vec<DeliveryStream>,
    /// Service and resource control policies, by level and name.
    pub organization_policies: Vec<OrganizationPolicy>,
    /// Which accounts lie below which roots and units of their organization.
    pub organization: Organization,
    /// What is of Alibaba Cloud.
    pub ram: RamInputs,
    /// Custom plugins.
    pub plugins: Vec<Plugin>,
    /// Worker configurations.
    pub worker_configurations: Vec<WorkerConfiguration>,
    /// Provider integrations of Confluent Cloud with AWS, one of each id.
    pub integrations: Vec<Integration>,
    /// Connectors that Confluent Cloud runs, one of each name in a folder.
    pub managed_connectors: Vec<ManagedConnector>,
    /// Keys that Confluent Cloud was given, one of each ARN.
    pub byok_keys: Vec<ByokKey>,
    /// Policies that stand alone.
    pub documents: Vec<BarePolicy>,
    /// What could not be read, by file and place.
    pub problems: Vec<Problem>,
    /// The documents of which nothing could be read; each has a problem too.
    pub unread: Vec<DocId>,
    /// How many places of documents that were read could not be; each has a problem.
    pub skipped: usize,
    /// Documents inside strings that stand where a policy does, and are no JSON. What holds them has no document.
    pub broken_policies: Vec<DocId>,
    /// The documents that are JSON and nothing known here.
    pub unrecognised: Vec<Unrecognised>,
    /// What was assumed.
    pub notes: Vec<Note>,
}

/// A cluster that a connector may be of, and how that is known.
#[derive(Clone, Copy, Debug)]
pub struct ClusterMatch<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// How that is known.
    pub fit: ClusterFit,
}

/// How the cluster of a connector is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterFit {
    /// The bootstrap servers name it.
    Named,
    /// The bootstrap servers name none, and it is the only cluster near.
    OnlyNear,
    /// It is the only cluster near, but the bootstrap servers name another one.
    HostsDiffer,
}

impl Inputs {
    /// The role of an ARN. Where no role has it, the only role of that name whose ARN is not known.
    #[must_use]
    pub fn role(&self, arn: &str) -> Option<&Identity> {
        let has_arn = |role: &&Identity| role.arn.as_ref().is_some_and(|known| known.value == arn);
        self.roles.iter().find(has_arn).or_else(|| {
            let name = arn.rsplit('/').next().filter(|_| arn.contains(":role/"))?;
            let mut named = self
                .roles
                .iter()
                .filter(|role| role.arn.is_none() && role.name.value == name);
            named.next().filter(|_| named.next().is_none())
        })
    }

    /// The role or user of an ARN.
    #[must_use]
    pub fn identity(&self, arn: &str) -> Option<&Identity> {
        let is_it = |user: &&Identity| user.arn.as_ref().is_some_and(|known| known.value == arn);
        self.role(arn).or_else(|| self.users.iter().find(is_it))
    }

    /// The managed policy of an ARN.
    #[must_use]
    pub fn managed_policy(&self, arn: &str) -> Option<&ManagedPolicy> {
        self.policies
            .iter()
            .find(|policy| policy.arn.as_ref().is_some_and(|known| known.value == arn))
    }

    /// The policy of an attachment or boundary; `None` when its text is not given.
    #[must_use]
    pub fn attached_policy(&self, attachment: &Attachment) -> Option<&ManagedPolicy> {
        self.policies.get(attachment.policy?.0)
    }

    /// Whether some policy of an organization binds other accounts than others do.
    #[must_use]
    pub fn has_placed_policies(&self) -> bool {
        let is_placed = |policy: &OrganizationPolicy| policy.targets_listed || !policy.targets.is_empty();
        !self.organization_policies.is_empty()
            && (self.organization != Organization::default()
                || self.organization_policies.iter().any(is_placed))
    }

    /// The policy of a bucket, by the bucket's name.
    #[must_use]
    pub fn bucket_policy(&self, bucket: &str) -> Option<&ResourcePolicy> {
        self.bucket_policies
            .iter()
            .find(|policy| policy.resource == bucket)
    }

    /// The policy of a KMS key, by the key's id or ARN.
    #[must_use]
    pub fn key_policy(&self, key: &str) -> Option<&ResourcePolicy> {
        let id = |key: &str| key.rsplit('/').next().map(str::to_owned);
        self.key_policies
            .iter()
            .find(|policy| id(&policy.resource) == id(key))
    }

    /// The delivery stream of a name or ARN.
    #[must_use]
    pub fn delivery_stream(&self, name: &str) -> Option<&DeliveryStream> {
        let is_it = |stream: &&DeliveryStream| {
            stream.name.value == name || stream.arn.as_ref().is_some_and(|arn| arn.value == name)
        };
        self.delivery_streams.iter().find(is_it)
    }

    /// The worker configuration of an ARN.
    #[must_use]
    pub fn worker_configuration(&self, arn: &str) -> Option<&WorkerConfiguration> {
        self.worker_configurations
            .iter()
            .find(|configuration| configuration.arn.value == arn)
    }

    /// The cluster of an ARN.
    #[must_use]
    pub fn cluster(&self, arn: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.arn.value == arn)
    }

    /// The cluster of a connector: the one that its bootstrap servers name, else the only one near its file.
    #[must_use]
    pub fn cluster_of(&self, connector: &Connector) -> Option<ClusterMatch<'_>> {
        let servers = connector
            .bootstrap_servers
            .as_ref()
            .map_or("", |servers| &servers.value);
        self.cluster_of_servers(servers, connector.place)
    }

    /// The cluster of a list of hosts and ports that stands at `place`: the one that the hosts name, else the only
    /// one near that file.
    #[must_use]
    pub fn cluster_of_servers(&self, servers: &str, place: Place) -> Option<ClusterMatch<'_>> {
        let wanted: Vec<_> = servers.split(',').filter_map(Host::of).collect();
        let is_named = |cluster: &Cluster| wanted.iter().any(|host| host.names(cluster));
        let near = |is_wanted: &dyn Fn(&Cluster) -> bool| {
            let clusters = self
                .clusters
                .iter()
                .enumerate()
                .filter(|(_, cluster)| is_wanted(cluster));
            let files = clusters.map(|(number, cluster)| (number, self.sources.name(cluster.place.doc)));
            let number = Scope::of(files).only(self.sources.name(place.doc)).ok()?;
            self.clusters.get(number)
        };
        if let Some(cluster) = near(&is_named) {
            return Some(ClusterMatch {
                cluster,
                fit: ClusterFit::Named,
            });
        }
        let fit = if wanted.is_empty() {
            ClusterFit::OnlyNear
        } else {
            ClusterFit::HostsDiffer
        };
        near(&|_| true).map(|cluster| ClusterMatch { cluster, fit })
    }

    /// The provider integration of an id.
    #[must_use]
    pub fn integration(&self, id: &str) -> Option<&Integration> {
        self.integrations
            .iter()
            .find(|integration| integration.id.as_ref().is_some_and(|known| known.value == id))
    }

    /// The only one of these roles in the folder nearest to a place, roles that services made for themselves aside.
    #[must_use]
    pub fn only_role_near(&self, place: Place, is_wanted: impl Fn(&Identity) -> bool) -> Option<&Identity> {
        let roles = self
            .roles
            .iter()
            .enumerate()
            .filter(|(_, role)| !role.is_service_linked() && is_wanted(role));
        let files = roles.map(|(number, role)| (number, self.sources.name(role.place.doc)));
        let number = Scope::of(files).only(self.sources.name(place.doc)).ok()?;
        self.roles.get(number)
    }

    /// The folder part of the name of the file that a place is in: empty for files without one.
    #[must_use]
    pub fn folder(&self, place: Place) -> &str {
        name::folder(self.sources.name(place.doc))
    }
}

/// Whether two lists of hosts and ports are of one MSK cluster; `None` where their names do not tell.
#[must_use]
pub fn same_cluster(one: &str, other: &str) -> Option<bool> {
    let names = |servers: &str| -> BTreeSet<String> {
        let hosts = servers
            .split(',')
            .filter_map(|server| server.trim().split(':').next());
        hosts
            .filter(|host| !host.is_empty())
            .map(str::to_ascii_lowercase)
            .collect()
    };
    if !names(one).is_disjoint(&names(other)) {
        return Some(true);
    }
    let hosts = |servers| -> Vec<Host<'_>> { str::split(servers, ',').filter_map(Host::of).collect() };
    let (one, other) = (hosts(one), hosts(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let same = |a: &Host<'_>, b: &Host<'_>| (a.unique, a.region) == (b.unique, b.region);
    Some(one.iter().any(|a| other.iter().any(|b| same(a, b))))
}

/// What the name of an MSK broker tells: `b-1.<cluster>.<unique>.c<n>.kafka.<region>.amazonaws.com`, or
/// `boot-<unique>.c<n>.kafka-serverless.<region>.amazonaws.com`, which does not name its cluster.
struct Host<'a> {
    /// Letters and digits of the cluster's name, cut at twenty.
    cluster: &'a str,
    unique: &'a str,
    region: &'a str,
}

impl<'a> Host<'a> {
    fn of(server: &'a str) -> Option<Self> {
        let host = server.trim().split(':').next()?;
        let mut labels = host.split('.').rev();
        let at = labels.position(|label| label == "kafka")?;
        let region = host.split('.').rev().nth(at.checked_sub(1)?)?;
        labels.next()?;
        Some(Self {
            unique: labels.next()?,
            cluster: labels.next()?,
            region,
        })
    }

    /// Whether this is a host of the cluster: by what makes the hosts of a cluster unique where the output has any of
    /// them, else by its name.
    fn names(&self, cluster: &Cluster) -> bool {
        let hosts = cluster
            .zookeeper
            .iter()
            .flat_map(|string| string.value.split(','));
        let mut hosts = hosts.filter_map(Host::of).peekable();
        if hosts.peek().is_some() {
            return hosts.any(|host| (host.unique, host.region) == (self.unique, self.region));
        }
        let mut parts = cluster.arn.value.split(':').skip(3);
        let region = parts.next();
        let name = parts.nth(1).and_then(|resource| resource.split('/').nth(1));
        let (name, wanted) = (letters(name.unwrap_or_default()), letters(self.cluster));
        let is_cut = wanted.len() >= CUT && name.starts_with(&wanted);
        region == Some(self.region) && !wanted.is_empty() && (name == wanted || is_cut)
    }
}

/// The letters and digits of a name, in lower case: what is left of it in the names of hosts.
fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// Names of clusters are cut at this length in the names of their brokers.
const CUT: usize = 20;
