//! The flags of `rolecall simulate`, with their help.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use crate::engine::LayerKind;

const EXAMPLES: &str = "\
Examples:
  One question, explained clause by clause:
    rolecall simulate --principal arn:aws:iam::111122223333:role/sink --action s3:PutObject \\
      --resource arn:aws:s3:::logs/connect/1 --policy role.json --boundary boundary.json

  For every resource of a pattern, with a known and an absent context key:
    rolecall simulate --principal arn:aws:iam::111122223333:role/sink --action kafka-cluster:ReadData \\
      --resource-pattern 'arn:aws:kafka:us-east-1:111122223333:topic/c/*/orders*' --policy role.json \\
      --context aws:SourceVpce=vpce-1 --absent-key aws:MultiFactorAuthPresent

  A stream of cases, one JSON object a line (see docs/CASES.md):
    rolecall simulate --cases cases.ndjson > answers.ndjson

  In place of `aws iam simulate-custom-policy --cli-input-json file://input.json`:
    rolecall simulate --aws input.json

Exit codes: 0 allowed (with --cases or --aws: everything was read); 1 not allowed; 2 wrong usage, or nothing
readable; 3 answered, but some input could not be read.";

/// Whether a request is allowed, and why: clause by clause, with places.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
#[command(group = ArgGroup::new("batch").args(["cases", "aws"]).conflicts_with_all(["principal", "action", "resource", "resource_pattern"]))]
pub struct SimulateArgs {
    /// Answer a stream of cases, one JSON object a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub cases: Option<PathBuf>,

    /// Answer the JSON input of `aws iam simulate-custom-policy` in the form of that command; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub aws: Option<PathBuf>,

    /// Who asks: the ARN of a role, session, user or root, a service name, or `anonymous`
    #[arg(long, value_name = "ARN", required_unless_present_any = ["batch", "federated_provider"])]
    pub principal: Option<String>,

    /// What they do: `service:Name`, in any case; with `*` or `?`, every action of the catalogue that the pattern matches
    #[arg(long, value_name = "ACTION", required_unless_present = "batch")]
    pub action: Option<String>,

    /// Ask for every name that the action, as a pattern, matches, whether there is such an action or not
    #[arg(long, conflicts_with = "batch")]
    pub open_world: bool,

    /// Ask only about resources that the action can name, as always for a pattern of actions
    #[arg(long, requires = "resource_pattern", conflicts_with_all = ["batch", "open_world", "universe"])]
    pub real_resources: bool,

    /// What they do it on: one ARN, or `*` for actions without resources
    #[arg(
        long,
        value_name = "ARN",
        required_unless_present_any = ["batch", "resource_pattern"],
        conflicts_with = "resource_pattern"
    )]
    pub resource: Option<String>,

    /// Ask for every resource of a pattern, in which `*` and `?` are wildcards
    #[arg(long, value_name = "PATTERN")]
    pub resource_pattern: Option<String>,

    /// With a pattern: every resource also matches one of these
    #[arg(long, value_name = "PATTERN", requires = "resource_pattern")]
    pub universe: Vec<String>,

    /// The account that owns the resource [default: that of the ARN, else the principal's]
    #[arg(long, value_name = "ID")]
    pub resource_account: Option<String>,

    /// The full ARN of the role, for a session whose role has a path
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,

    /// The provider of an unsigned AssumeRoleWithSAML or AssumeRoleWithWebIdentity call
    #[arg(long, value_name = "PROVIDER", conflicts_with = "principal")]
    pub federated_provider: Option<String>,

    /// An identity policy: a policy document, or the output of an AWS CLI command that holds one
    #[arg(
        long = "policy",
        visible_alias = "identity-policy",
        value_name = "FILE",
        help_heading = "Policies"
    )]
    pub policies: Vec<PathBuf>,

    /// The policy of the resource; for `sts:AssumeRole`, the role's trust policy
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub resource_policy: Vec<PathBuf>,

    /// The permissions boundary
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub boundary: Vec<PathBuf>,

    /// A session policy
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub session_policy: Vec<PathBuf>,

    /// The service control policies of one level, parted by commas; once for each level, root first
    #[arg(long, value_name = "FILE[,FILE…]", help_heading = "Policies")]
    pub scp: Vec<String>,

    /// The resource control policies of one level, parted by commas; once for each level, root first
    #[arg(long, value_name = "FILE[,FILE…]", help_heading = "Policies")]
    pub rcp: Vec<String>,

    /// The policy of the VPC endpoint that the request goes through
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub endpoint_policy: Vec<PathBuf>,

    /// A layer that holds a policy whose text is not at hand; layers not given are taken to be none
    #[arg(long, value_name = "LAYER", help_heading = "Policies")]
    pub unknown_layer: Vec<LayerName>,

    /// A context key; given several times, the key is multivalued
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Context")]
    pub context: Vec<String>,

    /// A JSON object of context keys: a value, an array for a multivalued key, null for an absent one
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    pub context_file: Option<PathBuf>,

    /// A context key that is absent
    #[arg(long, value_name = "KEY", help_heading = "Context")]
    pub absent_key: Vec<String>,

    /// A context key of which nothing is known, with --closed-world
    #[arg(long, value_name = "KEY", help_heading = "Context")]
    pub unknown_key: Vec<String>,

    /// Take context keys that are not given to be absent instead of unknown
    #[arg(long, help_heading = "Context")]
    pub closed_world: bool,

    /// The principal's account is the management account: service control policies do not apply
    #[arg(long, help_heading = "Context")]
    pub management_account: bool,

    /// The resource's account is the management account: resource control policies do not apply
    #[arg(long, help_heading = "Context")]
    pub resource_in_management_account: bool,

    /// The principal is a service-linked role
    #[arg(long, help_heading = "Context")]
    pub service_linked: bool,

    /// Treat what AWS's documentation leaves open as unknown
    #[arg(long)]
    pub sound: bool,

    /// How to print the answer to one question
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
}

/// The forms of an answer to one question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// The names of layers on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LayerName {
    /// Identity policies.
    Identity,
    /// The resource's policy.
    Resource,
    /// The permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// The VPC endpoint policy.
    Endpoint,
}

impl From<LayerName> for LayerKind {
    fn from(name: LayerName) -> Self {
        match name {
            LayerName::Identity => Self::Identity,
            LayerName::Resource => Self::Resource,
            LayerName::Boundary => Self::Boundary,
            LayerName::Session => Self::Session,
            LayerName::Scp => Self::ServiceControl,
            LayerName::Rcp => Self::ResourceControl,
            LayerName::Endpoint => Self::Endpoint,
        }
    }
}
