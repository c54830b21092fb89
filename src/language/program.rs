//! One regular language as a short program over positions: the automaton of SET-06, with branches.
//!
//! An instruction falls through to the next one; the end of the program accepts. `Step` and `Loop` are the
//! positions (they read a character), `Fork` and `Jump` are free. A glob is one instruction a token, so the
//! size of every program is linear in its pattern.
//!
//! A program is a chain of *items* (an item jumps at most to its own end). This is what makes positions
//! comparable: if a loop over the set C is live at j and every label of the items between k and j is within
//! C, then the language at each i in k..j is within that at j, and i may be dropped. `cover` holds that k.
//! Source: SET-06.

use super::charset::CharSet;

/// What a position reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Label {
    /// Just this character.
    Char(char),
    /// One character of the program's set of this number.
    Set(u32),
}

/// One instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Inst {
    /// Reads one character and goes on.
    Step(Label),
    /// Reads any number of characters, none included.
    Loop(Label),
    /// Goes on in both places.
    Fork(u32, u32),
    /// Goes on there.
    Jump(u32),
}

/// What is known of an instruction beyond what it does.
#[derive(Debug, Clone, Copy, Default)]
struct Fact {
    /// Of a loop: the first instruction whose language it covers (itself if none).
    cover: u32,
    /// Accepts every word from here.
    universal: bool,
    /// Some word is accepted from here.
    alive: bool,
}

/// A program, finished: see the head of the file.
#[derive(Debug)]
pub(super) struct Program {
    insts: Vec<Inst>,
    sets: Vec<CharSet>,
    /// Where the items start, ascending.
    items: Vec<u32>,
    facts: Vec<Fact>,
}

impl PartialEq for Program {
    fn eq(&self, other: &Self) -> bool {
        // Items and facts follow from how the program was put together; they never change its language.
        self.insts == other.insts && self.sets == other.sets
    }
}

impl Eq for Program {}

impl std::hash::Hash for Program {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.insts.hash(state);
    }
}

impl Program {
    /// The position that accepts: one past the last instruction.
    pub(super) fn end(&self) -> u32 {
        self.insts.len() as u32
    }

    pub(super) fn inst(&self, at: u32) -> Option<Inst> {
        self.insts.get(at as usize).copied()
    }

    pub(super) fn sets(&self) -> &[CharSet] {
        &self.sets
    }

    /// The characters that are labels on their own.
    pub(super) fn chars(&self) -> impl Iterator<Item = char> + '_ {
        self.insts.iter().filter_map(|inst| match inst {
            Inst::Step(Label::Char(c)) | Inst::Loop(Label::Char(c)) => Some(*c),
            _ => None,
        })
    }

    /// Whether the label reads `c`.
    pub(super) fn reads(&self, label: Label, c: char) -> bool {
        match label {
            Label::Char(own) => own == c,
            Label::Set(set) => self.sets.get(set as usize).is_some_and(|set| set.contains(c)),
        }
    }

    /// Whether the position can read `c`.
    pub(super) fn reads_at(&self, at: u32, c: char) -> bool {
        self.label_at(at).is_some_and(|label| self.reads(label, c))
    }

    /// Whether every word is accepted from this position.
    pub(super) fn is_universal(&self, at: u32) -> bool {
        self.facts.get(at as usize).is_some_and(|fact| fact.universal)
    }

    /// Whether some word is accepted from this position.
    pub(super) fn is_alive(&self, at: u32) -> bool {
        at == self.end() || self.facts.get(at as usize).is_some_and(|fact| fact.alive)
    }

    /// The first position whose language the one at `at` is known to include; `at` itself if it is no such
    /// loop.
    pub(super) fn cover(&self, at: u32) -> u32 {
        self.facts.get(at as usize).map_or(at, |fact| fact.cover.min(at))
    }

    /// Whether every word accepted from `inner` is known to be accepted from `outer`.
    pub(super) fn subsumes(&self, outer: u32, inner: u32) -> bool {
        inner <= outer && self.cover(outer) <= inner
    }
}

