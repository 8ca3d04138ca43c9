"""Ready scenarios to begin from: what each does, needs and would change."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from adloom.errors import UnknownNameError
from adloom.services.editing_chain import Chain, chain_of
from adloom.services.scenario_drafts import ACCOUNTS, NOBODY, example_names
from adloom.services.scenario_words import say_schedule
from connections.providers import provider_named
from modules import find_module
from modules.base import Module
from scenarios.loader import load_scenario
from scenarios.model import ModuleStep, Scenario
from scenarios.rules.expanding import expand_rule
from scenarios.rules.reading import load_rule
from scenarios.testing.folder import Ready, make_ready
from scheduler.judging import judge, told
from scheduler.testing import run_ready

__all__ = [
    "RULE_EXAMPLES",
    "Need",
    "Template",
    "TestResult",
    "all_templates",
    "example_rules",
    "find_template",
    "run_template_tests",
]

RULE_EXAMPLES: Final = files("scenarios") / "rules" / "examples"
ENDING: Final = ".yaml"
#: What these change costs no money.
HARMLESS: Final = frozenset({"notify", "files"})
#: Blanks before a line of a comment that stands by itself.
DEEP: Final = 3
_ITEM: Final = re.compile(r"(?:-|\d+\.) ")


@dataclass(frozen=True)
class Need:
    """A connection that a template needs.

    Args:
        name: What the template calls it.
        kinds: Which kinds will do; the first is the usual one.
        title: Of that kind, for people.
        used_for: The titles of the modules that use it.
    """

    name: str
    kinds: Sequence[str]
    title: str
    used_for: Sequence[str]


@dataclass(frozen=True)
class Template:
    """A ready scenario.

    Args:
        name: What its file is called.
        title: For people.
        kind: `scenario`, or `rule`, the short form that becomes one.
        description: What it does, in a sentence.
        about: What its author says about it, in paragraphs.
        text: The file.
        scenario: What it is, or becomes.
        schedule: When it runs, in words.
        needs: The connections.
        modules: What it uses, each once.
        changes: The titles of what changes something at a platform.
        has_account: Whether an advertiser account has to be filled in.
        starts: What it begins with: `trigger`, `search` or `other`.
        chain: Its steps, to be drawn.
    """

    name: str
    title: str
    kind: str
    description: str
    about: Sequence[str]
    text: str
    scenario: Scenario
    schedule: str
    needs: Sequence[Need]
    modules: Sequence[Module]
    changes: Sequence[str]
    has_account: bool
    starts: str
    chain: Chain


@dataclass(frozen=True)
class TestResult:
    """A test of a template that was run.

    Args:
        name: What it tries.
        faults: What was not as expected.
    """

    name: str
    faults: Sequence[str]


def example_rules() -> list[str]:
    """The rules that come along."""
    names = (one.name for one in RULE_EXAMPLES.iterdir() if one.name.endswith(ENDING))
    return sorted(name.removesuffix(ENDING) for name in names)


@cache
def all_templates() -> Sequence[Template]:
    """Every ready scenario, by its title."""
    folder = files("scenarios") / "examples"
    found = [
        _template(name, "scenario", (folder / f"{name}{ENDING}").read_text("utf-8"))
        for name in example_names()
    ]
    found += [
        _template(name, "rule", (RULE_EXAMPLES / f"{name}{ENDING}").read_text("utf-8"))
        for name in example_rules()
    ]
    return sorted(found, key=lambda one: one.title)


def find_template(name: str) -> Template:
    """One ready scenario.

    Raises:
        UnknownNameError: There is none of this name.
    """
    found = {one.name: one for one in all_templates()}
    if name not in found:
        raise UnknownNameError("template", name, found, hint="See them all under Templates.")
    return found[name]


async def run_template_tests(template: Template) -> list[TestResult]:
    """Run the tests that come along with a template; without a network, as everybody's run."""
    source = files("scenarios") / "examples" / f"{template.name}.test.yaml"
    if template.kind != "scenario" or not source.is_file():
        return []
    with as_file(files("scenarios") / "examples") as folder:
        return await _run(make_ready(folder / source.name))


async def _run(ready: Ready) -> list[TestResult]:
    if not ready.is_sound or ready.script is None:
        return [TestResult("the file of tests", [str(one) for one in ready.problems])]
    results = []
    for case in ready.script.cases:
        faults = judge(case, await run_ready(ready, case))
        results.append(TestResult(case.name, [told(ready.script, one) for one in faults]))
    return results


# --- inside ---------------------------------------------------------------------------------------


def _template(name: str, kind: str, text: str) -> Template:
    if kind == "rule":
        expansion = expand_rule(load_rule(text))
        scenario = load_scenario(expansion.text)
    else:
        scenario = load_scenario(text)
    steps = [one for one in scenario.all_steps() if isinstance(one, ModuleStep)]
    modules = list(dict.fromkeys(find_module(one.module) for one in steps))
    return Template(
        name=name,
        title=name.replace("-", " ").capitalize().replace(" crm ", " CRM "),
        kind=kind,
        description=scenario.description,
        about=list(_paragraphs(text)),
        text=text,
        scenario=scenario,
        schedule=say_schedule(scenario.schedule),
        needs=_needs(steps),
        modules=modules,
        changes=[one.title for one in modules if one.action and one.provider not in HARMLESS],
        has_account=any(
            one.given.get(name) in (NOBODY, [NOBODY]) for one in steps for name in ACCOUNTS
        ),
        starts=_start(steps),
        chain=chain_of(scenario.text),
    )


def _start(steps: Sequence[ModuleStep]) -> str:
    return str(find_module(steps[0].module).kind) if steps else "other"


def _needs(steps: Sequence[ModuleStep]) -> list[Need]:
    used: dict[str, list[Module]] = {}
    for one in steps:
        if one.connection is not None:
            used.setdefault(one.connection, []).append(find_module(one.module))
    return [
        Need(
            name,
            modules[0].providers,
            provider_named(modules[0].providers[0]).title,
            list(dict.fromkeys(module.title for module in modules)),
        )
        for name, modules in used.items()
    ]


def _paragraphs(text: str) -> Iterator[str]:
    """The comment at the top, without its signs; items and indented lines stand by themselves."""
    found, is_apart = "", False
    for line in text.split("\n"):
        if not line.startswith("#"):
            break
        said = line.removeprefix("#")
        inner = said.strip()
        is_deep = len(said) - len(said.lstrip()) >= DEEP and not _ITEM.match(found)
        if found and (not inner or _ITEM.match(inner) or is_deep or is_apart):
            yield found
            found = ""
        is_apart = is_deep
        found = f"{found} {inner}".strip()
    if found:
        yield found
