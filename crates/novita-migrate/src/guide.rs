//! The guide's tables, line by line. Read it beside the vendor's "API V2 to V3 Migration Guide"; conversion, `rules`,
//! `explain`, `docs/rules.md` and the coverage tests all read these rows and nothing else.

use crate::document::Document::{Img2img, Txt2img};
use crate::row::{Row, changed, deprecated, moved, new, same, table};
use crate::steps::{
    extra, group, hires, images, lora, mask, models, names, pictures, refiner, response, sdk_lora,
    units,
};

/// "Text to Image", request body.
#[rustfmt::skip]
pub(crate) static TXT2IMG: [Row; 34] = table(Txt2img, false, 41, [
    same("extra").by(extra::members),
    same("extra.enable_nsfw_detection"),
    same("extra.nsfw_detection_level"),
    deprecated("extra.enable_progress_info").by(group::inactive),
    same("extra.response_image_type").note("V3 adds support for webp image format"),
    new("request").note("all image generation parameters are passed inside it"),
    moved("prompt", "request.prompt").by(lora::take_tags),
    moved("", "request.loras").note("filled from the `<lora:name:weight>` tags of the prompt"),
    new("request.loras[].model_name").note("the LoRA's sd_name_in_api, from the Get Model API"),
    new("request.loras[].strength").note("larger is stronger, Range [0, 1]"),
    moved("negative_prompt", "request.negative_prompt").by(lora::keep_tags),
    moved("sampler_name", "request.sampler_name").by(names::sampler),
    changed("batch_size", "request.image_num").note("num_images → request.image_num").by(pictures::batch_size),
    deprecated("n_iter").by(pictures::n_iter),
    moved("steps", "request.steps"),
    changed("cfg_scale", "request.guidance_scale").note("cfg_scale → request.guidance_scale"),
    moved("seed", "request.seed"),
    moved("height", "request.height").note("Range Change: [128, 2048]"),
    moved("width", "request.width").note("Range Change: [128, 2048]"),
    moved("model_name", "request.model_name").note("the checkpoint's sd_name, from the Query Model API").by(models::checkpoint),
    moved("restore_faces", "request.restore_faces"),
    deprecated("restore_faces_model").by(group::restore_faces_model),
    moved("sd_vae", "request.sd_vae").by(names::vae),
    moved("clip_skip", "request.clip_skip"),
    changed("enable_hr", "request.hires_fix").note("enable_hr → request.hires_fix").by(hires::switch),
    changed("hr_upscaler", "request.hires_fix.upscaler").note("hr_upscaler → request.hires_fix.upscaler").by(hires::part),
    deprecated("hr_scale").by(hires::part),
    changed("hr_resize_x", "request.hires_fix.target_width").note("hr_resize_x → request.hires_fix.target_width").by(hires::part),
    changed("hr_resize_y", "request.hires_fix.target_height").note("hr_resize_y → request.hires_fix.target_height").by(hires::part),
    deprecated("img_expire_ttl").note("Default 3600s").inert(&["3600"]),
    changed("sd_refiner", "request.refiner").note("sd_refiner → request.refiner").by(refiner::object),
    deprecated("sd_refiner.checkpoint").inert(refiner::ONLY_CHECKPOINT),
    changed("sd_refiner.switch_at", "request.refiner.switch_at").note("sd_refiner.switch_at → request.refiner.switch_at"),
    deprecated("controlnet_units").note("img2img Only").by(units::on_txt2img),
]);

/// "Text to Image", response.
#[rustfmt::skip]
pub(crate) static TXT2IMG_RESPONSE: [Row; 5] = table(Txt2img, true, 80, [
    deprecated("code").by(response::code),
    deprecated("msg").by(response::message),
    deprecated("data").by(response::data),
    changed("data.task_id", "task_id").note("data.task_id → task_id"),
    deprecated("data.warn").by(response::message),
]);

