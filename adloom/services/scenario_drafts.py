"""First versions of scenarios: an example made one's own, or a trigger with a message."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from adloom.errors import UnknownNameError, UsageError
from adloom.fields import fields_of
from connections.connection import Connection
from modules import find_module
from modules.base import Module
from scenarios.environment import WITHOUT_ACCOUNT
from scenarios.loader import load_scenario
from scenarios.model import ModuleStep
from scenarios.testing.model import is_script
from scenarios.yaml_edit import set_value
from scenarios.yaml_writing import write_block

__all__ = ["Answers", "draft", "example_names", "from_example", "slug"]

ENDING: Final = ".yaml"
#: What examples call an advertiser account.
NOBODY: Final = "7100000000000000001"
ACCOUNTS: Final = ("advertiser_id", "advertiser_ids")
NOTIFY: Final = "notify"
#: Fields that tell a person best what was found.
TELLING: Final = ("ad_name", "adgroup_name", "campaign_name", "title", "video_description", "name")


def slug(name: str) -> str:
    """What the file of a scenario is called."""
    found = re.sub(r"[^\w-]+", "-", name.strip().lower()).strip("-")
    if not found:
        raise UsageError(f"{name!r} is no name for a scenario.")
    return found


def example_names() -> list[str]:
    """The examples that come along."""
    folder = files("scenarios") / "examples"
    names = (one.name for one in folder.iterdir() if not is_script(Path(one.name)))
    return sorted(name.removesuffix(ENDING) for name in names if name.endswith(ENDING))


@dataclass(frozen=True)
class Answers:
    """What somebody has said about a new scenario, or is asked for.

    Args:
        name: What it is to be called.
        typed: What was said already.
        known: The connections there are.
        ask: Lets somebody choose.
    """

    name: str
    typed: Mapping[str, str | None]
    known: Sequence[Connection]
    ask: Callable[[str, Sequence[str]], str]

    def connection(self, module: Module) -> str:
        """The connection for a module."""
        option = "notify" if NOTIFY in module.providers else "connection"
        if given := self.typed[option]:
            return given
        usable = [one.name for one in self.known if one.provider in module.providers]
        if not usable:
            raise UsageError(
                f"{module.title} needs a connection of the kind {module.provider}.",
                hint=f"Make one: adloom connections add NAME --kind {module.provider}",
            )
        return self.ask(f"Connection for “{module.title}”", usable)

    def account(self, connection: str) -> str:
        """The advertiser account."""
        if given := self.typed["advertiser_id"]:
            return given
        found = next((one for one in self.known if one.name == connection), None)
        granted = found.account.get("advertisers", []) if found else []
        return self.ask("Advertiser account", [str(one["advertiser_id"]) for one in granted])


def from_example(example: str, answers: Answers) -> str:
    """An example under another name, with one's own connections and account.

    Raises:
        UnknownNameError: There is no such example.
    """
    name = example.removesuffix(ENDING)
    if name not in example_names():
        hint = f"There are {', '.join(example_names())}."
        raise UnknownNameError("example", example, example_names(), hint=hint)
    text = (files("scenarios") / "examples" / f"{name}{ENDING}").read_text(encoding="utf-8")
    scenario = load_scenario(text)
    text = set_value(text, ("name",), answers.name)
    chosen: dict[str, str] = {}
    for step in scenario.all_steps():
        if not isinstance(step, ModuleStep) or step.connection is None:
            continue
        if step.connection not in chosen:
            chosen[step.connection] = answers.connection(find_module(step.module))
        connection = chosen[step.connection]
        text = set_value(text, (*step.path, "connection"), connection)
        for parameter in ACCOUNTS:
            given = step.given.get(parameter)
            if given in (NOBODY, [NOBODY]):
                account = answers.account(connection)
                value = [account] if isinstance(given, list) else account
                text = set_value(text, (*step.path, "params", parameter), value)
    return text


def draft(module: Module, answers: Answers) -> str:
    """A scenario that begins with a module and tells somebody what it found."""
    needs_account = module.instant is None and not WITHOUT_ACCOUNT & set(module.providers)
    connection = answers.connection(module) if needs_account else ""
    required = {field.name: field for field in fields_of(module.params) if field.required}
    values: dict[str, Any] = {}
    for parameter in ACCOUNTS:
        if field := required.pop(parameter, None):
            account = answers.account(connection)
            values[parameter] = [account] if field.many else account
    if required:
        raise UsageError(
            f"{module.title} also needs {', '.join(required)}, which nobody asks for here.",
            hint=f"See the parameters: adloom modules {module.name.replace('_', '-')}",
        )
    telling = next((name for name in TELLING if name in module.bundle.model_fields), None)
    found = f"{{{{found.{telling or next(iter(module.bundle.model_fields))}}}}}"
    steps: list[Any] = [{"id": "found", "title": module.title, "module": module.name}]
    if connection:
        steps[0]["connection"] = connection
    if values:
        steps[0]["params"] = values
    steps.append(
        {
            "id": "tell",
            "title": "Tell somebody",
            "module": NOTIFY,
            "connection": answers.connection(find_module(NOTIFY)),
            "params": {"title": module.title, "text": found},
        }
    )
    often = {"every": answers.typed["every"], "timezone": answers.typed["timezone"]}
    whole = {
        "name": answers.name,
        "description": module.description,
        "schedule": "immediately" if module.instant else often,
        "steps": steps,
    }
    return write_block(whole, 0).rstrip("\n") + "\n"
