//! What `echo` and `printf` print.

use crate::mapped::Mapped;
use crate::shell::{Executed, Program};

/// How long a text may be that is followed.
const LONGEST: usize = 1 << 14;

/// What `echo` or `printf` prints, as `dash` has it; none where that cannot be told.
pub(super) fn printed(command: &Executed, program: &Program) -> Option<Mapped> {
    let name = program.name()?;
    let mut words: Vec<&str> =
        program.argv[1..].iter().map(|field| field.text.as_deref()).collect::<Option<_>>()?;
    if words.iter().map(|word| word.len() + 1).sum::<usize>() > LONGEST {
        return None;
    }
    let text = if name == "echo" {
        let mut end = "\n";
        while let Some(option) = words.first().filter(|word| matches!(**word, "-n" | "-e" | "-ne" | "-en")) {
            if option.contains('n') {
                end = "";
            }
            words.remove(0);
        }
        format!("{}{end}", unescaped(&words.join(" ")))
    } else {
        if words.first() == Some(&"--") {
            words.remove(0);
        }
        let (format, arguments) = words.split_first()?;
        formatted(format, arguments)?
    };
    let mut printed = Mapped::default();
    printed.push(&text, command.span);
    Some(printed)
}

/// The format once for as many arguments as it takes, and again while there are more.
fn formatted(format: &str, arguments: &[&str]) -> Option<String> {
    let format = unescaped(format);
    let mut arguments = arguments.iter();
    let mut text = String::new();
    loop {
        let before = arguments.len();
        let mut characters = format.chars();
        while let Some(character) = characters.next() {
            match character {
                '%' => match characters.next()? {
                    '%' => text.push('%'),
                    's' => text.push_str(arguments.next().copied().unwrap_or_default()),
                    'b' => text.push_str(&unescaped(arguments.next().copied().unwrap_or_default())),
                    _ => return None,
                },
                other => text.push(other),
            }
        }
        if arguments.len() == 0 || arguments.len() == before {
            return Some(text);
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::new();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('\\') | None => plain.push('\\'),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_takes_its_arguments_in_turn() {
        assert_eq!(formatted("#!/bin/sh\\nexec %s \"$@\"\\n", &["x"]).unwrap(), "#!/bin/sh\nexec x \"$@\"\n");
        assert_eq!(formatted("%s\\n", &["a", "b"]).unwrap(), "a\nb\n");
        assert_eq!(formatted("100%%", &["unused"]).unwrap(), "100%");
        assert_eq!(formatted("%d", &["1"]), None);
    }
}
