use std::fmt::Write as _;

use proptest::prelude::*;
use template::yaml::{Content, Document, Limits, Node, Schema, Style, Value, YamlError, YamlErrorKind};
use text::Span;

fn parse(text: &str) -> Document {
    Document::parse(text, &Limits::default()).unwrap()
}

fn refuse(text: &str) -> YamlError {
    Document::parse(text, &Limits::default()).unwrap_err()
}

/// The value under a key of the document's mapping.
fn value(document: &Document, key: &str) -> Node {
    document.root().unwrap().as_mapping().unwrap().value(key).unwrap().clone()
}

fn place(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

#[test]
fn keys_and_values_have_their_places_in_the_file() {
    let text =
        "\u{feff}# é\r\nname: 'Größe'\r\nlist:\r\n  - &a !!str x\r\n  - [1, 2]\r\nempty:\r\nlast: *a\r\n";
    let document = parse(text);
    let root = document.root().unwrap().as_mapping().unwrap();
    let spans: Vec<_> = root
        .entries()
        .iter()
        .map(|entry| (&text[entry.key.span().range()], &text[entry.value.span().range()]))
        .collect();
    assert_eq!(
        spans,
        [("name", "'Größe'"), ("list", "- &a !!str x\r\n  - [1, 2]"), ("empty", ""), ("last", "*a")]
    );
    let items = root.value("list").unwrap().as_sequence().unwrap();
    assert_eq!(items[0].span(), place(text, "x"), "without anchor and tag");
    assert_eq!(root.value("last").unwrap().alias_of(), Some(items[0].span()));
    let empty = root.value("empty").unwrap().span();
    assert_eq!(empty, Span::at(place(text, "empty:").end), "a missing value is behind its colon");
}

#[test]
fn a_value_has_a_type_only_if_all_readers_agree() {
    let document =
        parse("a: 1\nb: '1'\nc: 014\nd: yes\ne: true\nf: 1.0\ng: 1.0.0\nh:\ni: \"yes\"\nj: |\n  1\n");
    let get = |key| value(&document, key);
    assert_eq!(get("a").as_int(), Some(1));
    assert_eq!((get("b").as_int(), get("b").as_str()), (None, Some("1")));
    assert_eq!((get("c").as_int(), get("c").as_str()), (None, None));
    assert_eq!((get("d").as_bool(), get("d").as_str()), (None, None));
    assert_eq!((get("e").as_bool(), get("e").as_int()), (Some(true), None));
    assert_eq!((get("f").as_float(), get("f").as_int()), (Some(1.0), None));
    assert_eq!(get("g").as_str(), Some("1.0.0"));
    assert!(get("h").is_null());
    assert_eq!(get("i").as_str(), Some("yes"));
    assert_eq!(get("j").as_str(), Some("1\n"));
    assert_eq!(get("b").as_scalar().unwrap().style(), Style::SingleQuoted);
    assert_eq!(get("c").describe(), "an integer that YAML 1.1 and YAML 1.2 read differently");
    assert_eq!(get("d").describe(), "a boolean in YAML 1.1 and a string in YAML 1.2");
}

#[test]
fn what_readers_take_differently_is_found_once_and_told_in_full() {
    let text = "on: &x yes\nb: *x\nc: [0o14, '1:30', 1:30]\n";
    let found = parse(text).disagreements();
    let told: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "`on` is the boolean true in YAML 1.1 and the string `on` in YAML 1.2",
            "`yes` is the boolean true in YAML 1.1 and the string `yes` in YAML 1.2",
            "`0o14` is the string `0o14` in YAML 1.1 and the integer 12 in YAML 1.2",
            "`1:30` is the integer 90 in YAML 1.1 and the string `1:30` in YAML 1.2",
        ]
    );
    assert_eq!(found[1].span, place(text, "yes"));
    assert_eq!(found[1].hint(), "write `\"yes\"` for the string, `true` for the boolean");
    assert!(value(&parse(text), "on").disagreement().is_some(), "and the key is found by what GitHub reads");
}

