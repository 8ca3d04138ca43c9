"""The reports screen: filters, figures in a job, markers, files, saved and scheduled reports."""

import csv
import io
import json
import re
from html import unescape

import httpx
import pytest

from adloom.console.screens.reports.looking import Room
from adloom.services.reports_view import View
from modules import find_module
from tests.console.conftest import Console
from tests.seams.renaming import HOSTILE, rename_a_campaign


async def fetched(console: Console, query: str = "") -> str:
    """The page once the figures are there."""
    text = await console.get(f"/reports?{query}")
    if "/reports/figures?" in text and 'aria-busy="true"' in text:
        begun = await console.client.post(f"/reports/figures?{query}")
        assert begun.status_code == 200, begun.text
        await console.settled()
        text = await console.get(f"/reports?{query}")
    return text


def account(console: Console) -> str:
    """The usual account, as addresses call it."""
    return f"{console.practice.connection.name}/{console.practice.advertiser_id}"


def plain(text: str) -> str:
    """What somebody reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


# --- looking ------------------------------------------------------------------------------------


async def test_the_page_asks_for_figures_and_names_no_others(console: Console) -> None:
    text = await console.get("/reports", days="last 14 days", account=account(console))

    assert 'hx-trigger="load"' in text
    assert text.count("<h1") == 1
    assert "Northwind Outdoor" in text
    assert '<option value="last 14 days" selected>' in text


async def test_figures_come_from_a_job_that_a_page_follows(console: Console) -> None:
    query = "days=last+14+days"
    begun = (await console.client.post(f"/reports/figures?{query}")).text
    job = re.search(r'hx-get="(/reports/jobs/[^"]+)"', begun)
    assert job is not None
    assert 'hx-trigger="every 700ms"' in begun
    await console.settled()
    done = await console.client.get(unescape(job[1]))

    assert "hx-trigger" not in done.text
    assert done.headers["X-Adloom-Say"]
    assert "<report-chart" in done.text


async def test_asking_twice_at_once_is_one_job(console: Console) -> None:
    query = "days=last+30+days&compare=none"
    first = (await console.client.post(f"/reports/figures?{query}")).text
    second = (await console.client.post(f"/reports/figures?{query}")).text
    await console.settled()
    job = re.compile(r"/reports/jobs/([^?\"/]+)")

    assert job.findall(first)[0] == job.findall(second)[0]


async def test_currency_zone_days_and_freshness_are_always_stated(console: Console) -> None:
    text = plain(await fetched(console, "days=last+7+days"))

    assert "Currency: USD" in text
    assert "Time zone: America/Los_Angeles (Etc/GMT+8)" in text
    assert re.search(r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d, compared with", text)
    assert "settle for about a day" in text
    assert "As of " in text


async def test_tiles_and_rows_are_what_tiktok_told(console: Console) -> None:
    text = await fetched(console, "days=last+7+days")
    room = _room(console)
    look = View(console.practice.connection.name, console.practice.advertiser_id)
    known = room.cache.find(look)
    assert known is not None
    figures = known.figures[0]
    spent = sum(row["spend"] for row in figures.answers["trend"])
    name = figures.answers["rows"][0]["campaign_name"]

    assert f"{spent:,.2f} USD" in text
    assert name in unescape(text)
    assert '<svg class="spark"' in text
    assert "style=" not in text


async def test_levels_lead_into_each_other(console: Console) -> None:
    text = await fetched(console, "days=last+7+days")
    href = re.search(r'href="/reports\?([^"]*campaign=\d+[^"]*)"', text)
    assert href is not None
    below = await fetched(console, unescape(href[1]))

    assert "Only campaign" in below
    assert '<option value="adgroup" selected>' in below
    assert "Show all campaigns" in below


@pytest.mark.parametrize("by", ["country", "placement", "age", "gender", "platform"])
async def test_every_breakdown_is_answered(console: Console, by: str) -> None:
    text = plain(await fetched(console, f"days=yesterday&by={by}"))

    assert f"Where the money went, by {by}" in text
    assert "Demo" in text
    if by == "age":
        assert "25\N{EN DASH}34" in text
        assert "does not tell" in text


async def test_columns_are_sorted_by_links(console: Console) -> None:
    rising = await fetched(console, "days=last+7+days&sort=spend")
    falling = await fetched(console, "days=last+7+days&sort=-spend")

    assert 'aria-sort="ascending"' in rising
    assert _spends(rising) == sorted(_spends(falling))
    assert _spends(falling) == sorted(_spends(falling), reverse=True)


async def test_many_rows_are_paged(console: Console) -> None:
    text = await fetched(console, "days=last+30+days&level=ad&by=country")
    second = await fetched(console, "days=last+30+days&level=ad&by=country&page=2")

    assert "Page 1 of" in plain(text)
    assert "Page 2 of" in plain(second)
    assert _spends(text) != _spends(second)


async def test_today_is_by_the_hour_and_says_that_it_is_not_over(console: Console) -> None:
    text = plain(await fetched(console, "days=today"))

    assert "Today is not over." in text
    assert "00:00" in text
    assert "no match for a whole one" in text


async def test_accounts_of_several_currencies_stay_apart(console: Console) -> None:
    name = console.practice.connection.name
    text = plain(await fetched(console, f"account={name}/all&days=last+7+days"))

    assert "count in 3 currencies" in text
    for currency in ("USD", "EUR", "JPY"):
        assert f"Currency: {currency}" in text


async def test_custom_columns_show_what_was_chosen(console: Console) -> None:
    text = await fetched(console, "columns=custom&metrics=likes&metrics=shares,engaged_view")
    heads = re.findall(r'<a class="sorts"[^>]*>([^<]+)', text)

    assert [one.strip() for one in heads] == [
        "Campaign",
        "Paid likes",
        "Paid shares",
        "Engaged view",
    ]


# --- what is wrong ------------------------------------------------------------------------------


async def test_a_fault_in_the_address_stands_beside_its_field(console: Console) -> None:
    answer = await console.client.get("/reports?days=custom&from=2026-11-05&to=2026-11-01")

    assert answer.status_code == 422
    assert 'aria-describedby="to-fault"' in answer.text
    assert "Lies before the first day" in answer.text
    assert "/reports/figures" not in answer.text


async def test_nothing_is_asked_for_with_a_faulty_address(console: Console) -> None:
    answer = await console.client.post("/reports/figures?level=galaxy")

    assert answer.status_code == 422


async def test_an_unknown_connection_or_account_is_told(console: Console) -> None:
    one = await console.client.get("/reports?account=nobody/1")
    other = await console.client.get(f"/reports?account={console.practice.connection.name}/1")

    assert "There is no connection" in one.text
    assert "does not cover this account" in other.text


async def test_what_the_platform_refuses_keeps_the_filter_bar(console: Console) -> None:
    console.practice.simulator.faults.add(
        [{"kind": "code", "code": 40002, "path": "/report/integrated/get/"}]
    )
    query = "days=last+14+days&compare=none&level=adgroup"
    begun = (await console.client.post(f"/reports/figures?{query}")).text
    await console.settled()
    job = re.search(r'hx-get="(/reports/jobs/[^"]+)"', begun)
    assert job is not None
    text = (await console.client.get(unescape(job[1]))).text

    assert 'id="figures"' in text
    assert 'role="alert"' in text
    assert "The platform refused it." in text
    assert "Try again" in text


async def test_fetching_can_be_stopped(console: Console) -> None:
    query = "days=last+90+days&level=ad&by=country"
    begun = (await console.client.post(f"/reports/figures?{query}")).text
    job = re.search(r"/reports/jobs/([^?\"/]+)", begun)
    assert job is not None
    answer = await console.client.post(f"/reports/jobs/{job[1]}/cancel?{query}")

    assert "Stopped." in answer.text
    assert not console.desk.jobs.find(job[1]).running


async def test_without_a_connection_there_is_a_way_on(own_console: Console) -> None:
    await own_console.desk.session.wiring.store.remove(own_console.practice.connection.name)
    text = await own_console.get("/reports")

    assert "No ads account is connected yet" in text
    assert 'href="/connections"' in text


async def test_names_are_text_whatever_they_hold(own_console: Console) -> None:
    text = await fetched(own_console, "days=last+7+days")
    rename_a_campaign(own_console.practice, HOSTILE, re.findall(r"campaign=(\d+)", text))
    await own_console.client.post("/reports/figures?days=last+7+days&fresh=1")
    await own_console.settled()
    text = await own_console.get("/reports?days=last+7+days")

    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in text


# --- markers ------------------------------------------------------------------------------------


async def test_what_adloom_changed_is_marked_and_leads_to_its_execution(
    own_console: Console,
) -> None:
    text = await fetched(own_console, "days=today")
    campaign = re.search(r"campaign=(\d+)", text)
    assert campaign is not None
    engine = await own_console.desk.session.engine()
    values = {
        "advertiser_id": own_console.practice.advertiser_id,
        "campaign_ids": [campaign[1]],
        "budget": 4321,
    }
    module = find_module("update_campaign_budget")
    plan = await engine.plan(module, values, own_console.practice.connection.name)
    result = await engine.apply(plan)
    text = await own_console.get("/reports?days=today")

    assert "data-marker=" in text
    assert f'href="/executions/{result.execution.id}"' in text
    assert "by hand: budget of campaign" in plain(text)


# --- files --------------------------------------------------------------------------------------


async def test_rows_are_downloaded_as_they_are_shown(console: Console) -> None:
    await fetched(console, "days=last+7+days&sort=spend")
    base = "/reports/download?days=last+7+days&sort=spend&format="
    table = await console.client.get(f"{base}csv")
    data = await console.client.get(f"{base}json")
    rows = list(csv.DictReader(io.StringIO(table.text)))

    assert 'attachment; filename="report-campaign-' in table.headers["Content-Disposition"]
    assert [row["campaign_id"] for row in rows] == [row["campaign_id"] for row in data.json()]
    spends = [float(row["spend"]) for row in rows]
    assert spends == sorted(spends)
    assert json.loads(data.text)[0]["spend"] == spends[0]


async def test_old_figures_are_not_downloaded_but_read_again(console: Console) -> None:
    answer = await console.client.get("/reports/download?days=last+90+days&by=age&format=csv")

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/reports?")


async def test_a_format_that_nobody_writes_is_refused(console: Console) -> None:
    await fetched(console, "days=last+7+days")
    answer = await console.client.get("/reports/download?days=last+7+days&format=exe")

    assert answer.status_code == 400


def _room(console: Console) -> Room:
    transport = console.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    guard = transport.app
    room: Room = guard._app.state.reports  # type: ignore[attr-defined] # the guard holds it
    return room


def _spends(text: str) -> list[float]:
    """The costs of the rows, in the order of the table."""
    table = text.split('with their figures"')[1].split("</tbody>", maxsplit=1)[0]
    rows = table.split('class="report-name"')[1:]
    found = [re.search(r'<td class="number">([\d,.]+)</td>', row) for row in rows]
    return [float(one[1].replace(",", "")) for one in found if one]
