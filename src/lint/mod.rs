//! Grammar and sense of policies.
