import re

from adloom.simulator import describe


def test_every_assumption_names_its_section() -> None:
    assumed = describe().partition("\nAssumed")[2].split("\n", 1)[1]
    facts = re.split(r"^  - ", assumed, flags=re.MULTILINE)[1:]

    assert len(facts) > 15
    assert all(re.search(r"§\d|I\.\d\)", fact) for fact in facts)


def test_the_three_parts_are_there() -> None:
    titles = [line for line in describe().splitlines() if line and not line.startswith(" ")]

    assert [title.split()[0] for title in titles] == ["Modelled", "Generic", "Assumed,"]


def test_it_fits_on_a_terminal() -> None:
    assert max(len(line) for line in describe().splitlines()) <= 96
