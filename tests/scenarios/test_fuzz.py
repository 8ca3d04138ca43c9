"""Whatever is in a file, it is a scenario or it is refused in words; nothing else ever happens."""

import os
import random

import pytest

from adloom.errors import InvalidScenarioError
from scenarios.loader import load_scenario, read_scenario_text
from tests.seams.checkout import ROOT

#: 20,000 have been through; every run takes some of them.
INPUTS = int(os.environ.get("ADLOOM_FUZZ_INPUTS", "400"))
EXAMPLES = [
    read_scenario_text(file) for file in sorted((ROOT / "scenarios" / "examples").glob("*.yaml"))
]
PIECES = [
    *(
        "{{",
        "}}",
        "{{ads.ad_id}}",
        "{{`ads`}}",
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        ": ",
        "- ",
        "\n",
        "#",
    ),
    *(
        "\t",
        "\x00",
        "\ufeff",
        "\ud800",
        "\u2028",
        "\x85",
        "\r",
        "&a",
        "*a",
        "!!int ",
        "<<: ",
        "|+\n",
    ),
    *("on", "null", "true", "7100000000000000001", "0o17", "1_000", "12:30", "-1", "1e999", ".nan"),
    *(
        "steps:",
        "router:",
        "routes:",
        "aggregator:",
        "schedule:",
        "cron:",
        "every: 9 weeks",
        "id: ",
    ),
    *(
        "🎬",
        "﷽",
        "\u202e",
        "  ",
        "    ",
        "---\n",
        "? ",
        "%YAML 1.1\n",
        "\\uD800",
        "\\",
        "@",
        "`",
        "%",
    ),
    *(
        "on_error: ",
        "resume",
        "when: ",
        "params: ",
        "module: ",
        "watch_ads",
        "search_ads",
        "limits: 1",
    ),
]


def spoiled(text: str, chance: random.Random) -> str:
    """A text after a few accidents."""
    for _ in range(chance.randint(1, 8)):
        here, there = sorted(chance.randint(0, len(text)) for _ in range(2))
        there = min(there, here + chance.choice([0, 1, 5, 80]))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:here] + chance.choice(PIECES) + text[there:]
        elif kind == 1:
            text = text[:here] + text[there:]
        elif kind == 2:
            text = text[:there] + text[here:]
        else:
            lines = text.split("\n")
            chance.shuffle(lines[chance.randrange(len(lines)) :])
            place = chance.randrange(len(lines))
            lines[place] = chance.choice(PIECES) + lines[place]
            text = "\n".join(lines)
    return text


@pytest.mark.parametrize("part", range(4))
def test_a_spoiled_scenario_is_read_or_refused_and_never_anything_else(part: int) -> None:
    chance = random.Random(part)  # noqa: S311 - the same accidents in every run
    refused: list[InvalidScenarioError] = []
    for _ in range(INPUTS // 4):
        text = spoiled(chance.choice(EXAMPLES), chance)
        try:
            load_scenario(text)
        except InvalidScenarioError as error:
            refused.append(error)

    assert refused
    assert all(error.problems and str(error).startswith("scenario:") for error in refused)


def test_rubbish_is_refused() -> None:
    chance = random.Random(99)  # noqa: S311 - as above
    for _ in range(INPUTS // 4):
        text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 40)))
        with pytest.raises(InvalidScenarioError):
            load_scenario(text)
