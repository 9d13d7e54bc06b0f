"""Types that exist for annotations alone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from ._native import Catalog

__all__ = ["Document", "Endpoint", "Options", "Rule", "Severity", "Status"]

Document = Literal["txt2img", "img2img", "response", "progress"]
Endpoint = Literal["/v3/async/txt2img", "/v3/async/img2img", "/v3/async/inpainting"]
Severity = Literal["note", "warning", "error"]
Status = Literal["converted", "already-v3", "kept"]


class Options(TypedDict, total=False):
    """The options, by the names of the command's flags. ``None`` is as good as leaving one out."""

    #: ``hires_fix.strength`` for payloads that have no ``denoising_strength``, 0 to 1; 0.8 without it.
    hires_strength: float | None
    #: What becomes of ``n_iter`` above 1.
    n_iter: Literal["drop", "multiply"] | None
    #: What becomes of an img2img payload with a mask.
    mask: Literal["drop", "inpainting"] | None
    #: What becomes of a ControlNet unit whose model is an IP adapter.
    ip_adapter: Literal["keep", "move"] | None
    #: What becomes of a sampler that V3 dropped.
    samplers: Literal["keep", "nearest"] | None
    #: All of the picture that V3 can keep: ``n_iter="multiply"``, ``mask="inpainting"``, ``ip_adapter="move"`` and
    #: ``samplers="nearest"``, each unless it is given itself.
    preserve: bool | None
    #: The plan that a request was sent under: V2's paths for dedicated customers began with ``/v2/enterprise/``, V3 has
    #: a field in the body instead.
    plan: Literal["standard", "enterprise"] | None
    #: Textual inversions to look for in the prompts: names in prompts with V3's names, or a list where they are the same.
    embeddings: dict[str, str] | list[str] | None
    #: The vendor's models, for names that differ in V3.
    catalog: "Catalog | None"
    #: What becomes of a number outside V3's range.
    out_of_range: Literal["clamp", "keep"] | None
    #: What becomes of fields that neither the guide nor V3 knows.
    unknown: Literal["drop", "keep"] | None
    #: Keep payloads with such findings: ``"warnings"``, a code, ``"code=field"``, or several. Of `deny`, `warn` and
    #: `allow` the one that is written last wins where two speak of one finding.
    deny: str | Iterable[str] | None
    #: Report such findings as warnings.
    warn: str | Iterable[str] | None
    #: Report such findings as notes.
    allow: str | Iterable[str] | None


class Rule(TypedDict):
    """A row of the guide's tables."""

    document: Document
    part: Literal["request", "response"]
    #: The guide's line; None for a field that it leaves out.
    line: int | None
    #: Dotted path; None for a field that is new in V3.
    v2: str | None
    what: Literal["same", "moved", "changed", "deprecated", "new"]
    #: Dotted path; None for a field that is gone.
    v3: str | None
    description: str
