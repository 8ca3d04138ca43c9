"""Taking executions back at the command line, and what the audit tells."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from adloom.cli.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from tests.cli.conftest import Cli
from tests.seams.practice import Practice, practise


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """An account of its own: what is changed here is seen nowhere else."""
    folder = tmp_path_factory.mktemp("undo") / "workspace"
    with Running(Options(port=0, ads=120, seed=11, speed=0)) as simulator:
        yield asyncio.run(practise(simulator, folder, deadline=2, lag=0.05))


@pytest.fixture(scope="module")
def ads(practice: Practice) -> list[str]:
    return asyncio.run(practice.running_ads())


def switched(cli: Cli, practice: Practice, ids: list[str], status: str = "DISABLE") -> str:
    """Switch ads; the execution's id."""
    done = cli("run", "update-ad-status", "--advertiser-id", practice.advertiser_id,
               "--ad-ids", ",".join(ids), "--status", status, "--yes")  # fmt: skip
    assert done.code == 0, done.err
    return str(newest(cli)["id"])


def newest(cli: Cli) -> Any:
    return cli("executions", "list", "--limit", "1", "--json").records[0]


def statuses(cli: Cli, practice: Practice, ids: list[str]) -> list[str]:
    found = cli("run", "search-ads", "--advertiser-id", practice.advertiser_id, "--limit", "0",
                "--primary-status", "STATUS_ALL")  # fmt: skip
    by_id = {row["ad_id"]: row["operation_status"] for row in found.records}
    return [by_id[one] for one in ids]


def sql(practice: Practice, statement: str, *values: Any) -> None:
    """Do what somebody with the database in his hands could do."""

    async def work() -> None:
        async with open_session(Workspace.open(practice.folder)) as session:
            database = await session.journal_database()
            await database.write(lambda work: work.run(statement, *values))

    asyncio.run(work())


def test_an_execution_is_shown_and_taken_back(cli: Cli, practice: Practice, ads: list[str]) -> None:
    identity = switched(cli, practice, ads[:2])

    looked = cli("executions", "undo", identity, "--dry-run", "--json")
    between = statuses(cli, practice, ads[:2])
    undone = cli("executions", "undo", identity, "--yes", "--json")

    assert (looked.code, undone.code) == (0, 0), undone.err
    assert [
        (one["verdict"], one["change"]["old"], one["change"]["new"]) for one in looked.records
    ] == [("undo", "DISABLE", "ENABLE")] * 2
    assert between == ["DISABLE", "DISABLE"]
    assert statuses(cli, practice, ads[:2]) == ["ENABLE", "ENABLE"]
    assert undone.records[-1]["undoes"] == identity
    assert undone.records[-1]["status"] == "done"


