"""Send conversion events to TikTok."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.fields import Advanced, Personal
from adloom.json_text import parse_strict
from adloom.wire import JsonBody, Record, Request
from modules.base import Action, Call, Change, Context, Done, OnDoubt, module
from modules.bundles import Bundle
from modules.events.asked import AskedEvent, plain_event
from modules.events.options import Options
from modules.events.prepared import Prepared, Reading
from modules.events.problems import errors_among

__all__ = ["SendEvent", "SendEventParams", "SentEvent", "send_event"]

TRACK: Final = "/event/track/"
#: TikTok takes so many events in one request (open_platform_and_events.md §II.1).
MOST: Final = 1_000
#: What several events may have in common; everything else each of them says itself.
SHARED: Final = frozenset(
    {"event_source", "event_source_id", "test_event_code", "limited_data_use"}
)
#: What is written down of the parameters: nothing that tells whose event it is.
KEPT: Final = frozenset(
    {"event", "custom_name", "event_source", "event_source_id", "delivery", "result_key"}
)
#: More warnings than these are only counted.
MOST_TOLD: Final = 20


class SendEventParams(AskedEvent):
    """What happened, to whom, and where; or several such events."""

    events: Annotated[list[AskedEvent], Personal()] = Field(
        default_factory=list,
        max_length=MOST,
        title="Events",
        description="Several events instead of one, each with the fields above, at most 1,000.",
    )
    delivery: Literal["now", "queued"] = Field(
        default="now",
        title="Delivery",
        description="now waits for TikTok's answer; queued hands it to the outbox, which batches.",
    )
    options: Annotated[Options, Advanced()] = Field(
        default=Options(),
        title="Options",
        description="How values are read, hashed and checked, such as default_country or strict.",
    )
    result_key: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$",
        title="Result key",
        description="Puts code, message and request_id under this name as well, for later steps.",
        json_schema_extra={"aliases": ["result_object_key"]},
    )

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        alone = self.model_fields_set & (AskedEvent.model_fields.keys() - SHARED)
        if self.events and alone:
            raise ValueError(f"{min(alone)}: belongs into each of the events")
        if not self.events and not self.event and not self.custom_name:
            raise ValueError("event: is required")
        if self.result_key in SentEvent.model_fields:
            raise ValueError("result_key: the result has a field of this name already")
        return self


class SentEvent(Bundle):
    """What became of events that went out together."""

    code: int | None = Field(
        default=None, title="Code", description="TikTok's code: 0 is success, 20001 in part."
    )
    message: str | None = Field(
        default=None, title="Message", description="What TikTok said, or that it is queued."
    )
    request_id: str | None = Field(
        default=None, title="Request", description="What TikTok calls the request."
    )
    queued: bool | None = Field(
        default=None, title="Queued", description="Whether the outbox has it, to send it later."
    )
    event_id: str | None = Field(
        default=None, title="Event id", description="Id of the event; of the first of several."
    )
    event_ids: list[str] = Field(
        default_factory=list, title="Event ids", description="Ids of all the events."
    )
    event_source: str | None = Field(
        default=None, title="Event source", description="web, app, offline or crm."
    )
    event_source_id: str | None = Field(
        default=None, title="Source id", description="Pixel code, TikTok App ID or event set."
    )
    failed_events: list[Any] = Field(
        default_factory=list,
        title="Failed events",
        description="Where TikTok took only a part: which it did not take, and why.",
    )


class SendEvent(Action[SendEventParams, SentEvent]):
    """Send conversion events to TikTok: web, app, offline or CRM, one or up to 1,000 at once.

    What belongs to a person is normalised and hashed before it is written down anywhere. An event
    keeps its id however often it is sent, and TikTok drops repeats for 48 hours; an hour before
    that ends nothing is repeated any more without somebody's say. Several events that go out now
    stand and fall together; queued ones are sent in batches, of which a bad one is taken out.
    """

    on_doubt: ClassVar[OnDoubt] = OnDoubt.REPEAT
    answer_is_proof: ClassVar[bool] = True
    repeat_within: ClassVar[timedelta | None] = timedelta(hours=47)
    no_inverse: ClassVar[str | None] = "TikTok has no way to call an event back."

    async def before(self, params: SendEventParams, context: Context) -> list[Record]:
        """Check everything; from here on it is clear when it happened, and where it goes.

        Raises:
            InvalidParamsError: An event cannot be sent as it is.
        """
        facts = _facts(context)
        found = list(_read(params, facts))
        faults = [
            Fault(place + one.field, one.reason)
            for place, reading in found
            for one in errors_among(reading.problems)
        ]
        if faults:
            raise InvalidParamsError(faults)
        for note in _notes(found, facts["test_event_code"]):
            context.say(note)
        return [facts]

    def calls(self, params: SendEventParams, before: Sequence[Record]) -> list[Call]:
        """One call for each source that events go to."""
        ways: dict[tuple[str, str, str | None], list[Prepared]] = {}
        for _, reading in _read(params, before[0]):
            for one in reading.events:
                ways.setdefault((one.source, one.source_id, one.test_event_code), []).append(one)
        queued = params.delivery == "queued"
        return [
            Call(
                " ".join(filter(None, ("events to", *way))),
                Request("POST", TRACK, body=JsonBody(_body(*way, events))),
                tuple(_change(one, queued=queued) for one in events),
                queued=queued,
                personal=True,
            )
            for way, events in ways.items()
        ]

    def kept(self, params: SendEventParams) -> Record:
        """Nothing of the person: what goes out stands in the calls, hashed."""
        kept = params.model_dump(mode="json", include=set(KEPT), exclude_defaults=True)
        return {**kept, "custom_name": f"{len(params.events)} events"} if params.events else kept

    def result(
        self,
        params: SendEventParams,
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """What TikTok answered, or that the outbox has the events."""
        return [_result(params, one) for one in done if isinstance(one.body, dict)]


def _facts(context: Context) -> Record:
    """What decides about events besides what was asked: the connection, the moment, the operation.

    Raises:
        UsageError: The connection does not say where its events go.
    """
    settings = context.connection.settings
    if "source_id" not in settings:
        raise UsageError(f"{context.connection.name!r} does not say where its events go.")
    return {
        "now": int(context.now.timestamp()),
        "seed": context.operation_id,
        "source": settings.get("source", "web"),
        "source_id": settings["source_id"],
        "test_event_code": settings.get("test_event_code"),
    }


def _read(params: SendEventParams, facts: Record) -> Iterator[tuple[str, Reading]]:
    """Every event as it would go out, with the place it stood at."""
    # Imported here: asking for help needs no telephone numbers.
    from modules.events.pipeline import Pipeline

    pipeline = Pipeline(
        None,
        source=facts["source"],
        source_id=facts["source_id"],
        test_event_code=facts["test_event_code"],
        options=params.options,
    )
    if not params.events:
        yield "", pipeline.read(plain_event(params), now=facts["now"], seed=facts["seed"])
    shared = params.model_dump(include=set(SHARED), exclude_none=True)
    for place, asked in enumerate(params.events):
        seed = f"{facts['seed']}:{place}"
        event = {**shared, **plain_event(asked)}
        yield f"events[{place}].", pipeline.read(event, now=facts["now"], seed=seed)


def _notes(found: Sequence[tuple[str, Reading]], code: str | None) -> list[str]:
    """What somebody should know before these events go out; every warning once."""
    notes = dict.fromkeys(
        note
        for place, reading in found
        for note in (*(f"{place}{one}" for one in reading.problems), reading.skipped)
        if note
    )
    told = list(notes)[:MOST_TOLD]
    if len(notes) > MOST_TOLD:
        told.append(f"{len(notes) - MOST_TOLD} more of the kind.")
    codes = {one.test_event_code for _, reading in found for one in reading.events}
    tests = ", ".join(sorted(filter(None, codes)))
    if tests:
        told.append(f"The test event code {tests} is on: look under Test Events; nothing is live.")
    if code and None in codes:
        told.append(
            f"The connection's test event code {code} is left out, so this is live; for a test set"
            " options.environment to test."
        )
    return told


def _body(source: str, source_id: str, code: str | None, events: Sequence[Prepared]) -> Record:
    top = {"event_source": source, "event_source_id": source_id}
    return {
        **top,
        **({"test_event_code": code} if code else {}),
        "data": [parse_strict(one.content) for one in events],
    }


def _change(one: Prepared, *, queued: bool) -> Change:
    happened = datetime.fromtimestamp(one.event_time, UTC).isoformat()
    how = [f"test {one.test_event_code}"] if one.test_event_code else []
    how += ["queued"] if queued else []
    where = f"{one.source} {one.source_id}"
    return Change("event", one.event_id, one.event, where, None, ", ".join([happened, *how]))


def _result(params: SendEventParams, one: Done) -> Record:
    ids = [change.id for change in one.call.changes]
    source, _, source_id = one.call.changes[0].field.partition(" ")
    answer = {name: one.body.get(name) for name in ("code", "message", "request_id")}
    data = one.body.get("data")
    failed = data.get("failed_events") if isinstance(data, dict) else None
    return {
        **answer,
        "queued": one.call.queued,
        "event_id": ids[0],
        "event_ids": ids,
        "event_source": source,
        "event_source_id": source_id,
        "failed_events": failed or [],
        **({params.result_key: answer} if params.result_key else {}),
    }


send_event = module(
    kind="action", title="Send an event", provider="tiktok-events", permission=None
)(SendEvent)
