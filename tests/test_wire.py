"""What crosses the wire, in words every room shares."""

from datetime import UTC, datetime

from adloom.wire import Page, Record

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_page_narrowed_down_is_still_the_same_page() -> None:
    page: Page[Record] = Page([{"n": 1}, {"n": 2}], 9, has_more=True, served_at=NOON, missing=1)
    narrow = page.only(lambda record: record["n"] > 1)

    assert Page([{"n": 2}], 9, has_more=True, served_at=NOON, missing=1) == narrow
    assert 2 == len(page.records)
