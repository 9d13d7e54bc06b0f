from collections.abc import Iterable, Iterator
from typing import Any, Literal, Protocol, final

from typing_extensions import Self, Unpack

from ._errors import MigrationError
from ._types import Document, Endpoint, Options, Rule, Severity, Status

# `_OPTIONS` and `_panic` are for the package's own tests.
__all__ = [
    "_OPTIONS",
    "__version__",
    "_panic",
    "Catalog",
    "Finding",
    "Migration",
    "MigrationArray",
    "Migrations",
    "explain",
    "migrate",
    "migrate_arrow",
    "migrate_many",
    "migrate_response",
    "rules",
]

__version__: str
_OPTIONS: list[str]

class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

@final
class Catalog:
    def __new__(cls, *pages: str | bytes | dict[str, Any]) -> Self: ...
    def __len__(self) -> int: ...

@final
class Finding:
    def __new__(
        cls,
        code: str,
        severity: Severity,
        pointer: str,
        to: str | None,
        message: str,
        help: str = "",
    ) -> Self: ...
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def pointer(self) -> str: ...
    @property
    def to(self) -> str | None: ...
    @property
    def message(self) -> str: ...
    @property
    def help(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Migration:
    def __new__(
        cls,
        text: str,
        endpoint: Endpoint | None,
        status: Status,
        findings: tuple[Finding, ...],
        place: tuple[int, int, int, str] | None = None,
    ) -> Self: ...
    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def text(self) -> str: ...
    @property
    def endpoint(self) -> Endpoint | None: ...
    @property
    def status(self) -> Status: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    def raise_for_status(self) -> None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Migrations:
    def __iter__(self) -> Iterator[Migration | MigrationError]: ...
    def __next__(self) -> Migration | MigrationError: ...

@final
class MigrationArray:
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

def migrate(
    payload: str | bytes | dict[str, Any],
    *,
    endpoint: Document | Literal["auto"] | None = None,
    **options: Unpack[Options],
) -> Migration: ...
def migrate_response(
    payload: str | bytes | dict[str, Any], **options: Unpack[Options]
) -> Migration: ...
def migrate_many(
    payloads: Iterable[str | bytes | dict[str, Any]],
    *,
    endpoint: Document | Literal["auto"] | None = None,
    **options: Unpack[Options],
) -> Migrations: ...
def migrate_arrow(
    array: _ArrowArray | _ArrowStream,
    *,
    endpoint: Document | Literal["auto"] | None = None,
    **options: Unpack[Options],
) -> MigrationArray: ...
def rules(document: Document | None = None) -> list[Rule]: ...
def explain(subject: str | None = None) -> str: ...
def _panic(text: str) -> None: ...
