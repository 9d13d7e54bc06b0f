//! What V3 accepts: every field of its request bodies with type, range, allowed values and where it is required.
//!
//! Source: the vendor's V3 reference pages (txt2img, img2img, inpainting). The rows of the guide say *where* a value
//! goes; this table says what V3 takes there. Range checks, `missing-required`, `explain` and the JSON Schemas all
//! read it, so that they cannot disagree.

use crate::document::Endpoint;
use crate::gather::Short;

/// The JSON type that V3 documents for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// A whole number.
    Integer,
    /// Any number (the vendor writes float32).
    Number,
    /// `true` or `false`.
    Boolean,
    /// A text.
    String,
    /// An image or mask as base64 text.
    Image,
    /// An object with members of its own.
    Object,
    /// A list of objects.
    List,
}

impl Type {
    /// The type in the words of JSON: `integer`, `number`, `boolean`, `string`, `object`, `array`.
    pub const fn json_name(self) -> &'static str {
        match self {
            Type::Integer => "integer",
            Type::Number => "number",
            Type::Boolean => "boolean",
            Type::String | Type::Image => "string",
            Type::Object => "object",
            Type::List => "array",
        }
    }
}

/// One field of a V3 body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    path: &'static str,
    /// The last part of the path, and the object that it stands in: worked out once, at compile time.
    name: &'static str,
    home: Home,
    kind: Type,
    range: Option<(f64, f64)>,
    allowed: &'static [&'static str],
    length: Option<(u32, u32)>,
    required: u8,
    on: u8,
}

/// The object of a V3 body that a field stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    Root,
    Extra,
    Request,
    /// `task` of an answer.
    Task,
    /// An object or a list entry inside one of these.
    Inner,
}

const T: u8 = 1;
const I: u8 = 2;
const N: u8 = 4;
const ALL: u8 = T | I | N;
/// The answers: of a submission (`task_id`) and of `/v3/async/task-result`.
const A: u8 = 8;

const fn field(path: &'static str, kind: Type, on: u8) -> Field {
    let (head, name) = cut(path, last_dot(path));
    let home = match head {
        b"" => Home::Root,
        b"extra." => Home::Extra,
        b"request." => Home::Request,
        b"task." => Home::Task,
        _ => Home::Inner,
    };
    Field {
        path,
        name,
        home,
        kind,
        range: None,
        allowed: &[],
        length: None,
        required: 0,
        on,
    }
}

/// The path up to and with its last dot, and what follows.
const fn cut(path: &'static str, at: usize) -> (&'static [u8], &'static str) {
    let (head, name) = path.split_at(at);
    (head.as_bytes(), name)
}

#[allow(clippy::indexing_slicing, reason = "the bound is checked just before")]
const fn last_dot(path: &str) -> usize {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 {
        if bytes[at - 1] == b'.' {
            return at;
        }
        at -= 1;
    }
    0
}
const fn integer(path: &'static str, min: f64, max: f64, on: u8) -> Field {
    field(path, Type::Integer, on).range(min, max)
}
const fn number(path: &'static str, min: f64, max: f64, on: u8) -> Field {
    field(path, Type::Number, on).range(min, max)
}

impl Field {
    const fn range(mut self, min: f64, max: f64) -> Self {
        self.range = Some((min, max));
        self
    }
    const fn allowed_values(mut self, allowed: &'static [&'static str]) -> Self {
        self.allowed = allowed;
        self
    }
    /// Characters of a text, entries of a list.
    const fn limits(mut self, min: u32, max: u32) -> Self {
        self.length = Some((min, max));
        self
    }
    const fn required(mut self, on: u8) -> Self {
        self.required = on;
        self
    }

    /// Dotted path from the body's root; `[]` marks the entries of a list: `request.loras[].strength`.
    pub const fn path(&self) -> &'static str {
        self.path
    }
    /// The JSON type.
    pub const fn kind(&self) -> Type {
        self.kind
    }
    /// The smallest and largest allowed number; an infinite bound is none.
    pub const fn bounds(&self) -> Option<(f64, f64)> {
        self.range
    }
    /// The texts that V3 lists; empty where any text will do.
    pub const fn allowed(&self) -> &'static [&'static str] {
        self.allowed
    }
    /// The smallest and largest number of characters (text) or entries (list); `u32::MAX` is no limit.
    pub const fn length(&self) -> Option<(u32, u32)> {
        self.length
    }
    /// Whether the endpoint documents the field. Members of an object follow their object.
    pub const fn is_on(&self, endpoint: Endpoint) -> bool {
        self.on & bit(endpoint) != 0
    }
    /// Whether the endpoint (for a member: the object or entry it stands in) requires the field.
    pub const fn is_required(&self, endpoint: Endpoint) -> bool {
        self.required & bit(endpoint) != 0
    }
    /// The last part of the path.
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// Whether a request body, of whatever endpoint, has the field.
    pub const fn is_of_requests(&self) -> bool {
        self.on & ALL != 0
    }
    pub(crate) const fn home(&self) -> Home {
        self.home
    }
}

