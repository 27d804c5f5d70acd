//! What holds for every text.

use proptest::prelude::*;
use text::{Edit, Source, Span, apply};

proptest! {
    #[test]
    fn a_position_leads_back_to_its_offset(text in "[ab\r\né\u{feff}]{0,40}", offset in 0..60_usize) {
        let source = Source::new("a", text.clone());
        let position = source.position(offset);
        let line = source.line_span(position.line).expect("the line of a position is there");
        prop_assert!(line.start <= offset.min(text.len()));
        prop_assert!(position.line <= source.line_count());
    }

    #[test]
    fn lines_and_line_ends_make_up_the_text(text in "[ab\r\né]{0,40}") {
        let source = Source::new("a", text.clone());
        let mut rebuilt = String::new();
        for line in 1..=source.line_count() {
            let span = source.line_span(line).unwrap();
            let next = source.line_span(line + 1).map_or(text.len(), |next| next.start);
            rebuilt.push_str(source.slice(span));
            rebuilt.push_str(source.slice(Span::new(span.end, next)));
        }
        prop_assert_eq!(rebuilt, text);
    }

    #[test]
    fn applied_edits_never_panic(text in ".{0,20}", spans in prop::collection::vec((0..30_usize, 0..30_usize), 0..4)) {
        let edits: Vec<_> = spans.iter().map(|&(a, b)| Edit::replace(Span::new(a, b), "x")).collect();
        let _ = apply(&text, &edits);
    }

    #[test]
    fn replacing_a_stretch_by_itself_changes_nothing(text in "[a-zé]{1,20}", cut in 0..20_usize) {
        let cut = (0..=cut.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let edits = [Edit::replace(Span::new(0, cut), &text[..cut]), Edit::replace(Span::new(cut, text.len()), &text[cut..])];
        prop_assert_eq!(apply(&text, &edits).unwrap(), text);
    }
}
