//! The stored answers of `GET /v2/progress` as rows. The guide does not speak of them (their line is 0): they follow the
//! vendor's reference pages "Progress" of V2 and "Task Result" of V3.

use crate::document::Document::Progress;
use crate::row::{Row, changed, deprecated, moved, new, table};
use crate::steps::{progress, response};

#[rustfmt::skip]
pub(crate) static PROGRESS: [Row; 26] = table(Progress, true, 0, [
    deprecated("code").by(response::code),
    deprecated("msg").by(response::message),
    deprecated("data").by(progress::data),
    changed("data.task_id", "task.task_id").note("V2's answer seldom had it; V3's always has"),
    new("task.task_type").note("TXT_TO_IMG or IMG_TO_IMG, which V2's answer does not tell"),
    changed("data.status", "task.status").note("0 queued, 1 processing, 2 succeeded, 3 failed, 4 timed out").by(progress::status),
    changed("data.progress", "task.progress_percent").note("0 to 1 becomes 0 to 100").by(progress::percent),
    changed("data.eta_relative", "task.eta").note("seconds"),
    changed("data.failed_reason", "task.reason"),
    changed("data.imgs", "images[].image_url").note("V3's own URLs are signed and last 3600 s").by(progress::images),
    deprecated("data.current_images").note("previews, which V3 does not make"),
    changed("data.nsfw_detection_result", "images[].nsfw_detection_result").note("one for each image").by(progress::nsfw),
    moved("data.enable_nsfw_detection", "extra.enable_nsfw_detection"),
    changed("data.info", "extra.debug_info.request_info").note("A1111's report of the generation, as JSON text").by(progress::info),
    new("extra.seed").note("the `seed` of `data.info`"),
    changed("data.submit_time", "extra.debug_info.submit_time_ms").by(progress::time),
    changed("data.execution_time", "extra.debug_info.execute_time_ms").by(progress::time),
    changed("data.finish_time", "extra.debug_info.complete_time_ms").by(progress::time),
    changed("data.debug_info", "extra.debug_info").by(progress::debug_info),
    changed("data.debug_info.submit_time_ms", "extra.debug_info.submit_time_ms").note("a text in V3").by(progress::text),
    changed("data.debug_info.execution_time_ms", "extra.debug_info.execute_time_ms").note("a text in V3").by(progress::text),
    changed("data.debug_info.finish_time_ms", "extra.debug_info.complete_time_ms").note("a text in V3").by(progress::text),
    deprecated("data.debug_info.txt2img_time").by(progress::stage),
    deprecated("data.debug_info.txt2img_time_ms").by(progress::stage),
    new("videos").note("empty"),
    new("audios").note("empty"),
]);
