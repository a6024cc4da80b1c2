//! One step after another done by the engine, a reader and the naive model, which have to agree on each.

use binary_tree::{Cap, Match, Matcher, Placement, Qualification, Refusal, Side, Tree};

use crate::damage::{self, Damage};
use crate::model::{Member, Model};

#[derive(Debug, Clone)]
pub enum Step {
    /// A new member below the sponsor that `pick` points at, or a new root.
    Join {
        pick: Option<usize>,
        placement: Placement,
    },
    /// Any numbers, mostly to be refused.
    OddJoin {
        member: Member,
        sponsor: Option<Member>,
    },
    Qualify {
        pick: usize,
    },
    OddQualify {
        member: Member,
    },
    /// Members by number, known or not, in one call.
    QualifyAll {
        members: Vec<Member>,
    },
    Withdraw {
        pick: usize,
    },
    StartMonth {
        skip: u32,
    },
    DrainSlice {
        at_most: usize,
    },
    Restore,
    /// One saved node is damaged on its way; what comes of that is thrown away.
    RestoreDamaged {
        pick: usize,
        damage: Damage,
    },
    Plan(Cap),
}

/// Engine, reader and model side by side.
pub struct Both {
    matcher: Matcher<Member>,
    reader: Tree<Member>,
    model: Model,
    cap: Cap,
    drain_from: u32,
    next_member: Member,
}

impl Both {
    fn new(cap: Cap) -> Self {
        let (matcher, reader, model) = (Matcher::new(), Tree::new(), Model::default());
        Self { matcher, reader, model, cap, drain_from: 0, next_member: 0 }
    }

    /// Takes all the steps from nothing on, and compares everything now and then and at the end.
    pub fn walk(cap: Cap, steps: &[Step]) {
        let mut both = Self::new(cap);
        for (index, step) in steps.iter().enumerate() {
            both.apply(step);
            if index % 16 == 15 || matches!(step, Step::Restore) {
                both.compare();
            }
        }
        both.compare();
        both.check_use();
    }

    fn pick(&self, pick: usize) -> Option<Member> {
        let count = self.model.nodes.len();
        (count > 0).then(|| self.model.nodes[pick % count].member)
    }

    fn join(&mut self, member: Member, sponsor: Option<Member>, placement: Placement) {
        let ours = self.matcher.join(member, sponsor, placement);
        assert_eq!(ours, self.reader.join(member, sponsor, placement));
        let theirs = self.model.join(member, sponsor, placement);
        assert_eq!(
            ours.map(|place| place.parent.zip(place.side)),
            theirs.map(|()| self.model.parent(member))
        );
    }

    fn qualify(&mut self, member: Member) {
        let ours = self.matcher.qualify(member, self.cap);
        self.compare_qualified(member, ours);
    }

    fn qualify_all(&mut self, members: &[Member]) {
        let ours = self.matcher.qualify_all(members, self.cap);
        assert_eq!(ours.iter().count(), members.len());
        for (&member, ours) in members.iter().zip(ours.iter()) {
            self.compare_qualified(member, ours.map(<[_]>::to_vec));
        }
    }

    fn compare_qualified(&mut self, member: Member, ours: Result<Vec<Match<Member>>, Refusal>) {
        let was = self.reader.is_qualified(member);
        assert_eq!(self.reader.qualify(member), ours.as_ref().map(|_| !was).map_err(|&refusal| refusal));
        if let Ok(matches) = &ours {
            let bound = self.matcher.tree().len().checked_ilog2().unwrap_or(0);
            assert!(matches.len() <= bound.try_into().unwrap(), "{} matches of {bound}", matches.len());
        }
        assert_eq!(ours, self.model.qualify(member, self.cap));
    }

    fn withdraw(&mut self, member: Member) {
        let ours = self.matcher.withdraw(member);
        assert_eq!(self.reader.withdraw(member), ours);
        assert_eq!(self.model.withdraw(member), ours);
    }

    fn drain(&mut self, at_most: usize) {
        let ours = self.matcher.drain_month(self.cap, self.drain_from, at_most);
        let (matches, next) = self.model.drain(self.cap, self.drain_from.try_into().unwrap(), at_most.max(1));
        assert_eq!((ours.matches, ours.next), (matches, next.map(|next| next.try_into().unwrap())));
        self.drain_from = ours.next.unwrap_or(0);
    }

