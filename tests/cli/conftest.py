"""What the tests of the commands share: transforms, fake plugins, and ways to run a command."""

from __future__ import annotations

import types

import click
import pytest
from click.testing import CliRunner

import augcore
from augcore import Geometry, Lattice, PixelFn, plugins
from augcore.cli import Commands


@augcore.pixel_function
def divided(image, *, by):
    return (image // by).astype(image.dtype)


@augcore.transform
class Mirrored(augcore.Transform):
    """Mirrored left and right."""

    p: float = augcore.params.probability(default=1.0)

    def sample(self, rng, view) -> Geometry:
        return Geometry(Lattice.hflip(view.size))


@augcore.transform
class Darkened(augcore.Transform):
    """Divide by a whole number.

    Args:
        most: the greatest divisor.
    """

    most: int = augcore.params.integer(default=4, low=2, high=9, unit="times")
    p: float = augcore.params.probability(default=1.0)

    def sample(self, rng, view) -> PixelFn | None:
        return PixelFn(divided, by=rng.integer(2, self.most))


@augcore.transform
class LeftHalf(augcore.Transform):
    """Cut off the right half."""

    p: float = augcore.params.probability(default=1.0)

    def sample(self, rng, view) -> Geometry:
        return Geometry(Lattice.window(view.size, 0, 0, view.width // 2, view.height))


@augcore.transform
class HalfAndHalf(augcore.Transform):
    """Half of this picture, half of another."""

    p: float = augcore.params.probability(default=1.0)

    def sample(self, rng, view) -> augcore.Mix:
        return augcore.Mix(rng.integer(0, len(view.source) - 1), 0.5)


@pytest.fixture
def steps():
    """Transforms of every sort that a pipeline of a test may need."""
    return types.SimpleNamespace(Mirrored=Mirrored, Darkened=Darkened, LeftHalf=LeftHalf, HalfAndHalf=HalfAndHalf)


@pytest.fixture
def run():
    """Runs a command in a fresh group, as in a process of its own."""

    def run(*arguments, group=None):
        return CliRunner().invoke(group or Commands(), [str(argument) for argument in arguments])

    return run


@pytest.fixture
def failed():
    """Checks that a command failed with one line that holds these words."""

    def failed(result, *words, code=1):
        assert result.exit_code == code, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert len(lines) == 1, result.stderr
        for word in words:
            assert str(word) in lines[0]
        assert "Traceback" not in result.output

    return failed


@pytest.fixture
def write(tmp_path):
    def write(*steps, name="pipeline.json", **options):
        path = tmp_path / name
        augcore.save(augcore.Compose(list(steps), **options), path)
        return path

    return write


def adding(name):
    def augcore_commands(cli):
        cli.add_command(click.Command(name, callback=lambda: click.echo(f"{name} was run")))

    return {"augcore_commands": augcore_commands}


def failing(cli):
    cli.add_command(click.Command("half"))
    cli.annotation_readers["coco"] = None
    raise OSError("no such thing")


def with_wrong_hook(cli, more):
    raise NotImplementedError


# What the module of a plugin may be like: its hooks, or the error of its import.
PLUGINS = {
    "greets": adding("greet"),
    "tries": adding("try"),
    "digs": adding("dig"),
    "takes the name of a command": adding("show"),
    "fails when asked for commands": {"augcore_commands": failing},
    "cannot be imported": ImportError("no torch"),
    "asks for more than hooks give": {"augcore_commands": with_wrong_hook},
    "has a hook that nothing calls": {"augcore_transform": lambda: []},
    "offers what is no transform": {"augcore_transforms": lambda: [int]},
    "offers another's transform": {"augcore_transforms": lambda: [Mirrored]},
}


class EntryPoint:
    def __init__(self, module):
        self.module = module

    def load(self):
        if isinstance(self.module, Exception):
            raise self.module
        return self.module


@pytest.fixture
def installed(monkeypatch):
    """Replaces the installed plugins: installed(name=key of PLUGINS, or hooks by name)."""

    def install(experimental=(), api=1, **given):
        found = []
        for name, kind in given.items():
            given = module = PLUGINS[kind] if isinstance(kind, str) else kind
            if isinstance(given, dict):
                module = types.ModuleType(f"augcore_{name}")
                module.PLUGIN_API = api
                for hook, function in given.items():
                    setattr(module, hook, augcore.hookimpl(function))
            found.append(plugins.Plugin(name, f"augcore-{name}", "1.2", name in experimental, EntryPoint(module)))
        monkeypatch.setattr(plugins, "_found", found)

    plugins.forget()
    opted_in = set(plugins._opted_in)
    yield install
    plugins._opted_in.clear()
    plugins._opted_in.update(opted_in)
    plugins.forget()
