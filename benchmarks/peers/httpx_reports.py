"""The plain way: httpx, `json`, and the library for the file.

Run: `httpx_reports.py URL FILE.parquet|FILE.sqlite`.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

Row = dict[str, object]
TEXTS = {"campaign_id", "campaign_name", "ad_name"}


def pages(root: str) -> Iterator[list[Row]]:
    """The rows of every page, flat, figures as numbers."""
    page, last = 1, 1
    with httpx.Client(headers={"Access-Token": "token"}) as client:
        while page <= last:
            query = {"advertiser_id": "7100000000000000001", "page": page, "page_size": 1000}
            answer = client.get(f"{root}/open_api/v1.3/report/integrated/get/", params=query)
            data = json.loads(answer.content)["data"]
            yield [flat(row) for row in data["list"]]
            last = data["page_info"]["total_page"]
            page += 1


def flat(row: dict[str, dict[str, str]]) -> Row:
    """One row."""
    dimensions = row["dimensions"]
    found: Row = {"ad_id": dimensions["ad_id"], "stat_time_day": dimensions["stat_time_day"][:10]}
    for name, value in row["metrics"].items():
        found[name] = value if name in TEXTS else None if value == "-" else float(value)
    return found


def parquet(found: Iterator[list[Row]], path: str) -> None:
    """Row groups of 64 pages."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = next(found)
    kinds = {str: pa.string(), float: pa.float64(), type(None): pa.float64()}
    schema = pa.schema([(name, kinds[type(value)]) for name, value in first[0].items()])
    with pq.ParquetWriter(path, schema) as writer:
        waiting = first
        for rows in found:
            waiting += rows
            if len(waiting) >= 64_000:  # noqa: PLR2004 - rows
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                waiting = []
        writer.write_table(pa.Table.from_pylist(waiting, schema))


def sqlite(found: Iterator[list[Row]], path: str) -> None:
    """One table, one transaction."""
    Path(path).unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        insert = ""
        for rows in found:
            if not insert:
                kinds = {
                    name: "TEXT" if isinstance(value, str) else "REAL"
                    for name, value in rows[0].items()
                }
                columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
                database.execute(f"CREATE TABLE report ({columns})")
                places = ", ".join("?" * len(kinds))
                insert = f"INSERT INTO report VALUES ({places})"  # noqa: S608 - marks only
            database.executemany(insert, [tuple(row.values()) for row in rows])


if __name__ == "__main__":
    url, file = sys.argv[1:]
    write: Callable[[Iterator[list[Row]], str], None] = (
        parquet if file.endswith(".parquet") else sqlite
    )
    write(pages(url), file)
