//! Changes to inputs that know what JSON is: most changes to its bytes only make it something else, and then nothing
//! behind the reader is looked at.

use libfuzzer_sys::fuzzer_mutate;
use novita_migrate::json::{Kind, Tree, Value, escape_into};
use novita_migrate::{rows, unlisted};

/// Values that a field may have.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2",
    "4",
    "9",
    "0.5",
    "7.50",
    "1e2",
    "25.0",
    "-0",
    "1e400",
    "512",
    "5000",
    "12345678901234567890123",
    "\"\"",
    "\" \"",
    "\"x\"",
    "\"25\"",
    "\"0.5\"",
    "\"1e400\"",
    "\"Euler a\"",
    "\"DPM++ SDE\"",
    "\"Restart\"",
    "\"Latent\"",
    "\"R-ESRGAN 4x+\"",
    "\"m.safetensors\"",
    "\"x-inpainting.ckpt\"",
    "\"paws\"",
    "\"badhandv4\"",
    "\"iVBORw0KGgoAAAANSUhEUgAAAgAAAAMA\"",
    "\"data:image\\/png;base64,AAAA\"",
    "\"\\ud800\"",
    "\"a, <lora:paws:0.8>, b\"",
    "\"<lora:a:1><lyco:b:.5:1>\"",
    "\"<lora: >\"",
    "[]",
    "[null]",
    "[[]]",
    "[1]",
    "[\"a\"]",
    "{}",
    "{\"a\":1}",
    "[{}]",
    "[{\"model\":\"m\",\"input_image\":\"a\",\"module\":\"hed\",\"weight\":1}]",
    "{\"model\":\"ip-adapter_sd15\",\"input_image\":\"a\"}",
    "[{\"sd_name\":\"x\",\"weight\":0.5}]",
    "{\"checkpoint\":\"c\",\"switch_at\":0.5}",
    "[{\"model_name\":\"a\",\"strength\":1}]",
    "{\"target_width\":1024,\"target_height\":1024,\"strength\":0.5}",
    "{\"units\":[{}]}",
    "{\"$numberInt\":\"7\"}",
    "{\"$numberDouble\":\"0.5\"}",
    "\"https://api.novita.ai/v2/txt2img?key=k\"",
    "\"http:\\/\\/api.omniinfer.io\\/v2\\/img2img\"",
    "\"{{base}}/v2/enterprise/txt2img\"",
    "\"/v2/progress?task_id=t\"",
    "\"POST\"",
    "[\"v2\",\"txt2img\"]",
    "[\"api\",\"novita\",\"ai\"]",
    "\"{\\\"prompt\\\":\\\"a\\\",\\\"model_name\\\":\\\"m\\\"}\"",
    "{\"prompt\":\"a\",\"model_name\":\"m\",\"steps\":20}",
    "{\"code\":0,\"msg\":\"\",\"data\":{\"task_id\":\"t\"}}",
];

/// Names that are none of a payload.
const NAMES: &[&str] = &[
    "request",
    "extra",
    "params",
    "input",
    "data",
    "code",
    "msg",
    "task_id",
    "warn",
    "url",
    "raw",
    "host",
    "path",
    "protocol",
    "method",
    "body",
    "text",
    "postData",
    "mystery",
    "a/b~c",
    "",
    "\\ud800",
    "\\u0070rompt",
];

/// Pieces of texts.
const PIECES: &[&str] = &[
    "<lora:",
    "<lora:a:1>",
    "<lyco:b>",
    ":0.5",
    ">",
    "<",
    ", ",
    ",",
    " ",
    "\\n",
    "\\u002c",
    "\\u003clora:x:1\\u003e",
    "\\ud83d",
    "\\ude00",
    "\\\\",
    "\\\"",
    "\\/",
    "é",
    "日本",
    "🤖",
    "badhandv4",
    "{\\\"prompt\\\":\\\"\\\"}",
    "(a:1.2)",
    "0",
];

/// Changes the JSON behind a header, or now and then any bytes.
pub fn json(data: &mut [u8], size: usize, max_size: usize, seed: u32, header: usize) -> usize {
    let mut dice = Dice(u64::from(seed) << 1 | 1);
    let changed = match data
        .get(..size)
        .and_then(|input| input.split_at_checked(header))
    {
        Some((head, body)) if dice.below(4) > 0 => change(body, &mut dice).map(|body| {
            let mut new = head.to_vec();
            if let Some(byte) = new.first_mut()
                && dice.below(8) == 0
            {
                *byte = dice.below(256) as u8;
            }
            new.extend_from_slice(&body);
            new
        }),
        _ => None,
    };
    match changed {
        Some(new) if new.len() <= max_size => match data.get_mut(..new.len()) {
            Some(place) => {
                place.copy_from_slice(&new);
                new.len()
            }
            None => size,
        },
        _ => fuzzer_mutate(data, size, max_size),
    }
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as usize).checked_rem(count).unwrap_or(0)
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        all.get(self.below(all.len())).cloned()
    }
}

