"""Parameters declared once and read by every face."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Declared

from adloom.errors import InvalidParamsError
from adloom.fields import (
    Advanced,
    ChoicesFrom,
    Field,
    FieldKind,
    FilePath,
    Id,
    Moment,
    Personal,
    fields_of,
    read_text,
    same_name,
    validate,
)


class Status(StrEnum):
    ENABLE = "ENABLE"
    DISABLE = "DISABLE"


ACCOUNTS = ChoicesFrom("list_advertisers", value="advertiser_id", label="name")


class Params(BaseModel):
    model_config = ConfigDict(extra="forbid")

    advertiser_id: Annotated[Id, ACCOUNTS] = Declared(title="Advertiser", description="Whose ads.")
    ad_ids: list[Id] = Declared(default_factory=list, json_schema_extra={"aliases": ["ids"]})
    name: str | None = Declared(default=None, description="A name.")
    words: list[str] = Declared(default_factory=list)
    status: Status = Status.ENABLE
    level: Literal["AD", "CAMPAIGN"] = "AD"
    levels: tuple[Literal["AD", "CAMPAIGN"], ...] = ()
    limit: int = Declared(default=10, ge=0, le=100)
    share: float | None = None
    dry: bool = False
    since: Moment | None = None
    day: date | None = None
    at: datetime | None = None
    file: FilePath | None = None
    mail: Annotated[str | None, Personal()] = None
    filtering: dict[str, Any] | None = None
    either: int | str = Declared(default=0, title="Either")
    page: Annotated[int, Advanced()] = 1

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.limit == 13:
            raise ValueError("limit: it brings bad luck")
        return self


FIELDS = {field.name: field for field in fields_of(Params)}


def faults(**values: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidParamsError) as caught:
        validate(Params, {"advertiser_id": "7", **values})
    return [(fault.path, fault.message) for fault in caught.value.faults]


# --- declarations ---------------------------------------------------------------------------------


def test_fields_are_read_in_their_order() -> None:
    assert list(Params.model_fields) == list(FIELDS)


@pytest.mark.parametrize(
    ("name", "kind", "many"),
    [
        ("advertiser_id", FieldKind.ID, False),
        ("ad_ids", FieldKind.ID, True),
        ("name", FieldKind.TEXT, False),
        ("words", FieldKind.TEXT, True),
        ("status", FieldKind.CHOICE, False),
        ("level", FieldKind.CHOICE, False),
        ("levels", FieldKind.CHOICE, True),
        ("limit", FieldKind.WHOLE, False),
        ("share", FieldKind.NUMBER, False),
        ("dry", FieldKind.FLAG, False),
        ("since", FieldKind.MOMENT, False),
        ("day", FieldKind.DATE, False),
        ("at", FieldKind.MOMENT, False),
        ("file", FieldKind.FILE, False),
        ("mail", FieldKind.TEXT, False),
        ("filtering", FieldKind.DATA, False),
        ("either", FieldKind.DATA, False),
        ("page", FieldKind.WHOLE, False),
    ],
)
def test_a_field_is_asked_for_as_its_type_says(name: str, kind: FieldKind, many: bool) -> None:
    assert (kind, many) == (FIELDS[name].kind, FIELDS[name].many)


def test_a_field_tells_every_face_what_it_is() -> None:
    assert FIELDS["advertiser_id"] == Field(
        name="advertiser_id",
        title="Advertiser",
        description="Whose ads.",
        kind=FieldKind.ID,
        many=False,
        choices=(),
        default=None,
        required=True,
        advanced=False,
        personal=False,
        choices_from=ACCOUNTS,
        aliases=(),
    )
    assert ("--ad-ids", "Ad ids", ("ids",), [], False) == (
        FIELDS["ad_ids"].option,
        FIELDS["ad_ids"].title,
        FIELDS["ad_ids"].aliases,
        FIELDS["ad_ids"].default,
        FIELDS["ad_ids"].required,
    )
    assert ("ENABLE", "DISABLE") == FIELDS["status"].choices
    assert ("AD", "CAMPAIGN") == FIELDS["level"].choices == FIELDS["levels"].choices
    assert [True, False] == [FIELDS[name].personal for name in ("mail", "name")]
    assert [True, False] == [FIELDS[name].advanced for name in ("page", "name")]


# --- values ---------------------------------------------------------------------------------------


def test_names_may_be_written_with_dashes_and_by_their_aliases() -> None:
    found = validate(Params, {"advertiser-id": 7, "ids": ["1"], "either": 5})

    assert ("7", ["1"], 5) == (found.advertiser_id, found.ad_ids, found.either)
    assert "search_ads" == same_name("search-ads") == same_name("search_ads")


def test_one_value_will_do_for_a_list() -> None:
    found = validate(Params, {"advertiser_id": "7", "ad_ids": 17, "levels": ["AD", "CAMPAIGN"]})

    assert (["17"], ("AD", "CAMPAIGN")) == (found.ad_ids, found.levels)


def test_every_fault_is_told_with_its_field() -> None:
    assert [
        ("stats", "there is no such parameter. Did you mean status?"),
        ("zzz", "there is no such parameter."),
        ("ad_ids", "is given twice (also as ids)"),
        ("ad_ids.1", "is not an id: 'x' (only digits, at most 20)"),
        ("status", "must be one of 'ENABLE' or 'DISABLE'"),
        ("limit", "must be 0 or more"),
    ] == faults(stats=1, zzz=1, ad_ids=["1", "x"], ids=["2"], status="ON", limit=-1)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"limit": "many"}, ("limit", "must be a whole number")),
        ({"limit": 1.5}, ("limit", "must be a whole number")),
        ({"limit": 101}, ("limit", "must be 100 or less")),
        ({"share": "half"}, ("share", "must be a number")),
        ({"dry": "perhaps"}, ("dry", "must be yes or no")),
        ({"level": "AD_GROUP"}, ("level", "must be one of 'AD' or 'CAMPAIGN'")),
        ({"limit": 13}, ("", "limit: it brings bad luck")),
        ({"ad_ids": None}, ("ad_ids", "input should be a valid list")),
    ],
)
def test_a_fault_is_put_into_words(values: dict[str, Any], fault: tuple[str, str]) -> None:
    assert [fault] == faults(**values)


def test_what_is_required_is_missed() -> None:
    with pytest.raises(InvalidParamsError, match="advertiser_id: is required"):
        validate(Params, {})


@given(st.integers(0, 10**20 - 1))
def test_an_id_stays_exact_as_a_number_and_as_text(number: int) -> None:
    found = [validate(Params, {"advertiser_id": one}) for one in (number, f" {number} ")]

    assert [str(number)] * 2 == [one.advertiser_id for one in found]


@pytest.mark.parametrize("value", [1.8e18, True, None, "", "1e18", "-1", "٣", "1" * 21])
def test_what_is_no_id_is_refused(value: object) -> None:
    with pytest.raises(InvalidParamsError, match="advertiser_id: "):
        validate(Params, {"advertiser_id": value})


def test_a_number_with_thousands_of_digits_is_no_id_either() -> None:
    with pytest.raises(InvalidParamsError, match="advertiser_id: "):
        validate(Params, {"advertiser_id": 10**5000})


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21", NOON - timedelta(hours=12)),
        ("2026-11-21T12:00", NOON),
        (" 2026-11-21 12:00:00 ", NOON),
        ("2026-11-21T13:00+01:00", NOON),
        ("2026-11-21T12:00:00Z", NOON),
        (date(2026, 11, 21), NOON - timedelta(hours=12)),
        (datetime(2026, 11, 21, 12), NOON),  # noqa: DTZ001 - as YAML reads it
        (NOON, NOON),
    ],
)
def test_a_moment_is_in_utc_unless_it_says_otherwise(value: object, expected: datetime) -> None:
    found = validate(Params, {"advertiser_id": "7", "since": value}).since
    assert found is not None

    assert (expected, UTC) == (found, found.tzinfo)


@pytest.mark.parametrize(
    "value",
    ["yesterday", "21.11.2026", 7, True, "9999-12-31T23:59-05:00", "0001-01-01T00:00+05:00"],
)
def test_what_is_no_moment_is_refused(value: object) -> None:
    (path, message), *_ = faults(since=value)

    assert "since" == path
    assert "is not a date" in message or "beyond the years" in message


# --- what was typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("name", ["a", "b"], "b"),
        ("name", ["a,b"], "a,b"),
        ("limit", ["5"], "5"),
        ("ad_ids", ["1,2", "3"], ["1", "2", "3"]),
        ("ad_ids", [" 1 , ,2,"], ["1", "2"]),
        ("ad_ids", ['["1", 2]'], ["1", 2]),
        ("words", ["a,b", "c"], ["a,b", "c"]),
        ("words", [' ["a", "b"]'], ["a", "b"]),
        ("levels", ["AD,CAMPAIGN"], ["AD", "CAMPAIGN"]),
        ("filtering", ['{"ad_ids": [18446744073709551617]}'], {"ad_ids": [2**64 + 1]}),
        ("either", ["7"], 7),
    ],
)
def test_typed_text_becomes_a_value(name: str, texts: list[str], expected: object) -> None:
    assert expected == read_text(FIELDS[name], texts)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        "NaN",
        '{"a":1,"a":2}',
        "[" * 100_000,
        '"\udcff"',
        pytest.param('"\ud83d"', id="d83d"),
    ],
)
def test_text_that_should_be_json_and_is_not_is_a_fault_of_its_field(text: str) -> None:
    with pytest.raises(InvalidParamsError, match="filtering: is not JSON"):
        read_text(FIELDS["filtering"], [text])
