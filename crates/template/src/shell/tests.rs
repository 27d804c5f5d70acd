//! Scripts as people write them.

use std::fmt::Write as _;

use super::*;
use crate::mapped::Mapped;

/// What a script reaches, one command a line, and how it ends. Unknown text is `?`, and `?*` where it may be no word.
fn followed(text: &str, arguments: &[&str]) -> String {
    let source = Mapped::verbatim(text, 0);
    let script = parse(&source);
    let variables = |name: &str| match name {
        "SET" => Value::Known("value".to_owned()),
        "TWO" => Value::Known("two words".to_owned()),
        "EMPTY" => Value::Known(String::new()),
        "HOME" => Value::Unknown,
        _ => Value::Unset,
    };
    let arguments = arguments.iter().map(|text| Field::known(*text, text::Span::default())).collect();
    let execution = run(
        &script,
        Start {
            variables: &variables,
            name: Some("self".to_owned()),
            arguments,
            directory: Some("/app".into()),
        },
    );
    let mut shown = String::new();
    for command in &execution.commands {
        let argv = command.argv.iter().map(|field| match (&field.text, field.elastic) {
            (Some(text), _) => format!("{text:?}").trim_matches('"').to_owned(),
            (None, true) => "?*".to_owned(),
            (None, false) => "?".to_owned(),
        });
        let mut line = argv.collect::<Vec<_>>().join("|");
        if command.skipped {
            line.insert_str(0, "not ");
        } else if command.conditional {
            line.insert_str(0, "maybe ");
        }
        if command.directory.as_deref() != Some("/app") {
            write!(line, " in {}", command.directory.as_deref().unwrap_or("?")).unwrap();
        }
        writeln!(shown, "{line}").unwrap();
    }
    for ending in &execution.endings {
        let place = text[execution.commands[ending.command].span.range()].replace('\n', " ");
        writeln!(shown, "ends {} {place}", if ending.replaces { "as" } else { "after" }).unwrap();
    }
    for problem in &script.problems {
        writeln!(shown, "problem {:?}: {}", &text[problem.span.range()], problem.kind).unwrap();
    }
    shown
}

fn commands(text: &str) -> String {
    let shown = followed(text, &[]);
    shown.lines().filter(|line| !line.starts_with("ends")).collect::<Vec<_>>().join("\n")
}

fn expansions(text: &str) -> Vec<String> {
    parse(&Mapped::verbatim(text, 0)).expansions.into_iter().map(|expansion| expansion.name).collect()
}

