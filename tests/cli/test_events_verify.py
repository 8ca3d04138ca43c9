"""`adloom events verify`: AC-018, AC-120, AC-136, and the credential checks of §II.7."""

import asyncio
from pathlib import Path

import pytest

from adloom.cli.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Running
from tests.cli.conftest import Cli, Outcome
from tests.cli.events_seam import Desk, desk, purchase, running, shop
from tests.seams.workspaces import connected

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]


def told(shown: Outcome) -> dict[str, tuple[str, str]]:
    """What was found, by what was looked at."""
    return {row["subject"]: (row["level"], row["text"]) for row in shown.records}


async def add_account(desk: Desk, name: str, **settings: str) -> None:
    async with open_session(Workspace.open(desk.folder), tell=lambda _: None) as session:
        secrets = {"access_token": desk.simulator.token(), "app_secret": "verify-app-secret-01"}
        given = {"app_id": "7300000000000000001", "host": desk.simulator.url, **settings}
        await connected(session, name, "tiktok-business", secrets, **given)


async def add_token_only(desk: Desk, name: str) -> None:
    async with open_session(Workspace.open(desk.folder), tell=lambda _: None) as session:
        secrets = {"access_token": desk.simulator.token()}
        given = {"app_id": "7300000000000000001", "host": desk.simulator.url}
        await connected(session, name, "tiktok-business", secrets, **given)


def test_the_token_is_tried_without_sending_anything(desk: Desk) -> None:
    shown = desk.call("verify")

    assert shown.code == 0, shown.err
    assert told(shown)["token"][0] == "ok"
    assert "No event was sent" in told(shown)["token"][1]
    assert desk.items() == []


def test_with_a_test_code_one_custom_event_is_sent_and_never_a_purchase(desk: Desk) -> None:
    shown = desk.call("verify", "--connection", "shop", "--test-event-code", "TEST123")

    assert shown.code == 0, shown.out
    assert ["AdloomCredentialCheck"] == [item["event"] for item in desk.items()]
    assert (1, 0) == (desk.arrived()["test"], desk.arrived()["received"])
    assert told(shown)["test event"][0] == "ok"
    assert "has no test event code" in told(shown)["test code"][1]


def test_a_test_code_left_in_the_connection_is_warned_about_with_the_way_out(
    bare: Cli, running: Running, tmp_path: Path
) -> None:
    desk = shop(bare, running, tmp_path / "w", test_event_code="TEST77")

    shown = desk.call("verify")

    [warning] = [row for row in shown.records if row["level"] == "warn"]
    assert "TEST77" in warning["text"]
    assert warning["advice"].endswith('adloom connections reconnect shop --test-event-code ""')
    assert desk.items() == []


@pytest.mark.parametrize(
    ("source", "source_id"),
    [("app", "7412345678901234567"), ("crm", "7412345678901234568"), ("offline", "74123456789")],
)
def test_the_check_fits_every_kind_of_source(
    source: str, source_id: str, bare: Cli, running: Running, tmp_path: Path
) -> None:
    desk = shop(bare, running, tmp_path / "w", source=source, source_id=source_id)

    shown = desk.call("verify", "--test-event-code", "TEST1")

    assert shown.code == 0, shown.out
    assert 1 == desk.arrived(f"{source} {source_id}")["test"]


def test_a_token_that_is_no_longer_good_says_how_to_replace_it(desk: Desk) -> None:
    desk.simulator.grants.revoke_all()

    shown = desk.call("verify", "--test-event-code", "TEST1")

    assert shown.code == 1
    assert told(shown)["token"][0] == "fail"
    assert "reconnect shop" in shown.records[0]["advice"]
    assert "test event" not in told(shown)


def test_a_wrong_pixel_is_found_by_the_test_event(
    bare: Cli, running: Running, tmp_path: Path
) -> None:
    desk = shop(bare, running, tmp_path / "w", source_id="CWRONGPIXEL1")

    shown = desk.call("verify", "--test-event-code", "TEST1")

    assert shown.code == 1
    assert told(shown)["token"][0] == "ok"
    assert told(shown)["test event"][0] == "fail"
    assert "40001" in told(shown)["test event"][1]
    assert "Is CWRONGPIXEL1 the source the token was made for?" in shown.records[-1]["advice"]


@pytest.mark.parametrize("named", [("--account", "acme"), ()])
def test_pixels_are_listed_with_the_help_of_an_ads_connection(
    named: tuple[str, ...], desk: Desk
) -> None:
    asyncio.run(add_account(desk, "acme"))

    shown = desk.call("verify", "--pixels", *named)

    assert shown.code == 0, shown.out
    texts = [row["text"] for row in shown.records]
    assert any(text.startswith(f"{desk.pixel} “Shop”") for text in texts)
    assert any(
        f"shop sends to {desk.pixel} of ad account {desk.advertiser}" in one for one in texts
    )


def test_what_has_arrived_is_counted_by_name(desk: Desk) -> None:
    asyncio.run(add_account(desk, "acme"))
    none = desk.call("verify", "--days", "2", "--account", "acme")
    desk.send(desk.lines([purchase(1), purchase(2), purchase(3, event="Contact")]))

    shown = desk.call("verify", "--days", "2", "--account", "acme")

    assert (0, "warn") == (none.code, told(none)["arrivals"][0])
    texts = [row["text"] for row in shown.records if row["subject"] == "arrivals"]
    assert ["Contact", "Purchase"] == [text.split()[0] for text in texts]
    assert "1 from servers" in texts[0]
    assert "2 from servers" in texts[1]


def test_pixels_without_an_account_say_why_they_cannot_be_seen(desk: Desk) -> None:
    shown = desk.call("verify", "--pixels")

    assert shown.code == 0
    assert told(shown)["pixels"][0] == "warn"
    assert "--account NAME" in shown.records[-1]["advice"]


def test_an_ads_connection_that_names_no_ad_account_is_told_by_its_name(desk: Desk) -> None:
    asyncio.run(add_token_only(desk, "acme"))

    shown = desk.call("verify", "--pixels", "--account", "acme")

    assert "acme does not say which ad accounts it may see." == told(shown)["pixels"][1]
    assert "--advertiser-id ID" in shown.records[-1]["advice"]


def test_a_pixel_that_is_not_among_the_accounts_is_a_failure(
    bare: Cli, running: Running, tmp_path: Path
) -> None:
    desk = shop(bare, running, tmp_path / "w", source_id="CWRONGPIXEL1")
    asyncio.run(add_account(desk, "acme"))

    shown = desk.call("verify", "--days", "2", "--account", "acme")

    assert shown.code == 1
    assert "There is no pixel CWRONGPIXEL1" in told(shown)["pixel"][1]


def test_a_connection_of_another_kind_is_refused(desk: Desk) -> None:
    asyncio.run(add_account(desk, "acme"))

    shown = desk.call("verify", "--connection", "acme")

    assert shown.code == 2
    assert "tiktok-events" in shown.err
