"""Send a notification."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from adloom.errors import UsageError
from adloom.wire import JsonBody, Record, Request
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params, module
from modules.bundles import Bundle

__all__ = ["Notification", "Notify", "NotifyParams", "notify"]

MESSAGES = "/messages/"
LONGEST = 30_000


class NotifyParams(Params):
    """What to say."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = Field(
        max_length=LONGEST,
        title="Text",
        description="The message; a service may cut or refuse long ones.",
    )
    title: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        default="",
        max_length=250,
        title="Title",
        description="Subject or headline, where the service has one.",
    )
    format: Literal["text", "markdown"] = Field(
        default="text",
        title="Format",
        description="How the text is written; it is turned into what each service understands.",
    )


class Notification(Bundle):
    """A message, and what became of it at one address."""

    address: str | None = Field(
        default=None,
        title="Address",
        description="Beginning and end of where it went; the rest is secret.",
    )
    sent: bool | None = Field(
        default=None, title="Sent", description="Whether the service took it."
    )
    error: str | None = Field(default=None, title="Error", description="Why it did not.")


class Notify(Action[NotifyParams, Notification]):
    """Send a notification to every address of a connection: mail, chats, phones.

    Each address is a call of its own, so that one that fails is tried again and the others, which
    have the message, are left in peace.
    """

    # A message that comes twice does less harm than an alarm that does not come.
    on_doubt: ClassVar[OnDoubt] = OnDoubt.REPEAT
    answer_is_proof: ClassVar[bool] = True
    no_inverse: ClassVar[str | None] = "What somebody has read cannot be taken back."

    async def before(self, params: NotifyParams, context: Context) -> list[Record]:  # noqa: ARG002 - Action's signature
        """Where it goes, as the connection tells it."""
        addresses = context.connection.account.get("addresses", [])
        if not addresses:
            raise UsageError(
                f"{context.connection.name!r} is not known to have any address.",
                hint=f"Try it: adloom connections test {context.connection.name}",
            )
        return [{"address": place, "shown": shown} for place, shown in enumerate(addresses)]

    def calls(self, params: NotifyParams, before: Sequence[Record]) -> list[Call]:
        """One call for each address."""
        said = params.model_dump(mode="json")
        shown = f"{params.title}: {params.text}" if params.title else params.text
        return [
            Call(
                f"message {where['address']} {where['shown']}",
                Request("POST", MESSAGES, body=JsonBody({**where, **said})),
                (Change("notification", "", where["shown"], "message", None, shown),),
            )
            for where in before
        ]

    def result(
        self,
        params: NotifyParams,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],
        done: Sequence[Done],
    ) -> list[Record]:
        """Address by address, whether it went out."""
        return [
            Notification.normalise(
                {
                    "address": where["shown"],
                    "sent": one.outcome is Outcome.HAPPENED,
                    "error": one.error,
                }
            )
            for where, one in zip(before, done, strict=False)
        ]


notify = module(kind="action", title="Send a notification", provider="notify", permission=None)(
    Notify
)
