//! Which table of the guide applies, and where the V3 body is sent.

use std::fmt;
use std::str::FromStr;

/// The kind of V2 payload: which tables of the guide apply to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Document {
    /// A `POST /v2/txt2img` request body (guide: "Text to Image", request body).
    Txt2img,
    /// A `POST /v2/img2img` request body (guide: "Image to Image", request body).
    Img2img,
    /// What either endpoint answered (guide: both "Response Parameter Mapping" tables, which agree).
    Response,
    /// A stored answer of `/v2/progress`, which the guide does not speak of; it becomes one of `/v3/async/task-result`.
    Progress,
}

impl Document {
    /// Every document: the guide's in its order, then the one that it leaves out.
    pub const ALL: [Document; 4] = [
        Document::Txt2img,
        Document::Img2img,
        Document::Response,
        Document::Progress,
    ];

    /// The name used on the command line: `txt2img`, `img2img`, `response`, `progress`.
    pub const fn name(self) -> &'static str {
        match self {
            Document::Txt2img => "txt2img",
            Document::Img2img => "img2img",
            Document::Response => "response",
            Document::Progress => "progress",
        }
    }

    /// The document that a V2 URL or path belongs to: `…/v2/txt2img`, `…/v2/img2img`, and the paths of
    /// dedicated customers, `…/v2/enterprise/txt2img`. A query string is ignored. The host is not looked at.
    ///
    /// ```
    /// use novita_migrate::Document;
    /// assert_eq!(Document::from_url("https://api.novita.ai/v2/txt2img?key=1"), Some(Document::Txt2img));
    /// assert_eq!(Document::from_url("https://api.novita.ai/v3/async/txt2img"), None);
    /// ```
    pub fn from_url(url: &str) -> Option<Document> {
        let path = url.split(['?', '#']).next()?.trim_end_matches('/');
        let (head, last) = path.rsplit_once('/')?;
        let head = head.strip_suffix("/enterprise").unwrap_or(head);
        let is_v2 = head == "v2" || head.ends_with("/v2");
        match last {
            "txt2img" if is_v2 => Some(Document::Txt2img),
            "img2img" if is_v2 => Some(Document::Img2img),
            _ => None,
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Document {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Document::ALL
            .into_iter()
            .find(|document| document.name() == name)
            .ok_or_else(|| UnknownName(name.to_owned()))
    }
}

/// Where a V3 request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Endpoint {
    /// `POST /v3/async/txt2img`
    Txt2img,
    /// `POST /v3/async/img2img`
    Img2img,
    /// `POST /v3/async/inpainting`
    Inpainting,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Endpoint; 3] = [Endpoint::Txt2img, Endpoint::Img2img, Endpoint::Inpainting];

    /// The path under the vendor's host, such as `/v3/async/txt2img`.
    pub const fn path(self) -> &'static str {
        match self {
            Endpoint::Txt2img => "/v3/async/txt2img",
            Endpoint::Img2img => "/v3/async/img2img",
            Endpoint::Inpainting => "/v3/async/inpainting",
        }
    }

    /// The last part of the path: `txt2img`, `img2img`, `inpainting`.
    pub const fn name(self) -> &'static str {
        match self {
            Endpoint::Txt2img => "txt2img",
            Endpoint::Img2img => "img2img",
            Endpoint::Inpainting => "inpainting",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// A name that this library does not know: of a document, a finding code or a level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown name `{0}`")]
pub struct UnknownName(pub(crate) String);
