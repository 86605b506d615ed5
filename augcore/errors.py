"""What can go wrong, as a user of the library meets it.

Every error derives from `AugcoreError` and from the built-in that fits, and its one line says what was given, what is
allowed and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "AugcoreError",
    "InvalidData",
    "InvalidFile",
    "InvalidParameter",
    "NotInvertible",
    "PluginError",
    "UnknownName",
    "UnknownParameter",
    "Unsupported",
    "WrongType",
]


class AugcoreError(Exception):
    """The base of every error that augcore raises on purpose."""


class InvalidParameter(AugcoreError, ValueError):
    """A parameter of a transform, a pipeline or a target is outside what is legal."""


class UnknownParameter(AugcoreError, TypeError):
    """A parameter that does not exist; the message names the nearest one that does."""


class InvalidData(AugcoreError, ValueError):
    """A picture or an annotation that cannot be what its name says."""


class WrongType(AugcoreError, TypeError):
    """Data of a type that is not understood, such as a list where an array is expected."""


class Unsupported(AugcoreError, TypeError):
    """An effect that a target does not define: data is never passed through for want of a thought."""


class NotInvertible(AugcoreError, ValueError):
    """A map or an effect that cannot be undone."""


class UnknownName(AugcoreError, KeyError):
    """A transform, target or function that nothing installed registers."""

    def __str__(self) -> str:  # KeyError would show the message in quotes
        return str(self.args[0]) if self.args else ""


class PluginError(AugcoreError, ImportError):
    """A plugin that is missing, broken, in conflict with another, or not enabled."""


class InvalidFile(AugcoreError, ValueError):
    """A pipeline, trace or annotation file that cannot be used as it is."""


def nearest(name: str, known: Iterable[str]) -> str:
    """'; did you mean X?' for the known name nearest to `name`, or the empty string."""
    import difflib  # only needed on the way to an error

    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {match[0]!r}?" if match else ""
