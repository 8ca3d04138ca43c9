"""Reasons of dead events: what they mean, and which are of a kind."""

import pytest

from adloom.services.event_reasons import explained, key_of_reason, kind_of_reason


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("too old: it happened 30.1 days ago, and 28 are the limit.", "Too old to be sent"),
        (
            "Nobody knows whether TikTok took it, and after two days it would count once more.",
            "Nobody knows whether TikTok has it",
        ),
        ("TikTok refused: x (40001, request 2026)", "The token may not use this source"),
        ("TikTok refused: page.url is missing (40002, request 2)", "TikTok does not accept what"),
        ("50002: system error", "TikTok had a fault of its own"),
        ("internal error, try again", "TikTok had a fault of its own"),
        ("something quite new", "TikTok did not take it"),
        (None, "TikTok did not take it"),
    ],
)
def test_every_reason_has_an_explanation_and_a_fix(reason: str | None, title: str) -> None:
    found = explained(reason)

    assert found.title.startswith(title)
    assert found.means
    assert found.todo


def test_reasons_that_differ_in_figures_only_are_of_a_kind() -> None:
    one = "TikTok refused: data.3.value (40002, request 20261121234041CFD965E0DD0D6B2F6DA2)"
    other = "TikTok refused: data.17.value (40002, request 20261121234042CFD965E0DD0D6B2F6DA3)"
    code = other.replace("40002", "40001")

    assert key_of_reason(one) == key_of_reason(other)
    assert key_of_reason(one) != key_of_reason(code)
    assert "40002" in kind_of_reason(one)
