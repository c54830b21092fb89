//! The table of checks: the rule each belongs to, when IAM makes it, and what AWS says when it fails.
//!
//! In: a [`Check`]. Out: its [`Row`]. A message stands here only where docs/SEMANTICS.md gives it; `{}` stands for
//! what the check fills in. Two families of messages are known: that of identity policies, in the order of
//! GRAM-22, and that of trust policies (GRAM-23). Of the other authorities no wording is claimed.

/// One thing that can be wrong with a policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    TooLong,
    Characters,
    Encoding,
    NotJson,
    NotAnObject,
    LoneSurrogate,
    TopKey,
    RepeatedKey,
    VersionValue,
    VersionOld,
    IdType,
    IdNotDocumented,
    StatementMissing,
    StatementType,
    StatementKey,
    SidType,
    SidCharacters,
    SidRepeated,
    EffectMissing,
    EffectType,
    EffectWord,
    EffectCase,
    ActionsBoth,
    ActionsMissing,
    ActionsType,
    ActionWithoutVendor,
    ActionColons,
    ActionVendor,
    ResourcesBoth,
    ResourcesMissing,
    ResourcesType,
    ResourceProhibited,
    NotResourceProhibited,
    ResourceNotArn,
    ResourcePartition,
    ResourceVendor,
    ResourceIamRegion,
    ResourceS3Region,
    ResourceIamPath,
    ResourceLegacy,
    ResourcePrefix,
    ShortArn,
    ShortSessionArn,
    ShortName,
    NotAName,
    RamElement,
    RamPrincipal,
    RamVariable,
    PrincipalsBoth,
    PrincipalProhibited,
    PrincipalMissing,
    PrincipalEmpty,
    PrincipalText,
    PrincipalType,
    PrincipalKey,
    PrincipalValue,
    PrincipalWildcard,
    PrincipalGroup,
    NotPrincipal,
    NotPrincipalAllow,
    ConditionType,
    ConditionNull,
    ConditionEmpty,
    ValuesEmpty,
    Operator,
    KeyRepeatedInOtherCase,
    DateValue,
    DateWithoutSuchDay,
    NumericValue,
    BoolValue,
    NullValue,
    IpValue,
    BinaryValue,
    ArnValue,
    VariableSyntax,
    VariablePlace,
    VariableOperator,
    VariableDate,
    VariableBool,
    VariableVersion,
    VariableEarly,
    TrustAction,
    TrustCognito,
    TrustSharedProvider,
    ResourceControl,
    Endpoint,
}

/// The steps of IAM's check of an identity policy, in their order.
///
/// Source: GRAM-22. The guide does not place the principal; IAM is taken to refuse it before it looks at Sids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Parameter,
    Syntax,
    Version,
    Legacy,
    Principal,
    Sid,
    Actions,
    ResourceFormat,
    ActionPrefix,
    Resources,
    Later,
}

/// The steps of IAM's check of a trust policy; from `Effect` on they are made statement by statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TrustStep {
    Parameter,
    Json,
    Version,
    Statement,
    Effect,
    NotPrincipal,
    Principal,
    Condition,
    Actions,
    Resources,
    Sid,
    Later,
}

/// What is known of one check.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) rule: &'static str,
    pub(super) step: Step,
    pub(super) identity: Option<&'static str>,
    pub(super) trust_step: TrustStep,
    pub(super) trust: Option<&'static str>,
}

impl Row {
    const fn at(rule: &'static str, step: Step, trust_step: TrustStep) -> Self {
        Self {
            rule,
            step,
            identity: None,
            trust_step,
            trust: None,
        }
    }

    const fn identity(self, message: &'static str) -> Self {
        Self {
            identity: Some(message),
            ..self
        }
    }

    const fn trust(self, message: &'static str) -> Self {
        Self {
            trust: Some(message),
            ..self
        }
    }
}

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";
/// The one message that GRAM-14 gives for service control policies too.
pub(super) const NO_PRINCIPAL: &str = "Policy document should not specify a principal.";
const INVALID_JSON: &str = "This policy contains invalid Json";
const INVALID_EFFECT: &str = "Invalid effect: {}";
const INVALID_PRINCIPAL: &str = "Invalid principal in policy: \"{}\":\"{}\"";
const IAM_PATH: &str = "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, \
    group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
    report/, access-report/.";