def test_it_is_not_taken_back_twice_but_an_undo_can_be(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    identity = switched(cli, practice, ads[:1])
    cli("executions", "undo", identity, "--yes")
    undo = newest(cli)["id"]

    twice = cli("executions", "undo", identity, "--yes")
    redone = cli("executions", "undo", undo, "--yes")
    thrice = cli("executions", "undo", identity, "--yes")

    assert (twice.code, redone.code, thrice.code) == (2, 0, 2)
    assert f"already undone by {undo}" in twice.err
    assert f"This is a redo: it brings back what execution {identity} did." in redone.err
    assert statuses(cli, practice, ads[:1]) == ["DISABLE"]
    assert f"adloom executions undo {newest(cli)['id']}" in thrice.err
    assert cli("executions", "undo", newest(cli)["id"], "--yes").code == 0


def test_what_somebody_has_changed_since_is_left_alone(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    identity = switched(cli, practice, ads[2:4])
    meddling = switched(cli, practice, ads[2:3], "ENABLE")
    gone = cli("run", "update-ad-status", "--advertiser-id", practice.advertiser_id, "--ad-ids",
               ads[2], "--status", "DELETE", "--allow-delete", "--yes")  # fmt: skip

    refused = cli("executions", "undo", identity, "--yes", "--json")
    between = statuses(cli, practice, ads[3:4])
    partly = cli("executions", "undo", identity, "--yes", "--partial")

    assert (gone.code, refused.code, partly.code) == (0, 1, 0), partly.err
    assert "--partial" in refused.err
    verdicts = {one["change"]["id"]: (one["verdict"], one["reason"]) for one in refused.records}
    assert verdicts[ads[2]] == ("changed since", "deleted since by somebody")
    assert between == ["DISABLE"]
    assert statuses(cli, practice, ads[3:4]) == ["ENABLE"]
    assert meddling != identity


def test_a_deletion_does_not_come_back(cli: Cli, practice: Practice, ads: list[str]) -> None:
    done = cli("run", "update-ad-status", "--advertiser-id", practice.advertiser_id, "--ad-ids",
               ads[4], "--status", "DELETE", "--allow-delete", "--yes")  # fmt: skip
    identity = newest(cli)["id"]

    looked = cli("executions", "undo", identity, "--dry-run", "--json")
    undone = cli("executions", "undo", identity, "--yes")

    assert (done.code, looked.code, undone.code) == (0, 0, 2)
    assert [(one["verdict"], one["reason"]) for one in looked.records] == [
        ("no way back", "Deleted ads cannot be brought back.")
    ]


def test_what_was_made_is_deleted_only_if_that_is_allowed(cli: Cli, practice: Practice) -> None:
    made = cli("run", "create-campaign", "--advertiser-id", practice.advertiser_id,
               "--campaign-name", "Undone", "--objective-type", "TRAFFIC", "--yes")  # fmt: skip
    identity = newest(cli)["id"]

    refused = cli("executions", "undo", identity, "--yes")
    deleted = cli("executions", "undo", identity, "--yes", "--allow-delete")

    campaign = made.records[0]["campaign_id"]
    assert (refused.code, deleted.code) == (1, 0), deleted.err
    assert "--allow-delete" in refused.err
    left = cli("run", "list-campaigns", "--advertiser-id", practice.advertiser_id, "--limit", "0")
    assert campaign not in {row["campaign_id"] for row in left.records}


def test_without_a_yes_nobody_is_asked_in_vain(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    identity = switched(cli, practice, ads[5:6])

    refused = cli("executions", "undo", identity)

    assert refused.code == 2
    assert "--yes" in refused.err
    assert statuses(cli, practice, ads[5:6]) == ["DISABLE"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody-knows-it",), "There is no execution"),
        (("", "--only", "7"), "There is no call 7"),
        (("", "--only", "0"), "0 is not in the range"),
    ],
)
def test_what_cannot_be_undone_is_said(
    cli: Cli, practice: Practice, ads: list[str], arguments: tuple[str, ...], said: str
) -> None:
    identity = switched(cli, practice, ads[6:7])

    refused = cli("executions", "undo", arguments[0] or identity, *arguments[1:], "--yes")
    switched(cli, practice, ads[6:7], "ENABLE")

    assert refused.code == 2
    assert said in refused.err


def test_the_audit_tells_who_changed_an_object(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    identity = switched(cli, practice, ads[7:8])
    cli("executions", "undo", identity, "--yes")

    told = cli("executions", "audit", "--object", "ad", ads[7], "--json")
    by_execution = cli("executions", "audit", "--execution", identity, "--json")
    none = cli("executions", "audit", "--object", "campaign", ads[7], "--json")

    assert [(one["actor"], one["old"], one["new"]) for one in told.records] == [
        ("command", "ENABLE", "DISABLE"),
        (f"undo of {identity}", "DISABLE", "ENABLE"),
    ]
    assert [one["object_id"] for one in by_execution.records] == [ads[7]]
    assert told.records[0]["account"] == practice.advertiser_id
    assert none.records == []


def test_a_head_that_was_noted_is_found_again_until_somebody_rewrites_the_past(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    switched(cli, practice, ads[8:9])
    head = cli("executions", "audit", "--head").out.strip()
    switched(cli, practice, ads[8:9], "ENABLE")

    held = cli("executions", "audit", "--verify-head", head)
    other = cli("executions", "audit", "--verify-head", f"1:{'0' * 64}")

    assert (held.code, other.code) == (0, 1)
    assert "not part of the audit" in other.out


def test_the_doctor_finds_the_audit_whole_and_says_where_it_is_not(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    identity = switched(cli, practice, ads[9:10])
    before = cli("doctor", "--json")
    sql(practice, "UPDATE audit SET new = ? WHERE execution_id = ?", '"ENABLE"', identity)

    after = cli("doctor", "--json")
    sql(practice, "UPDATE audit SET new = ? WHERE execution_id = ?", '"DISABLE"', identity)

    number = int(cli("executions", "audit", "--head").out.partition(":")[0])
    [whole] = [one for one in before.records if one["subject"] == "audit"]
    [broken] = [one for one in after.records if one["subject"] == "audit"]
    assert whole["level"] == "ok"
    assert (broken["level"], broken["text"]) == ("fail", f"row {number} is not as it was written")
    assert after.code == 1


def test_pruning_leaves_a_checkpoint_and_a_whole_chain(
    cli: Cli, practice: Practice, ads: list[str]
) -> None:
    switched(cli, practice, ads[10:11])

    refused = cli("executions", "audit", "--prune", "2999-01-01", "--yes")
    nothing = cli("executions", "audit", "--prune", "2001-01-01", "--yes")

    assert (refused.code, nothing.code) == (2, 0)
    assert "None is older" in nothing.err
    assert [
        one["level"] for one in cli("doctor", "--json").records if one["subject"] == "audit"
    ] == ["ok"]


def test_the_tables_of_a_terminal_show_the_same(
    cli: Cli, practice: Practice, ads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = switched(cli, practice, ads[11:12])
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    told = cli("executions", "audit", "--execution", identity)
    undone = cli("executions", "undo", identity, "--yes")

    assert ads[11] in told.out.replace("\n", "")
    assert "operation_status: DISABLE → ENABLE" in undone.err
    assert f"undoes {identity}: done" in undone.err
