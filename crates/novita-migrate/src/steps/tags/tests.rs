use super::*;

/// Of a prompt that may hold anything.
fn tags_of(text: &[u8]) -> Option<Split<'_>> {
    split_text(text, true)
}

fn prompt(text: &str) -> String {
    let left = tags_of(text.as_bytes())
        .map_or(text.as_bytes().to_vec(), |split| split.prompt.into_owned());
    String::from_utf8(left).expect("a cut between characters")
}

fn loras(text: &str) -> Vec<(String, String)> {
    let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let tags = tags_of(text.as_bytes())
        .map(|split| split.tags)
        .unwrap_or_default();
    let loras = tags.iter().filter_map(|tag| {
        if let Tag::Lora(lora) = tag {
            Some(lora)
        } else {
            None
        }
    });
    loras
        .map(|lora| (text_of(lora.name), lora.strength.to_string()))
        .collect()
}

#[test]
fn a_tag_takes_its_separator_along() {
    for (before, after) in [
        ("a, <lora:x:1>, b", "a, b"),
        ("a <lora:x:1>, b", "a, b"),
        ("<lora:x:1><lora:y:.5>, b", "b"),
        ("word<lora:x:1>", "word"),
        ("<lora:x:1> b", "b"),
        ("  <lora:x:1> b", "b"),
        ("  a <lora:x:1> b", "  a b"),
        ("<lora:x:1>, <lora:y:1> b", "b"),
        ("a, <lora:x:1> b", "a, b"),
        ("a <lora:x:1> b", "a b"),
        ("a <lora:x:1> <lora:y:1> b", "a b"),
        ("a<lora:x:1><lora:y:1> b", "a b"),
        ("a<lora:x:1><lora:y:1>b <lora:z:1><lora:z:1> c", "ab c"),
        ("a<lora:x:1>b", "ab"),
        ("a<lora:x:1> b", "a b"),
        ("a, <lora:x:1>", "a"),
        ("a , <lora:x:1>", "a"),
        ("a, <lora:x:1>,", "a"),
        ("a, <lora:x:1>, <lora:y:1>, b", "a, b"),
        ("a,<lora:x:1>,b", "a,b"),
        ("a,, <lora:x:1>, b", "a, b"),
        ("a <lora:x:1> ,b", "a,b"),
        (", <lora:x:1>", ""),
        ("<lora:x:1>", ""),
        ("<lora:a,b:1>, c", "c"),
        ("a,\\n<lora:x:1>,\\nb", "a,\\nb"),
        ("a \\n <lora:x:1>", "a"),
    ] {
        assert_eq!(prompt(before), after, "{before}");
    }
}

#[test]
fn what_has_no_tag_keeps_its_bytes() {
    for text in [
        "a,, b ,",
        " a",
        "",
        "a < b > c",
        "<lora",
        "<lora:x",
        "<:x>",
        "\\u00e9,,",
        "<lora:x:1",
        "<3，lora:x:1>",
        "<\\uff0c:<b",
        "<\\uff0c:x>",
    ] {
        assert_eq!(tags_of(text.as_bytes()), None, "{text}");
    }
    // Far from the tag nothing changes either.
    assert_eq!(
        prompt("a,, b ,\\/ \\ud83d, <lora:x:1>, c"),
        "a,, b ,\\/ \\ud83d, c"
    );
    assert_eq!(prompt(" a,, b, <lora:x:1>, c,"), " a,, b, c,");
}

#[test]
fn reads_tags_that_are_escaped() {
    assert_eq!(prompt("a, \\u003clora:x:1\\u003e"), "a");
    assert_eq!(
        loras("a \\u003Clora:x\\u00e9\\u003A0.5\\u003e"),
        [("x\\u00e9".into(), "0.5".into())]
    );
    assert_eq!(loras("\\\\u003clora:x:1>"), []);
    // A backslash that is written so begins no escape: this is no line break.
    assert_eq!(prompt("a\\u005cn<lora:x:1>, b"), "a\\u005cn, b");
    assert_eq!(
        loras("<lora:x\\u005cn:1>"),
        [("x\\u005cn".into(), "1".into())]
    );
    assert_eq!(
        loras("<lora:x:\\u003007\\u002e50>, <lora:y:\\u0031>"),
        [("x".into(), "7.50".into()), ("y".into(), "1".into())]
    );
}

#[test]
fn weights_become_json_numbers() {
    for (weight, strength) in [
        ("0.8", "0.8"),
        ("0.80", "0.80"),
        (".5", "0.5"),
        ("1.", "1"),
        ("007", "7"),
        ("+1", "1"),
        ("1e-1", "1e-1"),
        ("-.5", "-0.5"),
        (" 1 ", "1"),
        ("00", "0"),
    ] {
        assert_eq!(
            loras(&format!("<lora:x:{weight}>")),
            [("x".into(), strength.into())],
            "{weight}"
        );
    }
    assert_eq!(loras("<lora:x>"), [("x".into(), "1".into())]);
    for bad in ["", "a", "nan", "inf", "1_0", "１", ".", "1e", "--1"] {
        assert_eq!(loras(&format!("<lora:x:{bad}>")), [], "{bad}");
    }
}

#[test]
fn other_arguments_and_networks_are_told_apart() {
    let split = tags_of(b"<lora:x:0.5:0.7>, <lyco:y:te=1:1>, <lora: >, <hypernet:z:1>, <lora:a=b>")
        .expect("tags");
    assert_eq!(
        split.tags,
        [
            Tag::Lora(Lora {
                name: b"x",
                strength: "0.5".into(),
                lost: vec![b"0.7"]
            }),
            Tag::Lora(Lora {
                name: b"y",
                strength: "1".into(),
                lost: vec![b"te=1"]
            }),
            Tag::Unreadable(b"<lora: >"),
            Tag::Other(b"<hypernet:z:1>"),
            Tag::Unreadable(b"<lora:a=b>"),
        ]
    );
    assert_eq!(&*split.prompt, b"<lora: >, <hypernet:z:1>, <lora:a=b>");
    // Words are words in any script, spelt either way.
    for tag in ["<caf\u{e9}:x>", "<caf\\u00e9_net:x>", "<\u{e9}_net:x>"] {
        let split = tags_of(tag.as_bytes()).expect("a tag");
        assert_eq!(split.tags, [Tag::Other(tag.as_bytes())], "{tag}");
    }
}

/// The reader tells which prompts hold escaped ASCII characters, and they are decoded here: both must mean the same.
#[test]
fn what_the_reader_tells_of_escapes_is_what_is_decoded() {
    for number in 0..=0x1ff_u32 {
        let text = format!("\"a\\u{number:04x}b\"");
        let tree = crate::json::Tree::parse(text.as_bytes()).expect("a string");
        let inner = tree.root().inner().expect("a string");
        let decodes = Plain::decoded(inner).text != inner;
        assert_eq!(tree.root().hides_ascii(), decodes, "{text}");
    }
    for text in ["\"\\\\u003c\"", "\"\\n\\\\\"", "\"<\""] {
        let tree = crate::json::Tree::parse(text.as_bytes()).expect("a string");
        assert!(!tree.root().hides_ascii(), "{text}");
    }
}