const fn bit(endpoint: Endpoint) -> u8 {
    match endpoint {
        Endpoint::Txt2img => T,
        Endpoint::Img2img => I,
        Endpoint::Inpainting => N,
    }
}

/// The samplers that V3 lists.
pub const SAMPLERS: &[&str] = &[
    "Euler a",
    "Euler",
    "LMS",
    "Heun",
    "DPM2",
    "DPM2 a",
    "DPM++ 2S a",
    "DPM++ 2M",
    "DPM++ SDE",
    "DPM fast",
    "DPM adaptive",
    "LMS Karras",
    "DPM2 Karras",
    "DPM2 a Karras",
    "DPM++ 2S a Karras",
    "DPM++ 2M Karras",
    "DPM++ SDE Karras",
    "DDIM",
    "PLMS",
    "UniPC",
];

/// The ControlNet preprocessors that V3 lists.
pub const PREPROCESSORS: &[&str] = &[
    "scribble_hed",
    "softedge_hed",
    "scribble_hedsafe",
    "softedge_hedsafe",
    "depth_midas",
    "mlsd",
    "openpose",
    "openpose_face",
    "openpose_faceonly",
    "openpose_full",
    "openpose_hand",
    "dwpose",
    "scribble_pidinet",
    "softedge_pidinet",
    "scribble_pidsafe",
    "softedge_pidsafe",
    "normal_bae",
    "lineart_coarse",
    "lineart_realistic",
    "lineart_anime",
    "lineart",
    "depth_zoe",
    "shuffle",
    "mediapipe_face",
    "canny",
    "depth",
    "depth_leres",
    "depth_leres++",
];

/// The hires upscalers that V3 lists.
pub const UPSCALERS: &[&str] = &["RealESRGAN_x4plus_anime_6B", "RealESRNet_x4plus", "Latent"];

/// The IP adapters that V3 lists.
pub const IP_ADAPTERS: &[&str] = &["ip-adapter_sd15.bin", "ip-adapter_sdxl.bin"];

/// What V3 calls the states of a task.
pub const TASK_STATUSES: &[&str] = &[
    "TASK_STATUS_QUEUED",
    "TASK_STATUS_PROCESSING",
    "TASK_STATUS_SUCCEED",
    "TASK_STATUS_FAILED",
    "TASK_STATUS_UNKNOWN",
];

const MANY: f64 = f64::INFINITY;
/// No upper limit of a length. The pages give names and images no limits at all; that an empty one is none is ours.
const NO_MOST: u32 = u32::MAX;

const fn name(path: &'static str, on: u8) -> Field {
    field(path, Type::String, on).limits(1, NO_MOST)
}
const fn image(path: &'static str, on: u8) -> Field {
    field(path, Type::Image, on).limits(1, NO_MOST)
}