/// Puts a program together, instruction by instruction.
#[derive(Debug, Default)]
pub(super) struct Builder {
    insts: Vec<Inst>,
    sets: Vec<CharSet>,
    items: Vec<u32>,
}

impl Builder {
    /// The number of instructions so far, and so the place of the next.
    pub(super) fn len(&self) -> u32 {
        self.insts.len() as u32
    }

    /// Says that an item starts here: nothing before jumps past this place, nothing after to before it.
    pub(super) fn item(&mut self) {
        let here = self.len();
        if self.items.last() != Some(&here) {
            self.items.push(here);
        }
    }

    /// The label that reads this set.
    pub(super) fn label(&mut self, set: &CharSet) -> Label {
        if let [(first, last)] = set.ranges()
            && first == last
        {
            return Label::Char(*first);
        }
        // Programs have few distinct sets, so a scan beats a table.
        let known = self.sets.iter().position(|own| own == set);
        Label::Set(known.unwrap_or_else(|| {
            self.sets.push(set.clone());
            self.sets.len() - 1
        }) as u32)
    }

    pub(super) fn push(&mut self, inst: Inst) {
        self.insts.push(inst);
    }

    /// Sets the second branch of the fork at `at`, or the target of the jump there, to the next place.
    pub(super) fn land(&mut self, at: u32) {
        let here = self.len();
        match self.insts.get_mut(at as usize) {
            Some(Inst::Fork(_, second)) => *second = here,
            Some(Inst::Jump(target)) => *target = here,
            _ => {}
        }
    }

    /// Adds a fork whose first branch is the next instruction; the second waits for [`Builder::land`].
    pub(super) fn fork(&mut self) -> u32 {
        let here = self.len();
        self.push(Inst::Fork(here + 1, here + 1));
        here
    }

    /// Adds a jump that waits for [`Builder::land`].
    pub(super) fn jump(&mut self) -> u32 {
        let here = self.len();
        self.push(Inst::Jump(here + 1));
        here
    }

    /// Adds a whole program; its items count as items here if `chained`.
    pub(super) fn append(&mut self, program: &Program, chained: bool) {
        let offset = self.len();
        if chained {
            self.items
                .extend(program.items.iter().map(|start| start + offset));
        }
        let labels: Vec<Label> = program.sets.iter().map(|set| self.label(set)).collect();
        let relabel = |label: Label| match label {
            Label::Char(c) => Label::Char(c),
            Label::Set(set) => labels.get(set as usize).copied().unwrap_or(Label::Set(set)),
        };
        self.insts.extend(program.insts.iter().map(|inst| match *inst {
            Inst::Step(label) => Inst::Step(relabel(label)),
            Inst::Loop(label) => Inst::Loop(relabel(label)),
            Inst::Fork(first, second) => Inst::Fork(first + offset, second + offset),
            Inst::Jump(target) => Inst::Jump(target + offset),
        }));
    }

    /// The finished program.
    pub(super) fn finish(self) -> Program {
        let facts = (0..self.len())
            .map(|at| Fact {
                cover: at,
                universal: false,
                alive: true,
            })
            .collect();
        let Self { insts, sets, items } = self;
        let mut program = Program {
            insts,
            sets,
            items,
            facts,
        };
        program.find_covers();
        program.find_dead();
        program.find_universal();
        program
    }
}

