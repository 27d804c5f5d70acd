//! Command line options, as `getopt_long` reads them.

use super::value::Field;

/// The options that a program has.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Letters of options that take a value.
    pub valued: &'static str,
    /// Names of long options that take a value.
    pub long_valued: &'static [&'static str],
    /// Whether options may follow operands; otherwise the first operand ends them.
    pub mixed: bool,
}

/// A command line, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Options in order: the letter or name, and the value where it takes one.
    pub options: Vec<(String, Option<Field>)>,
    /// What is no option, in order.
    pub operands: Vec<Field>,
    /// Whether something is in the way whose text cannot be told: it may be options, operands or nothing.
    pub unclear: bool,
    /// Whether `--` has ended the options.
    ended: bool,
}

impl Given {
    /// The last value given for an option, by any of its names.
    #[must_use]
    pub fn value(&self, names: &[&str]) -> Option<&Field> {
        let mut given = self.options.iter().rev().filter(|(name, _)| names.contains(&name.as_str()));
        given.find_map(|(_, value)| value.as_ref())
    }

    /// Whether an option is given, by any of its names.
    #[must_use]
    pub fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(&name.as_str()))
    }
}

impl Options {
    /// Takes the arguments of a command apart, its name left out.
    #[must_use]
    pub fn read(&self, arguments: &[Field]) -> Given {
        let mut given = Given::default();
        let mut rest = arguments;
        loop {
            rest = self.leading(rest, &mut given);
            let Some((operand, more)) = rest.split_first() else { return given };
            if !self.mixed || given.ended {
                given.operands.extend_from_slice(rest);
                return given;
            }
            given.operands.push(operand.clone());
            rest = more;
        }
    }

    /// Takes the options up to the first operand; what is left begins with it.
    pub(super) fn leading<'f>(&self, arguments: &'f [Field], given: &mut Given) -> &'f [Field] {
        let mut rest = arguments.iter();
        while !given.ended {
            let here = rest.as_slice();
            let Some(field) = rest.next() else { return here };
            let Some(text) = &field.text else {
                given.unclear |= field.elastic;
                return here;
            };
            match text.strip_prefix("--") {
                Some("") => given.ended = true,
                Some(long) => self.long(long, field, &mut rest, given),
                None if text.len() > 1 && text.starts_with('-') => self.short(text, field, &mut rest, given),
                None => return here,
            }
        }
        rest.as_slice()
    }

    fn long<'f>(
        &self,
        text: &str,
        field: &Field,
        rest: &mut impl Iterator<Item = &'f Field>,
        given: &mut Given,
    ) {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(Field { text: Some(value.to_owned()), ..field.clone() })),
            None => (text, None),
        };
        // An unmistakable beginning of a name is enough.
        let mut starting = self.long_valued.iter().filter(|known| known.starts_with(name));
        let known = self.long_valued.iter().find(|known| **known == name).or_else(|| {
            let only = starting.next();
            only.filter(|_| starting.next().is_none() && name.len() > 2)
        });
        let value = match known {
            Some(_) => value.or_else(|| rest.next().cloned()),
            None => value,
        };
        given.options.push((known.copied().unwrap_or(name).to_owned(), value));
    }

    fn short<'f>(
        &self,
        text: &str,
        field: &Field,
        rest: &mut impl Iterator<Item = &'f Field>,
        given: &mut Given,
    ) {
        for (at, letter) in text.char_indices().skip(1) {
            if !self.valued.contains(letter) {
                given.options.push((letter.to_string(), None));
                continue;
            }
            let attached = &text[at + letter.len_utf8()..];
            let value = if attached.is_empty() {
                rest.next().cloned()
            } else {
                Some(Field { text: Some(attached.to_owned()), ..field.clone() })
            };
            given.options.push((letter.to_string(), value));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use text::Span;

    use super::*;

    fn told(options: Options, line: &str) -> String {
        let fields: Vec<_> = line.split(' ').map(|word| Field::known(word, Span::default())).collect();
        let given = options.read(&fields);
        let text = |field: &Field| field.text.clone().unwrap_or_default();
        let options = given.options.iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={}", text(value)),
            None => name.clone(),
        });
        let operands = given.operands.iter().map(text);
        format!("{} | {}", options.collect::<Vec<_>>().join(" "), operands.collect::<Vec<_>>().join(" "))
    }

    const MIXED: Options = Options { valued: "us", long_valued: &["uid", "shell"], mixed: true };

    #[test]
    fn short_options_may_be_bundled_and_attached() {
        assert_eq!(told(MIXED, "-mu 1000 agent -s/bin/sh"), "m u=1000 s=/bin/sh | agent");
    }

    #[test]
    fn long_options_may_be_shortened_and_take_an_equals_sign() {
        assert_eq!(
            told(MIXED, "--uid=1 --shel /bin/sh --system agent"),
            "uid=1 shell=/bin/sh system | agent"
        );
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(told(MIXED, "-m -- -u x"), "m | -u x");
    }

    #[test]
    fn the_first_operand_ends_the_options_of_a_program_that_runs_another() {
        let wrapper = Options { mixed: false, ..MIXED };
        assert_eq!(told(wrapper, "-u 1 run -u 2"), "u=1 | run -u 2");
    }
}
