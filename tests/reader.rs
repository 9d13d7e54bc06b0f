//! The library's reader of JSON accepts what `serde_json` accepts, and reads the same values.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

#[path = "laws/reader.rs"]
mod reader;
#[path = "laws/runs.rs"]
mod runs;
#[path = "laws/text.rs"]
#[allow(dead_code, reason = "this test reads nothing back")]
mod text;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use reader::{Verdict, agree};
use text::{Json, STYLES};

/// Cases by name, in the manner of collections of JSON that test readers: `y_` is JSON, `n_` is not, and `i_` is JSON by
/// its grammar, but each reader decides; what ours decides is said after the name. `d_` is refused by decision, though it
/// is JSON.
const CASES: &[(&str, &[u8])] = &[
    // Structure.
    ("y_empty_object", b"{}"),
    ("y_empty_list", b"[]"),
    (
        "y_blanks_everywhere",
        b" \t\r\n{ \"a\" :\t[ \r\n1 , 2 ] } \n",
    ),
    ("y_lone_null", b"null"),
    ("y_lone_true", b"true"),
    ("y_lone_false", b"false"),
    ("y_lone_number", b"0"),
    ("y_lone_string", b"\"\""),
    ("y_nested", b"[[[{\"a\":[{}]}]]]"),
    ("y_empty_key", b"{\"\":0}"),
    ("y_equal_keys_in_two_objects", b"[{\"a\":1},{\"a\":1}]"),
    ("y_equal_keys_on_two_levels", b"{\"a\":{\"a\":{\"a\":1}}}"),
    (
        "y_keys_that_differ_in_the_middle",
        b"{\"first 8 1 last 8.\":1,\"first 8 2 last 8.\":2}",
    ),
    ("y_keys_that_differ_in_case", b"{\"a\":1,\"A\":1}"),
    ("n_nothing", b""),
    ("n_only_blanks", b" \n\t "),
    ("n_lone_open_brace", b"{"),
    ("n_lone_open_bracket", b"["),
    ("n_lone_close_brace", b"}"),
    ("n_lone_close_bracket", b"]"),
    ("n_lone_comma", b","),
    ("n_lone_colon", b":"),
    ("n_lone_quote", b"\""),
    ("n_brace_closes_list", b"[1}"),
    ("n_bracket_closes_object", b"{\"a\":1]"),
    ("n_comma_first", b"[,1]"),
    ("n_comma_last", b"[1,]"),
    ("n_comma_last_in_object", b"{\"a\":1,}"),
    ("n_comma_twice", b"[1,,2]"),
    ("n_comma_alone", b"[,]"),
    ("n_no_comma", b"[1 2]"),
    ("n_no_comma_in_object", b"{\"a\":1 \"b\":2}"),
    ("n_no_colon", b"{\"a\" 1}"),
    ("n_colon_twice", b"{\"a\"::1}"),
    ("n_colon_in_list", b"[\"a\":1]"),
    ("n_comma_for_colon", b"{\"a\",1}"),
    ("n_no_value", b"{\"a\":}"),
    ("n_no_value_at_end", b"{\"a\":"),
    ("n_no_key", b"{:1}"),
    ("n_number_as_key", b"{1:1}"),
    ("n_word_as_key", b"{null:1}"),
    ("n_list_as_key", b"{[]:1}"),
    ("n_bare_key", b"{a:1}"),
    ("n_single_quotes", b"['a']"),
    ("n_two_documents", b"{}{}"),
    ("n_two_lines", b"{}\n{}"),
    ("n_second_close", b"[]]"),
    ("n_comment_behind", b"{} // end"),
    ("n_comment_block", b"/* head */{}"),
    ("n_hash_comment", b"# head\n{}"),
    ("n_form_feed_as_blank", b"[\x0c]"),
    ("n_vertical_tab_as_blank", b"[\x0b]"),
    ("n_nul_behind", b"{}\0"),
    ("n_nul_first", b"\0{}"),
    ("n_no_break_space_as_blank", b"[\xc2\xa0]"),
    ("n_line_separator_as_blank", b"[\xe2\x80\xa8]"),
    // Words.
    ("n_word_cut_off", b"tru"),
    ("n_word_with_more", b"trueish"),
    ("n_word_twice", b"nullnull"),
    ("n_word_in_capitals", b"True"),
    ("n_word_misspelt", b"[fulse]"),
    ("n_word_undefined", b"undefined"),
    ("n_word_cut_off_in_list", b"[nul]"),
    // Numbers.
    ("y_number_minus_zero", b"-0"),
    ("y_number_fraction", b"[0.5,-0.25,10.000]"),
    ("y_number_exponent", b"[1e2,1E2,1e+2,1e-2,0e0,1.5E+07]"),
    ("y_number_of_seven_digits", b"1234567"),
    ("y_number_of_eight_digits", b"12345678"),
    ("y_number_of_nine_digits", b"123456789"),
    ("y_number_of_23_digits", b"12345678901234567890123"),
    ("y_number_before_a_sign", b"{\"a\":12345678}"),
    ("y_number_of_eight_and_exponent", b"[12345678e1]"),
    ("y_number_of_eight_and_fraction", b"[12345678.5]"),
    ("i_number_beyond_f64_accepted", b"1e400"),
    ("i_number_below_f64_accepted", b"-1e-400"),
    ("i_number_long_exponent_accepted", b"1e99999999999999999999"),
    ("n_number_leading_zero", b"01"),
    ("n_number_leading_zero_minus", b"-01"),
    ("n_number_leading_zero_long", b"012345678"),
    ("n_number_leading_zero_in_list", b"[01, 2345678]"),
    ("n_number_zeros", b"00"),
    ("n_number_minus", b"-"),
    ("n_number_minus_in_list", b"[-]"),
    ("n_number_two_minus", b"--1"),
    ("n_number_minus_blank", b"- 1"),
    ("n_number_plus", b"+1"),
    ("n_number_bare_fraction", b".5"),
    ("n_number_minus_bare_fraction", b"-.5"),
    ("n_number_bare_point", b"1."),
    ("n_number_bare_point_in_list", b"[1.]"),
    ("n_number_two_points", b"1.2.3"),
    ("n_number_bare_exponent", b"1e"),
    ("n_number_bare_exponent_sign", b"1e+"),
    ("n_number_point_exponent", b"1.e1"),
    ("n_number_two_exponents", b"1e1e1"),
    ("n_number_exponent_with_point", b"1e1.5"),
    ("n_number_hexadecimal", b"0x10"),
    ("n_number_grouped", b"1_000"),
    ("n_number_blank_inside", b"1 000"),
    ("n_number_letter_behind", b"12a"),
    ("n_number_infinity", b"Infinity"),
    ("n_number_minus_infinity", b"-Infinity"),
    ("n_number_nan", b"NaN"),
    ("n_number_full_width_digit", "\u{ff11}".as_bytes()),
    // Strings.
    ("y_string_simple_escapes", br#""\"\\\/\b\f\n\r\t""#),
    (
        "y_string_unicode_escapes",
        br#""\u0000\u001f\u00e9\uFFFF\uabCD""#,
    ),
    ("y_string_pair", br#""\ud83d\ude00""#),
    (
        "y_string_utf8",
        "\"é東🤖\u{10ffff}\u{7f}\u{2028}\"".as_bytes(),
    ),
    (
        "y_string_not_a_character",
        "\"\u{fffe}\u{ffff}\u{fdd0}\"".as_bytes(),
    ),
    ("y_string_mark_inside", b"\"\xef\xbb\xbf\""),
    ("y_string_of_15", b"\"123456789012345\""),
    ("y_string_of_16", b"\"1234567890123456\""),
    ("y_string_of_17", b"\"12345678901234567\""),
    ("y_string_slash", b"\"/\""),
    ("i_string_first_half_alone_accepted", br#""\ud800""#),
    ("i_string_second_half_alone_accepted", br#""\udfff""#),
    ("i_string_halves_swapped_accepted", br#""\udc00\ud800""#),
    ("i_string_first_half_twice_accepted", br#""\ud800\ud800""#),
    ("i_string_first_half_and_text_accepted", br#""\ud800abc\n""#),
    ("i_key_half_alone_accepted", br#"{"\ud800":1,"\udc00":2}"#),
    ("n_string_escape_x", br#""\x41""#),
    ("n_string_escape_zero", br#""\0""#),
    ("n_string_escape_quote", br#""\'""#),
    ("n_string_escape_a", br#""\a""#),
    ("n_string_escape_v", br#""\v""#),
    ("n_string_escape_capital", br#""\N""#),
    ("n_string_escape_long", br#""\U0001F600""#),
    ("n_string_escape_braces", br#""\u{41}""#),
    ("n_string_escape_three_digits", br#""\u123""#),
    ("n_string_escape_no_digit", br#""\u12g4""#),
    ("n_string_escape_sign", br#""\u+123""#),
    ("n_string_escape_line_break", b"\"\\\n\""),
    ("n_string_escape_utf8", "\"\\é\"".as_bytes()),
    ("n_string_escape_cut_off", b"\"\\"),
    ("n_string_escape_cut_off_in_digits", b"\"\\u12"),
    ("n_string_second_half_cut_off", br#""\ud83d\ude0"#),
    ("n_string_open", b"\"abc"),
    ("n_string_open_behind_escape", b"\"abc\\\""),
    ("n_string_tab", b"\"\t\""),
    ("n_string_line_break", b"\"\n\""),
    ("n_string_nul", b"\"\0\""),
    ("n_string_control_31", b"\"\x1f\""),
    (
        "n_string_control_behind_64",
        b"\"0123456789012345678901234567890123456789012345678901234567890123456789\x01\"",
    ),
    ("n_key_line_break", b"{\"a\n\":1}"),
    // UTF-8.
    ("n_utf8_lone_continuation", b"\"\x80\""),
    ("n_utf8_lone_lead", b"\"\xc3\""),
    ("n_utf8_cut_off_by_end", b"\"\xe6\x9d"),
    ("n_utf8_overlong_slash", b"\"\xc0\xaf\""),
    ("n_utf8_overlong_of_three", b"\"\xe0\x80\xaf\""),
    ("n_utf8_overlong_of_four", b"\"\xf0\x80\x80\xaf\""),
    ("n_utf8_surrogate", b"\"\xed\xa0\x80\""),
    ("n_utf8_beyond_unicode", b"\"\xf4\x90\x80\x80\""),
    ("n_utf8_five_bytes", b"\"\xf8\x88\x80\x80\x80\""),
    ("n_utf8_fe", b"\"\xfe\""),
    ("n_utf8_latin_1", b"\"caf\xe9\""),
    ("n_utf8_outside_of_strings", b"[\xe9]"),
    ("n_utf16_little", b"{\0}\0"),
    ("n_utf16_mark", b"\xff\xfe{\0}\0"),
    // Marks.
    ("i_mark_accepted", b"\xef\xbb\xbf{}"),
    ("i_mark_and_blanks_accepted", b"\xef\xbb\xbf \n[1]"),
    ("n_mark_twice", b"\xef\xbb\xbf\xef\xbb\xbf{}"),
    ("n_mark_behind_blank", b" \xef\xbb\xbf{}"),
    ("n_mark_alone", b"\xef\xbb\xbf"),
    ("n_mark_cut_off", b"\xef\xbb{}"),
    ("n_mark_behind", b"{}\xef\xbb\xbf"),
    // Names that stand twice.
    ("d_twice", br#"{"a":1,"a":1}"#),
    ("d_twice_escaped", br#"{"a":1,"\u0061":2}"#),
    ("d_twice_nested", br#"[{"b":{"a":1,"c":[],"a":1}}]"#),
    ("d_twice_empty", br#"{"":1,"":2}"#),
    ("d_twice_thrice", br#"{"a":1,"b":{},"a":2,"a":3}"#),
    ("d_twice_half_a_pair", br#"{"\ud800":1,"\uD800":2}"#),
    ("d_twice_around_an_object", br#"{"a":{"a":1},"b":2,"a":3}"#),
    ("d_twice_behind_a_mark", b"\xef\xbb\xbf{\"a\":1,\"a\":2}"),
    (
        "i_half_a_pair_is_not_its_replacement_accepted",
        "{\"\\ud800\":1,\"\u{fffd}\":2}".as_bytes(),
    ),
];

#[test]
fn every_case_is_judged_as_its_name_says() {
    for (name, input) in CASES {
        let verdict = agree(input).unwrap_or_else(|why| panic!("{name}: {why}"));
        let expected = match name.split_once('_') {
            Some(("y", _)) => Verdict::Json,
            Some(("i", rest)) if rest.ends_with("_accepted") => Verdict::Json,
            Some(("d", _)) => Verdict::Refused,
            Some(("n", _)) => Verdict::No,
            _ => panic!("{name} says nothing"),
        };
        assert_eq!(verdict, expected, "{name}");
    }
}

/// Every case again where the reader's loops over blocks end at any place, and cut off anywhere.
#[test]
fn every_case_is_judged_alike_wherever_it_stands() {
    for (name, input) in CASES {
        for shift in [1, 7, 8, 15, 16, 63, 64, 65] {
            let inputs = [
                [b"[\"", &*vec![b'x'; shift], b"\",", input, b"]"].concat(),
                [b"{\"", &*vec![b'x'; shift], b"\":", input, b"}"].concat(),
                [&*vec![b' '; shift], input].concat(),
            ];
            for input in inputs {
                agree(&input).unwrap_or_else(|why| panic!("{name} behind {shift}: {why}"));
            }
        }
        for cut in 0..input.len() {
            agree(&input[..cut]).unwrap_or_else(|why| panic!("{name} cut at {cut}: {why}"));
        }
    }
}

/// As deep as `serde_json` goes, and one level deeper.
#[test]
fn the_depth_is_that_of_serde_json() {
    let nested = |open: &str, close: &str, depth: usize| {
        [open.repeat(depth), "1".to_owned(), close.repeat(depth)].concat()
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":[1,", "]}]")] {
        let levels = open.matches(['[', '{']).count();
        for depth in [1, 41, 42, 43, 126, 127, 128, 129, 1000] {
            let text = nested(open, close, depth);
            let expected = if depth * levels > 127 {
                Verdict::Refused
            } else {
                Verdict::Json
            };
            assert_eq!(agree(text.as_bytes()), Ok(expected), "{open} {depth} times");
        }
    }
    // Side by side is not inside each other.
    let wide = format!("[{}1]", "[[[]]],".repeat(500));
    assert_eq!(agree(wide.as_bytes()), Ok(Verdict::Json));
}

/// Beyond so many keys, the reader looks for equal ones in another way. Names that differ in the middle alone have one
/// hash.
#[test]
fn equal_names_are_found_among_few_keys_and_among_many() {
    let short: fn(usize) -> String = |at| format!("\"key {at}\"");
    let of_one_hash: fn(usize) -> String = |at| format!("\"beginning {at:03} ending\"");
    for key in [short, of_one_hash] {
        for keys in [2, 100, 127, 128, 129, 130, 300] {
            for (first, second) in [(0, 1), (0, keys - 1), ((keys - 1) / 2, keys - 1)] {
                let member = |at: usize| {
                    let key = key(if at == second { first } else { at });
                    format!("{key}:{{{key}:1}}")
                };
                let members: Vec<_> = (0..keys).map(member).collect();
                let text = format!("{{{}}}", members.join(","));
                assert_eq!(
                    agree(text.as_bytes()),
                    Ok(Verdict::Refused),
                    "{first} and {second} of {keys}"
                );
            }
            let members: Vec<_> = (0..keys).map(|at| format!("{}:1", key(at))).collect();
            let text = format!("[{{{0}}},{{{0}}}]", members.join(","));
            assert_eq!(agree(text.as_bytes()), Ok(Verdict::Json), "{keys}");
        }
    }
}

/// Any JSON: odd numbers, escapes, half surrogates, keys that may stand twice.
fn json() -> impl Strategy<Value = Json> {
    let texts = vec![
        "",
        "a",
        "prompt",
        "\\u0061",
        "é",
        "日本語",
        "🤖",
        "\\ud83d\\ude00",
        "\\ud800",
        "\\udc00",
        "\\/",
        "\\\\",
        "\\\"",
        "\\n",
        "0123456789abcdef",
        "0123456789abcde",
        "\u{7f}",
        "\\u0000",
        "~",
    ];
    let text = proptest::collection::vec(select(texts), 0..4).prop_map(|bits| bits.concat());
    let numbers = vec![
        "0",
        "-0",
        "7.50",
        "1e2",
        "1E+2",
        "12345678",
        "123456789",
        "12345678901234567890123",
        "1e400",
        "-1e-400",
        "0e0",
        "2.00000000000000000001",
        "4.9e-324",
        "1.7976931348623157e308",
        "9007199254740993",
    ];
    let digits =
        (any::<i64>(), 0..6_u32).prop_map(|(number, shift)| (number >> (shift * 11)).to_string());
    let scalar = prop_oneof![
        select(vec!["null", "true", "false"]).prop_map(Json::scalar),
        select(numbers).prop_map(Json::scalar),
        digits.prop_map(Json::scalar),
        any::<f64>()
            .prop_filter("JSON has no infinity", |number| number.is_finite())
            .prop_map(|number| Json::scalar(format!("{number:e}"))),
        text.clone().prop_map(|text| Json::quoted(&text)),
    ];
    scalar.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::List),
            proptest::collection::vec((text.clone(), inner), 0..6).prop_map(Json::Object),
        ]
    })
}

/// What happens to a text on its way.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Set(Index, u8),
    Cut(Index),
    Leave(Index, Index),
    Insert(Index, &'static [u8]),
    Twice(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let bits: Vec<&'static [u8]> = vec![
        b"\"",
        b"\\",
        b"\\u",
        b"\\ud800",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"0",
        b"-",
        b".",
        b"e",
        b"\0",
        b"\n",
        b" ",
        b"\xc2",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"true",
        b"//",
        b"'",
        b"\x1f",
        b"\x80",
    ];
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, 1 << bit)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        at().prop_map(Damage::Cut),
        (at(), at()).prop_map(|(from, to)| Damage::Leave(from, to)),
        (at(), select(bits)).prop_map(|(at, bit)| Damage::Insert(at, bit)),
        (at(), at()).prop_map(|(from, to)| Damage::Twice(from, to)),
    ]
}

impl Damage {
    fn to(&self, text: &mut Vec<u8>) {
        let range = |from: &Index, to: &Index, length: usize| {
            let (from, to) = (from.index(length + 1), to.index(length + 1));
            from.min(to)..from.max(to)
        };
        let length = text.len();
        match self {
            Damage::Flip(at, bits) if length > 0 => text[at.index(length)] ^= bits,
            Damage::Set(at, byte) if length > 0 => text[at.index(length)] = *byte,
            Damage::Flip(..) | Damage::Set(..) => {}
            Damage::Cut(at) => text.truncate(at.index(length + 1)),
            Damage::Leave(from, to) => drop(text.drain(range(from, to, length))),
            Damage::Insert(at, bits) => {
                let at = at.index(length + 1);
                text.splice(at..at, bits.iter().copied());
            }
            Damage::Twice(from, to) => {
                let range = range(from, to, length);
                let part = text[range.clone()].to_vec();
                text.splice(range.end..range.end, part);
            }
        }
    }
}

proptest! {
    #![proptest_config(runs::config(2000))]

    #[test]
    fn generated_json_is_read_alike(json in json(), style in select(STYLES.to_vec())) {
        let text = style.print(&json);
        let verdict = agree(text.as_bytes()).map_err(|why| TestCaseError::fail(format!("{why}: {text}")))?;
        prop_assert_ne!(verdict, Verdict::No);
    }

    #[test]
    fn damaged_json_is_judged_alike(
        json in json(),
        style in select(STYLES.to_vec()),
        damages in proptest::collection::vec(damage(), 1..4),
    ) {
        let mut text = style.print(&json).into_bytes();
        damages.iter().for_each(|damage| damage.to(&mut text));
        agree(&text).map_err(|why| TestCaseError::fail(format!("{why}: {}", text.escape_ascii())))?;
    }

    #[test]
    fn any_bytes_are_judged_alike(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        agree(&bytes).map_err(|why| TestCaseError::fail(format!("{why}: {}", bytes.escape_ascii())))?;
    }

    #[test]
    fn signs_in_any_order_are_judged_alike(signs in proptest::collection::vec(select(br#"{}[]",:0-.e\nut1 "#.to_vec()), 0..24)) {
        agree(&signs).map_err(|why| TestCaseError::fail(format!("{why}: {}", signs.escape_ascii())))?;
    }
}

/// Damage leaves some texts JSON and makes some of them none; else the comparison would say little.
#[test]
fn damage_makes_both_kinds_of_texts() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..500 {
        let json = json().new_tree(&mut runner).expect("JSON").current();
        let mut text = STYLES[0].print(&json).into_bytes();
        damage()
            .new_tree(&mut runner)
            .expect("damage")
            .current()
            .to(&mut text);
        match agree(&text).expect("they agree") {
            Verdict::No => bad += 1,
            _ => good += 1,
        }
    }
    assert!(good > 50 && bad > 50, "{good} are JSON, {bad} are not");
}