/// The text with one value changed; `None` where it is no JSON.
fn change(body: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let tree = Tree::parse(body).ok()?;
    let mut all = Vec::new();
    let mut left = vec![tree.root()];
    while let Some(value) = left.pop() {
        all.push(value);
        left.extend(value.members().chain(value.elements()));
    }
    let value = dice.of(&all)?;
    let other = dice.of(&all)?;
    let new = match dice.below(8) {
        0 => dice.of(VALUES)?.into(),
        1 => other.raw().to_vec(),
        2 if value.kind() == Kind::String => text(value, dice)?,
        3 => wrapped(value.raw(), dice)?,
        _ if matches!(value.kind(), Kind::Object | Kind::Array) => container(value, other, dice)?,
        _ if value.kind() == Kind::String => text(value, dice)?,
        _ => dice.of(VALUES)?.into(),
    };
    let span = value.span();
    Some([body.get(..span.start)?, &new, body.get(span.end..)?].concat())
}

/// A string with a piece more, or less.
fn text(value: Value<'_, '_>, dice: &mut Dice) -> Option<Vec<u8>> {
    let inner = String::from_utf8_lossy(value.inner()?).into_owned();
    let mut ends: Vec<_> = inner.char_indices().map(|(at, _)| at).collect();
    ends.push(inner.len());
    let (from, to) = (dice.of(&ends)?, dice.of(&ends)?);
    let (from, to) = (from.min(to), from.max(to));
    let piece = dice.of(PIECES)?;
    let (head, tail) = match dice.below(3) {
        0 => (inner.get(..from)?, inner.get(to..)?),
        1 => (inner.get(..to)?, inner.get(from..)?),
        _ => inner.split_at(from),
    };
    let piece = if dice.below(4) == 0 { "" } else { piece };
    Some(format!("\"{head}{piece}{tail}\"").into())
}

/// A value inside of something else.
fn wrapped(raw: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(raw);
    Some(match dice.below(5) {
        0 => format!("[{text}]").into(),
        1 => format!("{{\"request\":{text}}}").into(),
        2 => format!("{{\"{}\":{text}}}", dice.of(NAMES)?).into(),
        3 => format!("{{\"url\":\"/v2/img2img\",\"body\":{text}}}").into(),
        _ => {
            let mut quoted = vec![b'"'];
            escape_into(&text, &mut quoted);
            quoted.push(b'"');
            quoted
        }
    })
}

/// An object or a list with a part more or less, or with parts elsewhere.
fn container(value: Value<'_, '_>, other: Value<'_, '_>, dice: &mut Dice) -> Option<Vec<u8>> {
    let is_object = value.kind() == Kind::Object;
    let mut parts: Vec<(Vec<u8>, Vec<u8>)> = value
        .members()
        .chain(value.elements())
        .map(|child| {
            let key = child.key().map(|key| key.raw().to_vec());
            (key.unwrap_or_default(), child.raw().to_vec())
        })
        .collect();
    let at = dice.below(parts.len());
    match dice.below(if parts.is_empty() { 2 } else { 6 }) {
        0 => parts.insert(at, (name(dice)?.into(), dice.of(VALUES)?.into())),
        1 => parts.insert(at, (name(dice)?.into(), other.raw().to_vec())),
        2 => drop(parts.remove(at)),
        3 => {
            let to = dice.below(parts.len());
            parts.swap(at, to);
        }
        4 => parts.get_mut(at)?.0 = name(dice)?.into(),
        _ => parts.get_mut(at)?.1 = dice.of(VALUES)?.into(),
    }
    let (open, close) = if is_object { ("{", "}") } else { ("[", "]") };
    let mut new = open.as_bytes().to_vec();
    for (at, (key, value)) in parts.iter().enumerate() {
        if at > 0 {
            new.push(b',');
        }
        if is_object {
            new.push(b'"');
            new.extend_from_slice(key);
            new.extend_from_slice(b"\":");
        }
        new.extend_from_slice(value);
    }
    new.extend_from_slice(close.as_bytes());
    Some(new)
}

/// The name of a field of either API, or another one.
fn name(dice: &mut Dice) -> Option<&'static str> {
    if dice.below(5) == 0 {
        return dice.of(NAMES);
    }
    let rows: Vec<_> = novita_migrate::Document::ALL
        .iter()
        .flat_map(|document| rows(*document))
        .chain(unlisted())
        .collect();
    let row = dice.of(&rows)?;
    let paths = [row.v2(), row.v3()];
    let path = dice.of(&paths)?.or(row.v2())?;
    path.rsplit('.')
        .next()
        .map(|name| name.trim_end_matches("[]"))
}
