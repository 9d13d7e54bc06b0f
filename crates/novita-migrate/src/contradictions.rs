//! Where the guide contradicts itself or the vendor's reference pages, and what this library does about it.

/// One contradiction in the guide, and the decision it led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The V2 names (dotted paths) of the fields that are part of it.
    pub fields: &'static [&'static str],
    /// What the guide says, and what speaks against it.
    pub says: &'static str,
    /// What this library does.
    pub decision: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// Every known contradiction, in the guide's order.
pub const CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        fields: &["batch_size"],
        says: "the txt2img row describes the change as `num_images → request.image_num`, a name that V2 never had; the img2img row says `batch_size`",
        decision: "`batch_size` becomes `request.image_num` on both endpoints",
        reason: "the row's own V2 column says `batch_size`, and so do the guide's examples",
    },
    Contradiction {
        fields: &["steps", "cfg_scale"],
        says: "`steps` is typed string on both sides and `cfg_scale` integer; the examples have a number for `steps` and 7.5 for `cfg_scale`",
        decision: "`steps` is a whole number, `guidance_scale` any number; a number written as a string is converted, with a note",
        reason: "the vendor's V3 reference pages document integer and float",
    },
    Contradiction {
        fields: &["controlnet_units"],
        says: "the table types `controlnet_units` as a list, the img2img example holds a single object, and the V3 example a list",
        decision: "a list and a single object are both read; V3 always gets a list",
        reason: "all clients send a list, and the guide's own example must work",
    },
    Contradiction {
        fields: &["enable_hr", "hr_scale", "hr_upscaler", "denoising_strength"],
        says: "`hires_fix.strength` is 0.8 in the V3 example and has no row and no V2 source; the two upscaler lists have no mapping; `hr_scale` is deprecated although it is the only size that many payloads state",
        decision: "strength comes from `denoising_strength` or is 0.8; exact upscaler names move and the others get the nearest; the target size is computed from `hr_scale` where the payload gives no size",
        reason: "V3 requires strength and target size; 0.8 is the guide's own value, and A1111, which V2 ran on, computed the size this way",
    },
    Contradiction {
        fields: &["hr_resize_x", "hr_resize_y", "hr_scale"],
        says: "V2's reference page says both that `hr_scale` is ignored where `hr_resize_x` and `hr_resize_y` are set, and that these two take effect only where `hr_scale` is 1",
        decision: "a size that is set wins over any scale; 0 is no size",
        reason: "the guide moves the sizes and drops the scale, and its example has the scale 2 beside sizes",
    },
    Contradiction {
        fields: &["sd_refiner", "sd_refiner.switch_at", "restore_faces"],
        says: "the guide maps `sd_refiner` to `request.refiner` on img2img, where V3's reference page lists no refiner",
        decision: "the refiner moves as the guide says",
        reason: "the guide wins over the reference pages",
    },
    Contradiction {
        fields: &["clip_skip"],
        says: "the guide moves `clip_skip` on txt2img; V3's txt2img page leaves it out of its schema and uses it in its examples",
        decision: "`clip_skip` moves, within 1 to 12",
        reason: "the guide wins, and the vendor's own examples send it",
    },
    Contradiction {
        fields: &["prompt", "negative_prompt"],
        says: "the V3 examples' prompts lose blanks and line breaks that the V2 examples have, and the V2 txt2img body is not JSON: its `negative_prompt` holds raw line breaks",
        decision: "a prompt keeps every byte but its LoRA tags, each with the comma and blanks that it leaves behind; raw line breaks are read with `--tolerant`",
        reason: "a prompt is the user's text; the lost blanks are slips of the page",
    },
    Contradiction {
        fields: &[
            "mask",
            "mask_blur",
            "inpainting_fill",
            "inpaint_full_res",
            "inpaint_full_res_padding",
            "inpainting_mask_invert",
            "initial_noise_multiplier",
        ],
        says: "the mask's fields are deprecated with \"Use V3 Inpainting API\", without saying that names change there and `inpainting_fill` is gone; `initial_noise_multiplier` is plainly deprecated although V3 inpainting has it, with another default",
        decision: "img2img is written without a mask, with a warning",
        reason: "the guide's table says so; the inpainting API is another endpoint, which a caller has to choose",
    },
    Contradiction {
        fields: &["controlnet_units.control_mode", "controlnet_units.module"],
        says: "a unit's `control_mode` is required in V2 and dropped without a word; `module` \"none\", V2's default, is never mentioned, and V3 fails on it",
        decision: "`control_mode` 0 is dropped with a note and others with a warning; \"none\" becomes the absence of `preprocessor`",
        reason: "0 is \"balanced\", what V3 does; V3 tasks with the preprocessor \"none\" were seen to fail",
    },
];
