//! One step of a program on one character, from a set of positions to a set of positions.
//!
//! Sets hold positions (`Step`, `Loop`, the end), ascending, without those from which nothing is accepted and
//! without those another one covers.

use super::program::{Inst, Program};

/// Space to walk in, kept between steps.
#[derive(Debug, Default)]
pub(super) struct Walker {
    /// By instruction: the walk that came by last.
    stamps: Vec<u32>,
    walk: u32,
    stack: Vec<u32>,
    found: Vec<u32>,
    /// How many instructions have been looked at, over all walks.
    pub(super) work: u64,
}

impl Walker {
    /// Where the program starts.
    pub(super) fn start(&mut self, program: &Program) -> &[u32] {
        self.begin(program);
        self.reach(program, 0);
        self.settle(program)
    }

    /// Where `positions` are after reading `c`. Linear in the instructions reached, and a sort of the result.
    pub(super) fn step(&mut self, program: &Program, positions: &[u32], c: char) -> &[u32] {
        self.begin(program);
        self.work += positions.len() as u64;
        for &at in positions {
            match program.inst(at) {
                Some(Inst::Step(label)) if program.reads(label, c) => self.reach(program, at + 1),
                Some(Inst::Loop(label)) if program.reads(label, c) => self.reach(program, at),
                _ => {}
            }
        }
        self.settle(program)
    }

    fn begin(&mut self, program: &Program) {
        let size = program.end() as usize + 1;
        if self.stamps.len() < size {
            self.stamps.resize(size, 0);
        }
        if self.walk == u32::MAX {
            self.stamps.fill(0);
            self.walk = 0;
        }
        self.walk += 1;
        self.found.clear();
    }

    /// Adds a place and what is free to reach from there.
    fn reach(&mut self, program: &Program, from: u32) {
        self.stack.push(from);
        while let Some(at) = self.stack.pop() {
            let Some(stamp) = self.stamps.get_mut(at as usize) else {
                continue;
            };
            if *stamp == self.walk {
                continue;
            }
            *stamp = self.walk;
            self.work += 1;
            match program.inst(at) {
                Some(Inst::Step(_)) | None => self.found.push(at),
                Some(Inst::Loop(_)) => {
                    self.found.push(at);
                    self.stack.push(at + 1);
                }
                Some(Inst::Fork(first, second)) => self.stack.extend([second, first]),
                Some(Inst::Jump(target)) => self.stack.push(target),
            }
        }
    }

    /// Sorts what was found and drops what adds nothing.
    fn settle(&mut self, program: &Program) -> &[u32] {
        self.found.sort_unstable();
        self.work += 2 * self.found.len() as u64;
        let mut covered = u32::MAX;
        // From the last down: a loop covers positions before it, down to the lowest cover seen so far. A loop
        // that is itself dropped covers no more than the one that dropped it.
        for at in self.found.iter_mut().rev() {
            if *at >= covered || !program.is_alive(*at) {
                *at = u32::MAX;
            } else {
                let cover = program.cover(*at);
                if cover < *at {
                    covered = covered.min(cover);
                }
            }
        }
        self.found.retain(|&at| at != u32::MAX);
        &self.found
    }
}
