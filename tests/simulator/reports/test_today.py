"""Today grows by the minute, for ads that deliver."""

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.reports.steps import TODAY, only, report, spent, total
from tests.simulator.steps import delivering, switch

MINUTE = 60
HOUR = 3600


def _ad(client: Client, advertiser_id: str) -> str:
    """An ad that delivers."""
    return str(delivering(client, advertiser_id)[0]["ad_id"])


def test_a_delivering_ad_spends_more_from_minute_to_minute(
    client: Client, simulator: Running, big: str
) -> None:
    ad = _ad(client, big)
    seen = []
    for _ in range(30):
        seen.append(spent(client, big, ad))
        simulator.clock.move(10 * MINUTE)

    assert sorted(seen) == seen
    assert len(set(seen)) > 20


def test_the_minute_that_runs_does_not_count_yet(
    client: Client, simulator: Running, big: str
) -> None:
    before = total(report(client, big, **TODAY))
    simulator.clock.move(MINUTE - 1)
    same = total(report(client, big, **TODAY))
    simulator.clock.move(1)

    assert before == same
    assert total(report(client, big, **TODAY))["impressions"] > same["impressions"]


def test_an_ad_that_is_switched_off_stops_and_goes_on_when_it_is_on_again(
    client: Client, simulator: Running, big: str
) -> None:
    ad = _ad(client, big)
    simulator.clock.move(HOUR)
    switch(client, "ad", big, [ad], "DISABLE")
    off = spent(client, big, ad)
    simulator.clock.move(HOUR)
    still = spent(client, big, ad)
    switch(client, "ad", big, [ad], "ENABLE")
    on = spent(client, big, ad)
    simulator.clock.move(HOUR)

    assert 0 < off == still == on < spent(client, big, ad)


def test_switching_a_campaign_off_stops_all_its_ads(
    client: Client, simulator: Running, big: str
) -> None:
    row = delivering(client, big)[0]
    campaign = only(campaign_ids=[row["campaign_id"]])
    simulator.clock.move(HOUR)
    switch(client, "campaign", big, [row["campaign_id"]], "DISABLE")
    before = total(report(client, big, filtering=campaign, **TODAY))
    simulator.clock.move(3 * HOUR)

    assert before["spend"] > 0
    assert before == total(report(client, big, filtering=campaign, **TODAY))


def test_what_was_spent_in_the_past_never_changes(
    client: Client, simulator: Running, big: str
) -> None:
    dates = {"start_date": "2026-08-03", "end_date": "2026-08-31"}
    before = report(client, big, "ad", "stat_time_day", **dates)
    ids = [row["ad_id"] for row in delivering(client, big)][:20]
    switch(client, "ad", big, ids[:10], "DISABLE")
    switch(client, "ad", big, ids[10:], "DELETE")
    simulator.clock.move(9 * HOUR)
    after = report(client, big, "ad", "stat_time_day", **dates)
    known = {row["dimensions"]["ad_id"] for row in before}

    # New ads have come; they have no past.
    assert before == [row for row in after if row["dimensions"]["ad_id"] in known]
    assert before == after


def test_a_new_ad_delivers_from_its_review_on(client: Client, simulator: Running, big: str) -> None:
    start = simulator.clock.now()
    simulator.clock.move(6 * HOUR)
    young = [row for row in delivering(client, big) if row["create_time"] >= "2026-09-01 12:00:00"]
    rows = report(client, big, filtering=only(ad_ids=[young[0]["ad_id"]]), query_lifetime=True)

    assert simulator.clock.now() > start
    assert 0 < total(rows)["impressions"]
    assert total(rows) == total(
        report(client, big, filtering=only(ad_ids=[young[0]["ad_id"]]), **TODAY)
    )


def test_nothing_is_reported_of_days_to_come(client: Client, big: str) -> None:
    future = {"start_date": "2026-09-02", "end_date": "2026-09-20"}

    assert report(client, big, "ad", "stat_time_day", **future) == []
    assert total(report(client, big, **future))["impressions"] == 0


def test_a_limited_account_delivers_nothing_any_more(client: Client, limited: str) -> None:
    assert report(client, limited, "ad", "stat_time_day") == []
    assert total(report(client, limited, query_lifetime=True))["spend"] > 0


def test_the_balance_falls_by_about_what_is_spent(
    client: Client, simulator: Running, small: str
) -> None:
    def balance() -> float:
        info = client.get("/advertiser/info/", advertiser_ids=[small])["data"]["list"][0]
        return float(info["balance"])

    before, spending = balance(), total(report(client, small, query_lifetime=True))["spend"]
    simulator.clock.move(24 * HOUR)
    more = total(report(client, small, query_lifetime=True))["spend"] - spending

    assert 0.5 < (before - balance()) * 100 / more < 2
