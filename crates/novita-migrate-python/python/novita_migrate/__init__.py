"""Turns Novita.ai (formerly OmniInfer) V2 image API payloads into V3 bodies.

    >>> import novita_migrate
    >>> migration = novita_migrate.migrate('{"prompt": "a cat", "cfg_scale": 7.50, "n_iter": 4}')
    >>> migration.endpoint
    '/v3/async/txt2img'
    >>> migration.text
    '{"request": {"prompt": "a cat", "guidance_scale": 7.50}}'
    >>> print(migration.findings[0])
    warning[deprecated-field] /n_iter: V2 made 4 rounds of `batch_size`, V3 makes one: 3 of 4 pictures are lost

`migrate` takes one payload, `migrate_many` an iterable of them, `migrate_arrow` a column. `rules` and `explain` say what
happens to which field, and why. The engine is the same as the command's, `novita-migrate`.
"""

from ._errors import (
    InternalError,
    JsonSyntaxError,
    MigrationError,
    NotAPayloadError,
    PayloadKeptError,
)
from ._native import (
    Catalog,
    Finding,
    Migration,
    MigrationArray,
    Migrations,
    __version__,
    explain,
    migrate,
    migrate_arrow,
    migrate_many,
    migrate_response,
    rules,
)
from ._types import Document, Endpoint, Options, Rule, Severity, Status

__all__ = [
    "Catalog",
    "Document",
    "Endpoint",
    "Finding",
    "InternalError",
    "JsonSyntaxError",
    "Migration",
    "MigrationArray",
    "MigrationError",
    "Migrations",
    "NotAPayloadError",
    "Options",
    "PayloadKeptError",
    "Rule",
    "Severity",
    "Status",
    "__version__",
    "explain",
    "migrate",
    "migrate_arrow",
    "migrate_many",
    "migrate_response",
    "rules",
]
