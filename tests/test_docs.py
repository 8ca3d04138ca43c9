"""What the pages say is so: commands exist, modules are listed, named tests are there."""

import re
import shlex

import click
import pytest

from adloom.cli.main import COMMANDS, adloom
from modules import MODULES, find_module
from tests.seams.checkout import ROOT

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("*/README.md")), ROOT / "docs" / "console.md"]
README = (ROOT / "README.md").read_text()
LINES = [
    (page.parent.name, line.strip())
    for page in PAGES
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL)
    for line in block.splitlines()
    if line.strip().startswith("adloom ")
]


@pytest.mark.parametrize(("page", "line"), LINES)
def test_every_command_line_of_a_page_can_be_parsed(page: str, line: str) -> None:
    typed = re.split(r" [>|] ", line)[0]
    arguments = shlex.split(typed, comments=True)[1:]
    command: click.Command = adloom
    context = click.Context(adloom, info_name="adloom")
    while isinstance(command, click.Group) and arguments:
        found = command.get_command(context, arguments[0])
        assert found is not None, f"{page}: {line}"
        command, arguments = found, arguments[1:]

    command.make_context(command.name, list(arguments), resilient_parsing=False)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_mentioned(name: str) -> None:
    assert f"`adloom {name}" in README


@pytest.mark.parametrize("name", list(MODULES))
def test_every_module_is_listed_with_its_kind(name: str) -> None:
    dashed = name.replace("_", "-")

    assert f"| `{dashed}` | {find_module(name).kind} |" in README


def test_every_test_a_page_names_is_there() -> None:
    named = {path for page in PAGES for path in re.findall(r"`(tests/[\w/.]+)`", page.read_text())}

    assert named
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_link_within_the_repository_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page}: {target}"


def test_the_picture_shows_the_demo_as_it_is() -> None:
    files = ("demo.py", "demo_runner.py")
    told = "".join((ROOT / "adloom" / "cli" / name).read_text() for name in files)
    picture = (ROOT / "docs" / "demo.svg").read_text().replace("&#160;", " ")
    scenes = re.findall(r'scene\(\s*"([^"]+)"', told)

    assert len(scenes) >= 7
    assert [scene for scene in scenes if scene not in picture and "play" not in scene] == []


@pytest.mark.parametrize("name", ["console-editor", "console-reports"])
def test_the_pictures_of_the_console_are_there_and_small(name: str) -> None:
    content = (ROOT / "docs" / f"{name}.png").read_bytes()

    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert 1280 == int.from_bytes(content[16:20])
    assert len(content) <= 250_000
    assert f"(docs/{name}.png)" in README


def test_the_pages_name_no_path_of_a_machine() -> None:
    for page in (*PAGES, ROOT / "CHANGELOG.md"):
        assert not re.search(r"/(home|root|work|Users)/", page.read_text()), page
