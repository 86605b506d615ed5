"""The benchmarks' tables say what was measured. Nothing here is decided by a time, and no other library is needed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from benchmarks import __main__ as commands
from benchmarks import guard, report, run
from benchmarks.libraries import HERE
from benchmarks.peers import Rows
from benchmarks.photographs import window
from benchmarks.rounds import Measured
from benchmarks.run import Run
from benchmarks.suites.rows import COPY
from benchmarks.suites.scaling import MEMORY_BYTES
from benchmarks.suites.targets import BARS

MACHINE = {"processor": "a processor", "cores": "2", "system": "Linux x86_64", "python": "3.11.7"}


def took(microseconds: float, **marks: Any) -> Measured:
    """Three rounds about a median."""
    return Measured([microseconds * 1e-6 * part for part in (0.99, 1, 1.01)], **marks)


def found(suite: str, table: dict[str, dict[str, Measured]], **further: Any) -> Run:
    names = dict.fromkeys(name for columns in table.values() for name in columns)
    versions = {name: {"numpy": "2.4.6"} for name in names}
    return Run(suite, "2026-01-31", MACHINE, 3, versions, further.get("absent", {}), table)


@pytest.fixture
def rows() -> Run:
    """Every special case of a row."""
    return found(
        "rows",
        {
            "Resize": {"augcore": took(13), "pillow": took(7)},
            "Pad": {"augcore": took(20), "pillow": took(7)},
            "HorizontalFlip": {"augcore": took(60), "albumentations": took(50), "kernels": took(30)},
            "VerticalFlip": {
                "augcore": took(40),
                "albumentations": took(20, note="half of the rows", counts=False),
                "torchvision": took(80, note="with a border"),
            },
            "Grayscale": {"augcore": took(102), "pillow": took(100)},
            "Rain": {"kornia": took(900), "albumentations": took(800)},
            "Hue": {"augcore": took(1000), "kornia": Measured(fault="ValueError: no | hue\nnor more")},
            COPY: {"kernels": took(30)},
        },
        absent={"augrs": "pip install augrs-py==0.1.0: no such release"},
    )


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of results."""
    for module in (run, report):
        monkeypatch.setattr(module, "RESULTS", tmp_path)
    return tmp_path


@pytest.fixture
def _threads() -> Iterator[None]:
    """Adapters set OpenCV to one thread when they are imported."""
    before = cv2.getNumThreads()
    yield
    cv2.setNumThreads(before)


def cells(text: str, title: str) -> list[list[str]]:
    """The table of a section, without its head."""
    section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    table = [line[2:-2].split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in table[2:]]


def lines(text: str, title: str) -> dict[str, list[str]]:
    """The same, the rest of each line by its first cell."""
    return {first: rest for first, *rest in cells(text, title)}


def test_all_rows_are_there_once():
    names = [row["row"] for row in yaml.safe_load((HERE / "rows.yaml").read_text())]
    assert len(names) == len(set(names)) == 107
    assert set(run.rows()) == set(names)


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("library", ["augcore", "kernels"])
def test_adapters_have_rows_of_the_list_and_each_gives_a_contiguous_picture(library: str):
    adapter = importlib.import_module(f"benchmarks.peers.{library}")
    parameters = run.rows()
    assert adapter.ROWS.keys() <= parameters.keys()
    photograph = adapter.photograph(window("coffee", 0.5))
    for name, row in adapter.ROWS.items():
        output = row.build(**parameters[name])(photograph)
        assert isinstance(output, np.ndarray), name
        assert output.ndim == 3, name
        assert output.flags.c_contiguous, name


def test_a_row_is_told_with_its_fastest_peer_its_ratio_and_its_limit(rows: Run):
    table = lines(report.render(rows), "Against the fastest peer")
    assert table["HorizontalFlip"] == [
        "60.0",
        "2%",
        "2.0",
        "albumentations",
        "50.0",
        "0.83×",
        "**missed**",
        "30.0",
        "2.00×",
    ]
    assert table["Hue"][3:] == ["none", "", "", "", "–", ""]


def test_three_percent_slower_is_as_fast(rows: Run):
    assert lines(report.render(rows), "Against the fastest peer")["Grayscale"][5:7] == ["0.98×", "met"]


def test_beside_a_peer_that_takes_less_than_a_copy_eight_microseconds_are_allowed(rows: Run):
    table = lines(report.render(rows), "Against the fastest peer")
    assert table["Resize"][6] == "met: 6.0 µs behind"
    assert table["Pad"][6] == "**missed**"


