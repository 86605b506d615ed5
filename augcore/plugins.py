"""Plugins: found by entry point, loaded one by one when something of theirs is asked for, each failing by itself.

A plugin named `x` is the distribution `augcore-x` with the module `augcore_x`, in the entry point group `augcore`
(stable) or `augcore.experimental` (loaded on opt-in only).
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs

from . import choices, lambda_  # noqa: F401 - the core registers its own transforms here at the latest
from .errors import PluginError, UnknownName, nearest
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
    # What its hooks gave when it was loaded, by hook.
    offers: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)

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
_meant: dict[tuple[str, int, int], str] = {}
_manager: pluggy.PluginManager | None = None
_loading = threading.RLock()  # threads may meet a transform for the first time together


def discover() -> list[Plugin]:
    """All installed plugins, none of them imported."""
    global _found
    if _found is None:
        from importlib import metadata  # 40 ms, and most calls never ask

        _found = [
            Plugin(point.name, _said(point, "name"), _said(point, "version"), experimental, point)
            for group, experimental in GROUPS.items()
            for point in metadata.entry_points(group=group)
        ]
        _found.sort(key=lambda plugin: plugin.name)
    return _found


def _said(point: Any, what: str) -> str:
    """The name or the version of an entry point's distribution; "?" where its metadata are lost."""
    try:
        return str(getattr(point.dist, what) or "?")
    except Exception:  # what importlib.metadata raises for half a distribution differs from version to version
        return "?"


def forget() -> None:
    """Look for plugins anew at the next question: for tests, and after installing one in a running session."""
    global _found, _manager
    _found = _manager = None
    _meant.clear()


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
        _meant.clear()


def load(name: str) -> Plugin | None:
    """Load the plugin of that name; None if there is none."""
    plugin = find(name)
    if plugin is None or plugin.loaded:
        return plugin
    with _loading:
        if not plugin.loaded:
            _load(plugin)
    return plugin


def _load(plugin: Plugin) -> None:
    if plugin.error is not None:
        raise plugin.error.with_traceback(None)
    refusal = _refusal(plugin)
    if refusal:
        raise PluginError(f"plugin {plugin.name!r} {refusal}")
    try:
        _register(plugin)
    except (Exception, SystemExit) as error:  # whatever a plugin raises, it must cost only those who asked for it
        said = " ".join(f"{type(error).__name__}: {error}".split())
        distribution = f"{plugin.distribution} {plugin.version}"
        plugin.error = PluginError(f"plugin {plugin.name!r} ({distribution}) cannot be loaded: {said}")
        raise plugin.error from error


def _refusal(plugin: Plugin) -> str | None:
    """Why a plugin is not to be loaded, and what to do about it."""
    name = plugin.name
    if plugin.status == "in conflict":
        claims = " and by ".join(one.distribution for one in _named(name))
        return f"is claimed by {claims}; uninstall all but one of them"
    if plugin.status == "not allowed":
        return f"is not in AUGCORE_LOAD_PLUGINS={os.environ.get('AUGCORE_LOAD_PLUGINS', '')}; add it there"
    if plugin.status == "not enabled":
        return (
            f"is experimental and not enabled; call augcore.enable_experimental({name!r}), "
            f"set AUGCORE_EXPERIMENTAL={name}, or pass --experimental {name} on the command line"
        )
    return None


def _register(plugin: Plugin) -> None:
    module = plugin.entry_point.load()
    api = getattr(module, "PLUGIN_API", None)
    if api != PLUGIN_API:
        what = "declares no PLUGIN_API" if api is None else f"was written for PLUGIN_API {api}"
        raise RuntimeError(f"it {what}, and this augcore has {PLUGIN_API}; {_api_mend(api, plugin)}")
    try:
        manager().register(module, name=plugin.name)
        manager().check_pending()  # a misspelt hook would never be called
        plugin.offers = {hook: _offered_by(plugin, module, hook) for hook in _HOOKS}
    except BaseException:
        if manager().has_plugin(plugin.name):
            manager().unregister(name=plugin.name)
        raise
    plugin.loaded = True


def _api_mend(api: Any, plugin: Plugin) -> str:
    if isinstance(api, int) and api > PLUGIN_API:
        return "update augcore"
    return f"update {plugin.distribution}, or as its author set PLUGIN_API = {PLUGIN_API} in its module"


_HOOKS = ("augcore_transforms", "augcore_targets", "augcore_fusions")


def _offered_by(plugin: Plugin, module: Any, hook: str) -> tuple[Any, ...]:
    """What a hook gives, checked here, so that an author is told, and not a user of the transform."""
    written = getattr(module, hook, None)
    if written is not None and not hasattr(written, "augcore_impl"):
        raise TypeError(f"{hook} is not decorated; put @augcore.hookimpl above it")
    given = [one.function() for one in getattr(manager().hook, hook).get_hookimpls() if one.plugin_name == plugin.name]
    for offers in given:
        if not isinstance(offers, Sequence) or isinstance(offers, str):
            raise TypeError(f"{hook}() gives {offers!r}; give a list")
        for offer in offers:
            _check_offer(plugin, hook, offer)
    return tuple(offer for offers in given for offer in offers)


