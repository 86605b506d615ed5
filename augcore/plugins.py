"""Plugins: found by entry point, loaded one by one when something of theirs is asked for, each failing by itself.

A plugin named `x` is the distribution `augcore-x` with the module `augcore_x`, in the entry point group `augcore`
(stable) or `augcore.experimental` (loaded on opt-in only).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

import attrs

from .errors import PluginError, UnknownName, nearest
from .functions import plugin_of
from .transform import registered_transforms

if TYPE_CHECKING:
    import pluggy

    from .fuse import Fusion
    from .targets import Target

PLUGIN_API = 1
GROUPS = {"augcore": False, "augcore.experimental": True}

Status = Literal["available", "loaded", "failed", "not enabled", "not allowed", "in conflict"]


@attrs.define
class Plugin:
    """An entry point that was found, and what became of it."""

    name: str
    distribution: str
    version: str
    experimental: bool
    entry_point: Any
    error: PluginError | None = None
    loaded: bool = False

    @property
    def status(self) -> Status:
        if self.loaded:
            return "loaded"
        if self.error is not None:
            return "failed"
        if len(_named(self.name)) > 1:
            return "in conflict"
        if not _allowed(self.name):
            return "not allowed"
        return "not enabled" if self.experimental and not enabled(self.name) else "available"


_found: list[Plugin] | None = None
_opted_in: set[str] = set()
_manager: pluggy.PluginManager | None = None


def discover() -> list[Plugin]:
    """All installed plugins, none of them imported."""
    global _found
    if _found is None:
        from importlib import metadata  # 40 ms, and most calls never ask

        _found = [
            Plugin(point.name, point.dist.name if point.dist else "?", point.dist.version if point.dist else "?", experimental, point)
            for group, experimental in GROUPS.items()
            for point in metadata.entry_points(group=group)
        ]
        _found.sort(key=lambda plugin: plugin.name)
    return _found


def forget() -> None:
    """Look for plugins anew at the next question: for tests, and after installing one in a running session."""
    global _found, _manager
    _found = _manager = None


def manager() -> pluggy.PluginManager:
    """The pluggy manager with the plugins loaded so far."""
    global _manager
    if _manager is None:
        import pluggy

        from . import hookspecs

        _manager = pluggy.PluginManager("augcore")
        _manager.add_hookspecs(hookspecs)
    return _manager


def _named(name: str) -> list[Plugin]:
    return [plugin for plugin in discover() if plugin.name == name]


def find(name: str) -> Plugin | None:
    """The plugin of that name, loaded or not."""
    named = _named(name)
    return named[0] if named else None


def _allowed(name: str) -> bool:
    listed = os.environ.get("AUGCORE_LOAD_PLUGINS")
    return listed is None or name in {part.strip() for part in listed.split(",")}


def enabled(name: str) -> bool:
    """Whether an experimental plugin has been opted into."""
    listed = os.environ.get("AUGCORE_EXPERIMENTAL", "")
    return name in _opted_in or name in {part.strip() for part in listed.split(",")}


def enable_experimental(*names: str) -> None:
    """Allow experimental plugins to be loaded in this process; what they offer may change between minor versions."""
    known = [plugin.name for plugin in discover() if plugin.experimental]
    for name in names:
        if name not in known:
            installed = f"installed are {', '.join(known)}" if known else "none is installed"
            raise UnknownName(f"experimental plugin {name!r} is not installed{nearest(name, known)}; {installed}")
        _opted_in.add(name)


def load(name: str) -> Plugin | None:
    """Load the plugin of that name; None if there is none."""
    plugin = find(name)
    if plugin is None or plugin.loaded:
        return plugin
    if plugin.error is not None:
        raise plugin.error
    status = plugin.status
    if status == "in conflict":
        raise PluginError(
            f"plugin name {name!r} is claimed by {' and by '.join(p.distribution for p in _named(name))}; "
            "uninstall all but one of them"
        )
    if status == "not allowed":
        listed = os.environ.get("AUGCORE_LOAD_PLUGINS", "")
        raise PluginError(f"plugin {name!r} is not in AUGCORE_LOAD_PLUGINS={listed}; add it there")
    if status == "not enabled":
        raise PluginError(
            f"plugin {name!r} is experimental and not enabled; call augcore.enable_experimental({name!r}), "
            f"set AUGCORE_EXPERIMENTAL={name}, or pass --experimental {name} on the command line"
        )
    try:
        _register(plugin)
    except Exception as error:  # whatever a plugin raises, it must cost only those who asked for it
        plugin.error = PluginError(
            f"plugin {name!r} ({plugin.distribution} {plugin.version}) cannot be loaded: {type(error).__name__}: {error}"
        )
        raise plugin.error from error
    return plugin


def _register(plugin: Plugin) -> None:
    module = plugin.entry_point.load()
    api = getattr(module, "PLUGIN_API", None)
    if api != PLUGIN_API:
        what = "declares no PLUGIN_API" if api is None else f"was written for PLUGIN_API {api}"
        raise RuntimeError(f"it {what}, and this augcore has {PLUGIN_API}; {_api_mend(api, plugin)}")
    try:
        manager().register(module, name=plugin.name)
        _check_offers(plugin)
    except Exception:
        if manager().has_plugin(plugin.name):
            manager().unregister(name=plugin.name)
        raise
    plugin.loaded = True


def _api_mend(api: Any, plugin: Plugin) -> str:
    if isinstance(api, int) and api > PLUGIN_API:
        return "update augcore"
    return f"update {plugin.distribution}, or as its author set PLUGIN_API = {PLUGIN_API} in its module"


def _check_offers(plugin: Plugin) -> None:
    """Hook results are checked where they come in, so that an author is told, and not a user of the transform."""
    from .targets import Target
    from .transform import Step

    for hook, base in (("augcore_transforms", Step), ("augcore_targets", Target)):
        for offer in _offers(hook, plugin.name):
            if not (isinstance(offer, type) and issubclass(offer, base)):
                raise TypeError(f"{hook}() offers {offer!r}, which is not a {base.__name__} class")
            if base is Step and offer.__dict__.get("registered_name", "") == "":
                raise TypeError(f"{hook}() offers {offer.__name__}, which is not decorated with @augcore.transform")


def load_all() -> list[Plugin]:
    """Load every plugin that may be loaded; those that fail say so in `augcore doctor`."""
    for plugin in discover():
        if plugin.status == "available":
            try:
                load(plugin.name)
            except PluginError:
                continue
    return discover()


def _offers(hook: str, plugin: str | None = None) -> list[Any]:
    implementations = getattr(manager().hook, hook).get_hookimpls()
    return [
        offer
        for implementation in implementations
        if plugin is None or implementation.plugin_name == plugin
        for offer in implementation.function()
    ]


def loaded_fusions() -> list[Fusion]:
    return [] if _manager is None else _offers("augcore_fusions")


def targets() -> dict[str, type[Target]]:
    """Kinds of targets that plugins add."""
    load_all()
    return {target.kind: target for target in _offers("augcore_targets")}


def _core_transforms() -> dict[str, type[Any]]:
    return {name: kind for name, kind in registered_transforms().items() if not plugin_of(kind.__module__)}


def transforms() -> dict[str, type[Any]]:
    """Every transform that may be used, by qualified name: the core's, those of all plugins, and the user's own."""
    load_all()
    offered = {kind.registered_name: kind for kind in _offers("augcore_transforms")}
    installed = {plugin.name for plugin in discover()}
    own = {
        name: kind
        for name, kind in registered_transforms().items()
        if name.partition(".")[0] not in installed and "<locals>" not in name
    }
    return {**own, **offered}


def find_transform(name: str) -> type[Any]:
    """The transform of a qualified name, or of a bare one that only one plugin offers."""
    if name in registered_transforms() and find(name.partition(".")[0]) is None:
        return registered_transforms()[name]
    if "." in name:
        return _find_qualified(name)
    known = transforms()
    matches = [qualified for qualified in known if qualified.rpartition(".")[2] == name]
    if len(matches) > 1:
        raise UnknownName(f"transform {name!r} is offered as {' and as '.join(matches)}; give the whole name")
    if matches:
        return known[matches[0]]
    raise UnknownName(f"transform {name!r} is not known{_bare_hint(name, known)}{_left_out()}")


def _bare_hint(name: str, known: dict[str, Any]) -> str:
    bare = {qualified.rpartition(".")[2]: qualified for qualified in known}
    hint = nearest(name, bare)
    return hint.replace(name, bare.get(name, name))


def _left_out() -> str:
    """Which plugins could not be asked, and why."""
    reasons = [f"{p.name} ({p.status})" for p in discover() if not p.loaded]
    return f"; not asked: {', '.join(reasons)}, see augcore doctor" if reasons else ""


def _find_qualified(name: str) -> type[Any]:
    plugin_name, _, bare = name.partition(".")
    plugin = load(plugin_name)
    if plugin is None:
        installed = [p.name for p in discover()]
        raise PluginError(
            f"transform {name!r} needs the plugin {plugin_name!r}, which is not installed{nearest(plugin_name, installed)}; "
            f"pip install augcore-{plugin_name}"
        )
    offered = {kind.registered_name: kind for kind in _offers("augcore_transforms", plugin_name)}
    if name in offered:
        return offered[name]
    hint = nearest(bare, [qualified.rpartition(".")[2] for qualified in offered])
    raise UnknownName(
        f"transform {name!r} is not in {plugin.distribution} {plugin.version}{hint.replace(chr(39), chr(39) + plugin_name + '.', 1)}"
    )