#[test]
fn a_key_that_stands_twice_is_refused_with_both_places() {
    for (text, first, second) in [
        ("a: 1\nb: 2\na: 3\n", 0, 10),
        ("a: 1\n'a': 3\n", 0, 5),
        ("{a: 1, \"a\": 3}", 1, 7),
        ("yes: 1\ntrue: 2\n", 0, 7),
        ("014: 1\n12: 2\n", 0, 7),
        ("0o14: 1\n12: 2\n", 0, 8),
    ] {
        let error = refuse(text);
        assert_eq!(error.span.start, second, "{text}");
        assert!(
            matches!(error.kind, YamlErrorKind::DuplicateKey { first: place, .. } if place.start == first),
            "{text}"
        );
        assert!(error.hint().is_some());
    }
    parse("a: 1\nb: {a: 1}\nc: {a: 1}\n'1': x\n1: y\n");
}

#[test]
fn merge_keys_bring_in_what_the_mapping_does_not_have() {
    let text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 0\n";
    let document = parse(text);
    let merged = value(&document, "z");
    let mapping = merged.as_mapping().unwrap();
    let entries: Vec<_> = mapping
        .entries()
        .iter()
        .map(|entry| (entry.key.as_str().unwrap(), entry.value.as_int().unwrap(), entry.merged_at.is_some()))
        .collect();
    assert_eq!(entries, [("a", 0, false), ("b", 1, true), ("c", 2, true)]);
    assert_eq!(mapping.merge_keys(), [place(text, "<<")]);
    assert_eq!(refuse("<<: 1\n").kind, YamlErrorKind::MergeOfNoMapping);
    assert_eq!(value(&parse("'<<': 1\n"), "<<").as_int(), Some(1), "quoted it is a string");
}

#[test]
fn a_bomb_of_aliases_is_refused_before_it_is_unpacked() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let error = refuse(&bomb);
    assert_eq!(error.to_string(), "the document has more than 100000 nodes when its aliases are followed");
    assert_eq!(error.hint(), Some("write the values out in place of the aliases"));

    let mut merges = "m0: &m0 {k: 1}\n".to_owned();
    for level in 1..60 {
        let aliases = vec![format!("*m{}", level - 1); 60].join(", ");
        writeln!(merges, "m{level}: &m{level}\n  k{level}: 1\n  <<: [{aliases}]").unwrap();
    }
    assert!(matches!(refuse(&merges).kind, YamlErrorKind::TooManyNodes { aliases: true, .. }));
    assert_eq!(refuse("a: &a [*a]\n").kind, YamlErrorKind::RecursiveAlias);
    parse("a: &a [1, 2]\nb: [*a, *a, *a]\n");
}

#[test]
fn too_much_is_refused_with_the_limit() {
    let large = Document::parse(&"#".repeat(50 << 20), &Limits::default()).unwrap_err();
    assert_eq!(large.to_string(), "the document has 52428800 bytes, more than the 1048576 that are read");
    let wide = "- x\n".repeat(200_000);
    assert_eq!(refuse(&wide).kind, YamlErrorKind::TooManyNodes { limit: 100_000, aliases: false });
    for open in ["[", "{a: ", "- ", "? "] {
        let kind = refuse(&open.repeat(250_000)).kind;
        assert!(
            matches!(kind, YamlErrorKind::TooDeep { .. } | YamlErrorKind::CollectionAsKey),
            "{open}: {kind}"
        );
    }
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(refuse(&chain).kind, YamlErrorKind::TooDeep { limit: 100 }, "through aliases too");
}

#[test]
fn a_file_is_one_document() {
    assert!(parse("").root().is_none());
    assert!(parse("# only this\n").root().is_none());
    assert_eq!(value(&parse("%YAML 1.2\n---\na: 1\n...\n"), "a").as_int(), Some(1));
    let error = refuse("a: 1\n---\nb: 2\n");
    assert_eq!(error.span, Span::new(5, 8));
    assert!(matches!(error.kind, YamlErrorKind::SeveralDocuments { first } if first == Span::new(0, 4)));
}

#[test]
fn what_is_no_yaml_is_told_with_its_place() {
    for (text, at, words) in [
        ("é: [1, 2\n", 10, "not YAML"),
        ("a: b: c\n", 4, "mapping values are not allowed"),
        ("a: *b\n", 3, "unknown anchor"),
        ("a: @b\n", 3, "unexpected character"),
        ("a: \u{7}\n", 3, "U+0007"),
        ("a: 'x\u{2028}y'\n", 5, "U+2028"),
        ("? [a]\n: 1\n", 2, "cannot be a key"),
        ("x: {{ y }}\n", 4, "cannot be a key"),
        ("a: &x 1\nb: &x 2\n", 11, "defined twice"),
        ("a:\n  : 1\n", 5, "a key is missing"),
    ] {
        let error = refuse(text);
        assert!(error.to_string().contains(words), "{text}: {error}");
        assert!(error.span.start.abs_diff(at) <= 3, "{text}: {:?}", error.span);
    }
    assert!(refuse("a: b: c\n").hint().is_some());
}

