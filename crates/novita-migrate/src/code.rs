//! The closed list of finding codes and what each of them means to a person.

use std::fmt;
use std::str::FromStr;

use crate::document::UnknownName;

macro_rules! codes {
    ($($variant:ident $name:literal $summary:literal $explain:literal $help:literal)*) => {
        /// What kind of thing a [`Finding`](crate::Finding) is about. The list only grows; names are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in the order in which `explain` lists them.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The stable kebab-case name, such as `deprecated-field`.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// One line: what was found.
            pub const fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)* }
            }

            /// A paragraph: when it is reported, how it is graded, and why.
            pub const fn explain(self) -> &'static str {
                match self { $(Code::$variant => $explain,)* }
            }

            /// What a person can do about it.
            pub const fn help(self) -> &'static str {
                match self { $(Code::$variant => $help,)* }
            }
        }
    };
}

codes! {
    DeprecatedField "deprecated-field"
    "a V2 field that V3 no longer has, with a value that asked for something"
    "The guide marks the field \"Deprecated\". The value did something in V2 and has no place in V3, so what it asked for is gone. Reported as a warning; a value that did nothing is reported as `inactive-field` instead."
    "check whether the result is still what you want; accept it with `--allow deprecated-field=FIELD`"

    InactiveField "inactive-field"
    "a V2 field with a value that had no effect"
    "The field is present, as the official SDKs send it, but its value did nothing: a default, a part of a group that is switched off, or a field that this V2 endpoint ignored. Always a note: nothing is lost by leaving it out."
    "nothing to do"

    UnknownField "unknown-field"
    "a field that neither the guide nor the V2 reference knows"
    "V2 ignored or half-supported the field and V3 does not list it. It is left out of the V3 body, or moved into `request` with `--unknown keep`."
    "if V3 accepts it, run again with `--unknown keep`"

    OutOfRange "out-of-range"
    "a number outside the range that V3 documents"
    "V2 allowed the value, V3 does not. The nearest allowed value is written; with `--out-of-range keep` the value is written as it was."
    "check the picture, or choose another value in the source"

    NoCounterpart "no-counterpart"
    "a value that V3 does not list"
    "The field exists in V3 but the value (a sampler, a preprocessor, an upscaler, a network tag, a ControlNet unit on txt2img) is not among those that V3 documents. Values that V3 can at least receive are kept; V3 may refuse them."
    "choose one of the values that V3 lists"

    Substituted "substituted"
    "a value replaced by the nearest one that V3 has"
    "V3 has no exact equivalent. The nearest one was written in its place, so the picture will differ somewhat."
    "compare a picture before and after"

    RenamedValue "renamed-value"
    "a value that V3 knows under another name"
    "The same thing has a new name in V3, such as the preprocessor `hed`, now `softedge_hed`. A note: nothing is lost."
    "nothing to do"

    RenamedModel "renamed-model"
    "a model that V3 knows under another name"
    "The catalog of models that the caller gave has another `sd_name_in_api` for the `sd_name` in the payload; V3 wants the former. A note: it is the same model."
    "nothing to do"

    UnknownModel "unknown-model"
    "a model that the catalog does not have"
    "The catalog holds models of this kind, but none of this name. The name is kept; V3 will refuse it unless the catalog is incomplete (save every page of the Get Model API)."
    "correct the name, or complete the catalog"

    UnavailableModel "unavailable-model"
    "a model that the catalog marks as unavailable"
    "The vendor lists the model with status 0: V3 cannot use it now."
    "choose another model"

    UnsuitedModel "unsuited-model"
    "a checkpoint that is not made for inpainting"
    "V3's inpainting wants an inpainting checkpoint, where V2 took any. Judged by the catalog's `base_model_type` where the caller gave a catalog, else by the name. Only with `--mask inpainting`."
    "choose an inpainting checkpoint, which the Get Model API lists with filter.is_inpainting=true"

    ValueDerived "value-derived"
    "a V3 value computed from several V2 values"
    "V3 wants the value outright where V2 computed it, such as the hires target size from `hr_scale`. Computed the way V2 did. A note."
    "nothing to do"

    ValueAssumed "value-assumed"
    "a V3 value that V2 did not state"
    "V3 requires a value that the payload does not hold, and the guide's own example or V2's documented default supplies it. A note."
    "state the value yourself if the assumption is wrong"

    MissingRequired "missing-required"
    "a field that V3 requires and the payload does not have"
    "V3 documents the field as required. Nothing is invented: the body is written without it, and V3 will refuse it until you add the field."
    "add the field to the V3 body"

    TypeConverted "type-converted"
    "a value of the wrong JSON type, converted without loss"
    "A number written as a string, an integer written as 25.0, a single value where a list belongs (or the reverse), or an image with a data-URI prefix: written the way V3 wants it. A note."
    "nothing to do"

    WrongType "wrong-type"
    "a value of a type that cannot be converted"
    "The value is of a JSON type that the field cannot have, and no lossless conversion exists. An error: the payload stays V2."
    "correct the value in the source"

    LoraArgument "lora-argument"
    "an argument of a LoRA tag that V3 has no place for"
    "V3's `loras` hold a name and one strength. Further arguments of the tag (a separate U-Net weight, `dyn=`, `lbw=` …) are lost."
    "check the picture; there is no replacement in V3"

    LoraUnreadable "lora-unreadable"
    "a LoRA tag that cannot be read"
    "The tag has no name or a weight that is no number. It stays in the prompt as text, where V3 does not act on it."
    "correct the tag in the source"

    LoraInactive "lora-inactive"
    "a network tag in the negative prompt"
    "V2 read tags only in the positive prompt; a tag in `negative_prompt` was plain text and stays plain text. A note."
    "nothing to do"

    DuplicateLora "duplicate-lora"
    "the same LoRA more than once"
    "Both entries are kept, in the prompt's order. V2 added their weights; V3 does not say what it does."
    "merge the entries in the V3 body if V3 refuses them"

    TooMany "too-many"
    "more entries than V3 allows"
    "V3 documents a limit on the list: five LoRAs, five embeddings, one IP adapter. LoRAs are all kept, so V3 will refuse the body until some are removed; an embedding too many stays in the prompt as text, an IP adapter too many stays a ControlNet unit."
    "remove entries from the V3 body"

    TooLong "too-long"
    "a text that is shorter or longer than V3 allows"
    "V3 documents 1 to 1024 characters for a prompt. The text is written as it is, never cut."
    "change the text"

    SeveralImages "several-images"
    "more than one initial image"
    "V3 takes one image. The first is used, as V2's own batch of one would; the others are lost."
    "send one V3 request for each image"

    MaskDropped "mask-dropped"
    "an inpainting mask that V3 img2img does not take"
    "The guide drops the mask and recommends V3's inpainting API. Without the mask the whole picture is repainted."
    "run again with `--mask inpainting`, which makes a request to `/v3/async/inpainting` of it"

    HalfMigrated "half-migrated"
    "V2 and V3 names in one payload"
    "Somebody began to migrate this payload by hand: V2 names inside `request`, or V3 names at the top level. The rest of the way was done. A note."
    "nothing to do"

    Unwrapped "unwrapped"
    "a payload inside another object"
    "The payload stood alone in an object, `{\"params\": {…}}`, as one that was to be forwarded. V3 gets the payload itself. A note."
    "put the V3 body back into an object of its own if your code forwards it so"

    Conflict "conflict"
    "two values for one V3 field"
    "Two fields of the payload lead to the same place in V3 and disagree. An error: the payload stays as it was."
    "remove one of the two from the source"

    FailedResponse "failed-response"
    "a V2 response that reports a failure"
    "V2 answered HTTP 200 with a `code` other than 0 when a task failed. Such a response is kept as it was; it never becomes a V3 success."
    "look at `code` and `msg`"

    ResponseMessage "response-message"
    "a text in a V2 response that V3 responses do not carry"
    "`msg` and `data.warn` have no place in V3's response. Empty ones are dropped silently, others are reported."
    "keep the text elsewhere if you need it"
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Code {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.name() == name)
            .ok_or_else(|| UnknownName(name.to_owned()))
    }
}
