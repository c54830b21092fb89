//! arn
