"""Scenario files, understood once for each text they ever say."""

from pathlib import Path

from adloom.services.scenario_files import text_at, texts

TEXT = "name: {name}\nschedule: on demand\nsteps: [{{id: nap, sleep: {seconds} seconds}}]\n"


def test_a_text_is_understood_once(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(TEXT.format(name="one", seconds=1))

    first, again = texts(tmp_path), texts(tmp_path)

    assert first[0].scenario is not None
    assert first[0] is again[0]


def test_another_text_of_the_same_length_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    seen = []
    for seconds in (1, 2, 1):
        path.write_text(TEXT.format(name="one", seconds=seconds))
        scenario = text_at(path).scenario
        assert scenario is not None
        seen.append(scenario.text)

    assert [TEXT.format(name="one", seconds=seconds) for seconds in (1, 2, 1)] == seen


def test_the_same_text_in_two_files_has_two_places(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("name: same\nsteps: oops\n")

    one, two = texts(tmp_path)

    assert [None, None] == [found.scenario for found in (one, two)]
    assert tmp_path / "one.yaml" == one.problems[0].file
    assert tmp_path / "two.yaml" == two.problems[0].file
