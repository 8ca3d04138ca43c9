"""What an interrupted run leaves, and what the next one makes of it."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adloom.errors import UsageError
from adloom.sinks.spool import CHUNK, Spool

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ASKED = {"advertiser_ids": ["1"], "date_range": "today"}


def spool(folder: Path, now: datetime = NOW, *, restart: bool = False, **more: object) -> Spool:
    return Spool(folder / "report.csv", ASKED | more, now, restart=restart)


def interrupted(folder: Path) -> None:
    """One part is complete, the second is not."""
    with suppress(KeyboardInterrupt), spool(folder) as first:
        with first.writing("one") as rows:
            rows.write(b'{"a":1}\n{"a":2}\n')
        with first.writing("two") as rows:
            rows.write(b'{"a":3}\n')
            raise KeyboardInterrupt


def test_complete_parts_are_found_again_and_others_are_not(tmp_path: Path) -> None:
    interrupted(tmp_path)

    with spool(tmp_path, LATER) as again:
        assert again.resumed
        assert (2, None) == (again.rows_of("one"), again.rows_of("two"))
        assert [b'{"a":1}\n{"a":2}\n'] == list(again.chunks("one"))


def test_words_like_today_keep_the_meaning_they_had_at_the_beginning(tmp_path: Path) -> None:
    interrupted(tmp_path)

    with spool(tmp_path, LATER) as again:
        assert NOW == again.began


def test_the_beginning_of_another_report_is_not_mixed_in(tmp_path: Path) -> None:
    interrupted(tmp_path)

    with pytest.raises(UsageError) as caught:
        spool(tmp_path, metrics=["spend"])
    assert "--restart" in (caught.value.hint or "")
    with spool(tmp_path, LATER, restart=True, metrics=["spend"]) as anew:
        assert (False, LATER, None) == (anew.resumed, anew.began, anew.rows_of("one"))


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    with spool(tmp_path), pytest.raises(UsageError, match="Another adloom"):
        spool(tmp_path)


def test_when_all_is_well_only_the_file_remains(tmp_path: Path) -> None:
    with spool(tmp_path) as done:
        done.draft.write_text("whole")
        done.finish()

    assert ["report.csv"] == [path.name for path in tmp_path.iterdir()]
    assert "whole" == (tmp_path / "report.csv").read_text()


def test_a_draft_is_begun_anew_with_everything_that_belongs_to_it(tmp_path: Path) -> None:
    interrupted(tmp_path)
    with spool(tmp_path) as again:
        for name in (again.draft.name, f"{again.draft.name}-journal"):
            (again.folder / name).write_text("half")
        again.clear_draft()

        assert 2 == again.rows_of("one")
        assert [] == list(again.folder.glob("whole*"))


def test_a_run_that_fetched_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), spool(tmp_path):
        raise KeyboardInterrupt

    assert [] == list(tmp_path.iterdir())


def test_chunks_hold_whole_lines_and_together_everything(tmp_path: Path) -> None:
    lines = [b'{"n":%d,"text":"%s"}\n' % (at, b"x" * (at % 5_000)) for at in range(1_200)]
    lines.append(b'{"text":"%s"}\n' % (b"y" * (CHUNK * 2)))
    with spool(tmp_path) as one:
        with one.writing("part") as rows:
            rows.writelines(lines)
        chunks = list(one.chunks("part"))

    assert b"".join(lines) == b"".join(chunks)
    assert len(chunks) > 2
    assert all(chunk.endswith(b"\n") for chunk in chunks)


def test_rows_are_not_added_twice_when_nobody_knows_whether_they_were(tmp_path: Path) -> None:
    interrupted(tmp_path)
    with suppress(KeyboardInterrupt), spool(tmp_path) as adding:
        adding.refuse_second_append()
        adding.note_appending()
        raise KeyboardInterrupt

    with pytest.raises(UsageError, match="while it added"), spool(tmp_path) as again:
        again.refuse_second_append()