def test_another_work_competes_with_nobody_and_a_detail_is_marked(rows: Run):
    text = report.render(rows)
    assert lines(text, "Against the fastest peer")["VerticalFlip"][3:7] == ["torchvision", "80.0\\*", "2.00×", "met"]
    assert "(20.0)" in lines(text, "All libraries")["VerticalFlip"]
    assert "(apart) half of the rows" in text
    assert "with a border" in text


def test_every_row_where_a_peer_wins_is_listed_the_worst_first(rows: Run):
    table = lines(report.render(rows), "Where a peer is faster")
    assert list(table) == ["Pad", "Resize", "HorizontalFlip", "Grayscale"]
    assert table["HorizontalFlip"][:2] == ["albumentations", "1.20×"]


def test_rows_that_augcore_lacks_are_listed_with_the_fastest_peer(rows: Run):
    table = lines(report.render(rows), "Not there yet")
    assert table["Rain"] == ["albumentations", "800.0", "has no such transform"]
    assert list(table) == ["Rain"]


def test_the_head_names_the_day_the_machine_and_who_is_absent(rows: Run):
    text = report.render(rows)
    assert "Measured on 2026-01-31: a processor, 2 cores, Linux x86_64, Python 3.11.7. Rounds: 3" in text
    assert "augrs-py 0.1.0" in text
    assert "no such release" in text


def test_what_raised_is_listed_by_its_first_line(rows: Run):
    text = report.render(rows)
    assert lines(text, "What raised")["Hue"] == ["kornia 0.9.0", "ValueError: no \\| hue"]
    assert "raises" in lines(text, "All libraries")["Hue"]


def test_the_headline_is_the_geometric_mean_over_rows_that_both_have(rows: Run):
    mean = (7 / 13 * 7 / 20 * 50 / 60 * 80 / 40 * 100 / 102) ** (1 / 5)
    assert f"**{mean:.2f}×**" in report.render(rows)


def test_pipelines_are_told_by_how_they_are_fused_and_in_a_loader():
    pipelines = found(
        "pipelines",
        {
            "imagenet": {"augcore": took(1000), "albumentations": took(2000), "kornia": took(9000)},
            "imagenet, fuse=off": {"augcore": took(1250)},
            "imagenet, fuse=resample": {"augcore": took(800)},
            "imagenet, 2 workers": {"augcore": took(500), "albumentations": took(1000)},
            "clip": {"augcore": took(1000), "albumentations": took(1200)},
        },
    )
    text = report.render(pipelines)
    best = lines(text, "Against the fastest peer")
    assert best["imagenet"] == ["1.00", "albumentations", "2.00", "2.00×", "1.60×", "2.50×", "met"]
    assert best["clip"][-1] == "**missed**"
    table = lines(text, "imagenet")
    assert table["albumentations 2.0.8"] == ["2.00", "2%", "2.00×", "1,000"]
    assert table["augcore, fuse=off"][:3] == ["1.25", "2%", "1.25×"]


def test_scaling_has_a_table_an_axis_and_memory_in_sizes_of_the_image():
    scaling = found(
        "scaling",
        {
            "side 1000: Affine": {"augcore": took(4000), "albumentations": took(8000)},
            "side 500: Affine": {"augcore": took(500), "albumentations": took(1000)},
            "boxes 100: Affine": {"augcore": took(50)},
            "memory: Affine": {"augcore": Measured([2.0 * MEMORY_BYTES] * 3, unit="B")},
        },
    )
    text = report.render(scaling)
    assert cells(text, "Image side") == [
        ["Affine", "augcore", "2,000", "4,000"],
        ["Affine", "albumentations", "4,000", "8,000"],
        ["Affine", "**ratio**", "2.00×", "2.00×"],
    ]
    assert lines(text, "Memory")["Affine"] == ["2.00"]


def test_what_annotations_add_has_a_table_of_its_own():
    targets = found(
        "targets",
        {
            "flip, boxes": {"augcore": took(100), "albumentations": took(3000)},
            "flip, boxes, added": {"augcore": took(50), "albumentations": took(2950)},
        },
    )
    text = report.render(targets)
    assert lines(text, "The whole call")["flip, boxes"] == ["100.0 µs", "2%", "3.00 ms", "30.00×"]
    added = lines(text, "What the annotations add")["flip, boxes"]
    assert added == ["50.0 µs", "2%", "2.95 ms", "59.00×", BARS["flip, boxes, added"]]


