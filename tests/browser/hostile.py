"""A simulated account in which everything that has a name would like to be more than a name."""

from dataclasses import replace
from typing import Any, Final

from adloom.simulator import Running
from adloom.simulator.world.tables import Level

__all__ = ["HOSTILE", "make_hostile"]

#: Markup, a template, quotes for every kind of attribute, a right-to-left override that is never
#: ended, a formula, and three hundred characters without a blank. One object has one of them.
HOSTILE: Final = (
    "<img src=x onerror=\"document.title='had'\"> {{7*7}}",
    "\"><script src=/had.js></script><b title='x",
    "' hx-get=/settings hx-trigger=load x='",
    "\u202egnihton ylbaborp \u2066 {% raw %} ${7*7} #{7*7}",
    '=HYPERLINK("http://evil.example/","&lt;b&gt;") </title></textarea></table><!--',
    "W" * 300,
)
NAMED: Final[tuple[tuple[Level, str], ...]] = (
    ("campaign", "campaign_name"),
    ("adgroup", "adgroup_name"),
    ("ad", "ad_name"),
)


def make_hostile(simulator: Running) -> None:
    """Rename every account, campaign, ad group and ad of a simulator.

    Done before anybody connects, so that what a connection remembers of its accounts is hostile
    too.
    """
    for number, account in enumerate(simulator.world.accounts.values()):
        name = HOSTILE[number % len(HOSTILE)]
        account.facts = replace(account.facts, name=name, company=name)
        for level, field in NAMED:
            table = account.table(level)
            for index in range(len(table)):
                changed: dict[str, Any] = table.changed.setdefault(index, {})
                changed[field] = HOSTILE[index % len(HOSTILE)]
                if level == "ad":
                    changed["ad_text"] = changed["display_name"] = changed[field]
