//! Nothing here is a credential, and no file of this repository may look as if it held one: what is searched is put
//! together when the tests run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use template::secrets::{Certainty, Kind, Secret, scan};

/// As many characters of an alphabet, as random as a test needs.
fn letters(count: usize, alphabet: &str) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    (0..count).map(|at| alphabet[(at * 7 + at / 5 + 3) % alphabet.len()]).collect()
}

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// CRC-32 as its definition has it, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// A body with the checksum that GitHub puts behind it.
fn checked(random: &str) -> String {
    let mut rest = checksum(random.as_bytes()) as usize;
    let digits: Vec<char> = (0..6)
        .map(|_| {
            let digit = BASE62.as_bytes()[rest % 62];
            rest /= 62;
            char::from(digit)
        })
        .collect();
    random.chars().chain(digits.into_iter().rev()).collect()
}

fn json(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(value)
}

fn web_token(header: &str, claims: &str) -> String {
    [json(header), json(claims), letters(43, BASE62)].join(".")
}

fn pem(label: &str, body: &str) -> String {
    let rule = "-".repeat(5);
    format!("{rule}BEGIN {label}{rule}\n{body}\n{rule}END {label}{rule}")
}

fn macaroon() -> String {
    let mut bytes = vec![2, 1, 8];
    bytes.extend(b"pypi.org");
    bytes.extend([2, 36]);
    bytes.extend(letters(120, BASE62).bytes());
    ["pypi", "-", &URL_SAFE_NO_PAD.encode(bytes)].concat()
}

fn anthropic() -> String {
    ["sk-", "ant-", "api03-", &letters(40, BASE62), "-", &letters(52, BASE62), "AA"].concat()
}

fn github(prefix: &str) -> String {
    ["gh", prefix, "_", &checked(&letters(30, BASE62))].concat()
}

