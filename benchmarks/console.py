"""The console: how soon it is there, how large, and how it holds out against many.

Run: `.venv/bin/python -m benchmarks.console [--runs N] [--seconds N]`
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

from adloom.simulator import Options, Running
from tests.browser.chromium import chromium
from tests.browser.conftest import LINK, Served, link_of, practised, serving
from tests.seams.practice import Practice

SCENARIOS = 100
USERS = 50
MARK = {"HX-Request": "true"}
STEP = """\
  - id: ads{number}
    title: Look for ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", name_contains: "{number}", limit: 5}}
"""
HEAD = "name: {name}\ndescription: Looks for ads.\nschedule: {{every: 1 hour}}\nsteps:\n"
Row = tuple[str, str]


def text(practice: Practice, name: str, steps: int) -> str:
    """A scenario with so many steps."""
    told = (
        STEP.format(number=number, advertiser=practice.advertiser_id) for number in range(steps)
    )
    return HEAD.format(name=name) + "".join(told)


def fill(practice: Practice) -> None:
    """A hundred scenarios, and two for the editor."""
    folder = practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    for number in range(SCENARIOS - 2):
        (folder / f"s{number:03}.yaml").write_text(text(practice, f"s{number:03}", 3))
    for steps in (10, 100):
        (folder / f"long{steps}.yaml").write_text(text(practice, f"long{steps}", steps))


def spread(seconds: Iterable[float]) -> str:
    """The least, the middle and the 95th of a hundred, in milliseconds."""
    known = sorted(seconds)
    late = known[min(len(known) - 1, round(0.95 * len(known)))]
    return f"{known[0] * 1e3:.0f} / {statistics.median(known) * 1e3:.0f} / {late * 1e3:.0f} ms"


# --- starting -------------------------------------------------------------------------------------


def starts(practice: Practice, runs: int) -> Row:
    """From the command to the line with the link."""
    command = [sys.executable, "-m", "adloom", "--workspace", str(practice.folder)]
    command += ["serve", "--port", "0", "--no-browser"]
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.stdout is not None
        for line in process.stdout:
            if LINK.search(line.decode()):
                break
        found.append(time.perf_counter() - began)
        process.terminate()
        process.communicate()
    return f"from `adloom serve` to its link, {runs} times: min / p50 / p95", spread(found)


# --- the first page -------------------------------------------------------------------------------


def signed_in(served: Served) -> dict[str, str]:
    """A cookie, made as the sign-in page makes it."""
    code = link_of(served).partition("#")[2]
    answer = httpx.post(f"{served.address}/session", json={"code": code}, headers={"X-Adloom": "1"})
    return dict(answer.raise_for_status().cookies)


def first_page(browser: Browser, served: Served, cookie: dict[str, str], runs: int) -> list[Row]:
    """The start page in a browser that has never seen the console."""
    loads, paints, sizes = [], [], []
    for _ in range(runs):
        context = browser.new_context()
        context.add_cookies(
            [{"name": key, "value": value, "url": served.address} for key, value in cookie.items()]
        )
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        wire: list[float] = []
        line.on("Network.loadingFinished", lambda one, to=wire: to.append(one["encodedDataLength"]))
        page.goto(served.address + "/", wait_until="networkidle")
        raw, load, paint = page.evaluate("""() => {
            const [page] = performance.getEntriesByType('navigation');
            const all = [page, ...performance.getEntriesByType('resource')];
            const [paint] = performance.getEntriesByName('first-contentful-paint');
            return [all.reduce((sum, one) => sum + one.decodedBodySize, 0), page.loadEventEnd,
                    paint.startTime]; }""")
        loads.append(load / 1e3)
        paints.append(paint / 1e3)
        sizes.append((len(wire), sum(wire), raw))
        context.close()
    count, sent, raw = sizes[-1]
    return [
        ("start page, cold: requests; kB on the wire; kB raw",
         f"{count}; {sent / 1e3:.1f}; {raw / 1e3:.1f}"),
        ("start page, cold: first paint, min / p50 / p95", spread(paints)),
        ("start page, cold: loaded, min / p50 / p95", spread(loads)),
    ]  # fmt: skip


# --- requests -------------------------------------------------------------------------------------


async def timed(act: Callable[[], Awaitable[httpx.Response]]) -> float:
    """Seconds until an answer is there."""
    began = time.perf_counter()
    (await act()).raise_for_status()
    return time.perf_counter() - began


async def pages(client: httpx.AsyncClient, runs: int) -> list[Row]:
    """Pages by themselves, one after the other."""
    found: list[Row] = []
    for path in ("/", "/scenarios", "/scenarios/long10/edit", "/scenarios/long100/edit"):
        first = await timed(lambda at=path: client.get(at))  # type: ignore[misc]
        took = [await timed(lambda at=path: client.get(at)) for _ in range(runs)]  # type: ignore[misc]
        size = len((await client.get(path)).content) / 1e3
        told = f"{spread(took)} (first {first * 1e3:.0f}; {size:.0f} kB)"
        found.append((f"`{path}`, server alone, min / p50 / p95", told))
    return found


async def autosaves(client: httpx.AsyncClient, name: str, runs: int) -> Row:
    """A field of a step's form, kept as it is typed."""
    page = (await client.get(f"/scenarios/{name}/edit?step=steps.0")).text
    marks = dict(re.findall(r'name="(version|tab)" value="([^"]*)"', page)[:2])
    took = []
    for number in range(runs):
        form = {**marks, "at": "steps.0", "title": f"Look for ads {number}"}
        took.append(
            await timed(
                lambda given=form: client.post(  # type: ignore[misc]
                    f"/scenarios/{name}/edit/step", data=given, headers=MARK
                )
            )
        )
        marks["version"] = str(int(marks["version"]) + 1)
    return f"autosave in `{name}`, min / p50 / p95", spread(took)


