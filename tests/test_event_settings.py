"""The section `[events]`: every fault told at once, and by its field."""

from pathlib import Path

import pytest

from adloom.errors import WorkspaceError
from adloom.fields import fields_of
from adloom.settings import EventIntakeSettings, EventSettings, Workspace


def opened(folder: Path, text: str) -> Workspace:
    (folder / "adloom.toml").write_text(text)
    return Workspace.open(folder)


SHOP = """\
[events]
batch_size = 500
first_index = 1
[events.intake.shop-eu]
secret = "shop-hook"
connection = "pixel"
preset = "shopify"
mapping = "eu/shop.yaml"
source = "app"
source_id = "7300000000000000001"
default_country = "DE"
"""


def test_what_stands_in_the_section_counts(tmp_path: Path) -> None:
    events = opened(tmp_path, SHOP).settings.events

    shop = events.intake["shop-eu"]
    assert (500, 1, 1.0, 28, 30) == (
        events.batch_size,
        events.first_index,
        events.batch_seconds,
        events.oldest_days,
        events.keep_days,
    )
    assert ("shop-hook", "pixel", "eu/shop.yaml", "DE") == (
        shop.secret,
        shop.connection,
        shop.mapping,
        shop.default_country,
    )


def test_a_workspace_knows_where_events_and_mappings_are(tmp_path: Path) -> None:
    workspace = opened(tmp_path, "")

    assert [tmp_path / "events.db", tmp_path / "mappings"] == [
        workspace.events,
        workspace.mappings,
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("batch_size = 1001", "events.batch_size: must be 1000 or less"),
        ("batch_size = 0", "events.batch_size: must be 1 or more"),
        ("first_index = 2", "events.first_index: must be one of 0 or 1"),
        ("keep_days = 2", "events.keep_days: must be 3 or more"),
        ("batch_secs = 1", "events.batch_secs: there is no such setting"),
        ("[events.intake.A]\nsecret='a'\nconnection='b'", "events.intake.A"),
        ("[events.intake.a]\nsecret='a'", "events.intake.a.connection: is required"),
        ("[events.intake.a]\nsecret='A b'\nconnection='b'", "events.intake.a.secret: "),
        (
            "[events.intake.a]\nsecret='a'\nconnection='b'\ndefault_country='de'",
            "events.intake.a.default_country: use two capital letters",
        ),
        (
            "[events.intake.a]\nsecret='a'\nconnection='b'\nsource='web'",
            "another event source takes a source_id",
        ),
        (
            "[events.intake.a]\nsecret='a'\nconnection='b'\nsource_id='a/b'",
            "events.intake.a.source_id: use letters",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        opened(tmp_path, f"[events]\n{text}\n")

    assert words in str(caught.value)


@pytest.mark.parametrize(
    "place", ["../shop.yaml", "/etc/passwd", "a//b.yaml", ".hidden", "a/../b", "", "a\\b", "~/a"]
)
def test_a_mapping_lies_in_the_folder_for_them(tmp_path: Path, place: str) -> None:
    text = f"[events.intake.a]\nsecret='a'\nconnection='b'\nmapping='{place}'\n"
    with pytest.raises(WorkspaceError, match=r"events\.intake\.a\.mapping: use the path"):
        opened(tmp_path, text)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "[events]\nbatch_size = 0\nin_flight = 0\n[events.intake.a]\nsecret = 5\n"
    with pytest.raises(WorkspaceError) as caught:
        opened(tmp_path, text)

    assert 4 == len(str(caught.value).splitlines()) - 1


@pytest.mark.parametrize("section", [EventSettings, EventIntakeSettings])
def test_every_setting_is_described(
    section: type[EventSettings] | type[EventIntakeSettings],
) -> None:
    described = [(one.title, one.description) for one in fields_of(section)]

    assert [] == [one for one in described if not one[0] or not one[1].endswith(".")]
