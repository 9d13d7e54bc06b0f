//! gzip and Zstandard files.

use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::support::{Folder, PLAIN};

fn gzip(parts: &[&str]) -> Vec<u8> {
    let member = |part: &&str| {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(part.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    parts.iter().flat_map(member).collect()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes)
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn bytes(folder: &Folder, name: &str) -> Vec<u8> {
    std::fs::read(folder.path().join(name)).unwrap()
}

#[test]
fn packed_files_are_packed_again_whatever_their_name() {
    let line = format!("{PLAIN}\n");
    let v3 = Folder::new().pipe(&["convert"], PLAIN).out + "\n";
    let folder = Folder::new()
        .with("a.ndjson.gz", gzip(&[&line, &line]))
        .with("b.json", gzip(&[PLAIN]))
        .with(
            "c.ndjson.zst",
            zstd::encode_all(line.repeat(3).as_bytes(), 3).unwrap(),
        );
    folder
        .run(&[
            "convert",
            "--write",
            "a.ndjson.gz",
            "b.json",
            "c.ndjson.zst",
        ])
        .ends(0)
        .says(&["6 payloads", "3 files written"]);
    assert_eq!(gunzip(&bytes(&folder, "a.ndjson.gz")), v3.repeat(2));
    assert_eq!(gunzip(&bytes(&folder, "b.json")), v3.trim_end());
    let unpacked = zstd::decode_all(bytes(&folder, "c.ndjson.zst").as_slice()).unwrap();
    assert_eq!(String::from_utf8(unpacked).unwrap(), v3.repeat(3));
    // The next run has nothing to do.
    let packed = bytes(&folder, "a.ndjson.gz");
    folder
        .run(&["convert", "--write", "a.ndjson.gz", "c.ndjson.zst"])
        .ends(0)
        .says(&["5 payloads in 2 files: 5 already V3"]);
    assert_eq!(bytes(&folder, "a.ndjson.gz"), packed);
}

#[test]
fn a_diff_of_a_packed_file_is_one_of_its_text() {
    let folder = Folder::new().with("a.ndjson.gz", gzip(&[PLAIN]));
    let ran = folder.run(&["convert", "--diff", "a.ndjson.gz"]);
    assert!(
        ran.ends(1).out.contains("-{\"prompt\":\"a cat\""),
        "{}",
        ran.out
    );
}

#[test]
fn what_is_cut_off_is_told_and_nothing_is_written() {
    let whole = gzip(&[&format!("{PLAIN}\n").repeat(50)]);
    let packed = zstd::encode_all(PLAIN.repeat(9).as_bytes(), 3).unwrap();
    let folder = Folder::new()
        .with("a.ndjson.gz", &whole[..whole.len() - 9])
        .with("b.ndjson.zst", &packed[..packed.len() - 3]);
    let before = (
        bytes(&folder, "a.ndjson.gz"),
        bytes(&folder, "b.ndjson.zst"),
    );
    let ran = folder.run(&["convert", "--write", "a.ndjson.gz", "b.ndjson.zst"]);
    ran.ends(2).says(&[
        "a.ndjson.gz: error",
        "the gzip data are cut off",
        "the Zstandard data are cut off",
    ]);
    assert_eq!(
        (
            bytes(&folder, "a.ndjson.gz"),
            bytes(&folder, "b.ndjson.zst")
        ),
        before
    );
}

#[test]
fn a_bomb_is_refused_at_the_limit() {
    let folder = Folder::new().with("bomb.gz", gzip(&[&" ".repeat(20 << 20)]));
    let ran = folder.run(&["convert", "--max-input-size", "1M", "bomb.gz"]);
    ran.ends(2)
        .says(&["larger than 1048576 bytes, the limit of `--max-input-size`"]);
}
