//! How units are judged.