impl Program {
    /// Fills `cover`: walks back from each top-level loop over the items whose labels its set includes.
    fn find_covers(&mut self) {
        for number in 0..self.items.len() {
            let Some(&at) = self.items.get(number) else {
                continue;
            };
            let Some(Inst::Loop(label)) = self.inst(at) else {
                continue;
            };
            let next = self.items.get(number + 1).copied().unwrap_or(self.end());
            if next != at + 1 {
                continue;
            }
            let mut low = number;
            while let Some(before) = low.checked_sub(1)
                && let (Some(&start), Some(&end)) = (self.items.get(before), self.items.get(low))
                && (start..end).all(|i| self.label_at(i).is_none_or(|inner| self.includes(label, inner)))
            {
                // An earlier loop within this one has done the walk below it already.
                let reached = if end == start + 1 {
                    self.cover(start)
                } else {
                    start
                };
                low = self.items.partition_point(|&item| item < reached);
            }
            let cover = self.items.get(low).copied().unwrap_or(at);
            if let Some(fact) = self.facts.get_mut(at as usize) {
                fact.cover = cover;
            }
        }
    }

    fn label_at(&self, at: u32) -> Option<Label> {
        match self.inst(at) {
            Some(Inst::Step(label) | Inst::Loop(label)) => Some(label),
            _ => None,
        }
    }

    fn includes(&self, outer: Label, inner: Label) -> bool {
        match (outer, inner) {
            (_, Label::Char(c)) => self.reads(outer, c),
            (Label::Char(_), Label::Set(_)) => false,
            (Label::Set(outer), Label::Set(inner)) => {
                outer == inner
                    || match (self.sets.get(outer as usize), self.sets.get(inner as usize)) {
                        (Some(outer), Some(inner)) => inner.is_subset(outer),
                        _ => false,
                    }
            }
        }
    }

    /// Marks the instructions from which nothing is accepted: those that must read a character of the empty
    /// set.
    fn find_dead(&mut self) {
        if self.sets.iter().all(|set| !set.is_empty()) {
            return;
        }
        let alive = self.backwards(|inst, next, there| match inst {
            Inst::Step(Label::Set(set)) => {
                next && self.sets.get(set as usize).is_some_and(|set| !set.is_empty())
            }
            Inst::Step(Label::Char(_)) | Inst::Loop(_) => next,
            Inst::Fork(..) | Inst::Jump(_) => there,
        });
        for (fact, alive) in self.facts.iter_mut().zip(alive) {
            fact.alive = alive;
        }
    }

    /// Marks the loops over every character after which the program may end.
    fn find_universal(&mut self) {
        let whole = |label| match label {
            Label::Char(_) => false,
            Label::Set(set) => self.sets.get(set as usize).is_some_and(CharSet::is_all),
        };
        if !self
            .insts
            .iter()
            .any(|inst| matches!(inst, Inst::Loop(label) if whole(*label)))
        {
            return;
        }
        let ends = self.backwards(|inst, next, there| match inst {
            Inst::Step(_) => false,
            Inst::Loop(_) => next,
            Inst::Fork(..) | Inst::Jump(_) => there,
        });
        let universal: Vec<bool> = self
            .insts
            .iter()
            .zip(ends)
            .map(|(inst, ends)| ends && matches!(inst, Inst::Loop(label) if whole(*label)))
            .collect();
        for (fact, universal) in self.facts.iter_mut().zip(universal) {
            fact.universal = universal;
        }
    }

    /// The least truth value of each instruction, given those of the next one and of the targets; true at the
    /// end. Passes are as many as loops are nested.
    fn backwards(&self, holds: impl Fn(Inst, bool, bool) -> bool) -> Vec<bool> {
        let mut values = vec![false; self.insts.len()];
        values.push(true);
        let at = |values: &[bool], i: u32| values.get(i as usize).copied().unwrap_or(false);
        loop {
            let mut changed = false;
            for (index, &inst) in self.insts.iter().enumerate().rev() {
                let there = match inst {
                    Inst::Fork(first, second) => at(&values, first) || at(&values, second),
                    Inst::Jump(target) => at(&values, target),
                    Inst::Step(_) | Inst::Loop(_) => false,
                };
                let value = holds(inst, at(&values, index as u32 + 1), there);
                if let Some(old) = values.get_mut(index)
                    && *old != value
                {
                    *old = value;
                    changed = true;
                }
            }
            if !changed {
                return values;
            }
        }
    }
}
