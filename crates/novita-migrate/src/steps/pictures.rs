//! How many pictures: `batch_size` and `n_iter`. V2 made `batch_size × n_iter`, V3 makes `image_num`.

use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::index::Top;
use crate::json::Value;
use crate::options::NIter;
use crate::row::Row;
use crate::scalar;
use crate::v3::Place;
use crate::walk::Walk;

const BATCH_SIZE: Top = Top::of("batch_size");
const OWN_IMAGE_NUM: Top = Top::of("image_num");
const N_ITER: Top = Top::of("n_iter");

const IMAGE_NUM: Place = Place::of("request.image_num");

/// V2's own bound for each of the two factors; larger ones are not multiplied.
const MOST: f64 = 1000.0;

pub(crate) fn batch_size<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    match product(walk, Some(value)) {
        // `n_iter` reports the multiplication.
        Some(product) if fits(product) => {
            walk.put(IMAGE_NUM, Out::text(product.to_string()), value, Some(row))
        }
        _ => walk.scalar(value, IMAGE_NUM, row),
    }
}

pub(crate) fn n_iter<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: &'static Row) {
    let Some(times) = scalar::as_number(value) else {
        return walk.drop(value, row);
    };
    if times <= 1.0 {
        return walk.inactive(value, row, "one round is what V3 makes");
    }
    let own = walk.field(BATCH_SIZE).or_else(|| walk.field(OWN_IMAGE_NUM));
    let batch = own.and_then(scalar::as_number).unwrap_or(1.0);
    if let Some(product) = product(walk, own) {
        if fits(product) {
            walk.report(Code::ValueDerived, Severity::Note, value, Some(row))
                .to(IMAGE_NUM)
                .say(Words {
                    text: "V3 makes {0} pictures at once: {1} times {2}",
                    help: "",
                })
                .with(Fill::Number(product as u64))
                .with(Fill::Number(batch as u64))
                .with(Fill::Json(value.raw()));
            if own.is_none() {
                walk.put(IMAGE_NUM, Out::text(product.to_string()), value, Some(row));
            }
            return;
        }
        let (_, most) = IMAGE_NUM.field().bounds().unwrap_or((1.0, 8.0));
        walk.report(Code::DeprecatedField, Severity::Warning, value, Some(row))
            .say(Words {
                text: "V2 made {0} pictures, V3 makes at most {1} at once: all of them take {2} requests",
                help: "the V3 body makes `batch_size` pictures: raise its `image_num` to the limit and send it so often, with another seed each time",
            })
            .with(Fill::Number(product as u64))
            .with(Fill::Number(most as u64))
            .with(Fill::Number((product / most).ceil() as u64));
        return;
    }
    let (all, kept) = ((batch * times).min(1e15), batch.min(1e15));
    walk.report(Code::DeprecatedField, Severity::Warning, value, Some(row))
        .say(Words {
            text: "V2 made {0} rounds of `batch_size`, V3 makes one: {1} of {2} pictures are lost",
            help: "`--n-iter multiply` asks V3 for all of them where its limit of 8 allows it",
        })
        .with(Fill::Json(value.raw()))
        .with(Fill::Number((all - kept).max(0.0) as u64))
        .with(Fill::Number(all.max(0.0) as u64));
}

/// `batch_size × n_iter`, where it was asked for and both are sensible whole numbers.
fn product(walk: &Walk<'_, '_>, batch: Option<Value<'_, '_>>) -> Option<f64> {
    if walk.options.n_iter != NIter::Multiply {
        return None;
    }
    let batch = batch.map_or(Some(1.0), scalar::as_number)?;
    let times = walk.field(N_ITER).map_or(Some(1.0), scalar::as_number)?;
    let sensible = |factor: f64| factor.fract() == 0.0 && (1.0..=MOST).contains(&factor);
    (times > 1.0 && sensible(batch) && sensible(times)).then_some(batch * times)
}

fn fits(product: f64) -> bool {
    IMAGE_NUM
        .field()
        .bounds()
        .is_some_and(|(min, max)| (min..=max).contains(&product))
}
