"""Text and files: trees in YAML or JSON, read with suspicion and written whole."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from ..compose import Compose
from ..errors import InvalidFile
from .pipelines import from_dict, to_dict
from .schema import check_plain


class _Loader(yaml.SafeLoader):
    """SafeLoader, but a key given twice is an error instead of the last one winning, and nothing is merged in."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.tag == "tag:yaml.org,2002:merge" or key.value in seen:
                said = f"key {key.value!r} is given twice" if key.value in seen else "'<<' merges mappings"
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """SafeDumper without anchors: a size used twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, data: str) -> yaml.ScalarNode:
        # PyYAML writes Unicode's own line breaks bare into quotes, where it then reads them as blanks.
        style = '"' if re.search("[\x85\u2028\u2029]", data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


# YAML 1.1 takes 1e-3 for text, for want of a point; people and JSON take it for a number.
_POINTLESS = re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+$")
for _side in (_Loader, _Dumper):
    _side.add_implicit_resolver("tag:yaml.org,2002:float", _POINTLESS, list("-+0123456789"))


def to_yaml(tree: Mapping[str, Any]) -> str:
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def from_yaml(text: str, where: str) -> Any:
    """The tree in a YAML text; tags that would build objects, and keys given twice, are errors."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.constructor.ConstructorError as error:
        raise InvalidFile(
            f"{where}: {error.problem}, {_place(error)}; only plain data is read, each key once"
        ) from None
    except RecursionError:
        raise InvalidFile(f"{where}: nested too deeply; write it flatter") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise InvalidFile(f"{where}: not YAML: {said}, {_place(error)}; mend the text there") from None


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}, column {mark.column + 1}"
    position = getattr(error, "position", None)
    return "somewhere" if position is None else f"character {position + 1}"


def to_json(tree: Mapping[str, Any], indent: int | None = None) -> str:
    try:
        return json.dumps(tree, indent=indent, allow_nan=False)
    except ValueError:
        raise InvalidFile("JSON has no infinity and no NaN, and a parameter holds one; write YAML") from None


def from_json(text: str, where: str) -> Any:
    """The tree in a JSON text; keys given twice are errors, and so are NaN and Infinity, which JSON does not have."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        if twice:
            raise InvalidFile(f"{where}: key {twice[0]!r} is given twice; give it once")
        return dict(pairs)

    def constant(name: str) -> NoReturn:
        raise InvalidFile(f"{where}: {name} is not JSON; give a finite number")

    try:
        return json.loads(text, object_pairs_hook=mapping, parse_constant=constant)
    except RecursionError:
        raise InvalidFile(f"{where}: nested too deeply; write it flatter") from None
    except InvalidFile:
        raise
    except ValueError as error:
        raise InvalidFile(f"{where}: not JSON: {error}; mend the text there") from None


def _format_of(path: Path, data_format: str | None) -> str:
    known = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
    if data_format is not None and data_format not in known.values():
        raise InvalidFile(f"{path}: data_format {data_format!r} is not known; give 'yaml' or 'json'")
    chosen = data_format or known.get(path.suffix.lower())
    if chosen is None:
        raise InvalidFile(f"{path}: what format is {path.suffix or 'a file without suffix'}? name it .yaml or .json")
    return chosen


def save(pipeline: Compose, path: str | os.PathLike[str], data_format: str | None = None) -> None:
    """Write a pipeline to a .yaml or .json file; the file is replaced whole or not at all."""
    path = Path(path)
    tree = to_dict(pipeline)
    check_plain(tree, str(path))
    text = to_yaml(tree) if _format_of(path, data_format) == "yaml" else to_json(tree, indent=2) + "\n"
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be written: {error.strerror or error}") from error


def load(path: str | os.PathLike[str], data_format: str | None = None, *, source: Any = None) -> Compose:
    """Read a pipeline from a .yaml or .json file."""
    path = Path(path)
    read = from_yaml if _format_of(path, data_format) == "yaml" else from_json
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path}: byte {error.start + 1} is not UTF-8; save the file as UTF-8 text") from None
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be read: {error.strerror or error}") from error
    return from_dict(read(text, str(path)), source=source, where=str(path))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also when the disk fills or the process is killed."""
    path = path.resolve()  # where a link points to, or the link would be replaced
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
