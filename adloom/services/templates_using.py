"""A template made one's own: blanks filled in, and written as a scenario that is not enabled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.services.editing_saving import Saved, save
from adloom.services.scenario_drafts import ACCOUNTS, NOBODY, slug
from adloom.services.scenario_files import texts
from adloom.services.session import Session
from adloom.services.templates import Need, Template
from connections.connection import Connection, State
from scenarios.loader import problems_of
from scenarios.model import ModuleStep
from scenarios.rules.expanding import expand_rule
from scenarios.rules.reading import load_rule
from scenarios.yaml_edit import set_value
from scenarios.yaml_writing import write_block

__all__ = [
    "Filling",
    "accounts_for",
    "filled",
    "free_name_for",
    "missing",
    "usable",
    "use_template",
]

_ID: Final = re.compile(r"[0-9]{1,32}")
#: What rules call the connections of a template.
RULE_KEYS: Final = ("connection", "tell")


@dataclass(frozen=True)
class Filling:
    """What somebody fills into the blanks of a template.

    Args:
        name: What the scenario is to be called.
        connections: Their connections by what the template calls them.
        account: The advertiser account.
    """

    name: str
    connections: Mapping[str, str] = field(default_factory=dict)
    account: str = ""


def usable(need: Need, known: Sequence[Connection]) -> list[Connection]:
    """The connections that will do for a need, those that work first."""
    found = [one for one in known if one.provider in need.kinds]
    return sorted(found, key=lambda one: (one.state is State.RECONNECT, one.name))


def missing(template: Template, known: Sequence[Connection]) -> list[Need]:
    """What a template needs and nobody has connected yet."""
    return [one for one in template.needs if not usable(one, known)]


def accounts_for(template: Template, known: Sequence[Connection]) -> list[tuple[str, str]]:
    """Advertiser accounts to choose from: id and name."""
    kinds = {kind for need in template.needs for kind in need.kinds}
    found: dict[str, str] = {}
    for one in known:
        if one.provider in kinds:
            for account in one.account.get("advertisers") or []:
                name = str(account.get("name") or account["advertiser_id"])
                found[str(account["advertiser_id"])] = name
    return list(found.items())


def free_name_for(session: Session, template: Template) -> str:
    """A name that no scenario and no file has."""
    folder = session.workspace.scenarios
    taken = {path.stem.lower() for path in folder.glob("*.y*ml")}
    taken |= {slug(one.scenario.name) for one in texts(folder) if one.scenario}
    name, number = template.name, 1
    while name in taken:
        number += 1
        name = f"{template.name}-{number}"
    return name


def filled(template: Template, filling: Filling) -> str:
    """The text of the scenario that a template becomes.

    Raises:
        InvalidParamsError: Something is left out or cannot be so; tells every fault.
    """
    _check(template, filling)
    if template.kind == "rule":
        return _filled_rule(template, filling)
    text = set_value(template.text, ("name",), filling.name)
    for step in template.scenario.all_steps():
        if not isinstance(step, ModuleStep):
            continue
        if step.connection is not None:
            chosen = filling.connections[step.connection]
            text = set_value(text, (*step.path, "connection"), chosen)
        for parameter in ACCOUNTS:
            given = step.given.get(parameter)
            if given in (NOBODY, [NOBODY]):
                value = [filling.account] if isinstance(given, list) else filling.account
                text = set_value(text, (*step.path, "params", parameter), value)
    return text


def use_template(session: Session, template: Template, filling: Filling) -> Saved:
    """Write a template as a new scenario; nothing runs before somebody enables it.

    Raises:
        InvalidParamsError: Something is left out or cannot be so; tells every fault.
        UsageError: It cannot be written.
    """
    text = filled(template, filling)
    try:
        outcome = save(session.workspace.scenarios, text, file=None, expected=None)
    except UsageError as error:
        raise InvalidParamsError([Fault("name", str(error))]) from None
    if not isinstance(outcome, Saved):
        raise UsageError(
            "With these answers the scenario cannot be used.", hint="Try another name or account."
        )
    return outcome


# --- inside ---------------------------------------------------------------------------------------


def _check(template: Template, filling: Filling) -> None:
    faults = [
        Fault(f"connections.{need.name}", "Choose one.")
        for need in template.needs
        if not filling.connections.get(need.name)
    ]
    if template.has_account and not filling.account:
        faults.append(Fault("account", "Choose one, or write its id."))
    elif template.has_account and not _ID.fullmatch(filling.account):
        faults.append(
            Fault("account", "An account's id is digits only; TikTok Ads Manager shows it.")
        )
    wrong = [
        one for one in problems_of(write_block({"name": filling.name}, 0)) if one.path == ("name",)
    ]
    if not filling.name:
        faults.insert(0, Fault("name", "Give it a name."))
    elif wrong:
        faults.insert(0, Fault("name", f"A name {wrong[0].text}."))
    if faults:
        raise InvalidParamsError(faults)


def _filled_rule(template: Template, filling: Filling) -> str:
    rule = load_rule(template.text)
    text = set_value(template.text, ("rule",), filling.name)
    if rule.account:
        text = set_value(text, ("account",), filling.account)
    for key in RULE_KEYS:
        name = getattr(rule, key)
        if name in filling.connections:
            text = set_value(text, (key,), filling.connections[name])
    return expand_rule(load_rule(text)).text
