//! What a journey keeps of the links that open it: nothing of those that are good, and that others were revoked.
//!
//! A link is made and known again outside, by a signature. Here stands what a signature cannot say: that somebody took it back. It is
//! decided like everything else, so it is in the log, and holds as long as the journey.

use alloc::collections::BTreeSet;

/// Which link, among those of its journey: chance, so that no two are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub [u8; 6]);

/// The links of a journey that open it no more.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Links {
    /// How often all of them were revoked at once. A link says in which round it was made, and is good in that one only.
    pub round: u16,
    /// Those that were revoked one by one, in this round.
    pub revoked: BTreeSet<LinkId>,
}

impl Links {
    /// Whether the link `id`, made in `round`, was not revoked.
    #[must_use]
    pub fn let_in(&self, round: u16, id: LinkId) -> bool {
        round == self.round && !self.revoked.contains(&id)
    }

    /// One is revoked, or all.
    pub(super) fn revoke(&mut self, link: Option<LinkId>) {
        match link {
            Some(link) => {
                self.revoked.insert(link);
            }
            None => {
                self.round = self.round.saturating_add(1);
                self.revoked.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_is_revoked_alone_and_all_that_there_are_at_once() {
        let (one, other) = (LinkId([1; 6]), LinkId([2; 6]));
        let mut links = Links::default();
        links.revoke(Some(one));
        assert!(!links.let_in(0, one) && links.let_in(0, other));
        links.revoke(None);
        assert!(!links.let_in(0, one) && !links.let_in(0, other));
        assert!(links.let_in(1, other), "what is made afterwards is good");
        assert!(links.revoked.is_empty());
    }
}
