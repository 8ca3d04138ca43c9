"""Mapping files are read strictly, and every fault is told with its place."""

import json
import re

import pytest

from adloom.errors import InvalidScenarioError
from modules.events.mapping import EventMapping
from modules.events.pipeline import Pipeline
from scenarios.event_mappings import MOST_CHARACTERS, load_event_mapping
from tests.seams.checkout import ROOT

FILE = """\
# Orders of our shop.
preset: segment
source: offline
events:
  Order Completed: Purchase
  Cart Viewed: null
  Quote: [Lead, Contact]
fields:
  user.external_id: context.traits.crm_id
  properties.value: {value: 9.90}
  properties.shop_id: {value: 007}
  user.phone: ["{{properties.phone}}", context.traits.phone]
items: {from: properties.lines, fields: {price: unit}}
only_when: "{{properties.total > 0}}"
consent: {field: context.consent, granted: [true, "yes"]}
unmapped: skip
options: {default_country: de, oldest_days: 0}
"""


def faults(text: str) -> list[str]:
    """What is wrong with a file, line by line."""
    with pytest.raises(InvalidScenarioError) as caught:
        load_event_mapping(text, "orders.yaml")
    return [str(one) for one in caught.value.problems]


def test_a_file_is_read_whole() -> None:
    mapping = load_event_mapping(FILE, "orders.yaml")

    assert ("segment", "offline", "skip") == (mapping.preset, mapping.source, mapping.unmapped)
    assert {"Order Completed": "Purchase", "Cart Viewed": None, "Quote": ["Lead", "Contact"]} == (
        mapping.events
    )
    assert {"value": 9.9} == mapping.fields["properties.value"]
    assert {"value": "007"} == mapping.fields["properties.shop_id"]
    assert mapping.items is not None
    assert "properties.lines" == mapping.items.from_
    assert ("DE", 0) == (mapping.options.default_country, mapping.options.oldest_days)
    assert mapping.consent is not None
    assert [True, "yes"] == mapping.consent.granted


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_decides_nothing(text: str) -> None:
    assert EventMapping() == load_event_mapping(text, "orders.yaml")


def test_every_fault_is_told_at_once_with_its_place() -> None:
    text = """\
preset: segmant
events:
  Bad: {a: b}
fields:
  user.emial: properties.mail
  user.phone: "{{properties.phone + }}"
  page.url: a..b
items: {form: a}
itms: {}
options:
  oldest_days: many
only_when: "{{lowr(a.b)}}"
"""

    assert [
        "orders.yaml:1:9: preset: there is no preset named 'segmant' (Did you mean segment?)",
        "orders.yaml:3:8: events.Bad: must be a name, a list of names, or null",
        (
            "orders.yaml:5:3: fields.user.emial: is no field of an event; "
            "did you mean user.email or user.idfa or user.ip?"
        ),
        "orders.yaml:6:36: fields.user.phone: The expression ends too early.",
        (
            "orders.yaml:7:13: fields.page.url: is no path: write names with dots between them, "
            "[1] for the first item of a list, and names with dots in them in back-ticks"
        ),
        "orders.yaml:8:9: items.form: there is no such key (did you mean from?)",
        "orders.yaml:9:1: itms: there is no such key (did you mean items?)",
        "orders.yaml:11:16: options.oldest_days: must be a whole number",
        (
            "orders.yaml:12:15: only_when: There is no function named 'lowr'. "
            "(Did you mean lower or floor?)"
        ),
    ] == faults(text)


def test_a_fault_in_a_list_stands_with_the_list() -> None:
    (fault,) = faults('fields:\n  user.email:\n    - a.b\n    - "{{a.b + }}"\n')

    assert fault.startswith("orders.yaml:3:5: fields.user.email")


def test_an_event_that_stands_there_twice_is_told() -> None:
    (fault,) = faults("events:\n  Order Completed: Purchase\n  order_completed: Lead\n")

    assert "twice: Order Completed and order_completed" in fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "is no mapping file"),
        ("just text\n", "is no mapping file"),
        ("a: &x 1\n", "has an anchor"),
        ("preset: !!str ga4\n", "has a tag"),
        ("preset: ga4\npreset: ga4\n", "is there twice"),
        ("fields: {user.email: {{a.b}}}\n", "must stand in quotes"),
        ("a:\n\tb: 1\n", "tabs"),
        ("x" * (MOST_CHARACTERS + 1), "is longer than 200,000 characters"),
        ("events: [a]\n", "must be a mapping of names to values"),
        ("options: 5\n", "must be a mapping of names to values"),
        ("preset: 5\n", "must be text"),
        ("consent: {granted: [yes]}\n", "is required"),
        ("a: \x00\n", "a character that text cannot have"),
    ],
)
def test_what_is_no_such_file_is_refused(text: str, said: str) -> None:
    assert any(said in fault for fault in faults(text)), faults(text)
    assert all(fault.startswith("orders.yaml:") for fault in faults(text))


PAGE = (ROOT / "docs" / "event-mappings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_of_the_document_are_mapping_files(text: str) -> None:
    assert load_event_mapping(text, "example.yaml").fields


def test_the_first_example_makes_whole_events_of_the_rows_it_is_for() -> None:
    first = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
    row = {
        "ordered_at": "2026-11-21T10:00:00Z",
        "order_no": "O-1",
        "customer": {"mail": "a@example.com", "phone": "030 123456"},
        "total": 25.5,
        "shipping": 5,
        "lines": [{"sku": "S1", "title": "Shoe", "unit_price": 10.25, "amount": 2}],
    }
    pipeline = Pipeline(load_event_mapping(first, "a.yaml"), source="web", source_id="C4PIXEL1")
    reading = pipeline.read(row, now=1_795_300_000, seed="a")

    [event] = reading.events
    item = json.loads(event.content)
    assert () == reading.problems
    assert (20.5, "S1") == (
        item["properties"]["value"],
        item["properties"]["contents"][0]["content_id"],
    )
    assert {"email", "phone"} == item["user"].keys()


def test_a_fault_within_a_list_of_words_stands_with_the_word() -> None:
    (fault,) = faults("options:\n  only:\n    - Purchase\n    - [x]\n")

    assert "orders.yaml:4:7: options.only[2]: must be text" == fault


def test_an_expression_that_is_no_text_of_the_file_stands_with_its_key() -> None:
    (fault,) = faults('fields:\n  user.email: {value: {a: "b"}}\n')

    assert fault.startswith("orders.yaml:2:15: fields.user.email: must be {value: …}")