/// "Image to Image", request body.
#[rustfmt::skip]
pub(crate) static IMG2IMG: [Row; 53] = table(Img2img, false, 205, [
    same("extra").by(extra::members),
    same("extra.enable_nsfw_detection"),
    same("extra.nsfw_detection_level"),
    deprecated("extra.enable_progress_info").by(group::inactive),
    same("extra.response_image_type").note("V3 adds support for webp image format"),
    new("request").note("all image generation parameters are passed inside it"),
    moved("prompt", "request.prompt").by(lora::take_tags),
    moved("", "request.loras").note("filled from the `<lora:name:weight>` tags of the prompt"),
    new("request.loras[].model_name").note("the LoRA's sd_name_in_api, from the Get Model API"),
    new("request.loras[].strength").note("larger is stronger, Range [0, 1]"),
    moved("negative_prompt", "request.negative_prompt").by(lora::keep_tags),
    moved("sampler_name", "request.sampler_name").by(names::sampler),
    changed("batch_size", "request.image_num").note("batch_size → request.image_num").by(pictures::batch_size),
    deprecated("n_iter").by(pictures::n_iter),
    moved("steps", "request.steps"),
    changed("cfg_scale", "request.guidance_scale").note("cfg_scale → request.guidance_scale"),
    moved("seed", "request.seed"),
    moved("height", "request.height").note("Range Change: [128, 2048]"),
    moved("width", "request.width").note("Range Change: [128, 2048]"),
    moved("model_name", "request.model_name").note("the checkpoint's sd_name, from the Query Model API").by(models::checkpoint),
    changed("init_images", "request.image_base64").note("init_images → request.image_base64").by(images::first),
    changed("denoising_strength", "request.strength").note("denoising_strength → request.strength"),
    deprecated("restore_faces").inert(&["false"]),
    moved("sd_vae", "request.sd_vae").by(names::vae),
    moved("clip_skip", "request.clip_skip"),
    deprecated("mask").note("Recommendation: Use V3 Inpainting API").by(mask::mask),
    deprecated("mask_blur").note("Recommendation: Use V3 Inpainting API").by(mask::part),
    deprecated("resize_mode").inert(&["0"]),
    deprecated("image_cfg_scale"),
    deprecated("inpainting_fill").note("Recommendation: Use V3 Inpainting API").by(mask::part),
    deprecated("inpaint_full_res").note("Recommendation: Use V3 Inpainting API").by(mask::part),
    deprecated("inpaint_full_res_padding").note("Recommendation: Use V3 Inpainting API").by(mask::part),
    deprecated("inpainting_mask_invert").note("Recommendation: Use V3 Inpainting API").by(mask::part),
    deprecated("initial_noise_multiplier").inert(&["1"]),
    deprecated("img_expire_ttl").note("Default 3600s").inert(&["3600"]),
    changed("sd_refiner", "request.refiner").note("sd_refiner → request.refiner").by(refiner::object),
    deprecated("sd_refiner.checkpoint").inert(refiner::ONLY_CHECKPOINT),
    moved("sd_refiner.switch_at", "request.refiner.switch_at"),
    new("request.controlnet"),
    changed("controlnet_units", "request.controlnet.units").note("controlnet_units → request.controlnet.units").by(units::list),
    changed("controlnet_units[].model", "request.controlnet.units[].model_name").note("controlnet_units.model → request.controlnet.units.model_name").by(names::controlnet_model),
    changed("controlnet_units[].weight", "request.controlnet.units[].strength").note("controlnet_units.weight → request.controlnet.units.strength"),
    changed("controlnet_units[].input_image", "request.controlnet.units[].image_base64").note("controlnet_units.input_image → request.controlnet.units.image_base64").by(images::one),
    changed("controlnet_units[].module", "request.controlnet.units[].preprocessor").note("controlnet_units.module → request.controlnet.units.preprocessor").by(names::module),
    deprecated("controlnet_units[].control_mode").inert(&["0"]),
    deprecated("controlnet_units[].mask").note("Recommendation: Use V3 Inpainting API").inert(&["\"\""]),
    deprecated("controlnet_units[].resize_mode").inert(&["0", "1"]),
    deprecated("controlnet_units[].processor_res").inert(&["512", "-1", "0"]),
    deprecated("controlnet_units[].threshold_a").inert(&["64", "-1", "0"]),
    deprecated("controlnet_units[].threshold_b").inert(&["64", "-1", "0"]),
    moved("controlnet_units[].guidance_start", "request.controlnet.units[].guidance_start"),
    moved("controlnet_units[].guidance_end", "request.controlnet.units[].guidance_end"),
    deprecated("controlnet_units[].pixel_perfect").inert(&["false"]),
]);

/// "Image to Image", response. The same five lines as txt2img's.
#[rustfmt::skip]
pub(crate) static IMG2IMG_RESPONSE: [Row; 5] = table(Img2img, true, 263, [
    deprecated("code").by(response::code),
    deprecated("msg").by(response::message),
    deprecated("data").by(response::data),
    changed("data.task_id", "task_id").note("data.task_id → task_id"),
    deprecated("data.warn").by(response::message),
]);

/// V2 fields that official clients put on the wire and the guide leaves out (line 0). The first is of txt2img alone.
#[rustfmt::skip]
pub(crate) static UNLISTED: [Row; 6] = table(Txt2img, false, 0, [
    changed("denoising_strength", "request.hires_fix.strength").note("on txt2img it was the strength of the hires pass").by(hires::part),
    deprecated("controlnet_no_detectmap").note("whether V2 also returned the preprocessed control images").by(group::inactive),
    deprecated("controlnet_units[].lowvram").note("how V2's servers used their memory").by(group::inactive),
    changed("lora", "request.loras").note("a convenience of the JavaScript SDK, which wrote the tags into the prompt from it").by(sdk_lora::list),
    deprecated("restore_face").note("the Go SDK's spelling of `restore_faces`").by(group::ignored),
    deprecated("inpaint_mask_invert").note("the Go SDK's spelling of `inpainting_mask_invert`").by(group::ignored),
]);
