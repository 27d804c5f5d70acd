//! The pull requests that a commit's message names.

/// The numbers in the message's first line that stand as forges write them: `(#12)` after a squash or in a
/// merge's title, `Merge pull request #12`, and Gitea's `(!12)` where issues are kept elsewhere.
///
/// A number so named may be an issue's, or a pull request's that was merged elsewhere: it is a question to the
/// forge, never an answer.
#[must_use]
pub fn named_pull_requests(message: &str) -> Vec<u64> {
    let subject = message.lines().next().unwrap_or_default();
    let mut numbers = Vec::new();
    for (at, _) in subject.match_indices(['#', '!']) {
        let before = &subject[..at];
        let digits: &str = {
            let after = &subject[at + 1..];
            &after[..after.bytes().take_while(u8::is_ascii_digit).count()]
        };
        let after = &subject[at + 1 + digits.len()..];
        let in_parentheses = before.ends_with('(') && after.starts_with(')');
        let of_a_merge = before.to_ascii_lowercase().ends_with("merge pull request ");
        if let (true, Ok(number)) = (in_parentheses || of_a_merge, digits.parse::<u64>())
            && number > 0
            && !numbers.contains(&number)
        {
            numbers.push(number);
        }
    }
    numbers
}

/// The numbers that lines of the message's body end in: `* a thing (#12)`, as a squash lists what it melts.
#[must_use]
pub fn squashed_pull_requests(message: &str) -> Vec<u64> {
    let number = |line: &str| line.trim_end().strip_suffix(')')?.rsplit_once("(#")?.1.parse::<u64>().ok();
    message.lines().skip(1).filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_titles_that_forges_write_name_their_pull_request() {
        for (subject, numbers) in [
            ("feat: a thing (#12)", vec![12]),
            ("Merge pull request #12 from acme/topic", vec![12]),
            ("Merge pull request 'A thing' (#3) from topic into main", vec![3]),
            ("A thing (!7)", vec![7]),
            ("Revert \"a thing (#5)\" (#9)", vec![5, 9]),
            ("a (#5) (#5)", vec![5]),
        ] {
            assert_eq!(named_pull_requests(subject), numbers, "{subject}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for subject in [
            "fix #12",
            "(12)",
            "(#)",
            "(#0)",
            "C# (a#1)",
            "(#12",
            "(#99999999999999999999)",
            "see acme/app#12",
            "ü(#x1)",
            "",
        ] {
            assert_eq!(named_pull_requests(subject), Vec::<u64>::new(), "{subject}");
        }
    }

    #[test]
    fn only_the_first_line_names() {
        assert_eq!(named_pull_requests("Promote\n\n* a (#12)"), Vec::<u64>::new());
    }

    #[test]
    fn a_squash_lists_what_it_melts() {
        let message =
            "Promote staging (#20)\n\n* feat: a thing (#12)\n\n* fix (#13) \n* see (#14) there\n(#15)";
        assert_eq!(squashed_pull_requests(message), [12, 13, 15]);
    }
}
