"""`augcore doctor`: whether what is installed works together, and how to mend what does not."""

from __future__ import annotations

import importlib.util
import os
import platform
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

import attrs
import click
import cv2
import numpy as np

from .. import __version__, _opencv, plugins, serial
from ..compose import Compose
from ..errors import AugcoreError
from ..lambda_ import Lambda
from ..transform import Transform
from . import inspection


@attrs.frozen
class Finding:
    """One thing that was looked at; `mend` says what to do about a problem."""

    level: Literal["ok", "note", "problem"]
    text: str
    mend: str = ""


NEEDS_PARAMETERS = Finding("ok", "one of several parameters must be given, so there is no default to try")


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check the installation: OpenCV, every plugin, every transform. Exits with 1 if something is wrong."""
    group: Any = ctx.find_root().command
    found = list(examine(dict(group.failures)))
    colours = {"ok": "green", "note": "yellow", "problem": "red"}
    for finding in found:
        mend = f"; {finding.mend}" if finding.mend else ""
        click.echo(f"{click.style(finding.level.ljust(8), fg=colours[finding.level])}{finding.text}{mend}")
    problems = sum(finding.level == "problem" for finding in found)
    click.echo("No problems." if problems == 0 else f"{problems} problem{'s' if problems > 1 else ''}.")
    ctx.exit(1 if problems else 0)


def examine(failures: dict[str, str]) -> Iterator[Finding]:
    """All findings.

    Args:
        failures: what went wrong in plugins' `augcore_commands`, by plugin.
    """
    yield Finding("ok", f"augcore {__version__}, Python {platform.python_version()}, NumPy {np.__version__}")
    yield _opencv_finding()
    for plugin in plugins.load_all():
        yield _plugin_finding(plugin)
    for name, error in failures.items():
        yield Finding("problem", f"plugin {name!r}: its commands failed: {error}", _update(name))
    yield from _name_findings()
    yield from _transform_findings()


def _opencv_finding() -> Finding:
    spec = importlib.util.find_spec("cv2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    side_by_side = _opencv.installed(os.path.dirname(folders[0])) if folders else []  # type: ignore[arg-type,unused-ignore]
    said = f"OpenCV {cv2.__version__} from {' and '.join(side_by_side) or 'a build of your own'}"
    if len(side_by_side) > 1:
        return Finding("problem", said, _opencv.two_of_them(side_by_side))
    return Finding("ok", said)


def _plugin_finding(plugin: plugins.Plugin) -> Finding:
    said = f"plugin {plugin.name!r}: {plugin.distribution} {plugin.version}, {plugin.status}"
    if plugin.status == "loaded":
        return Finding("ok", said)
    if plugin.status == "failed":
        told = "PLUGIN_API" in str(plugin.error)  # that error knows which side is too old
        mend = "" if told else f"{_update(plugin.name)}, or pip uninstall {plugin.distribution}"
        return Finding("problem", str(plugin.error), mend)
    if plugin.status == "in conflict":
        claims = [other.distribution for other in plugins.discover() if other.name == plugin.name]
        return Finding("problem", f"{said}: {' and '.join(claims)} both bring it", "uninstall all but one of them")
    if plugin.status == "not allowed":
        return Finding("note", f"{said}, since it is not in AUGCORE_LOAD_PLUGINS", "add it there to use it")
    return Finding("note", said, f"--experimental {plugin.name} or AUGCORE_EXPERIMENTAL={plugin.name} enables it")


def _update(name: str) -> str:
    plugin = plugins.find(name)
    return f"pip install --upgrade {plugin.distribution if plugin else name}"


def _name_findings() -> Iterator[Finding]:
    known = plugins.transforms()
    bare = Counter(name.rpartition(".")[2] for name in known)
    for name, count in bare.items():
        if count > 1:
            whole = [qualified for qualified in known if qualified.rpartition(".")[2] == name]
            yield Finding("note", f"transform {name!r} is offered as {' and as '.join(whole)}", "write the whole name")


def _transform_findings() -> Iterator[Finding]:
    sound = passed_over = 0
    for name, kind in sorted(plugins.transforms().items()):
        required = any(field.default is attrs.NOTHING for field in attrs.fields(kind))
        # Steps that hold steps, required parameters, and functions without a name have no default to try.
        if required or not issubclass(kind, Transform) or kind is Lambda:
            passed_over += 1
            continue
        finding = _transform_finding(name, kind)
        if finding is None:
            sound += 1
        elif finding is NEEDS_PARAMETERS:
            passed_over += 1
        else:
            yield finding
    without = f"; {passed_over} have no defaults to try" if passed_over else ""
    yield Finding("ok", f"{sound} transforms go into a file with their defaults and come back{without}")


def _transform_finding(name: str, kind: type[Any]) -> Finding | None:
    """What is wrong with a transform, tried with its defaults."""
    plugin = name.partition(".")[0] if "." in name else "augcore"
    try:
        pipeline = Compose([kind()])
    except AugcoreError:
        return NEEDS_PARAMETERS
    except Exception as error:  # whatever a plugin raises
        return Finding("problem", f"{name} cannot be made: {type(error).__name__}: {error}", _update(plugin))
    try:
        again = serial.from_dict(serial.to_dict(pipeline))
    except Exception as error:
        said = f"{name} cannot be written to a file and read back: {type(error).__name__}: {error}"
        return Finding("problem", said, _update(plugin))
    if again != pipeline:
        return Finding("problem", f"{name} comes back from a file as {again.transforms[0]!r}", _update(plugin))
    if inspection.kinds_of_effects(kind) is None:
        return Finding("note", f"{name}.sample does not say what kind of effect it returns", "annotate it: -> Geometry")
    return None
