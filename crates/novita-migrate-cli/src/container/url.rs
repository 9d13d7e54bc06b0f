//! The URLs of V2 calls and what they become.

use std::borrow::Cow;

use novita_migrate::{Document, Endpoint, Plan};

/// Where V3 lives, whatever host served V2.
pub(crate) const HOST: &str = "api.novita.ai";

/// A URL, or the path of one, that a V2 call was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct V2Url<'u> {
    /// Everything before `/v2` (or `v2`): scheme, host, the path of a proxy, or a placeholder such as `{{base}}`.
    before: &'u str,
    /// Whether a slash stands between `before` and `v2`.
    slash: bool,
    pub(crate) call: Call,
    /// Query and fragment.
    after: &'u str,
}

/// What a V2 URL was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// The path tells the plan: dedicated customers have `/v2/enterprise/…`.
    Txt2img(Plan),
    Img2img(Plan),
    /// Asking for a task's result.
    Progress,
}

impl Call {
    /// The document that is sent there; for [`Call::Progress`] the one that comes back.
    pub(crate) fn document(self) -> Document {
        match self {
            Call::Txt2img(_) => Document::Txt2img,
            Call::Img2img(_) => Document::Img2img,
            Call::Progress => Document::Progress,
        }
    }

    /// The plan that a request is sent under.
    pub(crate) fn plan(self) -> Plan {
        match self {
            Call::Txt2img(plan) | Call::Img2img(plan) => plan,
            Call::Progress => Plan::Standard,
        }
    }

    /// Where V3 has the same.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Call::Txt2img(_) => Endpoint::Txt2img.path(),
            Call::Img2img(_) => Endpoint::Img2img.path(),
            Call::Progress => "/v3/async/task-result",
        }
    }
}

impl<'u> V2Url<'u> {
    /// Reads a URL of one of the vendor's hosts, one whose host is a placeholder, or a path alone.
    pub(crate) fn parse(text: &'u str) -> Option<Self> {
        let end = text.find(['?', '#']).unwrap_or(text.len());
        let (path, after) = text.split_at_checked(end)?;
        let path = path.trim_end_matches('/');
        let (head, last) = path.rsplit_once('/')?;
        let (head, plan) = match head.strip_suffix("/enterprise") {
            Some(head) => (head, Plan::Enterprise),
            None => (head, Plan::Standard),
        };
        let call = match last {
            "txt2img" => Call::Txt2img(plan),
            "img2img" => Call::Img2img(plan),
            "progress" => Call::Progress,
            _ => return None,
        };
        let before = head.strip_suffix("v2")?;
        let (before, slash) = match before.strip_suffix('/') {
            Some(before) => (before, true),
            None if before.is_empty() => (before, false),
            None => return None,
        };
        (host(before) != Host::Other && !has_blank(text)).then_some(V2Url {
            before,
            slash,
            call,
            after,
        })
    }

    /// Whether it names one of the vendor's hosts, or has a shell variable in the place of one.
    pub(crate) fn has_host(self) -> bool {
        match host(self.before) {
            Host::Present | Host::Former(_) => true,
            Host::Open => self.before.contains('$'),
            Host::Other => false,
        }
    }

    /// The V3 URL: a path of V3 in place of V2's, and the vendor's present host in place of a former one.
    pub(crate) fn to_v3(self, path: &str) -> String {
        self.parts(path).concat()
    }

    /// The parts of the V3 URL. Those that stay are borrowed.
    pub(crate) fn parts<'p>(self, path: &'p str) -> [Cow<'p, str>; 4]
    where
        'u: 'p,
    {
        let (host, rest) = match host(self.before) {
            Host::Former(rest) => (
                Cow::Owned(format!(
                    "{}{HOST}",
                    if self.before.contains("://") {
                        "https://"
                    } else {
                        ""
                    }
                )),
                rest,
            ),
            // V3 is served over https alone.
            Host::Present => match self.before.strip_prefix("http://") {
                Some(rest) => ("https://".into(), rest),
                None => ("".into(), self.before),
            },
            Host::Open | Host::Other => ("".into(), self.before),
        };
        let path = if self.slash {
            path
        } else {
            path.trim_start_matches('/')
        };
        [host, rest.into(), path.into(), self.after.into()]
    }
}