def test_bytes_of_overhead_have_no_ratio():
    overhead = found("overhead", {"growth": {name: Measured([0.0] * 3, unit="B") for name in ("augcore", "augrs")}})
    assert "|  0.0 MB |        | 0.0 MB |       |" in report.render(overhead)


def test_a_run_is_kept_as_it_was(rows: Run, results: Path):
    rows.save()
    assert Run.load("rows") == rows
    assert [path.name for path in results.iterdir()] == ["rows.json"]


def test_what_is_kept_and_what_is_told_of_it_agree():
    """Results are committed with their pages: `python -m benchmarks report` writes them anew."""
    runs = report.kept()
    for kept in runs.values():
        assert kept.path.with_suffix(".md").read_text() == report.render(kept)
    text = report.README.read_text()
    assert report.START in text
    assert report.readme(text, runs) == text


def test_a_part_of_a_suite_is_printed_and_not_kept(rows: Run, results: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "run", lambda *_: rows)
    done = CliRunner().invoke(commands.main, ["rows", "--only", "Re*"])
    assert done.output.strip() == report.render(rows).strip()
    assert not list(results.iterdir())


def test_without_augcore_nothing_is_kept(results: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "run", lambda *_: found("rows", {}, absent={"augcore": "pip failed"}))
    monkeypatch.setattr(commands, "needs_matplotlib", lambda: None)
    done = CliRunner().invoke(commands.main, ["rows"])
    assert "pip failed" in done.output
    assert done.exit_code == 1
    assert not list(results.iterdir())


def test_the_guard_tells_slower_new_and_lost_rows_whatever_the_machine(
    rows: Run, results: Path, monkeypatch: pytest.MonkeyPatch
):
    def both(**factors: float) -> dict[str, dict[str, Measured]]:
        return {row: {"augcore": took(factor), "kernels": took(1)} for row, factor in factors.items()}

    kept = both(Pad=1.5, Hue=2, Rain=3)
    twice_as_slow_a_machine = {
        row: {name: took(measured.median * 2e6) for name, measured in columns.items()}
        for row, columns in both(Pad=2.1, Hue=2.2, Resize=1).items()
    }
    told = guard.compare(twice_as_slow_a_machine, kept)
    assert [change.row for change in told.slower] == ["Pad"]
    assert told.slower[0].factor == pytest.approx(1.4)
    assert (told.new, told.lost) == (["Resize"], ["Rain"])

    found("rows", kept).save()
    monkeypatch.setattr(commands, "measured_now", lambda *_: twice_as_slow_a_machine)
    done = CliRunner().invoke(commands.main, ["guard"])
    assert done.exit_code == 0
    assert "Pad" in done.output
    assert "New, compared with nothing: Resize" in done.output
    assert [path.name for path in results.iterdir()] == ["rows.json"]


@pytest.mark.usefixtures("results")
def test_the_guard_without_results_says_so_and_does_not_fail():
    done = CliRunner().invoke(commands.main, ["guard"])
    assert "Nothing to compare with" in done.output
    assert done.exit_code == 0


def test_a_pattern_that_names_no_case_is_said_so(monkeypatch):
    monkeypatch.setattr(commands, "measured", lambda *_: found("rows", {COPY: {"kernels": took(22)}}))
    result = CliRunner().invoke(commands.main, ["rows", "--only", "Resise"])
    assert result.exit_code == 1
    assert "no case of rows is named Resise; results/rows.md has their names" in result.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--only", "Resise", "-o", "x.png"], "no row is named Resise; benchmarks/rows.yaml has their names"),
        (["--only", "Pad", "-o", "nowhere/x.png"], "give a file that ends in .png, in a folder that exists"),
        (["--only", "Pad", "-o", "x.txt"], "give a file that ends in .png, in a folder that exists"),
    ],
)
def test_what_cannot_be_drawn_is_said_before_the_work(given, said):
    result = CliRunner().invoke(commands.main, ["look", *given])
    assert result.exit_code == 1
    assert said in result.output


def test_a_row_that_stands_in_two_parts_of_an_adapter_is_refused():
    one, other = Rows(), Rows()

    @one.row
    def Resize():  # noqa: N802 - a row's name
        return None

    @other.row
    def Pad():  # noqa: N802
        return None

    assert list(Rows.of(one, other)) == ["Resize", "Pad"]
    with pytest.raises(KeyError, match="Resize"):
        Rows.of(one, other, one)