async def crowd(client: httpx.AsyncClient) -> Row:
    """Fifty people open the list of a hundred scenarios at the same moment."""
    began = time.perf_counter()
    took = await asyncio.gather(*(timed(lambda: client.get("/scenarios")) for _ in range(USERS)))
    total = time.perf_counter() - began
    return (f"{USERS} users open {SCENARIOS} scenarios at once: min / p50 / p95; all",
            f"{spread(took)}; {total:.2f} s")  # fmt: skip


async def tabs(client: httpx.AsyncClient, process: int, seconds: float) -> list[Row]:
    """Fifty tabs that ask every two seconds how the executions stand."""
    took: list[float] = []
    before, cpu = memory(process), cpu_seconds(process)
    end = time.monotonic() + seconds

    async def tab(number: int) -> None:
        await asyncio.sleep(2 * number / USERS)
        while time.monotonic() < end:
            took.append(await timed(lambda: client.get("/executions/part", headers=MARK)))
            await asyncio.sleep(2)

    await asyncio.gather(*map(tab, range(USERS)))
    during, used = memory(process), cpu_seconds(process) - cpu
    await asyncio.sleep(2)
    return [
        (f"server's memory: idle; {USERS} tabs asking; afterwards",
         f"{before:.0f}; {during:.0f}; {memory(process):.0f} MB"),
        (f"{USERS} tabs asking every 2 s: min / p50 / p95; share of a core",
         f"{spread(took)}; {used / seconds:.0%}"),
    ]  # fmt: skip


def memory(process: int) -> float:
    """Resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def cpu_seconds(process: int) -> float:
    """User and system time so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def requests(served: Served, cookie: dict[str, str], runs: int, seconds: float) -> list[Row]:
    """Everything that needs no browser."""
    limits = httpx.Limits(max_connections=USERS)
    async with httpx.AsyncClient(
        base_url=served.address, cookies=cookie, limits=limits, timeout=120
    ) as client:
        # The runner reads the files when it is time for that.
        while f"long{SCENARIOS}" not in (await client.get("/scenarios")).text:  # noqa: ASYNC110 - as said
            await asyncio.sleep(0.2)
        held = await tabs(client, served.process.pid, seconds)
        found = await pages(client, runs)
        saved = [await autosaves(client, name, runs) for name in ("long10", "long100")]
        return [*held, *found, *saved, await crowd(client), await crowd(client)]


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=15)
    options.add_argument("--seconds", type=float, default=20)
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        Running(Options(port=0, ads=60, speed=0)) as simulator,
    ):
        practice = practised(simulator, Path(name) / "workspace")
        rows = [starts(practice, min(chosen.runs, 5))]
        with serving(practice) as served:
            cookie = signed_in(served)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium())
                rows += first_page(browser, served, cookie, chosen.runs)
                browser.close()
            fill(practice)
            rows += asyncio.run(requests(served, cookie, chosen.runs, chosen.seconds))
    print("| | |\n| --- | ---: |")
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))


if __name__ == "__main__":
    main()
