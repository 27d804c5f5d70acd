//! The places of a rewritten file, as they were before.

use std::collections::BTreeMap;

use crate::imports::Imported;
use crate::module::Outline;
use crate::position::Position;
use crate::source::Source;

/// What was inserted into the lines of a file. No insertion has a line end, so that lines stay.
pub(super) struct Places {
    /// By line: the column before which text was inserted, and its length; ascending.
    insertions: BTreeMap<u32, Vec<(u32, u32)>>,
}

impl Places {
    /// Of ASCII inserted at ascending offsets of a file.
    pub(super) fn of(source: &Source, insertions: &[(u32, String)]) -> Self {
        let mut lines: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for (offset, inserted) in insertions {
            let Position { line, column } = source.position(*offset);
            let length = u32::try_from(inserted.len()).unwrap_or(u32::MAX);
            lines.entry(line).or_default().push((column, length));
        }
        Self { insertions: lines }
    }

    /// Turns every place of the rewritten file into the one that it was.
    pub(super) fn restore(&self, outline: &mut Outline) {
        for import in &mut outline.imports {
            self.move_back(&mut import.position);
            if let Imported::Names(names) = &mut import.what {
                for name in names {
                    self.move_back(&mut name.position);
                }
            }
        }
        for import in &mut outline.computed_imports {
            self.move_back(&mut import.position);
        }
        for reference in &mut outline.references {
            self.move_back(&mut reference.position);
        }
    }

    /// What lies within an insertion goes to where it was inserted.
    fn move_back(&self, position: &mut Position) {
        let mut added = 0;
        for &(column, length) in self.insertions.get(&position.line).into_iter().flatten() {
            let start = column + added;
            if position.column < start {
                break;
            }
            if position.column < start + length {
                position.column = start;
            }
            added += length.min(position.column - start);
        }
        position.column -= added;
    }
}