#[test]
fn words_lose_their_quotes_and_keep_their_text() {
    assert_eq!(commands(r#"a 'b  c' "d e"f g\ h "" i\"j"#), r#"a|b  c|d ef|g h||i\"j"#);
    assert_eq!(commands("a \"x\\\ny\" b\\\nc # d\n"), "a|xy|bc");
    assert_eq!(commands("a#b #c\nd"), "a#b\nd");
    assert_eq!(commands(r#"$'a\tb' $"c""#), r"a\tb|c");
}

#[test]
fn variables_become_what_is_known_of_them() {
    for (text, wanted) in [
        ("a $SET ${SET} \"$TWO\" $TWO", "a|value|value|two words|two|words"),
        ("a $NONE \"$NONE\" '$SET' \\$SET", "a||$SET|$SET"),
        ("a ${NONE:-d} ${EMPTY-d} ${EMPTY:-d}", "a|d|d"),
        ("a ${SET:+==$SET} ${NONE:+x}", "a|==value"),
        ("a x${NONE}y ${SET%lue} $(b) $((1+1)) $HOME", "b\na|xy|?*|?*|?|?*"),
        ("X=1; Y=$X; a $X$Y", "a|11"),
        (": \"${X:=d}\"; a $X", "a|d"),
        ("export X=1; a $X; unset X; a $X", "a|1\na"),
        ("read X; a $X", "a|?*"),
        ("if [ a ]; then X=1; else X=2; fi; a $X", "[|a|]\na|?*"),
        ("X=1; [ a ] && X=2; a $X", "[|a|]\na|?*"),
        ("X=1; (X=2; a $X); a $X", "a|2\na|1"),
        ("X=1; b && X=2; a $X", "b\na|2"),
    ] {
        assert_eq!(commands(text), wanted, "{text}");
    }
}

#[test]
fn what_is_never_reached_is_left_out() {
    for (text, wanted) in [
        ("true || a; false && b; c", "c"),
        ("a; exit 0; b", "a"),
        ("exec a; b", "exec|a"),
        ("f() { a; }; b", "b"),
        ("if false; then a; else b; fi", "b"),
        ("if true; then a; else b; fi", "a"),
        ("! true && a; ! false && b", "b"),
        ("echo 'useradd agent' # useradd agent", "echo|useradd agent"),
        ("exec > /log; a", "a"),
        ("exec \"$@\"; a", "a"),
    ] {
        assert_eq!(commands(text), wanted, "{text}");
    }
}

#[test]
fn what_a_condition_decides_is_told() {
    assert_eq!(commands("id x || a && b"), "id|x\nmaybe a\nb");
    assert_eq!(commands("[ $1 ] && a; b && c"), "[|]\nnot a\nb\nc");
    assert_eq!(commands("[ -f x ] && a; b && c"), "[|-f|x|]\nmaybe a\nb\nc");
    assert_eq!(commands("if [ -n \"$SET\" ]; then a; else b; fi"), "[|-n|value|]\na\nnot b");
    assert_eq!(
        commands("if test -f x; then a; elif [ \"$SET\" = value ]; then b; else c; fi"),
        "test|-f|x\n[|value|=|value|]\nmaybe a\nmaybe b\nmaybe c"
    );
    assert_eq!(commands("[ -z \"$SET\" ] && a || b"), "[|-z|value|]\nnot a\nb");
    assert_eq!(commands("while read x; do a; done; for i in 1 2; do b $i; done"), "maybe a\nb|?*");
    assert_eq!(commands("for i in $(a); do b; done; for i; do c; done"), "a\nmaybe b\nmaybe c");
    assert_eq!(commands("case $1 in a|b) c;; *) d; esac; e"), "maybe c\nmaybe d\ne");
    assert_eq!(commands("[[ -n $x && ( a || b ) ]] && c"), "maybe c");
}

#[test]
fn commands_in_other_processes_are_reached_too() {
    assert_eq!(commands("(a; exit); { b; }; c | d; e & echo $(f `g`)"), "a\nb\nc\nd\ne\ng\nf|?*\necho|?*");
    assert_eq!(commands("(cd /tmp; a); cd sub && b; cd /; c"), "a in /tmp\nb in /app/sub\nc in /");
}

#[test]
fn functions_are_followed_where_they_are_called() {
    assert_eq!(commands("f() { a \"$1\" $#; }\nfunction g { f x; return; b; }\ng; f y z"), "a|x|1\na|y|2");
    assert_eq!(commands("f() { f; }; f; a"), "a");
}

#[test]
fn shells_within_shells_are_followed() {
    assert_eq!(commands("sh -c 'a $SET' && bash -euo pipefail -c \"b\""), "a|value\nb");
    assert_eq!(commands("bash <<'EOF'\na $SET\nEOF\nsh <<< b; cat <<EOF\nc\nEOF\n"), "a|value\nb\ncat");
    assert_eq!(commands("su -s /bin/sh agent -c 'a b'; eval 'c d'; sudo sh -c e"), "a|b\nc|d\ne");
    assert_eq!(commands("sh -c 'a \"$0\" \"$1\"' x y"), "a|?|y");
    assert_eq!(commands("sh script.sh"), "sh|script.sh");
}

#[test]
fn here_documents_are_not_commands() {
    assert_eq!(commands("cat <<A <<-'B' > x\na\nA\n\tb $c\n\tB\nd"), "cat\nd");
    assert_eq!(commands("cat <<EOF"), "cat\nproblem \"<<\": `<<` has no end");
}

#[test]
fn the_end_of_a_script_is_told() {
    for (text, arguments, wanted) in [
        ("set -e\na\nexec b \"$@\"", &["x"][..], "ends as exec b \"$@\"\n"),
        ("a; b", &[], "ends after b\n"),
        ("if [ x ]; then exec a; fi\nexec b", &[], "ends as exec a\nends as exec b\n"),
        ("if [ x ]; then exec a; else exec b; fi\nc", &[], "ends as exec a\nends as exec b\n"),
        ("case $1 in x) exec a;; *) exec b;; esac; c", &["x"], "ends as exec a\nends as exec b\n"),
        ("[ x ] || { echo no; exit 1; }\nexec a", &[], "ends as exec a\n"),
        ("main() { exec a \"$@\"; }\nmain \"$@\"", &[], "ends as exec a \"$@\"\n"),
        ("(exec a)", &[], "ends after exec a\n"),
        ("a | tee log", &[], "ends after a\nends after tee log\n"),
        ("exec sh -c 'exec a'", &[], "ends as exec a\n"),
        ("a; exit $?", &[], "ends after a\n"),
        ("exec a || exit 1", &[], "ends as exec a\n"),
    ] {
        let shown = followed(text, arguments);
        let endings: Vec<_> = shown.lines().filter(|line| line.starts_with("ends")).collect();
        assert_eq!(endings.join("\n") + "\n", wanted, "{text}");
    }
}

#[test]
fn expansions_are_told_wherever_a_shell_makes_them() {
    for (text, wanted) in [
        ("a \"$X\" '$Y' \\$Z # $W", "X"),
        ("a ${X:-$Y} ${X:+==${Z}} $((N + 1)) `echo $B`", "Y X Z X N B"),
        ("cat <<EOF\n$X \\$Y\nEOF\ncat <<'EOF'\n$Z\nEOF", "X"),
        ("a '\n$X' \"'$Y'\"", "Y"),
        ("a $(b $(c $X))", "X"),
    ] {
        assert_eq!(expansions(text).join(" "), wanted, "{text}");
    }
}

#[test]
fn what_makes_no_sense_is_told_and_the_rest_is_read() {
    assert_eq!(
        commands("a; fi; b\n)\nc && \n"),
        "a\nb\nc\nproblem \"fi\": this belongs to nothing before it\n\
         problem \")\": this belongs to nothing before it\n\
         problem \"&&\": this belongs to nothing before it"
    );
    assert_eq!(commands("if a; then b"), "a\nmaybe b\nproblem \"if\": `if` has no end");
    assert_eq!(commands("a 'b"), "a|b\nproblem \"'\": `'` has no end");
    let deep = "(".repeat(1000);
    assert!(commands(&deep).contains("too deep"));
}

#[test]
fn a_program_is_found_behind_what_only_runs_it() {
    for (text, wanted) in [
        ("exec gosu agent molecule-runtime --port 1", "molecule-runtime|--port|1"),
        ("/usr/bin/tini -g -- /usr/local/bin/molecule-runtime", "/usr/local/bin/molecule-runtime"),
        ("exec $HOME env -u A B=c D=$X molecule-runtime", "molecule-runtime"),
        ("sudo -u agent -E A=b setpriv --reuid=1 --regid 1 --init-groups a", "a"),
        ("timeout -k 1 10 nice -n 5 a b", "a|b"),
        ("stdbuf -oL dumb-init -r 1:2 su-exec agent:agent a", "a"),
        ("echo molecule-runtime", "echo|molecule-runtime"),
        ("env", ""),
    ] {
        let source = Mapped::verbatim(text, 0);
        let variables = |name: &str| if name == "HOME" { Value::Unknown } else { Value::Unset };
        let execution = run(
            &parse(&source),
            Start { variables: &variables, name: None, arguments: Vec::new(), directory: None },
        );
        let argv = program(&execution.commands[0].argv).argv;
        let argv: Vec<_> = argv.iter().map(|field| field.text.as_deref().unwrap_or("?")).collect();
        assert_eq!(argv.join("|"), wanted, "{text}");
    }
}