/// Every field of the three V3 request bodies and of the V3 answers, parents before their members.
#[rustfmt::skip]
pub const FIELDS: &[Field] = &[
    field("extra", Type::Object, ALL),
    field("extra.response_image_type", Type::String, ALL).allowed_values(&["png", "webp", "jpeg"]),
    field("extra.webhook", Type::Object, ALL),
    name("extra.webhook.url", ALL).required(ALL),
    field("extra.webhook.test_mode", Type::Object, ALL),
    field("extra.webhook.test_mode.enabled", Type::Boolean, ALL).required(ALL),
    field("extra.webhook.test_mode.return_task_status", Type::String, ALL)
        .allowed_values(&["TASK_STATUS_SUCCEED", "TASK_STATUS_FAILED"]).required(ALL),
    field("extra.custom_storage", Type::Object, ALL),
    field("extra.custom_storage.aws_s3", Type::Object, ALL),
    name("extra.custom_storage.aws_s3.region", ALL).required(ALL),
    name("extra.custom_storage.aws_s3.bucket", ALL).required(ALL),
    field("extra.custom_storage.aws_s3.path", Type::String, ALL).required(ALL),
    field("extra.custom_storage.aws_s3.save_to_path_directly", Type::Boolean, ALL),
    field("extra.enterprise_plan", Type::Object, ALL),
    field("extra.enterprise_plan.enabled", Type::Boolean, ALL),
    field("extra.enable_nsfw_detection", Type::Boolean, ALL | A),
    integer("extra.nsfw_detection_level", 0.0, 2.0, ALL),

    field("request", Type::Object, ALL).required(ALL),
    name("request.model_name", ALL).required(ALL),
    field("request.prompt", Type::String, ALL).limits(1, 1024).required(ALL),
    // The page says 1 to 1024 characters; V3 clients send "" and V3 takes it.
    field("request.negative_prompt", Type::String, ALL).limits(0, 1024),
    integer("request.image_num", 1.0, 8.0, ALL).required(ALL),
    integer("request.steps", 1.0, 100.0, ALL).required(ALL),
    number("request.guidance_scale", 1.0, 30.0, ALL).required(ALL),
    field("request.sampler_name", Type::String, ALL).allowed_values(SAMPLERS).required(ALL),
    integer("request.width", 128.0, 2048.0, T | I).required(T | I),
    integer("request.height", 128.0, 2048.0, T | I).required(T | I),
    field("request.sd_vae", Type::String, ALL),
    integer("request.seed", -1.0, MANY, ALL),
    field("request.loras", Type::List, ALL).limits(0, 5),
    name("request.loras[].model_name", ALL).required(ALL),
    number("request.loras[].strength", 0.0, 1.0, ALL).required(ALL),
    field("request.embeddings", Type::List, ALL).limits(0, 5),
    name("request.embeddings[].model_name", ALL).required(ALL),
    // On txt2img only the vendor's examples have it; the guide moves it there.
    integer("request.clip_skip", 1.0, 12.0, ALL),
    field("request.hires_fix", Type::Object, T),
    integer("request.hires_fix.target_width", 128.0, 4096.0, T).required(T),
    integer("request.hires_fix.target_height", 128.0, 4096.0, T).required(T),
    number("request.hires_fix.strength", 0.0, 1.0, T).required(T),
    field("request.hires_fix.upscaler", Type::String, T).allowed_values(UPSCALERS),
    // The V3 img2img page does not list it; the guide moves it there.
    field("request.refiner", Type::Object, T | I),
    number("request.refiner.switch_at", 0.0, 1.0, T | I).required(T | I),
    field("request.restore_faces", Type::Boolean, T),
    field("request.enable_transparent_background", Type::Boolean, T),
    image("request.image_base64", I | N).required(I | N),
    number("request.strength", 0.0, 1.0, I | N),
    field("request.controlnet", Type::Object, I),
    field("request.controlnet.units", Type::List, I).required(I),
    name("request.controlnet.units[].model_name", I).required(I),
    image("request.controlnet.units[].image_base64", I).required(I),
    number("request.controlnet.units[].strength", 0.0, 1.0, I).required(I),
    field("request.controlnet.units[].preprocessor", Type::String, I).allowed_values(PREPROCESSORS),
    number("request.controlnet.units[].guidance_start", 0.0, 1.0, I),
    number("request.controlnet.units[].guidance_end", 0.0, 1.0, I),
    field("request.ip_adapters", Type::List, I).limits(0, 1),
    field("request.ip_adapters[].model_name", Type::String, I)
        .allowed_values(IP_ADAPTERS).required(I),
    image("request.ip_adapters[].image_base64", I).required(I),
    number("request.ip_adapters[].strength", 0.0, 1.0, I).required(I),
    image("request.mask_image_base64", N).required(N),
    integer("request.mask_blur", 0.0, 64.0, N),
    integer("request.inpainting_full_res", 0.0, 1.0, N),
    integer("request.inpainting_full_res_padding", 0.0, 256.0, N),
    integer("request.inpainting_mask_invert", 0.0, 1.0, N),
    number("request.initial_noise_multiplier", 0.0, 1.5, N),

    field("task_id", Type::String, A),

    field("extra.seed", Type::String, A),
    field("extra.debug_info", Type::Object, A),
    field("extra.debug_info.request_info", Type::String, A),
    field("extra.debug_info.submit_time_ms", Type::String, A),
    field("extra.debug_info.execute_time_ms", Type::String, A),
    field("extra.debug_info.complete_time_ms", Type::String, A),
    field("task", Type::Object, A),
    field("task.task_id", Type::String, A),
    field("task.task_type", Type::String, A).allowed_values(&["TXT_TO_IMG", "IMG_TO_IMG"]),
    field("task.status", Type::String, A).allowed_values(TASK_STATUSES),
    field("task.reason", Type::String, A),
    number("task.eta", 0.0, MANY, A),
    number("task.progress_percent", 0.0, 100.0, A),
    field("images", Type::List, A),
    field("images[].image_url", Type::String, A),
    field("images[].nsfw_detection_result", Type::Object, A),
    field("videos", Type::List, A),
    field("audios", Type::List, A),
];

