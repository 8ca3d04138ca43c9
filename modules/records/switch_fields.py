"""What switching campaigns, ad groups and ads asks for and tells, in the same words."""

from typing import Annotated, Literal

from pydantic import Field

from adloom.fields import Advanced

__all__ = ["After", "AllowDelete", "Before", "Changed", "Switch", "WhyNot"]

Switch = Annotated[
    Literal["ENABLE", "DISABLE", "DELETE"],
    Field(
        title="Status",
        description="Switch them on, switch them off, or delete them for good.",
        json_schema_extra={"aliases": ["operation_status", "opt_status"]},
    ),
]
AllowDelete = Annotated[
    bool,
    Advanced(),
    Field(
        title="Allow deleting",
        description="Deleting cannot be undone, so it has to be allowed here as well.",
    ),
]
Before = Annotated[str | None, Field(title="Before", description="Its switch before.")]
After = Annotated[str | None, Field(title="After", description="Its switch after.")]
Changed = Annotated[bool, Field(title="Changed", description="Whether it was changed.")]
WhyNot = Annotated[
    str | None,
    Field(title="Error", description="Why it was not changed, if it should have been."),
]
