"""What `adloom events` says to input that is none: the bad input of every kind, each a test."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adloom.cli.events_feed import HEAD, Failure
from adloom.cli.events_portions import Job
from modules.events.pipeline import Pipeline
from tests.cli.conftest import Cli
from tests.cli.events_seam import CANARIES, purchase
from tests.cli.test_events_map import written


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        (None, [], "cannot be read"),
        ("", [], "empty"),
        ('{"event": "Purchase"}', ["--preset", "segmnt"], "Did you mean segment?"),
        ('{"event": "Purchase"}', ["--mapping", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        ('{"event": "Purchase"}', ["--default-country", "Germany"], "default_country"),
        ('{"event": "Purchase"}', ["--source", "tv"], "'tv' is not one of"),
        ('{"event": "Purchase"}', ["--format", "sqlite"], "SQLite"),
        ('{"event": "Purchase"}', ["--oldest-days", "-1"], "oldest_days"),
    ],
)
def test_wrong_input_is_exit_code_2_and_says_what_to_do(
    content: str | None, arguments: list[str], words: str, bare: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    if content is not None:
        file.write_text(content)

    shown = bare("events", "map", str(file), *arguments)

    assert shown.code == 2, shown.err
    assert words in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("book.xlsx", b"PK\x03\x04" + bytes(200)),
        ("orders.jsonl.gz", b"\x1f\x8b\x08\x00" + bytes(200)),
        ("orders.parquet", b"PAR1" + bytes(200)),
        ("orders.db", b"SQLite format 3\x00" + bytes(200)),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(
    name: str, content: bytes, bare: Cli, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    shown = bare("events", "map", str(tmp_path / name))

    assert 2 == shown.code, shown.err
    assert name in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{broken", "line 2"),
        (b'{"event": "Purchase", "page": "\xff\xfe"}', "UTF-8"),
        (b'{"event": NaN}', "line 2"),
        (b'{"event": 1, "event": 2}', "line 2"),
        (b'"a text"', "line 2"),
        (b"[1, 2]", "line 2"),
        (b'{"event": "' + b"x" * 1_100_000 + b'"}', "line 2"),
    ],
)
def test_a_malformed_line_is_told_by_number_offset_and_digest_and_the_rest_goes_on(
    line: bytes, words: str, bare: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    before, after = (json.dumps(purchase(number)).encode() for number in (1, 2))
    file.write_bytes(before + b"\n" + line + b"\n" + after + b"\n")

    shown = bare("events", "map", str(file))

    assert shown.code == 1
    assert ["order-1", "order-2"] == [item["event_id"] for item in shown.records]
    place = f"line 2 (offset {len(before) + 1}, sha256 {hashlib.sha256(line).hexdigest()[:12]}…)"
    assert place in shown.err
    assert words in shown.err


def test_half_a_surrogate_pair_cannot_stop_anything(bare: Cli, tmp_path: Path) -> None:
    event = purchase(1)
    event["properties"]["description"] = "half \ud83d of it"

    shown = bare("events", "map", written(tmp_path, event, purchase(2)))

    assert shown.code == 0, shown.err
    assert ["half \ufffd of it", 2] == [
        shown.records[0]["properties"]["description"], len(shown.records)
    ]  # fmt: skip


def test_numbers_written_as_texts_are_understood(bare: Cli, tmp_path: Path) -> None:
    event = purchase(1)
    event["event_time"] = str(event["event_time"])
    event["properties"]["value"] = "30.50"
    event["properties"]["contents"][0] |= {"price": "10.25", "quantity": "2"}

    shown = bare("events", "map", written(tmp_path, event))

    assert shown.code == 0, shown.err
    [item] = shown.records
    assert (30.5, 10.25, 2) == (
        item["properties"]["value"],
        item["properties"]["contents"][0]["price"],
        item["properties"]["contents"][0]["quantity"],
    )


def test_a_fault_of_ours_is_told_without_the_person_it_happened_with(
    bare: Cli, no_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(_: Pipeline, record: Mapping[str, Any], **__: Any) -> None:
        raise ValueError(f"cannot read {record['user']['email']}")

    monkeypatch.setattr(Pipeline, "read", explode)

    shown = bare("--verbose", "events", "map", written(tmp_path, purchase(1)))

    [report] = no_home.rglob("fault-*.log")
    text = report.read_text() + shown.out + shown.err
    assert 3 == shown.code
    assert "ValueError with row 1" in text
    assert CANARIES[0] not in text


def test_the_process_that_reads_tells_what_is_wrong_with_the_input(tmp_path: Path) -> None:
    job = Job(file=str(tmp_path / "none.jsonl"), mapping="{}", source="web", source_id="C1")

    done = subprocess.run(
        [sys.executable, "-m", "adloom.cli.events_child"],
        input=msgspec.msgpack.encode(job),
        capture_output=True,
        check=False,
        timeout=30,
    )

    failure = msgspec.msgpack.decode(done.stdout[HEAD.size :], type=Failure)
    assert (0, b"", True) == (done.returncode, done.stderr, failure.usage)
    assert "none.jsonl cannot be read" in failure.message
