"""What an ad shows: its fields as people name them, and as the catalogue knows them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from adloom.catalogue import Param, load
from adloom.field_types import IsId
from modules.records.api_calls import doubts

__all__ = [
    "AdName",
    "AdText",
    "CallToAction",
    "ImageIds",
    "LandingPage",
    "MaterialId",
    "More",
    "NewAdName",
    "VideoId",
    "creative_doubts",
    "creative_fields",
    "is_empty",
    "same",
]

CREATE: Final = "/ad/create/"
UPDATE: Final = "/ad/update/"

#: Ids of videos, images and identities are words of letters and digits, sometimes with a folder.
MaterialId = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z][0-9A-Za-z._~:/-]{0,255}$"),
    IsId(),
]
#: Limits of names and texts: business_api.md §3.4.
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
AdName = Annotated[_Name, Field(title="Name", description="Name of the ad, for you alone.")]
NewAdName = Annotated[
    _Name | None, Field(title="Name", description="New name of the ad, for you alone.")
]
AdText = Annotated[_Line | None, Field(title="Text", description="Text shown with the ad.")]
CallToAction = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,60}$")] | None,
    Field(
        title="Call to action",
        description="What the button says, such as LEARN_MORE or SHOP_NOW.",
    ),
]
LandingPage = Annotated[
    Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] | None,
    Field(
        title="Landing page",
        description="Where a click leads: an address with https://.",
    ),
]
VideoId = Annotated[
    MaterialId | None,
    Field(
        title="Video",
        description="Id of its video, as an upload tells it.",
    ),
]
ImageIds = Annotated[
    list[MaterialId],
    Field(
        title="Images",
        description="Ids of its images, or of the cover of its video.",
        json_schema_extra={"aliases": ["image_id"]},
    ),
]
More = Annotated[
    dict[str, Any],
    Field(
        title="More fields",
        description="Anything else TikTok knows of an ad, by TikTok's own names.",
    ),
]


def creative_fields(path: str) -> tuple[Param, ...]:
    """What the catalogue knows of an ad, at the endpoint that takes it."""
    endpoint = load().endpoint("POST", path)
    params = endpoint.params if endpoint else ()
    return next((param.fields for param in params if param.name == "creatives"), ())


def creative_doubts(path: str, creative: Mapping[str, Any]) -> Iterator[str]:
    """Yield what looks wrong about an ad; it is sent all the same."""
    yield from doubts(creative_fields(path), creative)
    button, known = creative.get("call_to_action"), load().enum("CallToAction")
    if button and known and button not in known:
        yield f"call_to_action is {button!r}, which adloom does not know."


def is_empty(value: Any) -> bool:
    """Whether a field says nothing: TikTok has five words for that (business_api.md §3.1)."""
    return value in (None, "", "UNSET") or (isinstance(value, list | tuple) and not value)


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same; ids come as numbers or as text."""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return [str(item) for item in one] == [str(item) for item in other]
    return one == other or (_is_scalar(one) and _is_scalar(other) and str(one) == str(other))


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
