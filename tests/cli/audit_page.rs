//! The HTML page of an audit: whole, self-contained, and with nothing of a payload in it but as text.
//! `tests/browser/audit` opens it in a browser.

use super::support::{Folder, LOSES, PLAIN};

const EVIL: &str = r#"</script><script>alert('1')</script><img src=x onerror="alert(2)">"#;

/// A page about payloads that have HTML wherever a text can be.
fn page() -> String {
    let quoted = serde_json::Value::from(EVIL).to_string();
    let payload = LOSES
        .replace("\"a cat\"", &quoted)
        .replace("\"seed\"", &format!("{quoted}: {quoted}, \"seed\""));
    let kept = PLAIN.replace("\"steps\":25", &format!("\"steps\":{quoted}"));
    let settings = format!(
        "[[accept]]\ncode = \"deprecated-field\"\nfield = \"n_iter\"\nvalue = 4\nreason = '''{EVIL}'''\nowner = '''{EVIL}'''\n\
         [[accept]]\ncode = \"unknown-field\"\nfield = '''{EVIL}?'''\nreason = \"x\"\nowner = \"x\"\n"
    );
    let folder = Folder::new()
        .with("in/<script>alert(3)<b>.json", payload)
        .with("in/kept.json", kept)
        .with("in/plain.json", PLAIN)
        .with("in/broken.json", "{\"prompt\": ")
        .with("novita-migrate.toml", settings);
    folder
        .run(&[
            "audit",
            "in",
            "--report-html",
            "page.html",
            "--group-by",
            "fields",
        ])
        .ends(0);
    folder.read("page.html")
}

/// The page without its own style sheet and script.
fn markup(page: &str) -> String {
    let (mut out, mut rest) = (String::new(), page);
    for (open, close) in [
        ("<style>", "</style>"),
        ("<script>\n\"use strict\";", "</script>"),
    ] {
        let (before, after) = rest.split_once(open).unwrap_or_else(|| panic!("no {open}"));
        out.push_str(before);
        rest = after
            .split_once(close)
            .unwrap_or_else(|| panic!("no {close}"))
            .1;
    }
    out + rest
}

#[test]
fn nothing_of_a_payload_is_markup() {
    let markup = markup(&page());
    assert!(!markup.contains("<script"), "a script of a payload");
    assert!(
        !markup.contains("<img") && !markup.contains("<b>.json"),
        "an element of a payload"
    );
    assert!(
        markup.contains("&lt;script&gt;alert("),
        "it is there as text"
    );
    assert!(
        markup.contains("onerror=&quot;alert(2)"),
        "and so are its quotes"
    );
}

#[test]
fn the_page_needs_nothing_beside_it() {
    let page = page();
    assert!(
        page.contains("default-src 'none'"),
        "the page forbids itself every request"
    );
    for text in [
        "http://", "https://", "src=\"", "url(", "@import", "<link", "<iframe",
    ] {
        assert!(!markup(&page).contains(text), "{text}");
    }
    let own: Vec<_> = ["<style>", "\"use strict\""]
        .iter()
        .map(|text| page.matches(text).count())
        .collect();
    assert_eq!(own, [1, 1]);
    assert!(
        !page.contains("fetch(") && !page.contains("XMLHttpRequest") && !page.contains("import(")
    );
    for text in [
        "prefers-color-scheme: dark",
        "@media print",
        "max-width: 720px",
        "name=\"viewport\"",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn every_element_is_closed() {
    const VOID: [&str; 3] = ["meta", "input", "!doctype"];
    let markup = markup(&page());
    let mut open: Vec<&str> = Vec::new();
    for tag in markup.split('<').skip(1) {
        let name = tag
            .split(|char: char| char.is_whitespace() || char == '>')
            .next()
            .unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "</{tag}"),
            None if VOID.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn the_page_has_its_parts() {
    let markup = markup(&page());
    for id in [
        "findings",
        "accepted",
        "fields",
        "groups",
        "field-search",
        "only-lost",
        "group-search",
        "clear",
        "shown",
        "nothing",
    ] {
        assert_eq!(markup.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert_eq!(markup.matches("data-group ").count(), 4);
    assert_eq!(markup.matches("data-code=\"deprecated-field\"").count(), 1);
    // What changed is marked on both sides, and says where it went.
    assert!(
        markup.contains("is-lost\" style=\"--depth:1\"><span class=\"key\">&quot;n_iter&quot;"),
        "the lost field"
    );
    assert!(
        markup.contains("<span class=\"hint\">→ request.image_num</span>"),
        "where it went"
    );
    assert!(
        markup.contains("<span class=\"hint\">was batch_size</span>"),
        "where it came from"
    );
    assert!(
        markup.contains("class=\"is-stale\""),
        "an acceptance that takes nothing"
    );
}
