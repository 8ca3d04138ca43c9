"""Options: safe where nothing is said, strict about what is said."""

import pytest
from pydantic import ValidationError

from modules.events.options import Options


def test_nothing_said_means_the_safe_choice() -> None:
    options = Options()

    assert not options.assume_international
    assert not options.currency_fallback
    assert options.environment is None
    assert options.incomplete == "refuse"
    assert (28, 7, 10) == (options.oldest_days, options.warn_after_days, options.future_minutes)
    assert ["view_item"] == options.view_content_events


def test_every_option_has_a_title_and_a_sentence() -> None:
    for name, info in Options.model_fields.items():
        assert info.title, name
        assert info.description is not None, name
        assert info.description.endswith("."), name
        assert len(info.description) <= 100, name


def test_two_sets_of_options_share_no_list() -> None:
    assert Options().never is not Options().never


def test_a_country_may_be_written_small() -> None:
    assert Options(default_country=" de ").default_country == "DE"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("default_country", "XX"),
        ("default_country", "Germany"),
        ("hashing", {"city": "hash"}),
        ("hashing", {"email": "sometimes"}),
        ("oldest_days", -1),
        ("content_type", "thing"),
        ("environment", "staging"),
        ("never", [" "]),
        ("source_ids", {"tv": "1"}),
        ("strickt", True),
    ],
)
def test_what_nobody_knows_is_refused(option: str, value: object) -> None:
    with pytest.raises(ValidationError, match=option):
        Options.model_validate({option: value})


def test_options_cannot_be_changed_behind_somebodys_back() -> None:
    options = Options()

    with pytest.raises(ValidationError, match="frozen"):
        options.strict = True  # type: ignore[misc] # the point
