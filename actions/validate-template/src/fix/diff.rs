//! Unified diffs, as `git apply` and `patch` read them.
//! <https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html>

use std::fmt::Write as _;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput, Token};

/// How many lines are shown around a change.
const AROUND: u32 = 3;

/// What changed between two texts of a file, with the lines around each change; empty when they are the same.
///
/// imara-diff's own printer counts a wrong first line where a change stands four to six lines below the start, so only
/// the comparison is its.
pub(super) fn unified(path: &str, before: &str, after: &str) -> String {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    let changes: Vec<Hunk> = diff.hunks().collect();
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!("--- a/{path}\n+++ b/{path}\n");
    for near in changes.chunk_by(|one, next| next.before.start - one.before.end <= 2 * AROUND) {
        write_hunk(&mut text, near, &input);
    }
    text
}

/// Writes changes whose surroundings touch as one hunk.
fn write_hunk(text: &mut String, changes: &[Hunk], input: &InternedInput<&str>) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
    let above = first.before.start.min(AROUND);
    let below = (count(&input.before) - last.before.end).min(AROUND);
    let old = first.before.start - above..last.before.end + below;
    let new = first.after.start - above..last.after.end + below;
    let _ = writeln!(text, "@@ -{} +{} @@", place(&old), place(&new));
    let mut lines = |sign: char, lines: &[Token], range: Range<u32>| {
        for token in &lines[index(range.start)..index(range.end)] {
            let line = input.interner[*token];
            let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
            let _ = write!(text, "{sign}{line}{end}");
        }
    };
    let mut shown = old.start;
    for change in changes {
        lines(' ', &input.before, shown..change.before.start);
        lines('-', &input.before, change.before.clone());
        lines('+', &input.after, change.after.clone());
        shown = change.before.end;
    }
    lines(' ', &input.before, shown..old.end);
}

/// Lines by the number of the first and how many they are; where none is, by the number of the one before.
fn place(lines: &Range<u32>) -> String {
    match lines.end - lines.start {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        many => format!("{},{many}", lines.start + 1),
    }
}

fn count(lines: &[Token]) -> u32 {
    u32::try_from(lines.len()).expect("a file that is mended is small")
}

fn index(line: u32) -> usize {
    usize::try_from(line).expect("a number of a line fits")
}

#[cfg(test)]
mod tests {
    use snapbox::{IntoData as _, assert_data_eq, str};

    use super::*;

    #[test]
    fn changes_that_are_near_share_their_surroundings() {
        let before: String = (1..=20).map(|number: u8| number.to_string() + "\n").collect();
        let after = before.replace("\n5\n6\n", "\nfive\n6\nsix and a half\n").replace("\n20\n", "\n");
        assert_data_eq!(
            unified("numbers", &before, &after),
            str![[r"
--- a/numbers
+++ b/numbers
@@ -2,8 +2,9 @@
 2
 3
 4
-5
+five
 6
+six and a half
 7
 8
 9
@@ -17,4 +18,3 @@
 17
 18
 19
-20

"]]
            .raw()
        );
    }

    #[test]
    fn a_last_line_that_does_not_end_is_told() {
        let diff = unified("f", "a\nb", "a\nb\n");
        assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
    }

    #[test]
    fn a_file_may_become_empty_or_cease_to_be() {
        assert_eq!(unified("f", "", "a\n"), "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(unified("f", "a\n", ""), "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n");
        assert_eq!(unified("f", "a\n", "a\n"), "");
    }
}
