"""Whose event it is, as somebody fills it in (open_platform_and_events.md §II.2)."""

from pydantic import Field

from modules.events.asked_values import Part, Text, Texts

__all__ = ["Device", "User"]


class User(Part):
    """Whose event it is. What TikTok wants hashed is hashed before anything is kept or sent."""

    email: Texts = Field(
        default_factory=list,
        title="E-mail",
        description="One or several; trimmed, lower-cased and hashed, unless it is hashed already.",
    )
    email_sha256: Texts = Field(
        default_factory=list,
        title="E-mail, already hashed",
        description="SHA-256 in hex, of the trimmed address in lower case.",
    )
    phone: Texts = Field(
        default_factory=list,
        title="Phone",
        description="One or several; brought into the form +12133734253 and hashed.",
    )
    phone_sha256: Texts = Field(
        default_factory=list,
        title="Phone, already hashed",
        description="SHA-256 in hex, of the number with + and country code.",
    )
    external_id: Texts = Field(
        default_factory=list,
        title="External id",
        description="Your own ids of the person: member, customer, cookie; hashed.",
    )
    external_id_sha256: Texts = Field(
        default_factory=list,
        title="External id, already hashed",
        description="SHA-256 in hex.",
    )
    first_name: Texts = Field(
        default_factory=list,
        title="First name",
        description="Lower-cased, without punctuation, and hashed.",
    )
    first_name_sha256: Texts = Field(
        default_factory=list,
        title="First name, already hashed",
        description="SHA-256 in hex, of the name in lower case without punctuation.",
    )
    last_name: Texts = Field(
        default_factory=list,
        title="Last name",
        description="Lower-cased, without punctuation, and hashed.",
    )
    last_name_sha256: Texts = Field(
        default_factory=list,
        title="Last name, already hashed",
        description="SHA-256 in hex, of the name in lower case without punctuation.",
    )
    zip_code: Texts = Field(
        default_factory=list,
        title="Zip code",
        description="Lower-cased, without blanks and dashes, and hashed.",
    )
    zip_code_sha256: Texts = Field(
        default_factory=list,
        title="Zip code, already hashed",
        description="SHA-256 in hex, of the code in lower case without blanks and dashes.",
    )
    city: Texts = Field(
        default_factory=list, title="City", description="Lower-cased, letters only; not hashed."
    )
    state: Texts = Field(
        default_factory=list, title="State", description="Lower-cased, letters only; not hashed."
    )
    country: Texts = Field(
        default_factory=list,
        title="Country",
        description="Two letters, for example de; not hashed.",
    )
    ttclid: Text | None = Field(
        default=None,
        title="TikTok click id",
        description="The ttclid of the address the person came by; E.C.P. and so on.",
    )
    ttp: Text | None = Field(
        default=None, title="Cookie id", description="The cookie _ttp that TikTok's pixel sets."
    )
    ip: Text | None = Field(
        default=None,
        title="IP address",
        description="The person's public address, IPv4 or IPv6; not hashed.",
    )
    user_agent: Text | None = Field(
        default=None, title="User agent", description="What the person's browser or app says it is."
    )
    locale: Text | None = Field(
        default=None, title="Locale", description="Language and country as BCP 47: en-US."
    )
    idfa: Text | None = Field(
        default=None, title="IDFA", description="Advertising id of an iOS device."
    )
    idfv: Text | None = Field(default=None, title="IDFV", description="Vendor id of an iOS device.")
    gaid: Text | None = Field(
        default=None, title="GAID", description="Advertising id of an Android device."
    )
    att_status: Text | None = Field(
        default=None,
        title="ATT status",
        description="AUTHORIZED, DENIED, NOT_DETERMINED, RESTRICTED or NOT_APPLICABLE.",
    )


class Device(Part):
    """What the event happened on; it decides which device ids are sent, and is not sent itself."""

    platform: Text | None = Field(default=None, title="Platform", description="iOS or Android.")
    os_version: Text | None = Field(
        default=None, title="System version", description="For example 17.4."
    )
    advertising_id: Text | None = Field(
        default=None,
        title="Advertising id",
        description="Sent as the IDFA from iOS, as the GAID from Android.",
    )
    vendor_id: Text | None = Field(
        default=None, title="Vendor id", description="Sent as the IDFV from iOS."
    )
    ad_tracking_enabled: bool | None = Field(
        default=None,
        title="Tracking allowed",
        description="Whether the person allows the app to track; decides the ATT status.",
    )
