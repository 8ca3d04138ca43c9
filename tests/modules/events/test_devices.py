"""A device decides which ids go out, and what iOS says about tracking."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.events.devices import ATT_STATUSES, settle
from modules.events.identity import Identities
from modules.events.options import Options
from modules.events.problems import Problem, Severity
from tests.modules.events.vectors import DEVICE_ID

APPLE = ["iOS", "ios", "IOS", " iPadOS ", "tvOS", "apple", "iPhone OS", "ios 17"]
ANDROID = ["Android", "ANDROID", "android 14"]
BOTH: dict[str, Any] = {"idfa": "A", "idfv": "V", "gaid": "G", "att_status": "AUTHORIZED"}
OLD, NEW = "13.7", "17.4"


def settled(
    user: dict[str, Any], device: dict[str, Any], *, automatic: bool = False
) -> dict[str, Any]:
    problems: list[Problem] = []
    found = settle(
        user, device, att_status="automatic" if automatic else "as given", problems=problems
    )

    assert [] == problems
    return found


def status(device: dict[str, Any], user: dict[str, Any] | None = None) -> object:
    return settled(user or {}, device, automatic=True).get("att_status")


# --- ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", APPLE)
def test_apple_has_no_gaid(platform: str) -> None:
    user = settled(BOTH | {"email": "e"}, {"platform": platform})

    assert {"email": "e", "idfa": "A", "idfv": "V", "att_status": "AUTHORIZED"} == user


@pytest.mark.parametrize("platform", ANDROID)
def test_android_has_nothing_of_apples(platform: str) -> None:
    assert {"email": "e", "gaid": "G"} == settled(BOTH | {"email": "e"}, {"platform": platform})


@pytest.mark.parametrize("platform", ["Windows", "desktop", "web"])
def test_anything_else_has_no_ids(platform: str) -> None:
    assert {"ip": "i"} == settled(BOTH | {"ip": "i"}, {"platform": platform})


@pytest.mark.parametrize("device", [{}, {"platform": None}, {"platform": " ", "os_version": OLD}])
@pytest.mark.parametrize("automatic", [True, False])
def test_without_a_platform_nothing_is_left_out_or_added(
    device: dict[str, Any], automatic: bool
) -> None:
    assert BOTH == settled(BOTH, device, automatic=automatic)
    assert {} == settled({}, device, automatic=automatic)


def test_the_devices_ids_become_those_of_its_platform() -> None:
    ids = {"advertising_id": DEVICE_ID, "vendor_id": "V1"}

    assert {"idfa": DEVICE_ID, "idfv": "V1"} == settled({}, ids | {"platform": "iOS"})
    assert {"gaid": DEVICE_ID} == settled({}, ids | {"platform": "Android"})


def test_an_id_given_beside_the_device_is_preferred_unless_it_is_empty() -> None:
    device = {"platform": "iOS", "advertising_id": "D", "vendor_id": "D"}

    assert {"idfa": "A", "idfv": "D"} == settled({"idfa": "A", "idfv": " "}, device)


@pytest.mark.parametrize("device", [{}, {"platform": "Windows"}])
def test_an_id_nobody_can_place_is_warned_about(device: dict[str, Any]) -> None:
    problems: list[Problem] = []
    ids = {"advertising_id": DEVICE_ID, "vendor_id": ""}

    assert {} == settle({}, device | ids, att_status="as given", problems=problems)
    assert [("device.advertising_id", Severity.WARNING)] == [
        (one.field, one.severity) for one in problems
    ]
    assert DEVICE_ID not in problems[0].reason


def test_a_key_of_the_device_that_is_not_known_is_warned_about() -> None:
    problems: list[Problem] = []
    settle({}, {"platfrom": "iOS"}, att_status="as given", problems=problems)

    assert ["device.platfrom: is not known; left out; did you mean platform?"] == [
        str(one) for one in problems
    ]


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("iOS", {"idfa": DEVICE_ID, "idfv": "V1", "att_status": "AUTHORIZED"}),
        ("ANDROID", {"gaid": DEVICE_ID.lower()}),
    ],
)
def test_what_a_device_says_goes_out_in_its_form(platform: str, expected: dict[str, str]) -> None:
    device = {"platform": platform, "advertising_id": DEVICE_ID, "vendor_id": "V1"}
    problems: list[Problem] = []
    user = settled({"att_status": "authorized"}, device)

    assert expected == Identities(Options()).user(user, problems)
    assert [] == problems


# --- ATT status -----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [OLD, "13", 13, 13.1, "iOS 9.3.5", "13,4"])
def test_before_ios_14_nobody_is_asked(version: object) -> None:
    device = {"platform": "iOS", "os_version": version, "ad_tracking_enabled": True}

    assert "NOT_APPLICABLE" == status(device)


@pytest.mark.parametrize("platform", ["Android", "Windows"])
def test_other_systems_ask_nobody(platform: str) -> None:
    device = {"platform": platform, "os_version": NEW, "ad_tracking_enabled": True}

    assert "NOT_APPLICABLE" == status(device)
    assert "NOT_APPLICABLE" == status(device, {"att_status": "AUTHORIZED"})


@pytest.mark.parametrize("version", [NEW, "14.0", 14, "unknown", None])
@pytest.mark.parametrize(
    ("tracking", "expected"),
    [
        (True, "AUTHORIZED"),
        ("true", "AUTHORIZED"),
        (1, "AUTHORIZED"),
        (False, "DENIED"),
        ("False", "DENIED"),
        (0, "DENIED"),
        (None, "NOT_DETERMINED"),
        ("", "NOT_DETERMINED"),
        ("perhaps", "NOT_DETERMINED"),
    ],
)
def test_ios_says_what_its_user_said(version: object, tracking: object, expected: str) -> None:
    device = {"platform": "iOS", "os_version": version, "ad_tracking_enabled": tracking}

    assert expected == status(device)
    assert {} == settled({}, device)


def test_a_status_that_was_given_is_preferred_to_one_worked_out() -> None:
    device = {"platform": "iOS", "os_version": NEW, "ad_tracking_enabled": True}

    assert "RESTRICTED" == status(device, {"att_status": "RESTRICTED"})
    assert "AUTHORIZED" == status(device, {"att_status": " "})


# --- anything at all ------------------------------------------------------------------------------

VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())
KEYS = ["platform", "os_version", "advertising_id", "vendor_id", "ad_tracking_enabled"]
DEVICES = st.fixed_dictionaries(
    {}, optional={key: VALUES | st.sampled_from([*APPLE, *ANDROID]) for key in KEYS}
)


@given(DEVICES, st.booleans())
def test_whatever_the_device_says_ids_do_not_mix(device: dict[str, Any], automatic: bool) -> None:
    before = dict(device)
    mode = "automatic" if automatic else "as given"
    user = settle({"email": "e"}, device, att_status=mode, problems=[])

    assert before == device
    assert "e" == user["email"]
    assert not ({"idfa", "idfv"} & user.keys() and "gaid" in user)
    assert user.get("att_status") in {None, *ATT_STATUSES}
