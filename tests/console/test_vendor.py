"""What the console carries along from other people is what it claims to be."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from adloom.console import vendor

#: What is written here and runs in browsers with the vendored files.
OWN = ["static/report-chart.js", "static/code-editor.js", "assets/code-editor.js"]
#: What templates ask for (`icon("…")`).
ICONS = """
activity alert arrow-down arrow-left arrow-right arrow-up ban bar-chart bell bookmark calendar check
chevron-down chevron-right circle-help clapperboard clock code combine copy corner-down-left
database download external-link eye eye-off file-text filter git-compare globe grip-vertical history
home hourglass image inbox info layers link list list-checks lock log-out megaphone menu minus moon
more-horizontal music package pause pencil play plug plus power redo refresh-cw repeat save search
send settings shield sparkles split square stethoscope sun table terminal timer trash undo unlink
upload variable video webhook workflow x zap
"""
DRAWING = {"symbol", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A copy of the vendored files that a test may spoil."""
    for name in [*_record()["files"], vendor.RECORD]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(vendor.STATIC / name, tmp_path / name)
    return tmp_path


def _record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads((vendor.STATIC / vendor.RECORD).read_text())
    return record


def test_every_vendored_file_is_the_one_that_was_recorded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert 0 == vendor.main([])
    assert "" == capsys.readouterr().out


def _alter(static: Path) -> None:
    path = static / "vendor/htmx.min.js"
    path.write_bytes(path.read_bytes() + b"\n")


def _take_away(static: Path) -> None:
    (static / "icons.LICENSE").unlink()


def _add(static: Path) -> None:
    (static / "vendor" / "deeper").mkdir()
    (static / "vendor" / "deeper" / "more.js").write_text("more()")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_alter, "vendor/htmx.min.js is not the file that was vendored."),
        (_take_away, "icons.LICENSE is missing."),
        (_add, "vendor/deeper/more.js is not recorded."),
    ],
)
def test_a_file_that_is_altered_missing_or_unknown_is_named(
    static: Path, spoil: Callable[[Path], None], fault: str
) -> None:
    assert [] == vendor.find_faults(static)
    spoil(static)

    assert [fault] == vendor.find_faults(static)


def test_a_source_that_changed_after_its_file_was_built_is_noticed(tmp_path: Path) -> None:
    assets = shutil.copytree(vendor.ASSETS, tmp_path / "assets")
    assert [] == vendor.find_faults(assets=assets)
    with (assets / "code-editor.js").open("a") as source:
        source.write("// one more line\n")

    [fault] = vendor.find_faults(assets=assets)
    assert "--update" in fault


def test_a_check_that_finds_something_ends_with_1_and_says_what(
    static: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _alter(static)

    assert 1 == vendor.main([], static)
    assert "vendor/htmx.min.js is not" in capsys.readouterr().out


def test_the_record_names_exact_versions_and_npms_digest_of_each_package() -> None:
    versions, tools, _ = vendor.read_recipe()
    packages = _record()["packages"]

    assert versions == {name: facts["version"] for name, facts in packages.items()}
    assert tools == _record()["tools"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", one) for one in [*versions.values(), *tools.values()])
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())


def test_every_package_comes_with_its_licence_and_the_version_it_is_for() -> None:
    versions, _, files = vendor.read_recipe()
    inside = {package for product in files.values() for package in product.packages}

    assert set(versions) == inside
    assert {*files, *(one.licence for one in files.values())} == set(_record()["files"])
    for product in files.values():
        text = (vendor.STATIC / product.licence).read_text(encoding="utf-8")
        for package in product.packages:
            facts = _record()["packages"][package]
            title = f"{package} {facts['version']} ({facts['licence']})"
            assert text.count(f"{title}\n{'=' * len(title)}\n") == 1
        assert text.lower().count("warrant") >= len(product.packages)


def test_files_tell_their_own_version_where_they_know_it() -> None:
    versions, _, _ = vendor.read_recipe()
    htmx = (vendor.STATIC / "vendor/htmx.min.js").read_text(encoding="utf-8")
    echarts = (vendor.STATIC / "vendor/echarts.min.js").read_text(encoding="utf-8")

    assert f'"{versions["htmx.org"]}"' in htmx
    assert f'version="{versions["echarts"]}"' in echarts


def test_vendored_files_tell_nothing_about_where_they_were_made() -> None:
    for name in _record()["files"]:
        text = (vendor.STATIC / name).read_text(encoding="utf-8")

        assert [] == re.findall(r"node_modules|/tmp/|/home/|registry\.", text)


def _sprite() -> ET.Element:
    return ET.parse(vendor.STATIC / "icons.svg").getroot()  # noqa: S314 - our own file


def test_the_sprite_has_every_icon_once() -> None:
    symbols = list(_sprite())

    assert ICONS.split() == [symbol.get("id") for symbol in symbols]
    assert {"0 0 24 24"} == {symbol.get("viewBox") for symbol in symbols}
    assert {"currentColor"} == {symbol.get("stroke") for symbol in symbols}


def test_the_sprite_draws_and_does_nothing_else() -> None:
    elements = [element for symbol in _sprite() for element in symbol.iter()]
    names = {element.tag.removeprefix(f"{{{vendor.SVG}}}") for element in elements}
    attributes = {name for element in elements for name in element.attrib}

    assert names <= DRAWING
    assert [] == [name for name in attributes if re.search(r"^on|href|style|src", name)]
    assert [] == [text for one in elements for text in one.attrib.values() if "url(" in text]


@pytest.mark.parametrize("name", OWN)
def test_our_elements_stay_within_the_content_security_policy(name: str) -> None:
    text = (vendor.STATIC.parent / name).read_text(encoding="utf-8")

    assert [] == re.findall(
        r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text
    )
    assert [] == re.findall(
        r"setAttribute\(\s*[\"'](?:style|on\w+)[\"']|createElement\([\"']style", text
    )
    assert [] == re.findall(r"https?://", text)


def test_the_built_editor_makes_no_code_out_of_text() -> None:
    text = (vendor.STATIC / "vendor/code-editor.js").read_text(encoding="utf-8")

    assert [] == re.findall(r"(?<![\w.$])eval\(|\bnew Function\b", text)
