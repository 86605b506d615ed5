"""`augcore plugins` and `augcore transforms`: what is installed and what it offers, as tables or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from .. import plugins
from ..errors import UnknownName, nearest
from . import inspection


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plugins_(as_json: bool) -> None:
    """List the installed plugins, and what became of each."""
    found = [_plugin(plugin) for plugin in plugins.load_all()]
    if as_json:
        _print_json(found)
        return
    if not found:
        click.echo("No plugins are installed; pip install augcore-geometric brings the first.")
        return
    rows = [(p["name"], p["distribution"], p["version"], p["status"], p["error"] or p["hint"]) for p in found]
    _print_table(("plugin", "distribution", "version", "status", ""), rows)


def _plugin(plugin: plugins.Plugin) -> dict[str, Any]:
    waiting = plugin.status == "not enabled"
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "status": plugin.status,
        "experimental": plugin.experimental,
        "error": None if plugin.error is None else str(plugin.error),
        "hint": f"experimental; --experimental {plugin.name} loads it" if waiting else "",
    }


@click.command()
@click.option("--target", metavar="KIND", help="Only those that this kind of target can undergo, such as bboxes.")
@click.option("--json", "as_json", is_flag=True, help="For programs, with all parameters.")
def transforms(target: str | None, as_json: bool) -> None:
    """List the transforms, the kinds of effects they have, and the targets that take part."""
    known = inspection.target_kinds()
    if target is not None and target not in known:
        raise UnknownName(f"target kind {target!r} is not known{nearest(target, known)}; known are {', '.join(known)}")
    found = [inspection.described(name, kind) for name, kind in sorted(plugins.transforms().items())]
    if target is not None:
        found = [one for one in found if target in (one["targets"] or ())]
    if as_json:
        _print_json(found)
        return
    rows = [(one["name"], ", ".join(one["effects"] or ["–"]), _targets(one, known), one["summary"]) for one in found]
    _print_table(("transform", "effects", "targets", ""), rows)


def _targets(described: dict[str, Any], known: Iterable[str]) -> str:
    if described["targets"] is None:
        return "as its steps" if _holds_steps(described) else "not stated"
    missing = [kind for kind in known if kind not in described["targets"]]
    return "all" if not missing else f"all but {', '.join(missing)}"


def _holds_steps(described: dict[str, Any]) -> bool:
    return any(parameter["name"] == "transforms" for parameter in described["parameters"])


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=str))


def _print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for a screen; lines with tabs between the columns where the output goes to a file or another program."""
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(row))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, title in enumerate(header):
        table.add_column(title, no_wrap=number == 0, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
