"""`adloom events send`: each event of a file once at TikTok, whatever comes between."""

import json
from pathlib import Path
from typing import Any

import pytest

from adloom.simulator import Running
from tests.cli.conftest import Cli
from tests.cli.events_seam import CANARIES, Desk, desk, lead, purchase, running, shop

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]


def figures(row: dict[str, Any], *names: str) -> list[Any]:
    return [row[name] for name in names]


def test_a_file_is_sent_and_everything_is_told(desk: Desk) -> None:
    shown = desk.send(desk.lines(map(purchase, range(25))))

    assert shown.code == 0, shown.err
    [told] = shown.records
    names = ("read", "accepted", "refused", "sent", "dead", "waiting")
    assert [25, 25, 0, 25, 0, 0] == figures(told, *names)
    assert 25 == desk.arrived()["distinct"]
    assert "25 records read, 25 accepted, 0 refused, 25 sent, 0 dead, 0 waiting" in shown.err


def test_what_map_shows_is_what_is_sent(desk: Desk) -> None:
    file = desk.lines([purchase(1), purchase(2)])

    mapped = desk.call("map", str(file), "--source-id", desk.pixel)
    sent = desk.send(file)

    assert sent.code == 0, sent.err
    assert mapped.records == desk.items()


def test_the_same_file_again_sends_nothing_and_says_how_to(desk: Desk) -> None:
    file = desk.lines(map(purchase, range(3)))
    desk.send(file)

    shown = desk.send(file)
    again = desk.send(file, "--again")

    assert [0, 0] == [shown.code, again.code]
    assert "No new records since the last time" in shown.err
    assert "--again" in shown.err
    assert [3, 0, 3] == figures(again.records[0], "read", "accepted", "known")
    assert 3 == desk.arrived()["received"]


def test_a_file_that_has_grown_goes_on_with_its_new_lines(desk: Desk) -> None:
    events = list(map(purchase, range(6)))
    file = desk.lines(events[:2])
    first = desk.send(file)
    with file.open("a") as more:
        more.writelines(json.dumps(event) + "\n" for event in events[2:])

    second = desk.send(file)

    assert [2, 4] == [one.records[0]["read_now"] for one in (first, second)]
    assert [6, 6] == figures(second.records[0], "read", "sent")
    assert 6 == desk.arrived()["received"]


def test_a_file_that_begins_differently_is_a_new_file(desk: Desk) -> None:
    desk.send(desk.lines([purchase(1), purchase(2)]))

    shown = desk.send(desk.lines([purchase(8), purchase(9), purchase(10)]))

    assert shown.code == 0, shown.err
    assert "begins differently" in shown.err
    assert [3, 3, 3] == figures(shown.records[0], "read", "accepted", "sent")
    assert 5 == desk.arrived()["distinct"]


def test_a_limit_sends_a_part_and_the_next_time_the_rest(desk: Desk) -> None:
    file = desk.lines(map(purchase, range(5)))

    shown = [desk.send(file, "--limit", "2"), desk.send(file)]

    assert [2, 5] == [one.records[0]["sent"] for one in shown]
    assert [False, True] == [one.records[0]["whole"] for one in shown]
    assert 5 == desk.arrived()["received"]


def test_refused_records_are_kept_by_number_offset_and_digest_and_the_rest_goes_on(
    desk: Desk,
) -> None:
    file = desk.lines([purchase(1), {**purchase(2), "event": ""}, purchase(3)])
    with file.open("ab") as more:
        more.write(b"{broken\n")

    shown = desk.send(file)
    listed = desk.call("status", "--refused", "--json")

    assert shown.code == 1
    assert [4, 2, 2, 2] == figures(shown.records[0], "read", "accepted", "refused", "sent")
    assert "adloom events status --refused" in shown.err
    assert ["2", "4"] == sorted(row["place"] for row in listed.records)
    assert all(len(row["sha256"]) == 64 for row in listed.records)


