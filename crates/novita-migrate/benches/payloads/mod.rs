//! The payloads that the benches migrate, and where the bodies go.

use std::hint::black_box;

use novita_migrate::Sink;

/// A txt2img payload of about 1.5 KB with two LoRA tags, as clients send it.
fn txt2img() -> String {
    let prompt =
        "(masterpiece:1.2), a harbour town at dusk, wet cobblestones, gulls, lanterns, ".repeat(8);
    let negative = "(worst quality:1.4), lowres, blurry, extra limbs, watermark, ".repeat(7);
    format!(
        r#"{{"extra": {{"enable_nsfw_detection": false, "nsfw_detection_level": 0, "response_image_type": "jpeg"}}, "prompt": "{prompt}<lora:add_detail_44319:0.8>, oil paint, <lora:film_grain_9:0.35>", "negative_prompt": "{negative}", "model_name": "sd_xl_base_1.0.safetensors", "sampler_name": "DPM++ 2M Karras", "batch_size": 1, "n_iter": 1, "steps": 25, "cfg_scale": 7.5, "seed": 65531, "height": 512, "width": 512, "restore_faces": false, "sd_vae": null, "clip_skip": 1, "enable_hr": false, "hr_upscaler": "R-ESRGAN 4x+", "hr_scale": 2.0, "hr_resize_x": null, "hr_resize_y": null, "sd_refiner": null}}"#
    )
}

/// An img2img payload with so many bytes of base64.
fn img2img(bytes: usize) -> String {
    let image = "iVBORw0KGgoAAAANSUhEUgAA".repeat(bytes / 24);
    format!(
        r#"{{"prompt": "a harbour town at dusk", "negative_prompt": "lowres", "model_name": "m_1.safetensors", "sampler_name": "Euler a", "batch_size": 1, "n_iter": 1, "steps": 25, "cfg_scale": 7.5, "seed": 1, "height": 512, "width": 512, "init_images": ["{image}"], "denoising_strength": 0.6}}"#
    )
}

/// The benches' cases by name.
pub(crate) const CASES: [&str; 3] = ["txt2img 1.5 KB", "img2img 1 MB", "img2img 64 MB"];

/// The payload of a case.
pub(crate) fn case(name: &str) -> String {
    match name {
        "img2img 1 MB" => img2img(1 << 20),
        "img2img 64 MB" => img2img(64 << 20),
        _ => txt2img(),
    }
}

/// Keeps what is made here and counts what is lent, as a vectored write would.
#[derive(Default)]
pub(crate) struct Counted {
    pub(crate) made: Vec<u8>,
    pub(crate) lent: usize,
}

impl<'a> Sink<'a> for Counted {
    fn copy(&mut self, piece: &[u8]) {
        self.made.extend_from_slice(piece);
    }
    fn lend(&mut self, piece: &'a [u8]) {
        self.lent += black_box(piece).len();
    }
}
