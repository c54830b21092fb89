//! How grave a finding is.

/// How grave a finding is; ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It works, but is risky, fragile, or rests on advisory facts.
    Warning,
    /// It will not work.
    Error,
}

impl Severity {
    /// The word in output and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
