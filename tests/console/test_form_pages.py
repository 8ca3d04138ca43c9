"""Generated forms as pages: labels, errors, structure, and that values stay text."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adloom.console.forms import Form, form_of, secret_fields, values_from
from adloom.errors import Fault
from connections.providers import PROVIDERS
from modules import all_modules, find_module
from modules.base import Module
from tests.modules.test_conformance import SAMPLES

EVERY = pytest.mark.parametrize("module", all_modules(), ids=lambda module: module.name)
KINDS = pytest.mark.parametrize("kind", sorted(PROVIDERS))
VOID = {"input", "br"}
#: Elements that hold a line of text and nothing but that.
LINES = {"p", "summary", "legend", "label", "option"}
BLOCKS = {"div", "p", "ul", "fieldset", "details", "form", "textarea", "select"}
HOSTILE = '"><img src=x onerror=alert(1)></textarea><script>{{7*7}}</script> hx-get="/x" \' &amp;'


class Page(HTMLParser):
    """Reads a page strictly: every element is closed where it belongs.

    Args:
        text: The page.
    """

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, str] = {}
        self.options: dict[str, list[dict[str, str]]] = {}
        self._inside: list[str] = []
        self.feed(text)
        self.close()
        assert [] == self.stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, names)
        if self.stack and self.stack[-1] in LINES:
            assert tag not in BLOCKS, (self.stack, tag)
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "select":
            self.options[given["name"]] = []
        if tag == "option" and self.stack[-1:] == ["select"]:
            list(self.options.values())[-1].append(given)
        if tag not in VOID:
            self.stack.append(tag)
            self._inside.append(given.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.stack.pop()
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        for inside in filter(None, self._inside):
            self.texts[inside] = self.texts.get(inside, "") + data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and wanted.items() <= attrs.items()
        ]

    def by_id(self, wanted: str) -> tuple[str, dict[str, str]]:
        """The one element with this id."""
        (found,) = [one for one in self.elements if one[1].get("id") == wanted]
        return found

    def posted(self) -> dict[str, list[str]]:
        """What a browser sends of it."""
        found: dict[str, list[str]] = {}
        for tag, attrs in self.elements:
            name = attrs.get("name", "")
            if tag == "textarea":
                found.setdefault(name, []).append(self._area(attrs["id"]))
            elif tag == "select":
                found[name] = [self._chosen(name)]
            elif tag == "input" and (attrs.get("type") != "checkbox" or "checked" in attrs):
                found.setdefault(name, []).append(attrs["value"])
        return found

    def _chosen(self, name: str) -> str:
        """The selected option, or the first."""
        options = self.options[name]
        return next((one["value"] for one in options if "selected" in one), options[0]["value"])

    def _area(self, name: str) -> str:
        """As a browser reads it: the first line break is not of the text."""
        return self.texts.get(name, "").removeprefix("\n").replace("\n", "\r\n")


def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("adloom.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["icon"] = lambda name: Markup(
        '<svg class="icon"><use href="#{}"></use></svg>'
    ).format(name)
    return made


def rendered(macros: str, **context: Any) -> str:
    text = '{% import "_form.html" as forms with context %}' + macros
    return environment().from_string(text).render(**context)


def shown(form: Form) -> Page:
    return Page(rendered("{{ forms.problems(form) }}{{ forms.fields(form) }}", form=form))


def form(
    name: str, values: Mapping[str, Any] | None = None, faults: Sequence[Fault] = (), **more: Any
) -> Form:
    more.setdefault("mappable", True)
    more.setdefault("map_url", lambda path: f"/map?of={path}&way")
    return form_of(
        find_module(name).params,
        values,
        faults=faults,
        choices_url=lambda field: f"/choices/{field.name}",
        **more,
    )


def check(page: Page) -> None:
    """What holds for every form."""
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    labelled = {attrs["for"] for attrs in page.all("label") if "for" in attrs}
    assert len(set(ids)) == len(ids)
    for tag, attrs in page.elements:
        assert not {"style", "onclick"} & attrs.keys()
        assert not any(name.startswith(("on", "hx-on")) for name in attrs)
        for name in attrs.get("aria-describedby", "").split():
            assert name in ids
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            assert attrs["data-type"]
            assert attrs.get("id") in labelled or "aria-label" in attrs or "id" not in attrs
        if tag == "input" and "list" in attrs:
            assert attrs["list"] in ids


# --- every form -----------------------------------------------------------------------------------


@EVERY
def test_every_module_has_a_form_with_labels_help_and_slots(module: Module) -> None:
    made = form(module.name)
    page = shown(made)

    check(page)
    for field in made.walk():
        assert page.texts[f"{field.id}-help"] == field.description
        assert "" == page.texts.get(f"{field.id}-error", "")
        assert page.by_id(f"{field.id}-error")
        assert page.by_id(field.id)


@EVERY
def test_a_filled_form_posts_what_stands_in_it(module: Module) -> None:
    sample = SAMPLES[module.name]
    made = form(module.name, sample)
    page = shown(made)

    check(page)
    assert values_from(module.params, page.posted()) == values_from(module.params, made.posted())


@KINDS
def test_every_kind_of_connection_has_a_form(kind: str) -> None:
    provider = PROVIDERS[kind]
    settings = form_of(provider.settings_model, None, prefix="settings.")
    secrets = secret_fields(provider.secret_titles)

    check(shown(settings))
    check(shown(secrets))
    assert len(provider.settings_model.model_fields) == len(settings)


# --- controls -------------------------------------------------------------------------------------


def test_a_switch_posts_no_when_it_is_off() -> None:
    page = shown(form("make_api_call"))

    assert [{"type": "hidden", "name": "all_pages", "value": "false"}] == page.all(
        "input", name="all_pages", type="hidden"
    )
    assert "checked" not in page.by_id("f-all_pages")[1]
    assert "checked" in shown(form("make_api_call", {"all": True})).by_id("f-all_pages")[1]


def test_a_word_is_shown_with_its_label_and_as_it_is_written() -> None:
    text = rendered("{{ forms.fields(form) }}", form=form("list_ad_reports"))

    assert '<option value="AUCTION_ADGROUP">Ad group · AUCTION_ADGROUP</option>' in text
    assert '<option value="DESC" selected>Descending · DESC</option>' in text
    assert '<option value="" selected>Not set</option>' in text


def test_a_few_words_are_boxes_in_a_group_with_its_own_name() -> None:
    page = shown(form("send_event", prefix="p."))
    name = "p.options.view_content_events"
    boxes = page.all("input", name=name, type="checkbox")

    assert ["page_view", "view_item"] == [box["value"] for box in boxes]
    assert [False, True] == ["checked" in box for box in boxes]
    assert "fieldset" == page.by_id("f-p-options-view_content_events")[0]
    assert ["view_item"] == page.posted()[name][1:]


def test_a_list_that_is_offered_words_takes_them_one_by_one() -> None:
    page = shown(form("search_ads"))
    add = page.by_id("f-campaign_ids-add")[1]
    words = page.by_id("f-campaign_ids-options")[1]

    assert ("campaign_ids", "f-campaign_ids", "Add to Campaigns") == (
        add["name"],
        add["data-adds-to"],
        add["aria-label"],
    )
    assert "/choices/campaign_ids" == words["hx-get"]
    assert (
        "focusin once from:'closest .field', change from:.decides-choices,"
        " change from:#f-advertiser_id"
    ) == words["hx-trigger"]
    assert ".decides-choices, #f-advertiser_id" == words["hx-include"]
    assert page.by_id("f-campaign_ids-note")


def test_words_of_the_declaration_are_offered_without_asking_anybody() -> None:
    page = shown(form("send_event"))

    assert "f-event-options" == page.by_id("f-event")[1]["list"]
    assert {"value": "Purchase"} in page.all("option")
    assert "hx-get" not in page.by_id("f-event-options")[1]


def test_the_answer_with_words_fills_the_list_and_tells_why_it_is_short() -> None:
    words = [("17", "Summer"), ("18", HOSTILE)]
    page = Page(rendered("{{ forms.choices('f-campaign_ids', words, 'Only 2.') }}", words=words))

    assert ["17", "18"] == [one["value"] for one in page.all("option")]
    assert [{"hx-target": "#f-campaign_ids-note", "hx-swap": "textContent"}] == page.all(
        "hx-partial"
    )


def test_a_secret_is_not_in_the_page() -> None:
    page = shown(secret_fields({"token": "Access token"}, known={"token"}))
    tag, attrs = page.by_id("f-secret-token")

    assert ("input", "password", "new-password") == (tag, attrs["type"], attrs["autocomplete"])
    assert "value" not in attrs


def test_parts_stand_in_a_group_that_opens_when_it_is_filled() -> None:
    page = shown(form("send_event", {"user": {"email": ["a@example.com"]}}))

    assert "open" in page.by_id("f-user")[1]
    assert "open" not in page.by_id("f-properties")[1]
    assert "a@example.com" == page.texts["f-user-email"].strip()


def test_advanced_fields_are_folded_until_they_matter() -> None:
    closed = shown(form("make_api_call"))
    opened = shown(form("make_api_call", {"file_part": "video_file"}))

    assert "open" not in closed.by_id("f-form-more")[1]
    assert "open" in opened.by_id("f-form-more")[1]
    assert "More settings (3)" in closed.texts["f-form-more"]


# --- mapping --------------------------------------------------------------------------------------


def test_a_mapped_field_says_so_and_shows_what_it_came_to() -> None:
    made = form(
        "search_ads", {"limit": "{{a.b}}", "primary_status": "{{a.c}}"}, samples={"limit": "<61>"}
    )
    text = rendered("{{ forms.fields(form) }}", form=made)
    page = Page(text)

    assert '<output class="sample" for="f-limit">→ &lt;61&gt;</output>' in text
    assert 2 == text.count("is-mapped")
    assert ("input", "{{a.c}}") == (
        page.by_id("f-primary_status")[0],
        page.by_id("f-primary_status")[1]["value"],
    )


def test_what_is_chosen_has_a_button_that_turns_it_into_text() -> None:
    made = form("search_ads", {"primary_status": "{{a.c}}"})
    pressed, unpressed = (
        shown(made).by_id(f"f-{name}-map")[1] for name in ("primary_status", "created_from")
    )

    assert ("true", "no", "Map Status") == (
        pressed["aria-pressed"],
        pressed["value"],
        pressed["aria-label"],
    )
    assert ("false", "yes", "/map?of=created_from&way") == (
        unpressed["aria-pressed"],
        unpressed["value"],
        unpressed["hx-get"],
    )
    assert [] == shown(form("search_ads", mappable=False)).all("button")


# --- what is wrong --------------------------------------------------------------------------------


def test_errors_are_tied_to_their_controls_and_linked_from_the_summary() -> None:
    told = [Fault("limit", "must be 0 or more"), Fault("nothing", "there is no such parameter")]
    page = shown(form("search_ads", {"limit": -1}, told))
    attrs = page.by_id("f-limit")[1]

    assert ("true", "f-limit-help f-limit-error") == (
        attrs["aria-invalid"],
        attrs["aria-describedby"],
    )
    assert "Must be 0 or more." == page.texts["f-limit-error"]
    assert "aria-invalid" not in page.by_id("f-name_contains")[1]
    assert [{"href": "#f-limit"}] == page.all("a")
    assert "Nothing: there is no such parameter." in page.texts["f-form-problems"]
    assert "Limit: Must be 0 or more." in page.texts["f-form-problems"]


def test_an_autosave_is_answered_with_slots_and_no_control() -> None:
    made = form("search_ads", {}, [Fault("advertiser_id", "is required")], prefix="p.")
    page = Page(rendered("{{ forms.errors(form) }}", form=made))
    targets = [one["hx-target"] for one in page.all("hx-partial")]

    assert [*(f"#{field.id}-error" for field in made.walk()), "#f-p-form-problems"] == targets
    assert not [tag for tag, _ in page.elements if tag in ("input", "select", "textarea")]
    assert {target.removeprefix("#") for target in targets} <= {
        attrs.get("id") for _, attrs in shown(made).elements
    }


def test_one_field_can_be_answered_alone() -> None:
    page = Page(rendered("{{ forms.field(form.at('limit')) }}", form=form("search_ads")))

    assert "10" == page.by_id("f-limit")[1]["value"]
    assert 1 == len(page.all("label"))


# --- hostile text ---------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["search_ads", "send_event", "make_api_call", "create_ad"])
def test_hostile_values_errors_and_samples_stay_text(module: str) -> None:
    fields = [field for field in form(module).walk() if not field.children]
    typed = {field.name: [HOSTILE] for field in fields}
    faults = [Fault(field.path, HOSTILE) for field in fields]
    samples = {field.path: HOSTILE for field in fields}
    made = form(module, None, faults, typed=typed, samples=samples, mappable=False)
    page = shown(made)

    check(page)
    assert [] == [tag for tag, _ in page.elements if tag in ("img", "script")]
    assert {HOSTILE} == {field.text for field in made.walk() if not field.children}
    assert {"datalist"} >= {tag for tag, attrs in page.elements if "hx-get" in attrs}


def test_text_that_begins_with_a_line_break_keeps_it() -> None:
    page = shown(form("notify", {"text": "\n\ntwo above"}))

    assert ["\r\n\r\ntwo above"] == page.posted()["text"]