def test_a_refused_record_is_sent_after_a_fix_with_again(desk: Desk) -> None:
    bad = {**purchase(2), "event": ""}
    file = desk.lines([purchase(1), bad])
    desk.send(file)

    shown = desk.send(desk.lines([purchase(1), purchase(2)]), "--again")

    assert shown.code == 0, shown.err
    assert [2, 1, 1] == figures(shown.records[0], "read", "accepted", "known")
    assert 2 == desk.arrived()["distinct"]


def test_no_person_is_in_any_byte_that_is_written_or_told(desk: Desk) -> None:
    good = purchase(1)
    bad = {**good, "properties": {"currency": CANARIES[2], "value": CANARIES[0]}}
    file = desk.lines([good, bad, {**good, "user": {**good["user"], "email": "no@at@all"}}])
    with file.open("a") as more:
        more.write(f'{{"user": {{"email": "{CANARIES[0]}"\n')

    shown = [desk.send(file), desk.call("status", "--refused"), desk.call("show", "1")]

    left = {**desk.bytes_left(), "told": "".join(one.out + one.err for one in shown).encode()}
    assert 1 == desk.items().__len__() or desk.items()
    hits = [
        (name, word) for name, content in left.items() for word in CANARIES
        if word.encode() in content
    ]  # fmt: skip
    assert [] == hits


def test_without_waiting_events_are_only_taken_in(desk: Desk) -> None:
    shown = desk.send(desk.lines([purchase(1)]), "--no-wait")

    assert shown.code == 0, shown.err
    assert [1, 0, 1] == figures(shown.records[0], "accepted", "sent", "waiting")
    assert "adloom serve sends them" in shown.err
    assert desk.items() == []


def test_test_events_carry_the_code_and_count_nowhere(desk: Desk) -> None:
    shown = desk.send(desk.lines([purchase(1)]), "--test-event-code", "TEST9")

    assert shown.code == 0, shown.err
    assert "TEST9" in shown.err
    assert (1, 0) == (desk.arrived()["test"], desk.arrived()["distinct"])
    assert "TEST9" == json.loads(desk.simulator.events.latest[-1])["test_event_code"]


def test_a_file_that_was_tried_as_tests_has_yet_to_go_out_live(desk: Desk) -> None:
    file = desk.lines(map(purchase, range(3)))
    tests = desk.send(file, "--test-event-code", "TEST9")

    live = desk.send(file)
    again = desk.send(file)

    assert [0, 0, 0] == [tests.code, live.code, again.code]
    assert [3, 3, 0] == [one.records[0]["read_now"] for one in (tests, live, again)]
    assert [3, 3] == figures(live.records[0], "accepted", "sent")
    assert (3, 3) == (desk.arrived()["test"], desk.arrived()["distinct"])


def test_a_file_for_another_source_is_read_from_its_first_record(desk: Desk) -> None:
    file = desk.lines([lead(1), lead(2)])
    desk.send(file, "--source", "crm", "--source-id", "7400000000000000001")

    other = desk.send(file, "--source", "crm", "--source-id", "7400000000000000002")

    assert other.code == 0, other.err
    assert [2, 2] == figures(other.records[0], "read_now", "sent")


def test_a_code_in_the_connection_makes_tests_of_events_unless_they_are_to_be_live(
    bare: Cli, running: Running, tmp_path: Path
) -> None:
    desk = shop(bare, running, tmp_path / "w", test_event_code="TEST4")
    file = desk.lines([purchase(1)])

    live = desk.send(file, "--environment", "live")
    tests = desk.send(file, "--again")

    assert "test event code TEST4. It is left out: these are live" in live.err
    assert "These are tests" in tests.err
    assert (1, 1) == (desk.arrived()["test"], desk.arrived()["distinct"])


def test_tests_without_any_code_are_refused(desk: Desk) -> None:
    shown = desk.send(desk.lines([purchase(1)]), "--environment", "test")

    assert shown.code == 2
    assert "--test-event-code CODE" in shown.err
    assert desk.items() == []


