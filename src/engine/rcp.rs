//! The services whose resources resource control policies cover, as dated data.
//!
//! The list grows; a service that is not on it is unknown, never not covered. Source: EVAL-23; AWS Organizations
//! User Guide, "Resource control policies", as of 2026-09-26.

/// Action prefixes, sorted.
const SERVICES: [&str; 62] = [
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// Whether resource control policies are known to cover the service of this action, in folded case.
pub(super) fn covers(folded_action: &str) -> bool {
    folded_action
        .split_once(':')
        .is_some_and(|(service, _)| SERVICES.binary_search(&service).is_ok())
}

/// The prefixes of the services that are known to be covered.
pub(super) fn services() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_known_services_are_on_it() {
        assert!(SERVICES.is_sorted());
        assert!(
            covers("s3:getobject")
                && covers("sts:assumerole")
                && !covers("ec2:runinstances")
                && !covers("s3")
        );
    }
}
