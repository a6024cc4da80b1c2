//! What joins do to the paths.

use super::{Link, Mark, Part, Path, Paths, Peeled, Run, Spans, Spot};
use crate::Side;
use crate::index::{NONE, at, number};
use crate::limits::{PLAIN, TWIG};

impl Paths {
    /// Adds the next node, below a parent or as a root; `children` gives those of any node. If that peels a twig, gives
    /// what a walk now meets in its stead.
    pub(crate) fn join(
        &mut self,
        place: Option<(u32, Side)>,
        children: impl Fn(u32) -> [u32; 2],
    ) -> Vec<Mark> {
        let mut marks = Vec::new();
        let node = number(self.spots.len());
        if let Some((parent, _)) = place
            && let Spot::Twig { twig, .. } = self.spot(parent)
            && self.twigs.size(twig) == TWIG
        {
            marks = self.peel(twig);
        }
        let (twig, parent) = match place.map(|(parent, side)| (parent, side, self.spot(parent))) {
            Some((_, side, Spot::Twig { twig, index })) => (twig, Some((at(index), side))),
            Some((parent, _, Spot::Link { .. })) => (self.start(parent, self.level(parent) + 1), None),
            None => (self.start(NONE, 0), None),
        };
        let index = number(self.twigs.join(twig, parent, node));
        self.spots.push(Spot::Twig { twig, index }.packed());
        self.grow(self.twigs.path(twig), &children);
        marks
    }

    /// Begins a path and gives its twig, which has no members yet.
    pub(super) fn start(&mut self, parent: u32, level: u32) -> u32 {
        let path = number(self.paths.len());
        let twig = self.twigs.start(path);
        self.paths.push(Path { parent, size: 0, level, twig, links: Run::default(), spans: None });
        twig
    }

    /// Makes links of the nodes of a full twig that have the most below them, so that half of it at most is left.
    fn peel(&mut self, twig: u32) -> Vec<Mark> {
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        let name = self.twigs.path(twig);
        let peeled = self.twigs.peel(twig);
        for &Peeled { node, light, light_side, heavy } in &peeled {
            before.push(Mark::Enter(node));
            behind.push(Mark::Leave(node));
            let index = number(self.paths[at(name)].links.len());
            let light_count = light.map_or(0, |part| part.count);
            if let Some(Part { top, size, .. }) = light {
                let own = self.start(node, self.paths[at(name)].level + index + 1);
                let path = self.twigs.path(own);
                self.paths[at(path)].size = size;
                self.copy_twig(twig, top, own);
                match light_side {
                    Side::Left => before.push(Mark::Twig(own)),
                    Side::Right => behind.push(Mark::Twig(own)),
                }
            }
            self.push(name, Link::over(node, light_count, heavy.count));
            self.spots[at(node)] = Spot::Link { path: name, index }.packed();
        }
        if let Some(last) = peeled.last() {
            self.copy_twig(twig, last.heavy.top, twig);
        }
        before.push(Mark::Twig(twig));
        before.extend(behind.into_iter().rev());
        before
    }

    fn copy_twig(&mut self, from: u32, top: usize, twig: u32) {
        for (index, node) in (0..).zip(self.twigs.copy(from, top, twig)) {
            self.spots[at(node)] = Spot::Twig { twig, index }.packed();
        }
    }

    /// Counts a new member of `path` for all paths above, and turns those ways that have become the heavy ones.
    fn grow(&mut self, mut path: u32, children: &impl Fn(u32) -> [u32; 2]) {
        self.paths[at(path)].size += 1;
        loop {
            let Path { parent, size, .. } = self.paths[at(path)];
            if parent == NONE {
                return;
            }
            let (above, _) = self.link_spot(parent);
            self.paths[at(above)].size += 1;
            if u64::from(size) * 3 > u64::from(self.paths[at(above)].size) * 2 {
                self.turn(parent, path, children);
            }
            path = above;
        }
    }

    /// Makes the light child of `node`, which is the top of `light`, the heavy one; the rest of the node's path takes
    /// over the name `light`.
    fn turn(&mut self, node: u32, light: u32, children: &impl Fn(u32) -> [u32; 2]) {
        let (name, index) = self.link_spot(node);
        let mut rest = self.cut(name, at(index)).into_iter();
        let before = rest.next().unwrap_or_default();
        let turned = self.cut(light, 0);
        // the light leg's count less its lead over the heavy one is that of the heavy one, which is now light
        let light_count = before.light.saturating_add_signed(-before.lead);
        self.push(name, Link { node, lead: -before.lead, light: light_count });
        for link in turned {
            self.push(name, link);
        }
        for link in rest {
            self.push(light, link);
        }
        let twig = self.paths[at(light)].twig;
        self.paths[at(light)].twig = std::mem::replace(&mut self.paths[at(name)].twig, twig);
        self.twigs.set_path(twig, name);
        self.twigs.set_path(self.paths[at(light)].twig, light);
        self.place(name, at(index));
        self.place(light, 0);
        self.paths[at(light)].size = self.size(light, children);
    }

    /// Members at and below the top of a path, summed from the light children of its nodes.
    fn size(&self, name: u32, children: &impl Fn(u32) -> [u32; 2]) -> u32 {
        let links = self.links.slice(self.paths[at(name)].links);
        let light = |link: &Link| {
            children(link.node).into_iter().find(|&child| child != NONE && self.path_name(child) != name)
        };
        let sizes = links.iter().filter_map(light).map(|child| self.paths[at(self.path_name(child))].size);
        number(links.len() + self.twigs.size(self.paths[at(name)].twig)) + sizes.sum::<u32>()
    }

    /// Tells the links of a path from `from` on where they stand now.
    fn place(&mut self, path: u32, from: usize) {
        let links = self.links.slice(self.paths[at(path)].links);
        for (index, link) in links.iter().enumerate().skip(from) {
            self.spots[at(link.node)] = Spot::Link { path, index: number(index) }.packed();
        }
    }

    /// Adds a link to the end of a path, with its true lead.
    fn push(&mut self, name: u32, link: Link) {
        let path = &mut self.paths[at(name)];
        let index = path.links.len();
        self.links.push(&mut path.links, link);
        let links = self.links.slice_mut(path.links);
        match &mut path.spans {
            Some(spans) => spans.push(links, index),
            None => path.spans = Spans::over_long(links),
        }
    }

    /// Takes the links from `from` on out of a path, with their true leads.
    fn cut(&mut self, name: u32, from: usize) -> Vec<Link> {
        let path = &mut self.paths[at(name)];
        let links = self.links.slice_mut(path.links);
        let spans = path.spans.take();
        let owed = |index| spans.as_ref().map_or(0, |spans| spans.owed_at(index));
        let cut = links.iter().enumerate().skip(from);
        let cut = cut.map(|(index, link)| Link { lead: link.lead + owed(index), ..*link }).collect();
        match spans {
            Some(mut spans) if from > PLAIN => {
                spans.truncate(links, from);
                path.spans = Some(spans);
            }
            Some(spans) => {
                for (index, link) in links.iter_mut().enumerate().take(from) {
                    link.lead += spans.owed_at(index);
                }
            }
            None => {}
        }
        self.links.truncate(&mut path.links, from);
        cut
    }
}
