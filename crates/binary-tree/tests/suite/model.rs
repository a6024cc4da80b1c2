//! A slow matcher that keeps plain lists and works everything out anew at each event.

use binary_tree::{BeyondCap, Cap, Legs, Match, Placement, Refusal, Side, Tally};

pub type Member = u16;

pub struct Node {
    pub member: Member,
    /// Everybody above, the nearest first, with the leg in which the member is.
    pub owners: Vec<(Member, Side)>,
}

#[derive(Default)]
pub struct Model {
    /// In joining order.
    pub nodes: Vec<Node>,
    /// In the order of qualification.
    pub qualified: Vec<Member>,
    pub withdrawn: Vec<Member>,
    /// Every match so far with its month.
    pub matches: Vec<(u32, Match<Member>)>,
    pub month: u32,
}

impl Model {
    fn node(&self, member: Member) -> Option<&Node> {
        self.nodes.iter().find(|node| node.member == member)
    }

    /// Everybody above, the nearest first, with the leg in which the member is.
    pub fn owners(&self, member: Member) -> &[(Member, Side)] {
        self.node(member).map_or(&[], |node| &node.owners)
    }

    pub fn parent(&self, member: Member) -> Option<(Member, Side)> {
        self.owners(member).first().copied()
    }

    pub fn child(&self, member: Member, side: Side) -> Option<Member> {
        self.nodes.iter().find(|node| node.owners.first() == Some(&(member, side))).map(|node| node.member)
    }

    fn has(&self, member: Member) -> bool {
        self.node(member).is_some()
    }

    /// The qualified members of a leg in the order of qualification.
    pub fn leg(&self, owner: Member, side: Side) -> Vec<Member> {
        self.qualified
            .iter()
            .copied()
            .filter(|&member| self.owners(member).contains(&(owner, side)))
            .collect()
    }

    pub fn legs(&self, owner: Member) -> Legs {
        let size = |side| self.leg(owner, side).len().try_into().unwrap();
        Legs { left: size(Side::Left), right: size(Side::Right) }
    }

    fn rows_below(&self, top: Member) -> Vec<Member> {
        let mut seen = vec![top];
        let mut next = 0;
        while next < seen.len() {
            let member = seen[next];
            seen.extend(Side::BOTH.into_iter().filter_map(|side| self.child(member, side)));
            next += 1;
        }
        seen
    }

    fn first_free(&self, top: Member) -> (Member, Side) {
        self.rows_below(top)
            .into_iter()
            .flat_map(|member| Side::BOTH.map(|side| (member, side)))
            .find(|&(member, side)| self.child(member, side).is_none())
            .unwrap()
    }

    fn outer(&self, member: Member, side: Side) -> (Member, Side) {
        self.child(member, side).map_or((member, side), |child| self.outer(child, side))
    }

    fn weaker(&self, sponsor: Member) -> (Member, Side) {
        let legs = self.legs(sponsor);
        let side = if legs.left == legs.right {
            return self.first_free(sponsor);
        } else if legs.left < legs.right {
            Side::Left
        } else {
            Side::Right
        };
        self.child(sponsor, side).map_or((sponsor, side), |child| self.first_free(child))
    }

    pub fn join(
        &mut self,
        member: Member,
        sponsor: Option<Member>,
        placement: Placement,
    ) -> Result<(), Refusal> {
        if self.has(member) {
            return Err(Refusal::AlreadyPlaced);
        }
        let parent = match sponsor {
            None => None,
            Some(sponsor) if sponsor == member => return Err(Refusal::OwnSponsor),
            Some(sponsor) if !self.has(sponsor) => return Err(Refusal::UnknownSponsor),
            Some(sponsor) => Some(match placement {
                Placement::LevelOrder { side: Some(side) } if self.child(sponsor, side).is_none() => {
                    (sponsor, side)
                }
                Placement::LevelOrder { .. } => self.first_free(sponsor),
                Placement::ExtremeLeft => self.outer(sponsor, Side::Left),
                Placement::ExtremeRight => self.outer(sponsor, Side::Right),
                Placement::WeakerLeg => self.weaker(sponsor),
            }),
        };
        let above = parent.iter().flat_map(|(above, _)| self.owners(*above));
        let owners = parent.iter().chain(above).copied().collect();
        self.nodes.push(Node { member, owners });
        Ok(())
    }

    fn of(&self, owner: Member) -> Vec<(u32, Match<Member>)> {
        self.matches.iter().copied().filter(|(_, found)| found.owner == owner).collect()
    }

    pub fn tally(&self, owner: Member) -> Tally {
        let all = self.of(owner);
        let formed: Vec<u32> =
            all.iter().filter(|(_, found)| !found.is_flushed()).map(|&(month, _)| month).collect();
        let month = formed.last().copied().unwrap_or(0);
        let in_month = formed.iter().filter(|&&formed| formed == month).count();
        Tally {
            formed: formed.len().try_into().unwrap(),
            flushed: (all.len() - formed.len()).try_into().unwrap(),
            month,
            formed_in_month: in_month.try_into().unwrap(),
        }
    }

    /// The owner's next match, if it has one and need not wait.
    fn step(&mut self, owner: Member, cap: Cap) -> Option<Match<Member>> {
        let all = self.of(owner);
        let left = *self.leg(owner, Side::Left).get(all.len())?;
        let right = *self.leg(owner, Side::Right).get(all.len())?;
        let formed = all.iter().filter(|(_, found)| !found.is_flushed());
        let this_month = formed.clone().filter(|(month, _)| *month == self.month).count();
        let number = if this_month < cap.pairs_per_month.try_into().unwrap() {
            Some(u64::try_from(formed.count()).unwrap() + 1)
        } else if cap.beyond == BeyondCap::Flush {
            None
        } else {
            return None;
        };
        let found = Match { owner, number, left, right };
        self.matches.push((self.month, found));
        Some(found)
    }

    pub fn qualify(&mut self, member: Member, cap: Cap) -> Result<Vec<Match<Member>>, Refusal> {
        if !self.has(member) {
            return Err(Refusal::UnknownMember);
        }
        if self.qualified.contains(&member) {
            return Ok(Vec::new());
        }
        if self.withdrawn.contains(&member) {
            return Err(Refusal::Withdrawn);
        }
        let owners = self.owners(member).to_vec();
        let before: Vec<u64> = owners.iter().map(|&(owner, _)| self.legs(owner).potential()).collect();
        self.qualified.push(member);
        let mut matches = Vec::new();
        for ((owner, _), before) in owners.into_iter().zip(before) {
            if self.legs(owner).potential() > before {
                matches.extend(self.step(owner, cap));
            }
        }
        Ok(matches)
    }

    pub fn withdraw(&mut self, member: Member) -> Result<bool, Refusal> {
        if !self.has(member) {
            return Err(Refusal::UnknownMember);
        }
        if self.withdrawn.contains(&member) {
            return Err(Refusal::Withdrawn);
        }
        let place = self.qualified.iter().position(|&other| other == member);
        if let Some(place) = place {
            self.withdrawn.push(self.qualified.remove(place));
        }
        Ok(place.is_some())
    }

    /// All that a month start matches from an owner on, at most `at_most`, and where it stopped.
    pub fn drain(&mut self, cap: Cap, from: usize, at_most: usize) -> (Vec<Match<Member>>, Option<usize>) {
        let mut matches = Vec::new();
        for index in from..self.nodes.len() {
            while let Some(found) = self.step(self.nodes[index].member, cap) {
                if matches.len() == at_most {
                    self.matches.pop();
                    return (matches, Some(index));
                }
                matches.push(found);
            }
        }
        (matches, None)
    }
}
