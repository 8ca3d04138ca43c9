"""Icons are asked for by name; the sprite has to have every one of them."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import pytest
from jinja2 import nodes

from adloom.console.desk import Standing
from adloom.console.render import environment, navigation
from adloom.console.screens.editor import palette
from adloom.services import connecting_words, editing_chain

SPRITE: Final = files("adloom.console").joinpath("static/icons.svg").read_text()
DRAWN: Final = set(re.findall(r'<symbol[^>]* id="([\w-]+)"', SPRITE))
#: What a macro or a loop of a template calls the icon that it is given.
GIVEN: Final = "icon_name"


def parsed(name: str) -> nodes.Template:
    made = environment()
    assert made.loader is not None
    return made.parse(made.loader.get_source(made, name)[0])


PARSED: Final = {
    name: parsed(name) for name in environment().list_templates() if name.endswith(".html")
}
#: Macros that take an icon: the place among their arguments.
MACROS: Final = {
    macro.name: [one.name for one in macro.args].index(GIVEN)
    for template in PARSED.values()
    for macro in template.find_all(nodes.Macro)
    if GIVEN in [one.name for one in macro.args]
}
PLACES: Final = {"icon": 0, **MACROS}


def texts(node: nodes.Expr | None) -> Iterator[str]:
    """Every text that an expression can come to, as far as it stands there."""
    match node:
        case nodes.Const(value=str(value)):
            yield value
        case nodes.CondExpr():
            yield from texts(node.expr1)
            yield from texts(node.expr2)
        case nodes.Dict():
            for pair in node.items:
                yield from texts(pair.value)
        case nodes.Call(node=nodes.Getattr(attr="get") as found):
            yield from texts(found.node)
            for default in node.args[1:]:
                yield from texts(default)
        case _:
            return


def asked_for(template: nodes.Template) -> Iterator[str]:
    """The names of icons that stand in a template."""
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in PLACES:
            place = PLACES[call.node.name]
            given = {one.key: one.value for one in call.kwargs}
            positional = call.args[place] if place < len(call.args) else None
            yield from texts(given.get(GIVEN, positional))
    for loop in template.find_all(nodes.For):
        names = [one.name for one in loop.target.find_all(nodes.Name)]
        if GIVEN in names and isinstance(loop.iter, nodes.Tuple | nodes.List):
            for row in loop.iter.items:
                assert isinstance(row, nodes.Tuple)
                yield from texts(row.items[names.index(GIVEN)])


@pytest.mark.parametrize("name", PARSED)
def test_every_icon_of_a_template_is_drawn(name: str) -> None:
    assert set() == set(asked_for(PARSED[name])) - DRAWN - {""}


def test_the_search_for_icons_finds_them_wherever_they_stand() -> None:
    found = {icon for template in PARSED.values() for icon in asked_for(template)}

    # By itself, chosen, looked up, handed to a macro by place, and in a loop.
    assert {"play", "eye-off", "check", "stethoscope", "layers", "arrow-left"} <= found
    assert {"empty", "asks", "does", "act", "move"} <= set(MACROS)


def test_every_icon_of_a_table_is_drawn() -> None:
    tables = [
        *(item.icon for group in navigation(Standing()) for item in group.items),
        *(icon for _, icon in editing_chain.KINDS.values()),
        editing_chain.UNKNOWN[1],
        *editing_chain.PROVIDERS.values(),
        *(icon for _, icon, _ in palette.FLOW.values()),
        *palette.ICONS.values(),
        *(kind.icon for kind in connecting_words.KINDS),
    ]

    assert set() == set(tables) - DRAWN