def _check_offer(plugin: Plugin, hook: str, offer: Any) -> None:
    from .fuse import Fusion
    from .targets import CORE, Target
    from .transform import Step

    is_class = isinstance(offer, type)
    if hook == "augcore_transforms":
        if not (is_class and issubclass(offer, Step)):
            raise TypeError(f"{hook}() offers {offer!r}, which is not a Step class; give transforms, not instances")
        name = offer.__dict__.get("registered_name", "")
        if not name:
            raise TypeError(f"{hook}() offers {offer.__name__}, which lacks @augcore.transform; put it above the class")
        if name.partition(".")[0] != plugin.name:
            raise TypeError(f"{hook}() offers {name!r}; define it in a module named augcore_{plugin.name}")
    elif hook == "augcore_targets":
        if not (is_class and issubclass(offer, Target)):
            raise TypeError(f"{hook}() offers {offer!r}, which is not a Target class; give classes, not instances")
        if not offer.kind:
            raise TypeError(f"{hook}() offers {offer.__name__}, which has no kind; write kind: ClassVar[str] = 'name'")
        if any(isinstance(value, type(attrs.field())) for value in vars(offer).values()):
            raise TypeError(f"{hook}() offers {offer.__name__}, whose options need @augcore.params.declared above it")
        if offer.kind in CORE or any(offer.kind == taken.kind for taken in _offers(hook)):
            raise TypeError(f"{hook}() offers the kind {offer.kind!r}, which is taken; give the class another")
    elif not isinstance(offer, Fusion):
        raise TypeError(f"{hook}() offers {offer!r}, which is no fusion; decorate it with @augcore.fusion(exact=…)")


def load_all() -> list[Plugin]:
    """Load every plugin that may be loaded; those that fail say so in `augcore doctor`."""
    for plugin in discover():
        if plugin.status == "available":
            try:
                load(plugin.name)
            except PluginError:
                continue
    return discover()


def _offers(hook: str) -> list[Any]:
    return [offer for plugin in _found or () if plugin.loaded for offer in plugin.offers[hook]]


def loaded_fusions() -> list[Fusion]:
    return _offers("augcore_fusions")


def targets() -> dict[str, type[Target]]:
    """Kinds of targets that plugins add."""
    load_all()
    return {target.kind: target for target in _offers("augcore_targets")}


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
    plugin, _, bare = name.rpartition(".")
    registered = registered_transforms().get(name)
    # What stands there without a plugin is the core's, or was defined by the user's own module.
    if registered is not None and (not plugin or find(name.partition(".")[0]) is None):
        return registered
    if plugin:
        return _find_qualified(name)
    return registered_transforms()[_qualified(bare)]


def _qualified(bare: str) -> str:
    """The whole name of the one transform of a bare name."""
    # It stays the same until a plugin is loaded or a transform defined.
    known_as = (bare, len(registered_transforms()), sum(plugin.loaded for plugin in _found or ()))
    if known_as in _meant:
        return _meant[known_as]
    known = transforms()
    matches = [qualified for qualified in known if qualified.rpartition(".")[2] == bare]
    if len(matches) > 1:
        raise UnknownName(f"transform {bare!r} is offered as {' and as '.join(matches)}; give the whole name")
    if not matches:
        raise UnknownName(f"transform {bare!r} is not known{_nearest_of(bare, known)}{left_out()}")
    _meant[known_as] = matches[0]
    return matches[0]


def _nearest_of(bare: str, known: Mapping[str, Any]) -> str:
    return nearest(bare, [qualified.rpartition(".")[2] for qualified in known])


def left_out() -> str:
    """Which plugins could not be asked, and why."""
    reasons = [f"{p.name} ({_why(p)})" for p in discover() if not p.loaded]
    return f"; not asked: {', '.join(reasons)}, see augcore doctor" if reasons else ""


def _why(plugin: Plugin) -> str:
    opens = f": augcore.enable_experimental({plugin.name!r}) enables it" if plugin.status == "not enabled" else ""
    return f"{plugin.status}{opens}"


def _find_qualified(name: str) -> type[Any]:
    plugin_name, _, bare = name.partition(".")
    plugin = load(plugin_name)
    if plugin is None:
        # The name may come from a stranger's file: it becomes part of a command only if it can be nothing else.
        install = f"pip install augcore-{plugin_name}, or " if re.fullmatch(r"[a-z][a-z0-9_]*", plugin_name) else ""
        raise PluginError(
            f"transform {name!r} needs the plugin {plugin_name!r}, which is not installed"
            f"{nearest(plugin_name, [p.name for p in discover()])}; {install}import the module that defines it"
        )
    offered: dict[str, type[Any]] = {kind.registered_name: kind for kind in plugin.offers["augcore_transforms"]}
    if name not in offered:
        distribution = f"{plugin.distribution} {plugin.version}"
        raise UnknownName(f"transform {name!r} is not in {distribution}{_nearest_of(bare, offered)}")
    return offered[name]