/// The field at a dotted path, such as `request.image_num`.
pub fn lookup(path: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.path == path)
}

/// A field of [`FIELDS`] by its position: what rows and the draft use instead of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u8);

impl Place {
    /// The place of a path that the table holds; a path that it does not hold fails to compile.
    #[allow(
        clippy::panic,
        clippy::indexing_slicing,
        reason = "evaluated at compile time only"
    )]
    pub(crate) const fn of(path: &str) -> Place {
        let mut at = 0;
        while at < FIELDS.len() {
            if same(FIELDS[at].path, path) {
                return Place(at as u8);
            }
            at += 1;
        }
        panic!("no such V3 field")
    }

    /// The set of the direct members of `request` that the endpoint requires.
    #[allow(clippy::indexing_slicing, reason = "the index is below the length")]
    pub(crate) const fn required_in_request(endpoint: Endpoint) -> u128 {
        const SETS: [u128; 3] = [required_set(T), required_set(I), required_set(N)];
        SETS[endpoint as usize]
    }

    /// The places of a set, in the table's order.
    pub(crate) fn each(mut set: u128) -> impl Iterator<Item = Place> {
        std::iter::from_fn(move || {
            let place = (set != 0).then(|| Place(set.trailing_zeros() as u8))?;
            set &= set - 1;
            Some(place)
        })
    }

    #[inline]
    pub(crate) fn field(self) -> &'static Field {
        /// Stands in for what cannot be: a place is only made for a field of the table.
        const NOWHERE: Field = field("", Type::Object, 0);
        FIELDS.get(usize::from(self.0)).unwrap_or(&NOWHERE)
    }

    /// The field's name as a key: in quotes, with a colon.
    #[allow(
        clippy::panic,
        clippy::indexing_slicing,
        reason = "evaluated at compile time only"
    )]
    pub(crate) fn key(self) -> &'static Short {
        static KEYS: [Short; FIELDS.len()] = {
            let mut keys = [Short::EMPTY; FIELDS.len()];
            let mut at = 0;
            while at < FIELDS.len() {
                match Short::of(&[b"\"", FIELDS[at].name.as_bytes(), b"\":"]) {
                    Some(key) => keys[at] = key,
                    None => panic!("a name that is too long for a short piece"),
                }
                at += 1;
            }
            keys
        };
        /// Stands in for what cannot be, as in [`Place::field`].
        static NO_KEY: Short = Short::EMPTY;
        KEYS.get(usize::from(self.0)).unwrap_or(&NO_KEY)
    }

    /// The members of the body itself.
    pub(crate) fn roots() -> impl Iterator<Item = Place> {
        (0..FIELDS.len() as u8)
            .map(Place)
            .filter(|place| !place.field().path.contains('.'))
    }

    /// The direct members of an object, or of a list's entries.
    pub(crate) fn members(self) -> impl Iterator<Item = Place> {
        let holder = self.field().path;
        (0..FIELDS.len() as u8).map(Place).filter(move |place| {
            let inside = place.field().path.strip_prefix(holder);
            let inside = inside.map(|rest| rest.strip_prefix("[]").unwrap_or(rest));
            inside
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|name| !name.contains('.'))
        })
    }

    /// Whether it is in an object or a list entry inside `extra`, `request` or `task`.
    #[inline]
    pub(crate) fn is_inner(self) -> bool {
        self.field().home == Home::Inner
    }

    /// Whether it is a member of `request` itself.
    #[allow(clippy::indexing_slicing, reason = "evaluated at compile time only")]
    pub(crate) const fn is_in_request(self) -> bool {
        matches!(FIELDS[self.0 as usize].home, Home::Request)
    }

    /// One bit of a set of places.
    pub(crate) const fn bit(self) -> u128 {
        1 << self.0
    }
}

#[allow(clippy::indexing_slicing, reason = "evaluated at compile time only")]
const fn required_set(on: u8) -> u128 {
    let (mut set, mut at) = (0, 0);
    while at < FIELDS.len() {
        if FIELDS[at].required & on != 0 && matches!(FIELDS[at].home, Home::Request) {
            set |= 1 << at;
        }
        at += 1;
    }
    set
}

const _: () = assert!(FIELDS.len() <= 128, "a set of places is a u128");

/// Equality of texts, for tables that are built at compile time.
#[allow(clippy::indexing_slicing, reason = "the bound is checked just before")]
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