/// Whether a URL of one of the vendor's hosts has a variable or a command of the shell for what it calls.
pub(crate) fn hides_endpoint(text: &str) -> bool {
    let Some((before, name)) = text.split_once("/v2/") else {
        return false;
    };
    let name = name.strip_prefix("enterprise/").unwrap_or(name);
    name.starts_with(['$', '`']) && matches!(host(before), Host::Present | Host::Former(_))
}

/// Whether a text holds blanks or quotes, as sentences do and URLs do not; a placeholder (`{{ _.base }}`) may.
fn has_blank(text: &str) -> bool {
    let is_no_url = |text: &str| text.contains(|char: char| char.is_whitespace() || char == '"');
    let mut parts = text.split("{{");
    let first = parts.next().unwrap_or_default();
    is_no_url(first)
        || parts.any(|part| match part.split_once("}}") {
            Some((_, behind)) => is_no_url(behind),
            None => is_no_url(part),
        })
}

/// Whose host stands before a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host<'u> {
    /// The vendor's, which serves V3 too.
    Present,
    /// One that the vendor used for V2; with what follows it.
    Former(&'u str),
    /// None, or a placeholder.
    Open,
    /// Somebody else's.
    Other,
}

/// Reads the beginning of a URL, up to its path or with it.
pub(crate) fn host(before: &str) -> Host<'_> {
    let (has_scheme, rest) = match before.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, before),
    };
    let (host, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let name = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
    let is_of = |domain: &str| {
        name.strip_suffix(domain)
            .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    if is_of("novita.ai") {
        Host::Present
    } else if is_of("omniinfer.io") || name == "omniinfer.p.rapidapi.com" {
        Host::Former(after)
    } else if name.is_empty()
        || name.contains(['{', '$', '<', '%', '('])
        || (!has_scheme && !name.contains('.'))
    {
        Host::Open
    } else {
        Host::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v3(url: &str) -> Option<String> {
        let url = V2Url::parse(url)?;
        Some(url.to_v3(url.call.path()))
    }

    #[test]
    fn every_host_of_the_vendor_leads_to_v3() {
        for (v2, expected) in [
            (
                "https://api.novita.ai/v2/txt2img",
                "https://api.novita.ai/v3/async/txt2img",
            ),
            (
                "http://api.omniinfer.io/v2/img2img",
                "https://api.novita.ai/v3/async/img2img",
            ),
            (
                "https://omniinfer.p.rapidapi.com/v2/txt2img",
                "https://api.novita.ai/v3/async/txt2img",
            ),
            (
                "https://api.omniinfer.io:443/v2/enterprise/img2img/",
                "https://api.novita.ai/v3/async/img2img",
            ),
            (
                "https://API.novita.ai/v2/progress?task_id=a-1",
                "https://API.novita.ai/v3/async/task-result?task_id=a-1",
            ),
            (
                "http://api.novita.ai/v2/txt2img?key=k#x",
                "https://api.novita.ai/v3/async/txt2img?key=k#x",
            ),
            (
                "api.omniinfer.io/v2/txt2img",
                "api.novita.ai/v3/async/txt2img",
            ),
        ] {
            assert_eq!(v3(v2).as_deref(), Some(expected), "{v2}");
        }
    }

    #[test]
    fn paths_and_placeholders_keep_what_stands_before() {
        for (v2, expected) in [
            ("/v2/txt2img", "/v3/async/txt2img"),
            ("v2/txt2img", "v3/async/txt2img"),
            (
                "{{baseUrl}}/v2/enterprise/txt2img",
                "{{baseUrl}}/v3/async/txt2img",
            ),
            ("https://$HOST/v2/img2img", "https://$HOST/v3/async/img2img"),
            ("/proxy/novita/v2/img2img", "/proxy/novita/v3/async/img2img"),
        ] {
            assert_eq!(v3(v2).as_deref(), Some(expected), "{v2}");
        }
    }

    #[test]
    fn other_urls_are_left_alone() {
        for url in [
            "https://api.novita.ai/v3/async/txt2img",
            "https://api.stability.ai/v2/txt2img",
            "example.com/v2/txt2img",
            "https://api.novita.ai/v2/upscale",
            "https://api.novita.ai/xv2/txt2img",
            "sdapi/v1/txt2img",
            "see https://api.novita.ai/v2/txt2img",
            "see {{ base }}/v2/txt2img",
            "{{ base /v2/txt2img",
            "txt2img",
            "",
        ] {
            assert_eq!(v3(url), None, "{url}");
        }
    }
}
