"""What is raised. Written in Python, because classes of the stable ABI cannot inherit from exceptions."""

from typing import Literal

__all__ = [
    "InternalError",
    "JsonSyntaxError",
    "MigrationError",
    "NotAPayloadError",
    "PayloadKeptError",
]


class MigrationError(ValueError):
    """No V3 body came of a payload; the base of all exceptions of this package.

    Places are in the JSON text: of a ``dict``, in what ``json.dumps`` makes of it.
    """

    #: What the report of the command calls it; so that results and errors of `migrate_many` can be told apart by it.
    status: Literal["failed", "kept"] = "failed"
    #: What went wrong, without the place.
    message: str
    #: From 1.
    line: int
    #: In characters, from 1.
    column: int
    #: In bytes, from 0.
    offset: int
    #: JSON Pointer to the value at fault, as far as it could be read; empty for the payload itself.
    pointer: str

    def __init__(self, message: str, line: int, column: int, offset: int, pointer: str) -> None:
        # All of them, so that exceptions can be pickled.
        super().__init__(message, line, column, offset, pointer)
        self.message = message
        self.line = line
        self.column = column
        self.offset = offset
        self.pointer = pointer

    def __str__(self) -> str:
        pointer = f" ({self.pointer})" if self.pointer else ""
        return f"line {self.line} column {self.column}{pointer}: {self.message}"


class JsonSyntaxError(MigrationError):
    """The payload is not JSON, or has a key twice in one object."""


class NotAPayloadError(MigrationError):
    """The payload is JSON, but no object, or no field of either API is in it."""


class PayloadKeptError(MigrationError):
    """The payload cannot be converted as a whole; raised by `Migration.raise_for_status` alone."""

    status = "kept"


class InternalError(MigrationError):
    """A bug in this package."""
