//! Images: V2's list of initial images becomes V3's single one; data-URI prefixes go.

use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::json::{Chars, Kind, Value};
use crate::row::Row;
use crate::scalar;
use crate::v3::Place;
use crate::walk::Walk;

/// `init_images`: the first image; V3 has no place for more.
pub(crate) fn first<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    if value.kind() != Kind::Array {
        if value.kind() == Kind::String && !scalar::is_empty(value) {
            walk.report(Code::TypeConverted, Severity::Note, value, Some(row))
                .say(Words {
                    text: "V2 wanted a list here; the single image is used",
                    help: "",
                });
        }
        return one(walk, value, row);
    }
    let mut found = 0;
    for image in value.elements().filter(|image| !image.is_null()) {
        if scalar::is_unset(image) {
            walk.inactive(image, row, "an empty entry is no image");
            continue;
        }
        found += 1;
        if found == 1 {
            one(walk, image, row);
            continue;
        }
        walk.report(Code::SeveralImages, Severity::Warning, image, Some(row))
            .say(Words {
                text: "V3 takes one image, this is number {0}; it is lost",
                help: "",
            })
            .with(Fill::Number(found));
    }
}

/// One image, as base64 text without a data-URI prefix.
pub(crate) fn one<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(place) = row.place else { return };
    if let Some(out) = image(walk, value, place, Some(row)) {
        walk.put(place, out, value, Some(row));
    }
}

/// The base64 text of an image on its way to `place`; `None` where there is none, and a finding says so.
pub(crate) fn image<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
    row: Option<&'static Row>,
) -> Option<Out<'a>> {
    let inner = scalar::only(value).inner();
    let base64 = inner.and_then(after_data_uri);
    if base64.or(inner).is_some_and(<[u8]>::is_empty) {
        walk.report(Code::InactiveField, Severity::Note, value, row)
            .say(Words {
                text: "an empty text is no image",
                help: "",
            });
        return None;
    }
    let (Some(inner), Some(base64)) = (inner, base64) else {
        return scalar::fit(walk, value, place, row);
    };
    walk.report(Code::TypeConverted, Severity::Note, value, row)
        .to(place)
        .say(Words {
            text: "V3 takes the base64 text alone: the prefix `{0}` is removed",
            help: "",
        })
        .with(Fill::Json(inner.strip_suffix(base64).unwrap_or_default()));
    Some(Out::Quoted(base64))
}

/// What follows `data:image/png;base64,`, in the text as it is escaped.
pub(crate) fn after_data_uri(inner: &[u8]) -> Option<&[u8]> {
    // A media type is short: a comma further on belongs to something else.
    let mut head = String::with_capacity(32);
    for (range, char) in Chars::new(inner).take(128) {
        match char {
            ',' if head.ends_with(";base64") => return inner.get(range.end..),
            ',' => return None,
            char => head.push(char.to_ascii_lowercase()),
        }
        if !head.starts_with("data:") && !"data:".starts_with(&head) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::after_data_uri;

    #[test]
    fn finds_the_end_of_a_data_uri_prefix() {
        assert_eq!(
            after_data_uri(b"data:image/png;base64,iVBOR"),
            Some(&b"iVBOR"[..])
        );
        assert_eq!(
            after_data_uri(b"DATA:image\\/jpeg;BASE64,/9j/"),
            Some(&b"/9j/"[..])
        );
        assert_eq!(
            after_data_uri(b"d\\u0061ta:;base64\\u002c\\/9j"),
            Some(&b"\\/9j"[..])
        );
        for other in [
            &b"iVBOR"[..],
            b"data:image/png,abc",
            b"",
            b"dat",
            b"data:no-comma",
        ] {
            assert_eq!(after_data_uri(other), None);
        }
    }
}