impl Check {
    /// The row of this check.
    ///
    /// Source: GRAM-01 to GRAM-28, message by message.
    pub(super) const fn row(self) -> Row {
        use Step::{ActionPrefix, Actions, Later, Legacy, Parameter, Resources, Sid, Syntax, Version};
        use TrustStep as T;
        // What IAM finds wrong with the shape of the JSON.
        const fn shape(rule: &'static str) -> Row {
            Row::at(rule, Syntax, T::Json).identity(SYNTAX)
        }
        const fn resource(message: &'static str) -> Row {
            Row::at("GRAM-13", Step::ResourceFormat, T::Resources).identity(message)
        }
        const fn principal(rule: &'static str) -> Row {
            Row::at(rule, Step::Principal, T::Principal)
        }
        // What Access Analyzer or a service finds, and IAM, as far as is known, does not look at first.
        const fn later(rule: &'static str) -> Row {
            Row::at(rule, Later, T::Later)
        }
        match self {
            Self::TooLong | Self::Characters | Self::Encoding => Row::at("GRAM-01", Parameter, T::Parameter),
            Self::NotJson | Self::NotAnObject => shape("GRAM-01").trust(INVALID_JSON),
            Self::LoneSurrogate => later("GRAM-01"),
            Self::TopKey => shape("GRAM-02"),
            Self::RepeatedKey => Row::at("GRAM-03", Syntax, T::Json),
            Self::VersionValue => Row::at("GRAM-04", Syntax, T::Version)
                .identity(SYNTAX)
                .trust("The policy must contain a valid version string"),
            Self::VersionOld => Row::at("GRAM-04", Version, T::Version)
                .identity("Policy document must be version 2012-10-17 or greater."),
            Self::IdType => shape("GRAM-05"),
            Self::IdNotDocumented => later("GRAM-05"),
            Self::StatementMissing => Row::at("GRAM-06", Syntax, T::Statement)
                .identity(SYNTAX)
                .trust("Could not parse the policy: Statement is empty!"),
            Self::StatementType => shape("GRAM-06"),
            Self::StatementKey => shape("GRAM-07"),
            Self::SidType => shape("GRAM-08"),
            Self::SidCharacters => Row::at("GRAM-08", Sid, T::Sid),
            Self::SidRepeated => Row::at("GRAM-08", Sid, T::Sid)
                .identity("Statement IDs (SID) in a single policy must be unique.")
                .trust("The Statement Ids in the policy are not unique"),
            Self::EffectMissing => Row::at("GRAM-09", Syntax, T::Effect)
                .identity(SYNTAX)
                .trust("Missing required field Effect"),
            Self::EffectType => shape("GRAM-09"),
            Self::EffectWord => Row::at("GRAM-09", Syntax, T::Effect)
                .identity(SYNTAX)
                .trust(INVALID_EFFECT),
            Self::EffectCase => Row::at("GRAM-09", Legacy, T::Effect)
                .identity(LEGACY)
                .trust(INVALID_EFFECT),
            Self::ActionsBoth => Row::at("GRAM-10", Syntax, T::Actions).identity(SYNTAX),
            Self::ActionsMissing => Row::at("GRAM-10", Actions, T::Actions)
                .identity("Policy statement must contain actions.")
                .trust("Missing required field Action"),
            Self::ActionsType => shape("GRAM-10"),
            Self::ActionWithoutVendor => Row::at("GRAM-11", ActionPrefix, T::Actions)
                .identity("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
            Self::ActionColons => Row::at("GRAM-11", ActionPrefix, T::Actions)
                .identity("Actions/Condition can contain only one colon."),
            Self::ActionVendor => {
                Row::at("GRAM-11", ActionPrefix, T::Actions).identity("Vendor {} is not valid")
            }
            Self::ResourcesBoth => Row::at("GRAM-12", Syntax, T::Resources).identity(SYNTAX),
            Self::ResourcesMissing => Row::at("GRAM-12", Resources, T::Resources)
                .identity("Policy statement must contain resources."),
            Self::ResourcesType => shape("GRAM-12"),
            Self::ResourceProhibited => {
                Row::at("GRAM-12", Resources, T::Resources).trust("Has prohibited field Resource")
            }
            Self::NotResourceProhibited => Row::at("GRAM-12", Resources, T::Resources)
                .trust("AssumeRole policy must not contain resources."),
            Self::ResourceNotArn => resource("Resource {} must be in ARN format or \"*\"."),
            Self::ResourcePartition => resource("Partition \"{}\" is not valid for resource \"{}\"."),
            Self::ResourceVendor => {
                resource("Resource vendor must be fully qualified and cannot contain regexes.")
            }
            Self::ResourceIamRegion => resource("IAM resource {} cannot contain region information."),
            Self::ResourceS3Region => resource("Resource {} can not contain region information."),
            Self::ResourceIamPath => resource(IAM_PATH),
            Self::ResourceLegacy => Row::at("GRAM-13", Legacy, T::Resources).identity(LEGACY),
            Self::ResourcePrefix => later("GRAM-13"),
            Self::ShortArn => later("MATCH-R4"),
            Self::ShortSessionArn => later("GRAM-28"),
            Self::ShortName | Self::NotAName => later("RAM-03"),
            Self::RamElement => later("RAM-01"),
            Self::RamPrincipal => later("RAM-04"),
            Self::RamVariable => later("RAM-06"),
            Self::PrincipalsBoth => principal("GRAM-14"),
            Self::PrincipalProhibited => principal("GRAM-14").identity(NO_PRINCIPAL),
            Self::PrincipalMissing => principal("GRAM-14").trust("Missing required field Principal"),
            Self::PrincipalEmpty => {
                principal("GRAM-14").trust("Missing required field Principal cannot be empty!")
            }
            Self::PrincipalText => principal("GRAM-14").trust("Principal must be a JSON object."),
            Self::PrincipalType | Self::PrincipalKey => principal("GRAM-14"),
            Self::PrincipalValue => principal("GRAM-14").trust(INVALID_PRINCIPAL),
            Self::PrincipalWildcard => principal("MATCH-P3").trust(INVALID_PRINCIPAL),
            Self::PrincipalGroup => principal("MATCH-P8").trust(INVALID_PRINCIPAL),
            Self::NotPrincipal => Row::at("GRAM-15", Step::Principal, T::NotPrincipal)
                .identity(NO_PRINCIPAL)
                .trust("AssumeRole policy must not contain NotPrincipal field."),
            Self::NotPrincipalAllow => Row::at("GRAM-15", Step::Principal, T::NotPrincipal)
                .trust("Allow with NotPrincipal is not allowed."),
            Self::ConditionType | Self::ConditionNull => {
                Row::at("GRAM-16", Syntax, T::Condition).identity(SYNTAX)
            }
            Self::ConditionEmpty => later("EMPTY-03"),
            Self::ValuesEmpty => later("GRAM-16"),
            Self::Operator => Row::at("GRAM-17", Syntax, T::Condition).identity(SYNTAX),
            Self::KeyRepeatedInOtherCase => later("GRAM-19"),
            Self::DateValue => Row::at("GRAM-20", Legacy, T::Condition).identity(LEGACY),
            Self::DateWithoutSuchDay => later("COND-22"),
            Self::NumericValue => later("COND-18"),
            Self::BoolValue => later("COND-17"),
            Self::NullValue => later("COND-05"),
            Self::IpValue => later("COND-23"),
            Self::BinaryValue => later("COND-25"),
            Self::ArnValue => later("MATCH-N2"),
            Self::VariableDate => Row::at("GRAM-21", Legacy, T::Condition).identity(LEGACY),
            Self::VariableSyntax | Self::VariablePlace | Self::VariableOperator | Self::VariableVersion => {
                later("GRAM-21")
            }
            Self::VariableBool | Self::VariableEarly => later("VAR-03"),
            Self::TrustAction => Row::at("GRAM-23", Later, T::Actions)
                .trust("AssumeRole policy may only specify STS AssumeRole actions."),
            Self::TrustCognito => {
                principal("GRAM-23").trust("A condition block must be present for the Cognito provider")
            }
            Self::TrustSharedProvider => principal("GRAM-23"),
            Self::ResourceControl => later("GRAM-26"),
            Self::Endpoint => later("GRAM-27"),
        }
    }
}

/// A message with its `{}` replaced by `values`, in order; a `{}` without a value becomes empty.
pub(super) fn filled(message: &str, values: &[&str]) -> String {
    let mut parts = message.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        text.push_str(values.get(at).copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}
