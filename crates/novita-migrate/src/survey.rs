//! One look over a payload's members: which of them the tables know, and from that what kind of payload it is.

use crate::document::Document;
use crate::index::{Group, NAMES, Name, Tells, Top, lookup};
use crate::json::{Kind, Value};

const REQUEST: Top = Top::of("request");
const INIT_IMAGES: Top = Top::of("init_images");
const IMAGE_BASE64: Top = Top::of("image_base64");
const MASK_IMAGE_BASE64: Top = Top::of("mask_image_base64");
const PROMPT: Top = Top::of("prompt");
const MODEL_NAME: Top = Top::of("model_name");
const DATA: Top = Top::of("data");
const CODE: Top = Top::of("code");
const MSG: Top = Top::of("msg");
const TASK_ID: Top = Top::of("task_id");

/// What an object is, as far as its names tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A V2 payload.
    V2(Document),
    /// A request with V2 names inside `request`, or V3 names at the top level.
    HalfMigrated(Document),
    /// A V3 request or response.
    V3,
    /// Neither: no payload of this API.
    Other,
}

/// A member of the payload and what the tables know about its key.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'t, 'a> {
    pub(crate) value: Value<'t, 'a>,
    pub(crate) name: Option<&'static Name>,
}

/// The members of a payload, in the order of the source.
pub(crate) struct Survey<'t, 'a> {
    pub(crate) root: Value<'t, 'a>,
    /// V3's `request`, where the payload has one and is not V3 altogether.
    pub(crate) request: Option<Value<'t, 'a>>,
    pub(crate) entries: Vec<Entry<'t, 'a>>,
    /// By [`Name::id`]: position + 1 in `entries` of the first member of that name that is not null, or else of the
    /// first one.
    pub(crate) slots: [u16; NAMES],
    pub(crate) shape: Shape,
}

/// The only name that a wrapper was seen to have.
const WRAPPER: &str = "params";

/// Room for the members of a usual payload.
const ROOM: usize = 40;

impl<'t, 'a> Survey<'t, 'a> {
    pub(crate) fn of(root: Value<'t, 'a>) -> Self {
        let mut survey = Survey {
            root,
            request: None,
            entries: Vec::with_capacity(ROOM),
            slots: [0; NAMES],
            shape: Shape::Other,
        };
        let counts = survey.add(root);
        survey.shape = match survey
            .get(REQUEST)
            .filter(|request| request.kind() == Kind::Object)
        {
            None => survey.shape_of_flat(counts),
            Some(request) => {
                let nested = survey.add(request);
                // Beside `request`, V3 has `extra` alone.
                if nested.of(Tells::OnlyV2) > 0 || counts.requests() + counts.of(Tells::OnlyV3) > 0
                {
                    survey.request = Some(request);
                    survey
                        .entries
                        .retain(|entry| entry.value.span() != request.span());
                    survey.number();
                    Shape::HalfMigrated(survey.request_document())
                } else {
                    Shape::V3
                }
            }
        };
        survey
    }

    /// The payload that stands alone in another object, `{"params": {…}}`. Beside other members it is a part of
    /// somebody's record, which is to keep its form: such a payload is looked for by whoever reads the record.
    pub(crate) fn unwrapped(root: Value<'t, 'a>) -> Option<(Self, Value<'t, 'a>)> {
        let mut members = root.members();
        let inner = match (members.next(), members.next()) {
            (Some(only), None) if only.kind() == Kind::Object => only,
            _ => return None,
        };
        if inner.key().is_none_or(|key| key.name() != WRAPPER) {
            return None;
        }
        let mut survey = Survey::of(inner);
        survey.root = root;
        matches!(survey.shape, Shape::V2(_) | Shape::HalfMigrated(_)).then_some((survey, inner))
    }

    fn add(&mut self, object: Value<'t, 'a>) -> Counts {
        let mut counts = Counts::default();
        for (key, value) in object.entries() {
            let name = lookup(Group::Top, key);
            counts.add(name);
            self.entries.push(Entry { value, name });
            self.number_one(self.entries.len() - 1);
        }
        counts
    }

    fn number(&mut self) {
        self.slots = [0; NAMES];
        (0..self.entries.len()).for_each(|at| self.number_one(at));
    }

