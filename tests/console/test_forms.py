"""Parameter classes as fields of a form, and posted forms as values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Declared

from adloom.console.forms import (
    Form,
    FormField,
    Widget,
    edited,
    faults_of,
    form_of,
    label_of,
    phrase,
    secret_fields,
    secrets_from,
    toggled,
    values_from,
)
from adloom.errors import Fault, InvalidParamsError, InvalidScenarioError, MappingError, UsageError
from adloom.fields import Advanced, ChoicesFrom, FilePath, Id, Moment, Personal, validate
from modules import all_modules
from modules.base import Module
from scenarios.places import Place
from scenarios.problems import Problem, Severity
from tests.modules.test_conformance import SAMPLES

EVERY = pytest.mark.parametrize("module", all_modules(), ids=lambda module: module.name)
MODELS = [module.params for module in all_modules()]


class Level(StrEnum):
    AD = "AUCTION_AD"
    ADGROUP = "AUCTION_ADGROUP"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: list[str] = Declared(default_factory=list, title="E-mail", description="Which.")
    strict: bool = Declared(default=False, title="Strict", description="Whether.")
    country: str | None = Declared(default=None, max_length=2, title="Country", description="Of.")


ACCOUNTS = ChoicesFrom("list_advertisers", value="advertiser_id", label="name")
CAMPAIGNS = ChoicesFrom("list_campaigns", value="campaign_id", label="campaign_name")


class Params(BaseModel):
    model_config = ConfigDict(extra="forbid")

    advertiser_id: Annotated[Id, ACCOUNTS] = Declared(title="Advertiser", description="Whose.")
    campaign_ids: list[Annotated[Id, CAMPAIGNS]] = Declared(
        default_factory=list, json_schema_extra={"aliases": ["campaign_id"]}
    )
    name: str | None = None
    text: str = ""
    words: list[str] = Declared(default_factory=list)
    scopes: list[str] = ["read"]
    level: Level = Level.AD
    levels: list[Literal["AD", "CAMPAIGN"]] = Declared(default_factory=list)
    method: Literal["GET", "POST"] | None = None
    limit: int = Declared(default=10, ge=0, le=1000)
    budget: Decimal | None = None
    dry: bool = False
    told: bool = True
    comments: bool | None = None
    since: Moment | None = None
    day: date | None = None
    file: FilePath | None = None
    mail: Annotated[str | None, Personal()] = None
    filtering: dict[str, Any] | None = None
    rows: list[dict[str, Any]] = Declared(default_factory=list)
    part: Part | None = None
    page: Annotated[int, Advanced()] = 1

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.limit == 13:
            raise ValueError("limit: it brings bad luck")
        if self.limit == 14:
            raise ValueError("this does not go together")
        return self


def form(values: dict[str, Any] | None = None, **more: Any) -> Form:
    return form_of(Params, values, **more)


def one(name: str, value: Any, **more: Any) -> FormField:
    return form({name: value}, **more).at(name)


def read(**posted: str | list[str]) -> dict[str, Any]:
    return values_from(
        Params,
        {name: [text] if isinstance(text, str) else text for name, text in posted.items()},
    )


def faults(values: dict[str, Any]) -> list[Fault]:
    with pytest.raises(InvalidParamsError) as caught:
        validate(Params, values)
    return faults_of(caught.value)


# --- widgets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "widget", "kind"),
    [
        ("advertiser_id", Widget.ID, "id"),
        ("campaign_ids", Widget.LIST, "id"),
        ("name", Widget.TEXT, "text"),
        ("text", Widget.AREA, "text"),
        ("words", Widget.LIST, "text"),
        ("level", Widget.SELECT, "choice"),
        ("levels", Widget.MULTI, "choice"),
        ("method", Widget.SELECT, "choice"),
        ("limit", Widget.NUMBER, "whole"),
        ("budget", Widget.NUMBER, "number"),
        ("dry", Widget.SWITCH, "flag"),
        ("comments", Widget.SELECT, "flag"),
        ("since", Widget.MOMENT, "moment"),
        ("day", Widget.DATE, "date"),
        ("file", Widget.FILE, "file"),
        ("filtering", Widget.JSON, "data"),
        ("rows", Widget.JSON, "data"),
        ("part", Widget.GROUP, "data"),
    ],
)
def test_a_field_gets_the_control_of_its_kind(name: str, widget: Widget, kind: str) -> None:
    field = form().at(name)

    assert (widget, kind) == (field.widget, field.kind)


def test_defaults_are_filled_in_and_what_differs_from_them_is_known() -> None:
    fresh, filled = form(), form({"limit": 20, "part": {"strict": True}})

    assert ("10", "true", "read", "AUCTION_AD") == tuple(
        fresh.at(name).text for name in ("limit", "told", "scopes", "level")
    )
    assert [] == [one.path for one in fresh.walk() if one.is_changed]
    assert ["limit", "part", "part.strict"] == [o.path for o in filled.walk() if o.is_changed]


def test_words_have_labels_and_nothing_is_a_choice_where_nothing_is_allowed() -> None:
    assert (("AUCTION_AD", "Ad"), ("AUCTION_ADGROUP", "Ad group")) == form().at("level").options
    assert (("", "Not set"), ("GET", "GET"), ("POST", "POST")) == form().at("method").options
    assert (("", "Not set"), ("true", "Yes"), ("false", "No")) == form().at("comments").options


@pytest.mark.parametrize(
    ("name", "value", "widget", "text"),
    [
        ("method", "FETCH", Widget.SELECT, "FETCH"),
        ("dry", "perhaps", Widget.TEXT, "perhaps"),
        ("day", "2026-11-21", Widget.DATE, "2026-11-21"),
        ("day", date(2026, 11, 21), Widget.DATE, "2026-11-21"),
        ("day", "today", Widget.TEXT, "today"),
        ("since", "2026-11-21", Widget.MOMENT, "2026-11-21T00:00"),
        ("since", "2026-11-21 09:30:15", Widget.MOMENT, "2026-11-21T09:30:15"),
        ("since", "2026-11-21T09:30+01:00", Widget.TEXT, "2026-11-21T09:30+01:00"),
        ("since", datetime(2026, 11, 21, tzinfo=UTC), Widget.TEXT, "2026-11-21T00:00:00+00:00"),
        ("levels", ["AD", "OTHER"], Widget.LIST, "AD\nOTHER"),
        ("name", "one\ntwo", Widget.AREA, "one\ntwo"),
        ("words", ["one", "two\nlines"], Widget.LIST, '["one", "two\\nlines"]'),
        ("words", ["[one]", " two"], Widget.LIST, '["[one]", " two"]'),
        ("words", [["inner"]], Widget.LIST, '[["inner"]]'),
        ("campaign_ids", 17, Widget.LIST, "17"),
        ("budget", Decimal("1E+3"), Widget.NUMBER, "1000"),
        ("filtering", {"a": [1]}, Widget.JSON, '{\n  "a": [\n    1\n  ]\n}'),
        ("filtering", {}, Widget.JSON, "{}"),
        ("part", {"unknown": 1}, Widget.JSON, '{\n  "unknown": 1\n}'),
        ("part", "{{ads.part}}", Widget.JSON, "{{ads.part}}"),
    ],
)
def test_a_value_that_does_not_fit_its_control_gets_another(
    name: str, value: Any, widget: Widget, text: str
) -> None:
    field = one(name, value)

    assert (widget, text) == (field.widget, field.text)


def test_a_word_nobody_knows_stays_selected() -> None:
    assert ("FETCH", "FETCH") == one("method", "FETCH").options[-1]


def test_ids_and_numbers_bring_the_right_keys_up_and_no_spelling() -> None:
    attrs = {name: dict(form().at(name).attrs) for name in ("advertiser_id", "limit", "budget")}

    assert {
        "advertiser_id": {"spellcheck": "false", "inputmode": "numeric"},
        "limit": {"spellcheck": "false", "inputmode": "numeric"},
        "budget": {"spellcheck": "false", "inputmode": "decimal"},
    } == attrs


def test_an_id_of_letters_does_not_ask_for_digits() -> None:
    event = next(module for module in all_modules() if module.name == "send_event")

    assert "inputmode" not in form_of(event.params, None).at("event_id").attrs


def test_a_number_of_either_sort_is_asked_for_as_a_number() -> None:
    event = next(module for module in all_modules() if module.name == "send_event")

    assert Widget.NUMBER is form_of(event.params, None).at("properties.value").widget
    assert {"properties": {"value": 25.5}} == values_from(
        event.params, {"properties.value": ["25.50"]}
    )


def test_words_to_offer_come_from_an_address_and_depend_on_the_ids_beside_them() -> None:
    made = form(prefix="p.", choices_url=lambda field: f"/choices/{field.name}")

    assert ("/choices/advertiser_id", ()) == (made.fields[0].choices_url, made.fields[0].basis)
    assert ("/choices/campaign_ids", ("f-p-advertiser_id",)) == (
        made.fields[1].choices_url,
        made.fields[1].basis,
    )
    assert {None} == {field.choices_url for field in made.fields[2:]}


def test_advanced_fields_are_folded_away_until_one_of_them_matters() -> None:
    wrong = form(faults=[Fault("page", "is required")])

    assert ["page"] == [field.path for field in form().advanced]
    assert [False, True, True] == [form().is_open, form({"page": 2}).is_open, wrong.is_open]


def test_marks_of_the_declaration_reach_the_field() -> None:
    made = form()

    assert made.at("advertiser_id").required
    assert made.at("mail").personal
    assert ("Advertiser", "Whose.") == (made.fields[0].title, made.fields[0].description)


# --- mapping --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "widget"),
    [
        ("advertiser_id", Widget.ID),
        ("level", Widget.TEXT),
        ("levels", Widget.LIST),
        ("dry", Widget.TEXT),
        ("day", Widget.TEXT),
        ("since", Widget.TEXT),
        ("limit", Widget.NUMBER),
        ("filtering", Widget.JSON),
        ("part", Widget.JSON),
        ("words", Widget.LIST),
    ],
)
def test_a_mapping_fits_into_every_field_and_comes_back_as_it_is(name: str, widget: Widget) -> None:
    field = one(name, "{{ads.x}}", mappable=True)

    assert (widget, True, "{{ads.x}}") == (field.widget, field.is_mapped, field.text)
    assert "{{ads.x}}" == values_from(Params, field.posted())[name]


def test_a_sample_stands_under_its_field() -> None:
    assert "61.20" == one("limit", "{{ads.limit}}", samples={"limit": "61.20"}).sample


def test_what_is_chosen_can_be_turned_into_text_and_the_rest_is_text_already() -> None:
    made = form(mappable=True, map_url=lambda path: f"/map/{path}")
    addresses = {field.path: field.map_url for field in made.walk()}

    assert "/map/level" == addresses["level"]
    assert "/map/part.strict" == addresses["part.strict"]
    assert {"advertiser_id", "limit", "words"} <= {n for n, url in addresses.items() if not url}
    assert not any(field.map_url for field in form(map_url=lambda path: path).walk())


def test_a_choice_becomes_text_and_a_choice_again() -> None:
    as_text = toggled(Params, "level", {"p.level": ["AUCTION_AD"]}, to_text=True, prefix="p.")
    again = toggled(Params, "level", {"p.level": ["AUCTION_AD"]}, to_text=False, prefix="p.")

    assert (Widget.TEXT, "AUCTION_AD", True) == (as_text.widget, as_text.text, as_text.is_text)
    assert (Widget.SELECT, "AUCTION_AD", False) == (again.widget, again.text, again.is_text)


def test_a_mapping_is_dropped_when_a_choice_is_wanted_again() -> None:
    field = toggled(Params, "method", {"method": ["{{ads.x}}"]}, to_text=False)

    assert (Widget.SELECT, "") == (field.widget, field.text)


def test_parts_become_one_text_and_parts_again() -> None:
    posted = {"part.email": ["a@example.com"], "part.strict": ["false", "true"]}
    whole = toggled(Params, "part", posted, to_text=True)
    parts = toggled(Params, "part", whole.posted(), to_text=False)

    assert (Widget.JSON, Widget.GROUP) == (whole.widget, parts.widget)
    assert values_from(Params, posted) == values_from(Params, whole.posted())
    assert {"email": ["a@example.com"], "strict": True} == values_from(Params, parts.posted())[
        "part"
    ]


def test_text_that_is_no_json_does_not_keep_a_field_from_being_turned() -> None:
    field = toggled(Params, "part", {"part": ["{"], "rows": ["["]}, to_text=False)

    assert (Widget.GROUP, False) == (field.widget, field.is_changed)


# --- posted forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "values"),
    [
        ({"advertiser_id": "0123"}, {"advertiser_id": "0123"}),
        ({"advertiser_id": ""}, {}),
        ({"campaign_ids": "1\r\n2, 3"}, {"campaign_ids": ["1", "2", "3"]}),
        ({"campaign_ids": ["1", "2"]}, {"campaign_ids": ["1", "2"]}),
        ({"campaign_ids": ["", ""]}, {}),
        ({"words": "a, b\n\nc"}, {"words": ["a, b", "c"]}),
        ({"words": '["a\\nb"]'}, {"words": ["a\nb"]}),
        ({"words": "[not json"}, {"words": ["[not json"]}),
        ({"words": "{{a}}\n{{b}}"}, {"words": ["{{a}}", "{{b}}"]}),
        ({"words": "{{if(a;\nb)}}"}, {"words": "{{if(a;\nb)}}"}),
        ({"scopes": ""}, {"scopes": []}),
        ({"limit": " 20 "}, {"limit": 20}),
        ({"limit": "1,000"}, {"limit": "1,000"}),
        ({"budget": "12.50"}, {"budget": 12.5}),
        ({"budget": "123456789012345678.01"}, {"budget": "123456789012345678.01"}),
        ({"budget": "nan"}, {"budget": "nan"}),
        ({"dry": ["false", "true"], "told": ["false"]}, {"dry": True, "told": False}),
        ({"comments": ""}, {}),
        ({"comments": "false"}, {"comments": False}),
        ({"levels": ["", "AD"]}, {"levels": ["AD"]}),
        ({"levels": [""]}, {}),
        ({"since": "2026-11-21T09:30"}, {"since": "2026-11-21T09:30"}),
        ({"name": " two  blanks "}, {"name": " two  blanks "}),
        ({"text": "one\r\ntwo"}, {"text": "one\ntwo"}),
        ({"filtering": '{"a": "{{x}}", "b": 1}'}, {"filtering": {"a": "{{x}}", "b": 1}}),
        ({"filtering": '{"a": {{x}}}'}, {"filtering": '{"a": {{x}}}'}),
        ({"filtering": " "}, {}),
        ({"rows": '{"a": 1}'}, {"rows": {"a": 1}}),
        ({"part.email": "a", "part.strict": ["false"]}, {"part": {"email": ["a"]}}),
        ({"part.email": "", "part.strict": ["false"]}, {}),
        ({"part": "{{x}}", "part.email": "a"}, {"part": "{{x}}"}),
        ({"unknown": "1", "part.unknown": "2"}, {}),
    ],
)
def test_a_posted_form_becomes_values(
    posted: dict[str, str | list[str]], values: dict[str, Any]
) -> None:
    assert values == read(**posted)


def test_every_field_that_is_no_json_is_told_at_once() -> None:
    with pytest.raises(InvalidParamsError) as caught:
        read(filtering="{", rows="[1,", part="]")

    assert ["filtering", "rows", "part"] == [fault.path for fault in caught.value.faults]
    assert {True} == {fault.message.startswith("is not JSON") for fault in caught.value.faults}


def test_bottomless_json_is_refused() -> None:
    with pytest.raises(InvalidParamsError, match="nested too deeply"):
        read(filtering='{"a": ' + "[" * 500 + "]" * 500 + "}")


def test_names_may_have_a_prefix() -> None:
    posted = {"p.limit": ["5"], "limit": ["6"], "p.part.email": ["a"]}

    assert {"limit": 5, "part": {"email": ["a"]}} == values_from(Params, posted, "p.")


# --- there and back -------------------------------------------------------------------------------


@EVERY
def test_every_sample_survives_its_form(module: Module) -> None:
    sample = SAMPLES[module.name]
    again = values_from(module.params, form_of(module.params, sample).posted())

    assert validate(module.params, sample) == validate(module.params, again)


@EVERY
def test_a_form_nobody_touched_changes_nothing(module: Module) -> None:
    sample = SAMPLES[module.name]
    posted = form_of(module.params, sample, prefix="p.").posted()

    assert sample == edited(module.params, sample, posted, "p.")


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=20)
MAPPED = st.sampled_from(["{{ads.x}}", "{{if(a; 1;\n2)}}", "from {{ads.day}}"])
IDS = st.integers(0, 10**19).map(str)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
VALUES = st.fixed_dictionaries(
    {"advertiser_id": IDS | MAPPED},
    optional={
        "campaign_ids": st.lists(IDS, max_size=3) | MAPPED,
        "name": TEXTS.filter(bool) | MAPPED,
        "text": TEXTS,
        "words": st.lists(TEXTS, max_size=3) | MAPPED,
        "scopes": st.lists(TEXTS, max_size=2),
        "level": st.sampled_from(Level) | MAPPED,
        "levels": st.lists(st.sampled_from(["AD", "CAMPAIGN"]), unique=True),
        "limit": st.integers(0, 12) | MAPPED,
        "budget": st.decimals(0, 10**6, places=2) | st.floats(0, 10**6) | st.integers(0, 10**6),
        "dry": st.booleans() | MAPPED,
        "comments": st.booleans(),
        "since": st.datetimes() | st.datetimes().map(str) | st.dates().map(str) | MAPPED,
        "day": st.dates() | st.dates().map(str) | MAPPED,
        "filtering": st.dictionaries(TEXTS, DATA, max_size=3),
        "rows": st.lists(st.dictionaries(TEXTS, DATA, max_size=3), max_size=2),
        "part": st.fixed_dictionaries(
            {"country": st.just("DE")},
            optional={"email": st.lists(TEXTS, max_size=2), "strict": st.booleans()},
        ),
    },
)


@given(VALUES)
def test_values_survive_their_form(values: dict[str, Any]) -> None:
    posted = form_of(Params, values, mappable=True).posted()
    constant = {name: value for name, value in values.items() if "{{" not in str(value)}
    again = values_from(Params, posted)
    kept = {name: again[name] for name in constant if name in again}

    assert values == edited(Params, values, posted)
    assert {name: values[name] for name in values.keys() - constant.keys()} == {
        name: again[name] for name in values.keys() - constant.keys()
    }
    assert validate(Params, {**constant, "advertiser_id": "1"}) == validate(
        Params, {**kept, "advertiser_id": "1"}
    )


NAMES = sorted({field.name for model in MODELS for field in form_of(model, None).walk()})
JUNK = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=8),
    st.lists(st.text(max_size=12) | st.sampled_from(["{{", "[", '{"a":{{x}}', "{}", "[[[]]]"])),
    max_size=6,
)


@given(st.sampled_from(MODELS), JUNK)
def test_posted_junk_is_read_or_refused_and_shown_again(
    model: type[BaseModel], posted: dict[str, list[str]]
) -> None:
    told: list[Fault] = []
    try:
        validate(model, values_from(model, posted))
    except InvalidParamsError as error:
        told = faults_of(error)
    made = form_of(model, None, typed=posted, faults=told)

    assert len(made.problems) <= len(told) or not told
    assert all(problem.text for problem in made.problems)


# --- what was changed -----------------------------------------------------------------------------


def test_only_what_was_touched_changes_and_keeps_its_name() -> None:
    values = {"advertiser-id": 17, "campaign_id": ["{{ads.id}}"], "unheard": 1, "words": ["a"]}
    posted = form_of(Params, values).posted() | {"words": ["b"], "limit": ["5"]}

    assert {
        "advertiser-id": 17,
        "campaign_id": ["{{ads.id}}"],
        "unheard": 1,
        "words": ["b"],
        "limit": 5,
    } == edited(Params, values, posted)


def test_what_was_emptied_goes() -> None:
    values = {"campaign_id": "17", "name": "x", "part": {"email": ["a"], "country": "DE"}}
    posted = form_of(Params, values).posted()
    posted |= {"campaign_ids": [""], "part.email": [""]}

    assert {"name": "x", "part": {"country": "DE"}} == edited(Params, values, posted)


def test_parts_that_become_a_mapping_and_a_mapping_that_becomes_parts() -> None:
    mapped = edited(Params, {"part": {"country": "DE"}}, {"part": ["{{x}}"]})
    back = edited(Params, mapped, {"part.country": ["AT"], "part.strict": ["false"]})

    assert ({"part": "{{x}}"}, {"part": {"country": "AT"}}) == (mapped, back)


def test_what_cannot_be_read_is_not_merged() -> None:
    with pytest.raises(InvalidParamsError, match="filtering"):
        edited(Params, {"name": "x"}, {"filtering": ["{"], "name": ["y"]})


def test_a_form_tells_of_a_field_it_does_not_have() -> None:
    with pytest.raises(KeyError, match="nothing"):
        form().at("nothing")


def test_fields_that_were_not_posted_stay() -> None:
    assert {"name": "x", "limit": 1} == edited(Params, {"name": "x"}, {"limit": ["1"]})


# --- what is wrong --------------------------------------------------------------------------------


def test_faults_stand_beside_their_fields_and_in_the_summary() -> None:
    values = {"limit": 2000, "campaign_id": ["1", "x"], "part": {"country": "DEU"}, "other": 1}
    made = form(values, faults=faults(values))

    assert "Is required." == made.at("advertiser_id").error
    assert "Must be 1,000 or less." == made.at("limit").error
    assert "Entry 2: Is not an id: 'x' (only digits, at most 20)." == made.at("campaign_ids").error
    assert "May have at most 2 characters." == made.at("part.country").error
    assert ("Other: there is no such parameter.",) == made.loose
    assert {"", "f-advertiser_id", "f-limit", "f-campaign_ids", "f-part-country"} == {
        problem.id for problem in made.problems
    }
    assert made.at("part").is_open


def test_what_a_class_says_about_one_of_its_fields_stands_there() -> None:
    named, loose = ({"advertiser_id": "1", "limit": number} for number in (13, 14))

    assert "It brings bad luck." == form(named, faults=faults(named)).at("limit").error
    assert ("This does not go together.",) == form(loose, faults=faults(loose)).loose


def test_mapped_values_are_not_judged_where_mapping_is_possible() -> None:
    values = {
        "advertiser_id": "{{a}}",
        "campaign_ids": ["{{b}}", "x"],
        "limit": "{{c}}",
        "part": {"strict": "{{d}}"},
    }
    told = faults(values)

    assert ["campaign_ids"] == [
        field.path for field in form(values, faults=told, mappable=True).walk() if field.error
    ]
    assert 4 == len(form(values, faults=told).problems)


@pytest.mark.parametrize(
    ("path", "is_told"),
    [
        ("rows.0.a", False),
        ("rows.0.b", True),
        ("rows.0.c", False),
        ("rows.7", False),
        ("rows[0].b", True),
        ("filtering.a", True),
    ],
)
def test_a_fault_within_typed_data_is_judged_by_what_stands_there(path: str, is_told: bool) -> None:
    typed = {"rows": ['[{"a": "{{x}}", "b": 1}]'], "filtering": ["{"]}
    made = form(typed=typed, faults=[Fault(path, "must be a number")], mappable=True)

    assert is_told == bool(made.problems)


def test_a_refused_form_shows_what_was_typed() -> None:
    typed = {"filtering": ["{"], "limit": ["many"], "level": ["{{x}}"], "part.country": ["DEU"]}
    told = [Fault("filtering", "is not JSON"), Fault("level", "must be one of 'a' or 'b'")]
    made = form(typed=typed, faults=told, mappable=True)

    assert ["{", "many", "{{x}}", "DEU"] == [
        made.at(path).text for path in ("filtering", "limit", "level", "part.country")
    ]
    assert ["filtering"] == [field.path for field in made.walk() if field.error]


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("is required", "Is required."),
        ("must be 0 or more", "Must be 0 or more."),
        ("must be 1000 or less", "Must be 1,000 or less."),
        ("must be more than 0.5", "Must be more than 0.5."),
        ("must be one of 'a', 'b' or 'c'", "Must be one of a, b or c."),
        ("string should have at least 1 character", "Must not be empty."),
        ("string should have at most 1000 characters", "May have at most 1,000 characters."),
        ("list should have at least 1 item after validation, not 0", "Needs at least one."),
        (
            "list should have at most 1000 items after validation, not 1200",
            "Takes at most 1,000; there are 1,200.",
        ),
        (
            "string should match pattern '^[A-Za-z0-9-]{1,64}$'",
            "May hold letters, digits and - only, at most 64 characters.",
        ),
        (
            "string should match pattern '^[A-Za-z_][A-Za-z0-9_]{0,62}$'",
            "May hold letters, digits and _ only, at most 63 characters, no digit first.",
        ),
        (
            "string should match pattern '^https?://\\S+$'",
            "Must be a web address that begins with https://.",
        ),
        (
            "string should match pattern '^[^/\\\\x00-\\x1f]{1,200}$'",
            "Does not have the form that is needed here.",
        ),
        ("input should be a valid dictionary or instance of User", None),
        ("input should be a valid string", "Must be text."),
        ("input should be a valid date or datetime, input is too short", None),
        ("something else entirely", "Something else entirely."),
    ],
)
def test_a_fault_is_told_in_a_sentence(message: str, sentence: str | None) -> None:
    said = phrase(Fault("field", message))

    assert said == (sentence or said)
    assert said.endswith(".") or "such as" in said
    assert not {"^", "\\", "$", "input"} & set(said.split())


def test_no_pattern_of_any_module_is_ever_shown() -> None:
    for model in MODELS:
        for name, schema in model.model_json_schema()["properties"].items():
            for pattern in [p["pattern"] for p in schemas(schema) if "pattern" in p]:
                said = phrase(Fault(name, f"string should match pattern '{pattern}'"))

                assert not set("^$\\{}") & set(said), (name, said)


def schemas(schema: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    return [schema, *(deep for one in inner for deep in schemas(one))]


def test_a_place_within_a_value_is_told() -> None:
    said = phrase(Fault("events[3].user.email.0", "is required"))

    assert "Entry 4, user, email, entry 1: Is required." == said


def test_every_kind_of_error_has_its_faults() -> None:
    problem = Problem(Severity.ERROR, Place(), ("steps", 0, "params", "ad_ids", 1), "is no id")
    warning = Problem(Severity.WARNING, Place(), ("steps", 0), "is odd")
    other = Problem(Severity.ERROR, Place(), ("steps", 0, "when"), "cannot be read", "Quote it")

    assert [Fault("ad_ids.1", "is no id"), Fault("", "Cannot be read. Quote it.")] == faults_of(
        InvalidScenarioError([problem, warning, other])
    )
    assert [Fault("", "odd")] == faults_of(InvalidScenarioError(["odd"]))
    assert [Fault("text", "is cut off")] == faults_of(MappingError("is cut off", path="text"))
    assert [Fault("", "It is locked. Wait.")] == faults_of(UsageError("it is locked", hint="wait"))


# --- words and secrets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("AUCTION_ADGROUP", "Ad group"),
        ("STATUS_DELIVERY_OK", "Delivery ok"),
        ("RESERVATION_ADGROUP", "Ad group, reserved"),
        ("OCPM", "OCPM"),
        ("as given", "As given"),
        ("sha256-base64", "SHA-256, Base64"),
        ("\t", "Tab"),
        ("", ""),
        ("__", "__"),
    ],
)
def test_a_technical_word_has_a_label(word: str, label: str) -> None:
    assert label == label_of(word)


@EVERY
def test_no_two_words_of_a_field_have_the_same_label(module: Module) -> None:
    for field in form_of(module.params, None).walk():
        labels = [label for _, label in field.options]

        assert len(set(labels)) == len(labels), field.path


def test_a_secret_is_never_filled_in_and_kept_when_left_empty() -> None:
    titles = {"token": "Access token", "addresses": "Addresses"}
    made = secret_fields(titles, known={"token"}, several={"addresses"})
    posted = {"secret.token": [""], "secret.addresses": [" mailto://a \n mailto://b "]}

    assert [("", False), ("", True)] == [(one.text, one.required) for one in made]
    assert [Widget.SECRET, Widget.AREA] == [one.widget for one in made]
    assert "Leave it empty to keep it" in made.at("token").description
    assert {"addresses": "mailto://a \n mailto://b"} == {
        name: secret.reveal() for name, secret in secrets_from(titles, posted).items()
    }


def test_what_is_wrong_with_a_secret_stands_beside_it() -> None:
    told = [Fault("token", "is required"), Fault("", "the platform refuses it")]
    made = secret_fields({"token": "Access token"}, faults=told)

    assert ("Is required.", ("The platform refuses it.",)) == (made.at("token").error, made.loose)
