//! A model of how GitHub's runner reads a step's output, written from its documented and observed behaviour
//! and sharing nothing with the product.

/// The commands that a runner knows.
const KNOWN: [&str; 15] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) data: String,
}

impl Command {
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The commands in a step's output, line by line.
pub(crate) fn commands(output: &str) -> Vec<Command> {
    output.split(['\n', '\r']).filter_map(command).collect()
}

/// Every command that any reading of the output finds: as it stands, without the characters that a
/// comparison by culture ignores, and without ANSI escapes; cut into lines by each convention.
pub(crate) fn commands_in_any_reading(output: &str) -> Vec<Command> {
    let lines = output.split([
        '\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}',
    ]);
    lines
        .flat_map(|line| {
            let bare = without_ansi(line);
            [without_ignorable(line), without_ignorable(&bare), bare, line.to_owned()]
        })
        .filter_map(|line| command(&line))
        .collect()
}

fn command(line: &str) -> Option<Command> {
    current(line).or_else(|| legacy(line))
}

/// `::name key=value,key=value::data`, after blanks.
fn current(line: &str) -> Option<Command> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let unescape_property = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    Some(Command {
        name: known(name)?,
        properties: pairs(properties.trim(), ',', unescape_property),
        data: data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"),
    })
}

/// `##[name key=value;key=value]data`, anywhere.
fn legacy(line: &str) -> Option<Command> {
    let (head, data) = line.split_once("##[")?.1.split_once(']')?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    Some(Command {
        name: known(name)?,
        properties: pairs(properties, ';', str::to_owned),
        data: data.to_owned(),
    })
}

fn known(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    KNOWN.contains(&name.as_str()).then_some(name)
}

fn pairs(text: &str, separator: char, unescape: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let pairs = text.split(separator).filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), unescape(value))).collect()
}

/// Unicode's default ignorable code points and its controls, tabs aside.
fn without_ignorable(line: &str) -> String {
    let is_ignorable = |character: char| {
        (character.is_control() && character != '\t')
            || matches!(character,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
    };
    line.chars().filter(|&character| !is_ignorable(character)).collect()
}

fn without_ansi(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once("\u{1b}[") {
        kept.push_str(before);
        rest = escape.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';');
        rest = rest.strip_prefix(|character: char| character.is_ascii_alphabetic()).unwrap_or(rest);
    }
    kept + rest
}

#[test]
fn the_model_reads_what_the_documentation_shows() {
    let read = commands(
        "  ::error file=app.js,line=1,title=A%3A B::Missing%0Asemicolon 100%25\nplain\nx ##[group]y",
    );
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].property("title"), Some("A: B"));
    assert_eq!(read[0].data, "Missing\nsemicolon 100%");
    assert_eq!((read[1].name.as_str(), read[1].data.as_str()), ("group", "y"));
    assert!(commands_in_any_reading("\u{1b}[31m:\u{200b}:error::x").len() == 1);
    assert!(commands("::unknown::x\na ::error::x").is_empty());
}
