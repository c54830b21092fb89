//! What stops working when a service-linked role is deleted.

use super::data::{Data, ServiceLinkedRole};

/// What deleting a service-linked role breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The role's name, as Alibaba Cloud spells it.
    pub role: &'static str,
    /// The service that it is linked to.
    pub service: &'static str,
    /// The feature that works by it, as `--feature` names it.
    pub feature: &'static str,
    /// When the service creates it by itself.
    pub created: &'static str,
    /// What it is for.
    pub does: &'static str,
    /// What no longer works without it, one sentence each.
    pub breaks: &'static [String],
    /// How it comes back.
    pub again: &'static str,
    /// The version of its policy that this rests on, and the day on which that was read.
    pub as_of: (&'static str, String),
}

/// What deleting the role breaks: by its name in any case, the name of its policy, of its service or of its feature,
/// or by a name such as `acs:ram::ACCOUNT:role/NAME`. `None` for a role that is not known.
///
/// ```
/// let impact = rolecall::check::alibaba_impact("AliyunServiceRoleForAlikafkaETL").ok_or("not known")?;
/// assert_eq!((impact.feature, impact.service), ("etl", "etl.alikafka.aliyuncs.com"));
/// assert!(impact.text().contains("no ETL task can be created"));
/// # Ok::<(), &str>(())
/// ```
pub fn alibaba_impact(role: &str) -> Option<Impact> {
    let name = role.rsplit_once(":role/").map_or(role, |(_, name)| name);
    Data::builtin().role(name).map(Impact::of)
}

/// The names of the roles that [`alibaba_impact`] knows.
pub fn alibaba_roles() -> impl Iterator<Item = &'static str> {
    Data::builtin().roles.iter().map(|role| role.name.as_str())
}

impl Impact {
    pub(super) fn of(role: &'static ServiceLinkedRole) -> Self {
        Self {
            role: &role.name,
            service: &role.service,
            feature: &role.feature,
            created: &role.created,
            does: &role.does,
            breaks: &role.breaks,
            again: &role.again,
            as_of: (&role.version, role.read.to_string()),
        }
    }

    /// The text for people. Ends in a line feed.
    pub fn text(&self) -> String {
        let (version, read) = &self.as_of;
        let mut lines = vec![
            format!("{} ({})", self.role, self.service),
            format!("  it {}", self.does),
            format!("  it is created {}", self.created),
            String::new(),
            format!("without it (feature `{}`)", self.feature),
        ];
        lines.extend(self.breaks.iter().map(|what| format!("  {what}")));
        lines.extend([
            String::new(),
            "deleting it is refused while it is in use, and goes on in the background otherwise".to_owned(),
            format!("to have it again: {}", self.again),
            format!("as of version {version} of its policy, read on {read}"),
        ]);
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_any_of_its_names() {
        for name in [
            "AliyunServiceRoleForAlikafkaConnector",
            "aliyunserviceroleforalikafkaconnector",
            "AliyunServiceRolePolicyForAlikafkaConnector",
            "connector.alikafka.aliyuncs.com",
            "connector",
            "acs:ram::1234567890123456:role/aliyunserviceroleforalikafkaconnector",
        ] {
            let impact = alibaba_impact(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(impact.role, "AliyunServiceRoleForAlikafkaConnector", "{name}");
        }
        assert_eq!(alibaba_impact("AliyunServiceRoleForAlikafkaX"), None);
        assert_eq!(alibaba_roles().count(), 5);
    }
}