#[test]
fn tabs_that_stop_pyyaml_are_found_and_those_in_text_are_not() {
    let tabs = |text: &str| parse(text).tabs().iter().map(|tab| tab.start).collect::<Vec<_>>();
    assert_eq!(tabs("a: 1\t\nb: \t2\n"), [4, 9]);
    assert_eq!(tabs("a: x\ty\n"), [4]);
    assert!(tabs("a: 'x\ty' #\tz\nb: \"\t\"\n#\t\nc: |\n  x\ty\nd: a#b\n").is_empty());
}

#[test]
fn tags_decide_over_looks_and_those_that_nobody_knows_are_told() {
    let document =
        parse("a: !!str 1\nb: !!int '1'\nc: !ref x\nd: !!int x\ne: !!float 1\nf: !!seq {}\ng: 2024-02-30\n");
    let get = |key| value(&document, key);
    assert_eq!(get("a").as_str(), Some("1"));
    assert_eq!(get("b").as_int(), Some(1));
    assert_eq!(get("e").as_float(), Some(1.0));
    assert_eq!(get("c").tag().unwrap().to_string(), "!ref");
    assert_eq!(get("c").unreadable().unwrap(), "no reader of plain YAML knows the tag `!ref`");
    assert!(get("d").unreadable().is_some());
    assert_eq!(get("f").unreadable().unwrap(), "the tag `!!seq` does not fit a mapping");
    assert!(get("g").unreadable().unwrap().contains("2024-02-30"));
    assert!(get("a").unreadable().is_none());
    assert_eq!(*get("g").as_scalar().unwrap().value(Schema::Yaml12), Value::Text);
}

fn check_spans(text: &str, node: &Node, around: Span) {
    let span = node.span();
    assert!(text.get(span.range()).is_some(), "{span:?} is not of {text:?}");
    assert!(around.contains(span), "{span:?} is not in {around:?} of {text:?}");
    match node.content() {
        _ if node.alias_of().is_some() => {}
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| check_spans(text, item, span)),
        Content::Mapping(mapping) => {
            for entry in mapping.entries().iter().filter(|entry| entry.merged_at.is_none()) {
                check_spans(text, &entry.key, span);
                check_spans(text, &entry.value, span);
            }
        }
    }
}

fn check_any(text: &str) {
    match Document::parse(text, &Limits::default()) {
        Ok(document) => {
            let whole = Span::new(0, text.len());
            document.root().into_iter().for_each(|root| check_spans(text, root, whole));
            document.tabs().iter().for_each(|tab| assert_eq!(&text[tab.range()], "\t"));
            for found in document.disagreements() {
                assert!(text.get(found.span.range()).is_some());
            }
        }
        Err(error) => assert!(text.get(error.span.range()).is_some(), "{error} {:?} {text:?}", error.span),
    }
}

/// Pieces of YAML, so that what chance puts together is often nearly a document.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b: ", "é:", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "'x'", "\"y\\n\"", "&a ",
        "&b ", "*a", "!!str ", "!x ", "|\n", ">-\n", " #c", "\n- ", "\na: ", "\nc: ", "1", "yes", "<<: ",
        "? ", "---\n", "...\n", "\t", "\r\n", "%", "\u{feff}", ":", "''", "\"", "'",
    ]);
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        check_any(&text);
    }

    #[test]
    fn what_is_nearly_yaml_makes_it_neither_panic_nor_lose_its_place(text in pieces()) {
        check_any(&text);
    }

    #[test]
    fn a_quoted_string_is_itself_to_all_readers(value in "[a-z0-9:._ ~=<+-]{0,12}") {
        let document = parse(&format!("k: '{value}'\n"));
        let node = self::value(&document, "k");
        prop_assert_eq!(node.as_str(), Some(&*value));
        prop_assert!(document.disagreements().is_empty());
    }
}
