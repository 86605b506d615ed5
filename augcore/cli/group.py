"""The click group: the core's commands, those that plugins bring, and how errors are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from .. import __version__, plugins
from ..errors import AugcoreError, PluginError

# (annotation file, image file) → the arguments of a pipeline call besides the image, and the options of Compose that
# belong to them: bbox_params, keypoint_params, additional_targets. "edges" among the options are pairs of rows of
# keypoints to join in drawings.
AnnotationReader = Callable[[Path, Path], tuple[dict[str, Any], dict[str, Any]]]


class Failure(click.ClickException):
    """An error that is told in one red line."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.secho(f"Error: {' '.join(self.message.splitlines())}", fg="red", err=True, file=file)


class Commands(click.Group):
    """The commands of the core and of all plugins that can be loaded.

    Attributes:
        annotation_readers: by name of a format, functions that read the annotations of one picture; plugins add theirs
            in `augcore_commands`.
        failures: what went wrong in plugins' `augcore_commands`, by plugin.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(name="augcore", help=_HELP, **options)
        click.option(
            "--experimental",
            metavar="NAME",
            multiple=True,
            is_eager=True,  # before commands are looked up
            expose_value=False,
            callback=_enable,
            help="Load this experimental plugin; several, or several with commas.",
        )(self)
        click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")(self)
        click.version_option(__version__, prog_name="augcore")(self)
        self.annotation_readers: dict[str, AnnotationReader] = {}
        self.failures: dict[str, str] = {}
        self._asked: list[Any] = []
        self._asking = False
        from . import doctor, listing, replay, show

        for command in (show.show, listing.plugins_, listing.transforms, doctor.doctor, replay.replay):
            self.add_command(command)

    # Plugins

    def load_plugin_commands(self) -> None:
        """Ask every plugin that can be loaded, once; one that fails costs only its own commands."""
        plugins.load_all()
        for implementation in plugins.manager().hook.augcore_commands.get_hookimpls():
            if implementation.plugin in self._asked:
                continue
            self._asked.append(implementation.plugin)
            before = dict(self.commands), dict(self.annotation_readers)
            self._asking = True
            try:
                implementation.function(*[self][: len(implementation.argnames)])
            except (Exception, SystemExit) as error:  # whatever a plugin raises
                self.commands, self.annotation_readers = before
                self.failures[implementation.plugin_name] = f"{type(error).__name__}: {error}"
            finally:
                self._asking = False

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        name = name or cmd.name
        if self._asking and name in self.commands:
            raise PluginError(f"command {name!r} is there already; its author should choose another name")
        super().add_command(cmd, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self.load_plugin_commands()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self.load_plugin_commands()
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if not self.left_out():
                raise
            not_asked = f"Not asked: {', '.join(self.left_out())}; see augcore doctor."
            raise click.UsageError(f"{error.format_message()} {not_asked}", ctx) from None

    def left_out(self) -> list[str]:
        """Plugins whose commands are not here, and why."""
        unloaded = [f"{plugin.name} ({plugin.status})" for plugin in plugins.discover() if not plugin.loaded]
        return [*unloaded, *(f"{name} (its commands failed)" for name in self.failures)]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.left_out():
            formatter.write_paragraph()
            formatter.write_text(f"Commands of these plugins are not here: {', '.join(self.left_out())}.")
        super().format_epilog(ctx, formatter)

    # Errors

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AugcoreError as error:
            if ctx.params.get("debug"):
                raise
            raise Failure(str(error)) from error


_HELP = """Image augmentation: look at pipelines, at what is installed, and at what was done.

Commands of installed plugins are listed with the core's own.
"""


def _enable(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> None:
    names = [name.strip() for part in value for name in part.split(",") if name.strip()]
    try:
        plugins.enable_experimental(*names)
    except AugcoreError as error:
        raise Failure(str(error)) from error


cli = Commands()
