"""How tests run modules and calls on pages: filled-in forms, fragments read, rows at hand."""

import html
import re
from collections.abc import Mapping
from typing import Any

from adloom.console.jobs import Job
from adloom.services.module_runs import Reading
from adloom.services.module_runs_rows import KeptRows
from modules import find_module
from tests.console.conftest import Console

__all__ = ["HOSTILE", "Filled", "flat", "kept", "params", "post", "ran", "run_id"]

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} " + "w" * 300
RUN_AT = re.compile(r'data-run="([\w-]+)"')


def flat(text: str) -> str:
    """What a person reads, roughly."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


#: What a browser posts.
Filled = Mapping[str, str | list[str]]


async def post(console: Console, path: str, form: Filled, *, expect: int = 200) -> str:
    """What a form gets back."""
    answer = await console.client.post(path, data=dict(form))
    assert answer.status_code == expect, answer.text
    return answer.text


async def ran(console: Console, name: str, form: Filled | None = None, expect: int = 200) -> str:
    """Run a module once and wait for its end; its last fragment."""
    text = await post(console, f"/modules/{name}/run", form or {}, expect=expect)
    if expect != 200:
        return text
    await console.settled()
    return await console.get(f"/modules/runs/{run_id(text)}")


def run_id(text: str) -> str:
    """The run that a fragment is about."""
    found = RUN_AT.search(text)
    assert found is not None, text
    return found[1]


def params(console: Console, **values: str) -> dict[str, str | list[str]]:
    """Parameters as a module's form posts them, the account among them."""
    given = {"advertiser_id": console.practice.advertiser_id, **values}
    return {f"p.{name}": value for name, value in given.items()}


async def kept(console: Console, rows: list[dict[str, Any]]) -> Job:
    """A run that has found these rows."""

    async def work(_: Job) -> Reading:
        reading = Reading(find_module("search_ads"), "practice", KeptRows(("ad_id", "ad_name")))
        reading.rows.add(rows)
        reading.pages = 1
        return reading

    job = console.desk.jobs.start("Search ads", work)
    await job.wait()
    return job