/// One of everything, with its kind and what may be shown.
fn everything() -> Vec<(String, Kind, String)> {
    let rule = "-".repeat(5);
    let mut all = vec![
        (anthropic(), Kind::Anthropic, "sk-ant-".to_owned()),
        (
            ["github", "_pat_", &letters(22, BASE62), "_", &letters(59, BASE62)].concat(),
            Kind::GitHubFineGrained,
            "github_pat_".to_owned(),
        ),
        (["AK", "IA", &letters(16, CAPITALS)].concat(), Kind::Aws, "AKIA".to_owned()),
        (["AS", "IA", &letters(16, CAPITALS)].concat(), Kind::Aws, "ASIA".to_owned()),
        (["xox", "b-", "1234567890-", &letters(24, BASE62)].concat(), Kind::Slack, "xoxb-".to_owned()),
        (["xa", "pp-1-A0-", &letters(40, BASE62)].concat(), Kind::Slack, "xapp-".to_owned()),
        (
            [
                "hooks.slack.com/",
                "services/T",
                &letters(9, CAPITALS),
                "/B",
                &letters(9, CAPITALS),
                "/",
                &letters(24, BASE62),
            ]
            .concat(),
            Kind::SlackWebhook,
            "hooks.slack.com/services/".to_owned(),
        ),
        (macaroon(), Kind::PyPi, "pypi-".to_owned()),
        (
            web_token("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "{\"sub\":\"7\"}"),
            Kind::WebToken,
            "eyJ".to_owned(),
        ),
    ];
    for letter in ["p", "o", "u", "s", "r"] {
        all.push((github(letter), Kind::GitHub, format!("gh{letter}_")));
    }
    for label in [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ] {
        all.push((
            pem(label, &["MI", &letters(62, BASE62)].concat()),
            Kind::PrivateKey,
            format!("{rule}BEGIN {label}{rule}"),
        ));
    }
    all
}

fn only(text: &str) -> Secret {
    let found = scan(text.as_bytes());
    assert_eq!(found.len(), 1, "{text}");
    found[0].clone()
}

#[test]
fn every_kind_is_found_wherever_it_stands_and_shown_by_its_prefix_alone() {
    for (secret, kind, prefix) in everything() {
        for (before, after) in [
            ("", ""),
            ("KEY=", "\n"),
            ("# an example: ", " # ... <example>"),
            ("{\"key\": \"", "\"}"),
            ("RUN echo 'x' \\\r\n  ", " && y"),
            ("é", "é"),
            ("https://x:", "@h"),
            ("a\\n", "\\n"),
            ("%3D", "&"),
            ("\\u003d", "."),
        ] {
            let text = format!("{before}{secret}{after}");
            let found = only(&text);
            assert_eq!(found.kind, kind, "{text}");
            assert_eq!(&text[found.span.range()], secret);
            assert_eq!(found.redacted, format!("{prefix}***"));
            let inside = &secret[prefix.len() + 6..prefix.len() + 16];
            assert!(!format!("{found:?}").contains(inside), "{found:?}");
        }
    }
}

#[test]
fn what_looks_alike_is_none() {
    let hexadecimal = letters(40, "0123456789abcdef");
    for text in [
        hexadecimal.clone(),
        format!("uses: actions/checkout@{hexadecimal}"),
        format!("sha256:{hexadecimal}{}", letters(24, "0123456789abcdef")),
        ["pypi", "-server==1.0"].concat(),
        ["pypi", "-", &letters(80, BASE62)].concat(),
        ["gh", "p_", &letters(35, BASE62)].concat(),
        ["AK", "IA", &letters(15, CAPITALS)].concat(),
        ["AK", "IA", &letters(17, CAPITALS)].concat(),
        ["XAK", "IA", &letters(16, CAPITALS)].concat(),
        ["xox", "b-", &letters(30, "abcdef")].concat(),
        ["sk-", "ant-", "put-the-key-of-the-project-in-here"].concat(),
        ["sk-", "ant-", "api03-"].concat(),
        pem("PUBLIC KEY", &letters(64, BASE62)),
        pem("CERTIFICATE", &letters(64, BASE62)),
        format!("grep -- '{0}BEGIN RSA PRIVATE KEY{0}' && refuse", "-".repeat(5)),
        format!("`{0}BEGIN PRIVATE KEY{0}` begins a key, `{0}END PRIVATE KEY{0}` ends it", "-".repeat(5)),
        web_token("{\"typ\":\"JWT\"}", "{}"),
        web_token("{\"alg\":\"none\"}", "{}"),
        web_token("{\"alg\":\"HS256\"}", "nothing"),
        format!("{}.{}.", json("{\"alg\":\"HS256\"}"), json("{}")),
        [json("{\"alg\":\"HS256\"}"), "a.b".to_owned()].join("."),
    ] {
        assert_eq!(scan(text.as_bytes()), [], "{text}");
    }
}

#[test]
fn a_placeholder_exempts_itself_and_not_its_line() {
    let placeholders = [
        ["sk-", "ant-", "api03-", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"].concat(),
        ["sk-", "ant-", "api03-", "Your-Api-Key-Goes-Here-Please-0"].concat(),
        ["sk-", "ant-", "api03-", &letters(24, BASE62), "..."].concat(),
        ["sk-", "ant-", "..."].concat(),
        ["sk-", "ant-", "<example>"].concat(),
        ["gh", "p_", &"x".repeat(36)].concat(),
        ["gh", "p_", "<example>"].concat(),
        ["AK", "IA", "IOSFODNN7", "EXAMPLE"].concat(),
        ["xox", "b-", "1234-example-1234567890"].concat(),
        pem("PRIVATE KEY", "..."),
        pem("PRIVATE KEY", &["MI", "xxxxxxxxxxxxxxxxxxxxxxxxx"].concat()),
        web_token("{\"alg\":\"HS256\"}", "{\"sub\":\"1234567890\",\"name\":\"John Doe\"}"),
    ];
    for placeholder in &placeholders {
        assert_eq!(scan(placeholder.as_bytes()), [], "{placeholder}");
        let real = github("p");
        let text = format!("{placeholder} or {real} # for example: {placeholder}");
        let found = only(&text);
        assert_eq!(&text[found.span.range()], real);
    }
    let whole = format!("{}...", anthropic());
    assert_eq!(only(&whole).kind, Kind::Anthropic, "nothing is cut off of a whole key");
}

#[test]
fn a_checksum_that_holds_is_no_accident() {
    let random = ["xxxx", "example", &letters(19, BASE62)].concat();
    let verified = only(&["gh", "p_", &checked(&random)].concat());
    assert_eq!(verified.certainty, Certainty::Verified);
    let shaped = only(&["gh", "p_", &letters(36, BASE62)].concat());
    assert_eq!(shaped.certainty, Certainty::Shaped);
    assert_eq!(only(&macaroon()).certainty, Certainty::Verified);
    let cut: String = macaroon().chars().take(60).collect();
    assert_eq!(only(&cut).certainty, Certainty::Shaped);
}

#[test]
fn a_key_is_told_from_its_first_line_to_its_last_however_it_is_written() {
    let lines = [letters(64, BASE62), letters(64, BASE62), letters(20, BASE62)];
    let rule = "-".repeat(5);
    let (first, last) =
        (format!("{rule}BEGIN RSA PRIVATE KEY{rule}"), format!("{rule}END RSA PRIVATE KEY{rule}"));
    for text in [
        format!("{first}\n{}\n{last}\n", lines.join("\n")),
        format!("x: |\n  {first}\n  {}\n  {last}\n", lines.join("\n  ")),
        format!("\"{first}\\n{}\\n{last}\\n\"", lines.join("\\n")),
        format!("\"{first}\\\\n{}\\\\n{last}\"", lines.join("\\\\n")),
        format!("# {first}\r\n# {}\r\n# {last}", lines.join("\r\n# ")),
        format!("'{first}' + '{}' + '{last}'", lines.join("' + '")),
        format!("{first}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{}\n{last}", lines.join("\n")),
    ] {
        let found = only(&text);
        let key = &text[found.span.range()];
        assert!(key.starts_with(&first) && key.ends_with(&last), "{text}");
    }
    let open = format!("{first}\n{}\n", lines[0]);
    assert_eq!(&open[only(&open).span.range()], first, "without a last line, the first is told");
    let two = format!("{0}\n{0}", pem("PRIVATE KEY", &lines[0]));
    assert_eq!(scan(two.as_bytes()).len(), 2);
}

#[test]
fn bytes_that_are_no_utf_8_are_searched_too() {
    let secret = github("p");
    let latin = [b"# \xe9 ".as_slice(), secret.as_bytes(), b"\xff\0"].concat();
    let found = scan(&latin);
    assert_eq!(&latin[found[0].span.range()], secret.as_bytes());
    let text = format!("\u{feff}ключ = {secret}\r\n");
    for read in [u16::to_le_bytes, u16::to_be_bytes] {
        let wide: Vec<u8> = text.encode_utf16().flat_map(read).collect();
        let found = scan(&wide);
        assert_eq!(found.len(), 1);
        let expected: Vec<u8> = secret.encode_utf16().flat_map(read).collect();
        assert_eq!(wide[found[0].span.range()], expected);
    }
}

#[test]
fn prefixes_without_end_take_no_time() {
    let rule = "-".repeat(5);
    for piece in [
        ["sk-", "ant-"].concat(),
        ["sk-", "ant-", "a-"].concat(),
        ["gh", "p_"].concat(),
        ["xox", "b-"].concat(),
        ["pypi", "-AgEIcHlwaS5vcmc"].concat(),
        ["AK", "IA"].concat(),
        "eyJ".to_owned(),
        "eyJ-".to_owned(),
        "eyJ.".to_owned(),
        format!("{}.", json("{\"alg\":\"HS256\"}")),
        "-".to_owned(),
        format!("{rule}BEGIN PRIVATE KEY{rule}"),
        format!("{rule}BEGIN PRIVATE KEY{rule}{}", letters(20, BASE62)),
        format!("{rule}BEGIN PRIVATE KEY{rule}A:\n"),
        ["hooks.slack.com/", "services/T00000000/B00000000/"].concat(),
        "ghp_sk-ant-pypi-".to_owned(),
    ] {
        let text = piece.repeat((1 << 18) / piece.len());
        let dashes = format!("{}{}", piece.repeat((1 << 18) / piece.len()), "-".repeat(1 << 18));
        let start = std::time::Instant::now();
        let _ = scan(text.as_bytes());
        let _ = scan(dashes.as_bytes());
        assert!(start.elapsed().as_secs() < 5, "{piece}: {:?} without optimisation", start.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        for secret in scan(&bytes) {
            prop_assert!(bytes.get(secret.span.range()).is_some());
        }
    }

    #[test]
    fn whatever_stands_around_all_are_found_in_order(
        picks in prop::collection::vec((0_usize..100, "[ \t\n\"'=:,é(){}<>$;]{1,5}"), 0..12)
    ) {
        let all = everything();
        let mut text = String::new();
        let mut expected = Vec::new();
        for (pick, between) in picks {
            text.push_str(&between);
            let (secret, kind, _) = &all[pick % all.len()];
            expected.push((*kind, text.len(), text.len() + secret.len()));
            text.push_str(secret);
        }
        let found: Vec<_> = scan(text.as_bytes()).iter().map(|found| (found.kind, found.span.start, found.span.end)).collect();
        prop_assert_eq!(found, expected, "{}", text);
    }

    #[test]
    fn spans_lie_on_character_boundaries(text in "(eyJ|ghp_|sk-ant-|-----BEGIN |PRIVATE KEY-----|-----END |pypi-|AKIA|xoxb-|[a-zA-Z0-9é\n.-]{1,40}){0,12}") {
        for secret in scan(text.as_bytes()) {
            prop_assert!(text.get(secret.span.range()).is_some(), "{:?} {}", secret, text);
        }
    }
}

#[test]
fn a_token_is_found_behind_a_word_and_beside_words_of_examples() {
    let found = |text: &str| scan(text.as_bytes()).iter().map(|secret| secret.kind).collect::<Vec<_>>();
    assert_eq!(found(&format!("TOKEN{}", github("p"))), [Kind::GitHub], "its checksum is right");
    assert_eq!(found(&["TOKENgh", "p_", &letters(36, CAPITALS)].concat()), [], "it may be an accident");
    assert_eq!(found(&format!("{}-example", anthropic())), [Kind::Anthropic]);
    assert_eq!(found(&["sk-", "ant-", "api03-your-key-example-", &letters(20, BASE62)].concat()), []);
    for header in ["{ \"alg\": \"HS256\" }", "{\n  \"alg\": \"HS256\"\n}"] {
        assert_eq!(found(&web_token(header, "{\"sub\": \"me\"}")), [Kind::WebToken], "{header}");
    }
    let token = web_token("{\"alg\":\"HS256\"}", "{\"sub\":\"me\"}");
    for before in ["K_", "ghs_123_", "a-"] {
        assert_eq!(found(&format!("{before}{token}")), [Kind::WebToken], "{before}");
    }
    let numbers = "-123456789012".repeat(3);
    assert_eq!(found(&["xox", "c", &numbers, "-", &letters(64, "0123456789abcdef")].concat()), [Kind::Slack]);
    assert_eq!(found(&["xox", "d-", &letters(120, BASE62)].concat()), [Kind::Slack]);
}

#[test]
fn utf_16_is_understood_without_a_mark() {
    let text = format!("token = {}\n", github("o"));
    for bytes in [
        text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        let found = scan(&bytes);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].span.range(), 16..16 + 80);
    }
}
