"""What a page needs to know to show one field of a form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Form", "FormField", "FormProblem", "Widget", "control_id"]


class Widget(StrEnum):
    """The control a field is shown as."""

    TEXT = "text"
    ID = "id"
    NUMBER = "number"
    FILE = "file"
    SECRET = "secret"  # noqa: S105 - the name of a control
    AREA = "area"
    LIST = "list"
    JSON = "json"
    SELECT = "select"
    MULTI = "multi"
    SWITCH = "switch"
    DATE = "date"
    MOMENT = "moment"
    GROUP = "group"


def control_id(name: str) -> str:
    """The id of the control of this HTML name; its parts add `-help`, `-error` and so on."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]", "-", name)


@dataclass(frozen=True)
class FormField:
    """One field of a form.

    Args:
        name: The HTML name of its controls, with the form's prefix.
        path: Its name without the prefix, for example `user.email`.
        title: Its label.
        description: One sentence.
        widget: The control it is shown as.
        kind: What mappings call its type, such as `id` or `number`; `data-type` in the page.
        many: Whether it takes several values.
        text: What stands in it; of a list one line for each entry, of a flag `true` or `false`.
        options: Words and their labels: to choose from, or only offered by a text.
        required: Whether leaving it empty is a fault.
        advanced: Whether it is tucked away.
        personal: Whether its value belongs to a person.
        is_changed: Whether it is not what it would be anyway.
        is_mapped: Whether its value is only known when the step runs.
        is_mappable: Whether it may be mapped.
        error: What is wrong with it, in sentences; empty if nothing is.
        attrs: More attributes of the control.
        choices_url: Where the words come from that a text offers.
        basis: Ids of the controls that decide about them.
        map_url: Where the field comes from when it is turned into text, or back.
        is_text: Whether that was done: it could be chosen, and is text.
        sample: What its mapping came to last time.
        unit: What stands behind it.
        children: Its parts.
    """

    name: str
    path: str
    title: str
    description: str
    widget: Widget
    kind: str
    many: bool = False
    text: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    advanced: bool = False
    personal: bool = False
    is_changed: bool = False
    is_mapped: bool = False
    is_mappable: bool = False
    error: str = ""
    attrs: Mapping[str, str] = field(default_factory=dict)
    choices_url: str | None = None
    basis: tuple[str, ...] = ()
    map_url: str | None = None
    is_text: bool = False
    sample: str | None = None
    unit: str = ""
    children: "tuple[FormField, ...]" = ()

    @property
    def id(self) -> str:
        """The id of its control."""
        return control_id(self.name)

    @property
    def lines(self) -> list[str]:
        """The entries of a list."""
        return [line for line in self.text.split("\n") if line]

    @property
    def has_error(self) -> bool:
        """Whether something is wrong with it or with one of its parts."""
        return bool(self.error) or any(child.has_error for child in self.children)

    @property
    def is_open(self) -> bool:
        """Whether it has to be seen: it is filled in, or something is wrong."""
        return self.is_changed or self.has_error

    def walk(self) -> "Iterator[FormField]":
        """The field and its parts."""
        yield self
        for child in self.children:
            yield from child.walk()

    def posted(self) -> dict[str, list[str]]:
        """What a browser sends when nobody has touched it."""
        if self.widget is Widget.GROUP:
            return {name: texts for one in self.children for name, texts in one.posted().items()}
        if self.widget is Widget.SWITCH:
            return {self.name: ["false", *(["true"] if self.text == "true" else [])]}
        if self.widget is Widget.MULTI:
            return {self.name: ["", *self.lines]}
        return {self.name: [self.text]}


@dataclass(frozen=True)
class FormProblem:
    """One line of the summary above a form.

    Args:
        text: What is wrong.
        title: The field's label; empty for what is about no field.
        id: The field's control.
    """

    text: str
    title: str = ""
    id: str = ""


@dataclass(frozen=True)
class Form:
    """The fields of a form, in their order.

    Args:
        fields: Those of the top level.
        loose: What is wrong and belongs to no field, in sentences.
        prefix: What stands before the names of its controls.
    """

    fields: tuple[FormField, ...]
    loose: tuple[str, ...] = ()
    prefix: str = ""

    def __iter__(self) -> Iterator[FormField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    @property
    def id(self) -> str:
        """The beginning of the ids of its own parts."""
        return control_id(f"{self.prefix}form")

    @property
    def plain(self) -> list[FormField]:
        """What everybody sees."""
        return [one for one in self.fields if not one.advanced]

    @property
    def advanced(self) -> list[FormField]:
        """What is folded away."""
        return [one for one in self.fields if one.advanced]

    @property
    def is_open(self) -> bool:
        """Whether what is folded away has to be seen."""
        return any(one.is_open for one in self.advanced)

    @property
    def problems(self) -> list[FormProblem]:
        """Everything that is wrong."""
        fields = [one for top in self.fields for one in top.walk() if one.error]
        return [FormProblem(text) for text in self.loose] + [
            FormProblem(one.error, one.title, one.id) for one in fields
        ]

    def walk(self) -> Iterator[FormField]:
        """All fields and their parts."""
        for one in self.fields:
            yield from one.walk()

    def at(self, path: str) -> FormField:
        """The field of this path.

        Raises:
            KeyError: There is none.
        """
        found = next((one for one in self.walk() if one.path == path), None)
        if found is None:
            raise KeyError(path)
        return found

    def posted(self) -> dict[str, list[str]]:
        """What a browser sends when nobody has touched it."""
        return {name: texts for one in self.fields for name, texts in one.posted().items()}
