"""What the catalogue knows about one endpoint, one parameter, one code, one metric.

Facts and shapes only: names, types, limits and figures, taken from the fact sheets. Nobody is
protected from TikTok by them: new constants and new fields appear there without notice, so an
answer is never judged by these shapes (business_api.md §8.10).
"""

from typing import Any

import msgspec

__all__ = ["Code", "Endpoint", "KnownReport", "Metric", "Param"]


class Param(msgspec.Struct, frozen=True):
    """One parameter of a request, or one field of an answer.

    Args:
        name: Its name on the wire.
        type: `string`, `integer`, `number`, `boolean`, `datetime` (`YYYY-MM-DD HH:MM:SS`), `date`,
            `object`, `file`, `any`; with `[]` behind it for a list; `a|b` where both occur.
        required: Whether a call without it is refused; False where the sheets do not say.
        choices: The words it may be; empty means that there is no list.
        minimum: Smallest number.
        maximum: Largest number.
        min_items: Shortest list.
        max_items: Longest list.
        max_length: Longest text, in characters.
        default: What TikTok takes when it is left out; None where the sheets do not say.
        fields: What an object holds, or each object of a list.
    """

    name: str
    type: str = "string"
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    max_length: int | None = None
    default: Any = None
    fields: tuple["Param", ...] = ()


class Endpoint(msgspec.Struct, frozen=True):
    """One operation of the Business API.

    Args:
        method: `GET` or `POST`.
        path: Below `/open_api/v1.3`, with its closing slash, for example `/ad/get/`.
        params: The query of a GET, the fields of a POST's body; sorted by name.
        content_type: Of the body: empty for a GET, else `application/json` or
            `multipart/form-data`.
        response: The fields of the answer's `data`, or of each of its items; empty where unknown.
        data_type: Whether `data` is an `object` or an `array`.
        list_key: The field of `data` that holds the rows of a listing; None for everything else.
        page_size_max: The largest `page_size`, where it is known.
        changes: Whether calling it changes anything; only known reads are False.
        scope: The permission it needs, where it is known.
        per_second: How often a Basic app may call it each second, where that is not the usual 10
            (business_api.md §1.5).
    """

    method: str
    path: str
    params: tuple[Param, ...] = ()
    content_type: str = ""
    response: tuple[Param, ...] = ()
    data_type: str = "object"
    list_key: str | None = None
    page_size_max: int | None = None
    changes: bool = False
    scope: int | None = None
    per_second: int | None = None


class Code(msgspec.Struct, frozen=True):
    """One value of the envelope's `code` (business_api.md §1.4).

    Args:
        code: The number.
        name: TikTok's own constant; empty where it has none that we know.
        meaning: A few words for a person.
        retry: `ok`, `no`, `throttle` (wait, then again), `poll` (ask for the status again), `retry`
            (with backoff), `retry-limited` (a few times), `retry-after-read` (look at the object
            first) or `later` (minutes to hours).
    """

    code: int
    name: str
    meaning: str
    retry: str


class Metric(msgspec.Struct, frozen=True):
    """One figure or attribute that a report can be asked for.

    Args:
        name: Its name on the wire.
        group: What it belongs to, for example `core` or `attribute`.
        type: What its text is read as: `string`, `bool`, `int`, `decimal` or `datetime`.
        levels: The data levels it works at (`ADVERTISER`, `CAMPAIGN`, `ADGROUP`, `AD`); empty
            means that no limit is known.
    """

    name: str
    group: str
    type: str
    levels: tuple[str, ...] = ()


class KnownReport(msgspec.Struct, frozen=True):
    """A combination that is known to work (business_api.md §5.3)."""

    report_type: str
    data_level: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