    fn apply(&mut self, step: &Step) {
        match step.clone() {
            Step::Join { pick, placement } => {
                let sponsor = pick.and_then(|pick| self.pick(pick));
                self.join(self.next_member, sponsor, placement);
                self.next_member += 1;
            }
            Step::OddJoin { member, sponsor } => {
                self.join(member, sponsor, Placement::LevelOrder { side: None });
                self.next_member = self.next_member.max(member + 1);
            }
            Step::Qualify { pick } => {
                if let Some(member) = self.pick(pick) {
                    self.qualify(member);
                }
            }
            Step::OddQualify { member } => self.qualify(member),
            Step::QualifyAll { members } => self.qualify_all(&members),
            Step::Withdraw { pick } => {
                if let Some(member) = self.pick(pick) {
                    self.withdraw(member);
                }
            }
            Step::StartMonth { skip } => {
                let month = self.matcher.month() + skip;
                assert_eq!(self.matcher.start_month(month), skip > 0);
                self.model.month += skip;
                self.drain_from = 0;
            }
            Step::DrainSlice { at_most } => self.drain(at_most),
            Step::Restore => self.restore(),
            Step::RestoreDamaged { pick, damage } => damage::check(&self.matcher, self.cap, pick, damage),
            Step::Plan(cap) => self.cap = cap,
        }
    }

    fn restore(&mut self) {
        // Other numbers in the same order have to do as well.
        let nodes = self.matcher.snapshot().map(|mut node| {
            if let Qualification::Counts { order } = &mut node.qualification {
                *order = *order * 3 + 1;
            }
            node
        });
        self.matcher = Matcher::restore(self.matcher.month(), nodes).unwrap();
        self.reader = Tree::restore(self.reader.snapshot().collect::<Vec<_>>()).unwrap();
    }

    fn compare(&self) {
        let tree = self.matcher.tree();
        assert_eq!(tree.len(), self.model.nodes.len());
        for (number, node) in (0_u32..).zip(&self.model.nodes) {
            let member = node.member;
            assert_eq!(tree.joined_number(member), Some(number));
            assert_eq!(tree.member_at(number), Some(member));
            assert_eq!(tree.legs(member), Some(self.model.legs(member)));
            assert_eq!(self.reader.legs(member), tree.legs(member));
            assert_eq!(self.reader.place(member), tree.place(member));
            assert_eq!(tree.children(member), Side::BOTH.map(|side| self.model.child(member, side)));
            assert_eq!(tree.is_qualified(member), self.model.qualified.contains(&member));
            assert_eq!(self.matcher.tally(member), Some(self.model.tally(member)));
            let used = self.model.tally(member).used();
            let waits = self.model.legs(member).potential().saturating_sub(used);
            assert_eq!(self.matcher.waiting(member), Some(waits));
            for side in Side::BOTH {
                let leg = self.model.leg(member, side);
                for k in 0..=leg.len() {
                    let kth = self.matcher.kth_qualified(member, side, k.try_into().unwrap());
                    assert_eq!(kth, leg.get(k).copied());
                }
            }
            let owners: Vec<Member> = self.model.owners(member).iter().map(|&(owner, _)| owner).collect();
            assert_eq!(tree.path_to_root(member).collect::<Vec<_>>(), owners);
            for other in &self.model.nodes {
                assert_eq!(tree.is_ancestor(other.member, member), owners.contains(&other.member));
            }
            let place = tree.place(member).unwrap();
            assert_eq!(place.level, u64::try_from(owners.len()).unwrap());
            let sides = self.model.owners(member);
            let position =
                sides.iter().rev().fold(0_u128, |row, &(_, side)| row * 2 + u128::from(side == Side::Right));
            assert_eq!(
                place.position.map(u128::from),
                Some(position).filter(|&position| position <= 1 << 53)
            );
        }
    }

    /// Each member is used once per owner and stands in the leg it is used for.
    fn check_use(&self) {
        for (index, (_, found)) in self.model.matches.iter().enumerate() {
            for (_, later) in &self.model.matches[index + 1..] {
                if found.owner == later.owner {
                    assert!(found.left != later.left && found.right != later.right);
                }
            }
            assert!(self.model.owners(found.left).contains(&(found.owner, Side::Left)));
            assert!(self.model.owners(found.right).contains(&(found.owner, Side::Right)));
        }
    }
}
