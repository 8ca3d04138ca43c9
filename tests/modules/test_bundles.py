"""Bundles: canonical values, nothing lost, nothing refused."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from pydantic import Field

from adloom.rows import RawRows
from modules.bundles import Bundle, IdText, Metric, Money


class Figures(Bundle):
    """Made up for these tests."""

    ad_id: IdText | None = Field(default=None, title="Ad", description="Id of the ad.")
    budget: Money | None = Field(default=None, title="Budget", description="Money.")
    spend: Metric | None = Field(default=None, title="Spend", description="Money spent.")


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ({"ad_id": 1834567890123456789}, {"ad_id": "1834567890123456789"}),
        ({"ad_id": "17"}, {"ad_id": "17"}),
        ({"ad_id": True}, {"ad_id": True}),
        ({"budget": 19.99}, {"budget": Decimal("19.99")}),
        ({"budget": "20"}, {"budget": Decimal(20)}),
        ({"budget": "unlimited"}, {"budget": "unlimited"}),
        ({"budget": [1]}, {"budget": [1]}),
        ({"spend": "12.50"}, {"spend": Decimal("12.50")}),
        ({"spend": "-"}, {"spend": None}),
        ({"spend": None, "else": {"a": 1}}, {"spend": None, "else": {"a": 1}}),
    ],
)
def test_values_become_canonical_and_the_rest_stays(
    sent: dict[str, Any], canonical: dict[str, Any]
) -> None:
    assert Figures.normalise(dict(sent)) == canonical


def test_rows_that_are_canonical_are_not_even_decoded() -> None:
    fine = RawRows([msgspec.Raw(b'{"ad_id": "17", "budget": 1.5, "x": 1}')])
    text = RawRows([msgspec.Raw(b'{"ad_id": "17", "spend": "1.5"}')])
    number = RawRows([msgspec.Raw(b'{"ad_id": 17}')])

    assert Figures.normalise_all(fine) is fine
    assert Figures.normalise_all(text) == [{"ad_id": "17", "spend": Decimal("1.5")}]
    assert Figures.normalise_all(number) == [{"ad_id": "17"}]
