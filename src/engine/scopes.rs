//! The decision of a dialect with two identity scopes: what an account grants stands before what its resource groups do.
//!
//! In: the run of a request. Out: the pair (denied, granted), as from the layers of one scope. A Deny at the scope of a
//! resource group counts only where the account's scope says nothing; an organization's policies and a session's limit
//! as ever; assuming a role takes the caller's policies and the role's trust, also within one account.
//!
//! Source: RAM-09 to RAM-13.

use super::caller::Caller;
use super::evaluate::Run;
use super::expr::Expr;
use super::gate;
use super::layer::LayerKind;
use super::leaf::{Doubt, Leaf};
use super::request::Resource;

impl Run<'_> {
    /// Whether the policies of a layer bear on this request. Service-linked roles are under control policies as others
    /// are.
    pub fn asks_in_two_scopes(&self, kind: LayerKind) -> bool {
        let caller = &self.request.caller;
        match kind {
            LayerKind::Resource => true,
            LayerKind::Identity | LayerKind::ResourceGroup => {
                caller.has_identity() && !matches!(caller, Caller::Root { .. })
            }
            LayerKind::ServiceControl => caller.has_identity() && !self.request.management_account,
            LayerKind::Session => matches!(caller, Caller::Role { .. }),
            // Those that the dialect does not have.
            LayerKind::Boundary | LayerKind::ResourceControl | LayerKind::Endpoint => false,
        }
    }

    /// What the policies say: whether one denies, and whether all that have to grant do.
    pub fn by_two_scopes(&mut self) -> (Expr, Expr) {
        let mut denied = Expr::False;
        let resource = self.layer(LayerKind::Resource).allow(&mut denied);
        if !self.request.caller.has_identity() {
            self.withhold(LayerKind::Resource, &resource);
            return (denied, resource);
        }
        let control = self.control(&mut denied);
        let session = if self.asks(LayerKind::Session) {
            self.single(LayerKind::Session, &mut denied)
        } else {
            Expr::True
        };
        let identity = self.identity(&mut denied);
        let both = gate::is_trust_action(&self.action, self.dialect);
        let granted = if both {
            self.withhold(LayerKind::Resource, &resource);
            self.withhold(LayerKind::Identity, &identity);
            identity.and(resource)
        } else {
            // Grants of an account reach its own resources alone.
            let own = self.is_own_resource().and(identity);
            let either = own.or(resource);
            self.withhold(LayerKind::Identity, &either);
            either
        };
        (denied, control.and(session).and(granted))
    }

    /// The grants of the two scopes; adds their Denies.
    fn identity(&mut self, denied: &mut Expr) -> Expr {
        if !self.asks(LayerKind::Identity) {
            return Expr::True;
        }
        let mut account = self.layer(LayerKind::Identity);
        denied.or_also(std::mem::replace(&mut account.deny, Expr::False));
        let account = account.any_class();
        let mut group = self.layer(LayerKind::ResourceGroup);
        let group_denies = std::mem::replace(&mut group.deny, Expr::False);
        denied.or_also(account.clone().negate().and(group_denies));
        account.or(group.any_class())
    }

    /// Control policies; whether they reach the root user depends on a scope that no document says.
    fn control(&mut self, denied: &mut Expr) -> Expr {
        if !matches!(self.request.caller, Caller::Root { .. }) {
            return self.service_control(denied);
        }
        let mut may_deny = Expr::False;
        let allows = self.service_control(&mut may_deny);
        if self.layers.scps.is_empty() {
            return allows;
        }
        let mut reaches = || {
            self.leaves.add(Leaf::Doubt {
                at: None,
                statement: None,
                doubt: Doubt::ResourceControlScope,
                about: None,
            })
        };
        denied.or_also(may_deny.and(reaches()));
        allows.or(reaches())
    }

    fn is_own_resource(&mut self) -> Expr {
        let request = self.request;
        let named = match &request.resource {
            Resource::One(name) => name.split(':').nth(3),
            Resource::All(_) => None,
        };
        let named =
            named.filter(|account| !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit()));
        match request.resource_account.as_deref().or(named) {
            Some(owner) => Expr::from(request.caller.account() == Some(owner)),
            // Calls without a resource are about the caller's own account.
            None if request.resource_text() == "*" => Expr::True,
            None => self.leaves.add(Leaf::Doubt {
                at: None,
                statement: None,
                doubt: Doubt::ResourceOwner,
                about: None,
            }),
        }
    }
}
