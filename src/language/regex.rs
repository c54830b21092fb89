//! stub
use super::program::Builder;
#[derive(Debug)]
/// x
pub struct RegexFault;
pub(super) fn build(_p: &str) -> Result<Builder, RegexFault> {
    Err(RegexFault)
}