    fn number_one(&mut self, at: usize) {
        let Some(name) = self.entries.get(at).and_then(|entry| entry.name) else {
            return;
        };
        // Known names are few, but a payload may have unknown ones without end before them.
        let Ok(position) = u16::try_from(at + 1) else {
            return;
        };
        let Some(slot) = self.slots.get_mut(name.id()) else {
            return;
        };
        let first = usize::from(*slot)
            .checked_sub(1)
            .and_then(|first| self.entries.get(first));
        if first.is_none_or(|first| first.value.is_null()) {
            *slot = position;
        }
    }

    fn get(&self, name: Top) -> Option<Value<'t, 'a>> {
        let slot = usize::from(*self.slots.get(name.id())?).checked_sub(1)?;
        self.entries.get(slot).map(|entry| entry.value)
    }

    fn has(&self, name: Top) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }

    fn request_document(&self) -> Document {
        let has_image = self.get(INIT_IMAGES).is_some()
            || self.has(IMAGE_BASE64)
            || self.has(MASK_IMAGE_BASE64);
        if has_image {
            Document::Img2img
        } else {
            Document::Txt2img
        }
    }

    /// An object without a `request` object.
    fn shape_of_flat(&self, counts: Counts) -> Shape {
        // One known name may be chance, as in any file with a `width`; a prompt among others of its kind is not.
        let has_images = self.get(INIT_IMAGES).is_some();
        let speaks = has_images || self.has(PROMPT) || self.has(MODEL_NAME);
        let known = counts.requests() + counts.of(Tells::OnlyV3);
        let is_request = speaks && (known > 1 || counts.of(Tells::Other) == 0);
        let request = match counts.of(Tells::OnlyV3) {
            0 => Shape::V2(self.request_document()),
            _ => Shape::HalfMigrated(self.request_document()),
        };
        if is_request && has_images {
            return request;
        }
        let data = self.get(DATA).filter(|data| data.kind() == Kind::Object);
        // Both are answers; only that of `/v2/progress` tells how far the task is.
        if data.is_some_and(is_progress) {
            return Shape::V2(Document::Progress);
        }
        if data.is_some_and(|data| data.get("task_id").is_some())
            || (self.has(CODE) && self.get(MSG).is_some())
        {
            return Shape::V2(Document::Response);
        }
        if is_request {
            return request;
        }
        let is_v3_failure = self.root.get("reason").is_some() && self.root.get("message").is_some();
        if self.has(TASK_ID) || (self.has(CODE) && is_v3_failure) || is_task_result(self.root) {
            return Shape::V3;
        }
        Shape::Other
    }
}

/// `data` of an answer of `/v2/progress`.
fn is_progress(data: Value<'_, '_>) -> bool {
    data.get("status").is_some() && (data.get("progress").is_some() || data.get("imgs").is_some())
}

/// Whether an object is an answer of `/v3/async/task-result`: its task tells a state of V3's, or tells none and stands
/// beside the three lists that every such answer has.
pub fn is_task_result(answer: Value<'_, '_>) -> bool {
    let Some(task) = answer.get("task") else {
        return false;
    };
    match task.get("status") {
        Some(status) => status
            .inner()
            .is_some_and(|status| status.starts_with(b"TASK_STATUS_")),
        None => {
            let is_list = |name| {
                let list = answer.get(name);
                list.is_some_and(|list| list.kind() == Kind::Array)
            };
            task.kind() == Kind::Object && ["images", "videos", "audios"].into_iter().all(is_list)
        }
    }
}

/// How many keys tell what, by [`Tells`]. Counted without a branch for each: their order is nobody's.
#[derive(Default, Clone, Copy)]
struct Counts([usize; Tells::COUNT]);

impl Counts {
    #[inline]
    fn add(&mut self, name: Option<&'static Name>) {
        let tells = name.map_or(Tells::Other, |name| name.tells);
        if let Some(count) = self.0.get_mut(tells as usize) {
            *count += 1;
        }
    }

    fn of(self, tells: Tells) -> usize {
        self.0.get(tells as usize).copied().unwrap_or_default()
    }

    /// Names of V2 requests, `extra` apart.
    fn requests(self) -> usize {
        self.of(Tells::OnlyV2) + self.of(Tells::Request)
    }
}

impl Survey<'_, '_> {
    /// Where a payload that is V3 already is sent; `None` for responses.
    pub(crate) fn v3_endpoint(&self) -> Option<crate::document::Endpoint> {
        use crate::document::Endpoint;
        self.get(REQUEST)?;
        Some(match self.has(MASK_IMAGE_BASE64) {
            true => Endpoint::Inpainting,
            false if self.has(IMAGE_BASE64) => Endpoint::Img2img,
            false => Endpoint::Txt2img,
        })
    }
}
