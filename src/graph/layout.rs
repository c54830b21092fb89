//! Where boxes stand: in columns by what they are, in an order in which few arrows cross.
//!
//! In: the picture, the width and height of each box. Out: the corner of each. Whole numbers only, so that the same
//! picture is laid out the same everywhere. Cost: linear in boxes and arrows, but for sorting, for each sweep.

use super::model::Graph;

/// The place of a box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

impl Frame {
    pub(super) fn middle(self) -> i64 {
        self.top + self.height / 2
    }
}

/// The places of all boxes, and the width and height of the whole.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) frames: Vec<Frame>,
    pub(super) width: i64,
    pub(super) height: i64,
}

const MARGIN: i64 = 24;
const BETWEEN_COLUMNS: i64 = 110;
const BETWEEN_ROWS: i64 = 14;
const COLUMNS: usize = 5;
const SWEEPS: usize = 6;

/// Lays the boxes out; `sizes` are width and height by number of the box.
pub(super) fn layout(graph: &Graph, sizes: &[(i64, i64)]) -> Layout {
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); COLUMNS];
    for (number, node) in graph.nodes() {
        if let Some(column) = columns.get_mut(node.kind.column()) {
            column.push(number);
        }
    }
    columns.retain(|column| !column.is_empty());
    let mut frames: Vec<Frame> = sizes
        .iter()
        .map(|(width, height)| Frame {
            width: *width,
            height: *height,
            ..Frame::default()
        })
        .collect();
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); frames.len()];
    for (from, to, _) in graph.links() {
        for (one, other) in [(from, to), (to, from)] {
            if let Some(list) = neighbours.get_mut(one) {
                list.push(other);
            }
        }
    }
    let mut left = MARGIN;
    for column in &columns {
        stack(column, &mut frames);
        let width = column
            .iter()
            .filter_map(|at| frames.get(*at))
            .map(|frame| frame.width)
            .max();
        for number in column {
            if let Some(frame) = frames.get_mut(*number) {
                frame.left = left;
            }
        }
        left += width.unwrap_or(0) + BETWEEN_COLUMNS;
    }
    for sweep in 0..SWEEPS {
        let count = columns.len();
        for step in 0..count {
            let at = if sweep % 2 == 0 { step } else { count - 1 - step };
            if let Some(column) = columns.get_mut(at) {
                column.sort_by_key(|number| (wish(*number, &neighbours, &frames), *number));
                stack(column, &mut frames);
            }
        }
    }
    for _ in 0..SWEEPS {
        columns
            .iter()
            .for_each(|column| settle(column, &neighbours, &mut frames));
    }
    let top = frames.iter().map(|frame| frame.top).min().unwrap_or(0);
    frames.iter_mut().for_each(|frame| frame.top += MARGIN - top);
    Layout {
        width: left - BETWEEN_COLUMNS + MARGIN,
        height: frames
            .iter()
            .map(|frame| frame.top + frame.height)
            .max()
            .unwrap_or(0)
            + MARGIN,
        frames,
    }
}

/// Puts the boxes of a column below each other, the middle of all at 0.
fn stack(column: &[usize], frames: &mut [Frame]) {
    let heights = column
        .iter()
        .filter_map(|number| frames.get(*number))
        .map(|frame| frame.height + BETWEEN_ROWS);
    let mut top = -heights.sum::<i64>() / 2;
    for number in column {
        if let Some(frame) = frames.get_mut(*number) {
            frame.top = top;
            top += frame.height + BETWEEN_ROWS;
        }
    }
}

/// The middle of what a box is tied to; its own where that is nothing.
fn wish(number: usize, neighbours: &[Vec<usize>], frames: &[Frame]) -> i64 {
    let own = frames.get(number).copied().unwrap_or_default();
    let tied = neighbours.get(number).into_iter().flatten();
    let middles: Vec<i64> = tied
        .filter_map(|at| frames.get(*at))
        .filter(|other| other.left != own.left)
        .map(|at| at.middle())
        .collect();
    match i64::try_from(middles.len()) {
        Ok(count) if count > 0 => middles.iter().sum::<i64>() / count,
        _ => own.middle(),
    }
}

/// Moves the boxes of a column towards their wishes, in their order and without overlap: the mean of what pushing
/// downwards gives and of what pushing upwards gives, both of which keep the distances.
fn settle(column: &[usize], neighbours: &[Vec<usize>], frames: &mut [Frame]) {
    let wishes: Vec<(usize, i64, i64)> = column
        .iter()
        .filter_map(|number| {
            let height = frames.get(*number)?.height;
            Some((*number, wish(*number, neighbours, frames) - height / 2, height))
        })
        .collect();
    let mut down = Vec::with_capacity(wishes.len());
    let mut free = i64::MIN;
    for (_, top, height) in &wishes {
        let top = (*top).max(free);
        down.push(top);
        free = top + height + BETWEEN_ROWS;
    }
    let mut up = Vec::with_capacity(wishes.len());
    let mut free = i64::MAX;
    for (_, top, height) in wishes.iter().rev() {
        let top = (*top).min(free.saturating_sub(height + BETWEEN_ROWS));
        up.push(top);
        free = top;
    }
    up.reverse();
    for (((number, ..), down), up) in wishes.iter().zip(down).zip(up) {
        if let Some(frame) = frames.get_mut(*number) {
            frame.top = (down + up).div_euclid(2);
        }
    }
}