def test_a_revoked_token_stops_it_with_the_reason_and_everything_is_kept(desk: Desk) -> None:
    desk.simulator.grants.revoke_all()

    shown = desk.send(desk.lines(map(purchase, range(4))))

    assert shown.code == 1
    assert [4, 0, 4] == figures(shown.records[0], "accepted", "sent", "waiting")
    assert shown.records[0]["stopped"]
    assert "It stopped: " in shown.err
    assert "Everything is kept" in shown.err
    assert desk.call("status", "--json").records[0]["paused"]


def test_a_wrong_pixel_stops_it_with_the_reason(
    bare: Cli, running: Running, tmp_path: Path
) -> None:
    desk = shop(bare, running, tmp_path / "w", source_id="CWRONGPIXEL1")

    shown = desk.send(desk.lines([purchase(1)]))

    assert shown.code == 1
    assert "CWRONGPIXEL1" in shown.records[0]["stopped"]
    assert 1 == shown.records[0]["waiting"]


def test_faults_on_the_way_lose_nothing_and_repeat_nothing(desk: Desk) -> None:
    desk.simulator.faults.add(
        [
            {"kind": "code", "code": 50002, "path": "/event/track/", "times": 1},
            {"kind": "reset", "path": "/event/track/", "times": 1},
        ]
    )

    shown = desk.send(desk.lines(map(purchase, range(30))))

    assert shown.code == 0, shown.err
    assert 30 == desk.arrived()["distinct"]


def test_a_stop_file_keeps_everything_here(desk: Desk) -> None:
    (desk.folder / "STOP").touch()

    shown = desk.send(desk.lines([purchase(1)]))
    again = desk.call("retry", "--all")

    assert [1, 0] == [shown.code, again.code]
    assert "file STOP" in shown.records[0]["stopped"]
    assert "file STOP" in again.err
    assert [1, 0] == figures(shown.records[0], "waiting", "sent")
    assert desk.items() == []


def test_another_source_needs_its_own_id(desk: Desk) -> None:
    file = desk.lines([lead(1)], "leads.jsonl")

    without = desk.send(file, "--source", "crm")
    shown = desk.send(file, "--source", "crm", "--source-id", "7412345678901234568")

    assert without.code == 2
    assert "--source-id" in without.err
    assert shown.code == 0, shown.err
    assert 1 == desk.arrived("crm 7412345678901234568")["distinct"]


def test_one_connection_is_chosen_by_itself_and_a_wrong_name_is_told(desk: Desk) -> None:
    shown = desk.send(desk.lines([purchase(1)]), "--connection", "shopp")

    assert shown.code == 2
    assert "Did you mean shop?" in shown.err


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("", "empty")])
def test_a_file_that_is_none_is_exit_code_2(content: str | None, words: str, desk: Desk) -> None:
    file = desk.folder.parent / "nothing.jsonl"
    if content is not None:
        file.write_text(content)

    shown = desk.send(file)

    assert shown.code == 2
    assert words in shown.err


def test_without_a_connection_it_says_how_to_make_one(bare: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    bare("init", str(folder), "--key", "file", "--key-file", str(tmp_path / "key"))
    (tmp_path / "o.jsonl").write_text(json.dumps(purchase(1)))

    shown = bare("--workspace", str(folder), "events", "send", str(tmp_path / "o.jsonl"))

    assert shown.code == 2
    assert "adloom connections add NAME --kind tiktok-events" in shown.err


def test_a_large_file_is_read_by_a_process_of_its_own(desk: Desk) -> None:
    padding = "x" * 2_000
    events = [purchase(number, page={"url": f"https://shop.example.com/{padding}"})
              for number in range(1_800)]  # fmt: skip
    bad = {**purchase(9_000), "event": ""}

    shown = desk.send(desk.lines([*events, bad]))

    assert shown.code == 1, shown.err
    assert [1_801, 1_800, 1] == figures(shown.records[0], "read", "sent", "refused")
    assert 1_800 == desk.arrived()["distinct"]
