"""Where a trigger starts when it is run by itself."""

from pydantic import Field

from adloom.fields import Moment
from modules.base import Params

__all__ = ["Start"]


class Start(Params):
    """Where a trigger starts."""

    since: Moment | None = Field(
        default=None,
        title="Since",
        description="Start here; without it, with everything there is.",
    )
