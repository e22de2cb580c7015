//! What must be decided before what, so that no condition depends on its own answer.

use std::collections::{BTreeMap, BTreeSet};

/// Something whose answer others may need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Step(String),
    Route(String),
    Fact(String),
    Value(String),
    Date(String),
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Step(id) => write!(f, "step `{id}`"),
            Self::Route(id) => write!(f, "route `{id}`"),
            Self::Fact(id) => write!(f, "fact `{id}`"),
            Self::Value(id) => write!(f, "value `{id}`"),
            Self::Date(id) => write!(f, "date `{id}`"),
        }
    }
}

/// Why one thing needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    After,
    Reads,
}

/// Who needs whom.
#[derive(Debug, Default)]
pub(super) struct Graph {
    needs: BTreeMap<Thing, BTreeSet<(Thing, Why)>>,
}

/// Things that need one another, in a ring.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// Each needs the next, and the last the first.
    pub(super) things: Vec<Thing>,
    /// Whether it is made of `after` alone.
    pub(super) only_after: bool,
}

impl Graph {
    pub(super) fn add(&mut self, from: Thing, to: Thing, why: Why) {
        self.needs.entry(from).or_default().insert((to, why));
    }

    /// One ring for each knot of things that need one another.
    pub(super) fn cycles(&self) -> Vec<Cycle> {
        let mut cycles = Vec::new();
        let mut told: BTreeSet<&Thing> = BTreeSet::new();
        for start in self.needs.keys() {
            if told.contains(start) {
                continue;
            }
            if let Some(path) = self.way_back(start) {
                told.extend(path.iter().map(|(thing, _)| *thing));
                cycles.push(Cycle {
                    only_after: path.iter().all(|(_, why)| *why == Why::After),
                    things: path.into_iter().map(|(thing, _)| thing.clone()).collect(),
                });
            }
        }
        cycles
    }

    /// The shortest way from `start` back to itself: each thing, and why it needs the next.
    fn way_back<'g>(&'g self, start: &'g Thing) -> Option<Vec<(&'g Thing, Why)>> {
        let mut came_from: BTreeMap<&Thing, (&Thing, Why)> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(thing) = queue.pop_front() {
            for (next, why) in self.needs.get(thing).into_iter().flatten() {
                if next == start {
                    let mut path = vec![(thing, *why)];
                    let mut at = thing;
                    while at != start {
                        let (before, why) = came_from[at];
                        path.push((before, why));
                        at = before;
                    }
                    path.reverse();
                    return Some(path);
                }
                if !came_from.contains_key(next) {
                    came_from.insert(next, (thing, *why));
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str) -> Thing {
        Thing::Step(id.to_owned())
    }

    #[test]
    fn a_ring_is_found_once_and_shown_in_order() {
        let mut graph = Graph::default();
        graph.add(step("a"), step("b"), Why::After);
        graph.add(step("b"), step("c"), Why::Reads);
        graph.add(step("c"), step("a"), Why::After);
        graph.add(step("d"), step("a"), Why::After);
        let expected = Cycle {
            things: vec![step("a"), step("b"), step("c")],
            only_after: false,
        };
        assert_eq!(graph.cycles(), [expected]);
    }

    #[test]
    fn what_needs_itself_is_a_ring() {
        let mut graph = Graph::default();
        graph.add(step("a"), step("a"), Why::After);
        assert_eq!(
            graph.cycles(),
            [Cycle {
                things: vec![step("a")],
                only_after: true
            }]
        );
    }
}
