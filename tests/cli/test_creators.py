"""A creator's account from the command line: videos, posts and sounds, against the simulator."""

import asyncio
import hashlib
import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile  # type: ignore[import-untyped] # it ships no types

from adloom.simulator import Options, Running
from modules.records.posting import CHUNK
from tests.cli.conftest import Cli, Outcome
from tests.seams.creators import creator_workspace

CLIP = b"\x00\x00\x00\x18ftypmp42"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=20, seed=11, speed=0, videos=45)) as running:
        yield running


@pytest.fixture(scope="module")
def workspace(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("creators") / "workspace"
    asyncio.run(creator_workspace(simulator, folder, deadline=3.0))
    return folder


@pytest.fixture
def run(bare: Cli, workspace: Path) -> Cli:
    """`adloom run MODULE` in the connected workspace."""
    return lambda *arguments: bare("--workspace", str(workspace), "run", *arguments)


@pytest.fixture
def public(bare: Cli, workspace: Path, simulator: Running) -> str:
    """A connection to the simulator's public pages."""
    arguments = ("--kind", "tiktok-public", "--host", simulator.url)
    made = bare("--workspace", str(workspace), "connections", "add", "public", *arguments)
    assert made.code == 0 or "already is" in made.err, made.err
    return "public"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "Summer.mp4"
    path.write_bytes(CLIP + os.urandom(2 * CHUNK))
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sounds") / "Summer.wav"
    soundfile.write(path, [0.0] * 8_000 * 12, 8_000)
    return path


def control(simulator: Running, method: str, what: str, **asked: Any) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own simulator
        f"{simulator.url}/_simulator/{what}",
        data=json.dumps(asked).encode() if method == "POST" else None,
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
        return json.load(answer)


def posts(simulator: Running) -> dict[str, Any]:
    return {one["publish_id"]: one for one in control(simulator, "GET", "posts")}


def only(shown: Outcome) -> Any:
    assert shown.code == 0, shown.err
    [row] = shown.records
    return row


# --- videos ---------------------------------------------------------------------------------------


def test_five_videos_are_watched_at_a_time_the_oldest_first(run: Cli) -> None:
    every = run("list-videos", "--limit", "0")

    shown = run("watch-videos")

    assert (shown.code, every.code) == (0, 0), shown.err
    assert len(every.records) > 20
    assert [row["id"] for row in every.records[:-6:-1]] == [row["id"] for row in shown.records]


def test_a_new_video_is_all_there_is_since_a_moment_ago(run: Cli, simulator: Running) -> None:
    simulator.clock.move(60)
    made = control(simulator, "POST", "videos", caption="Fresh from the garden")
    newest = run("list-videos", "--limit", "2").records

    shown = only(run("watch-videos", "--since", newest[0]["created_at"]))

    assert (made["id"], "Fresh from the garden") == (shown["id"], shown["title"])
    assert newest[0]["created_at"] > newest[1]["created_at"]


def test_what_was_hidden_is_listed_no_more_and_told_as_missing(
    run: Cli, simulator: Running
) -> None:
    first, second = (row["id"] for row in run("list-videos", "--limit", "2").records)
    control(simulator, "POST", "videos/hide", id=first)

    shown = run("get-videos", "--ids", f"{first},{second}")

    assert [second] == [row["id"] for row in shown.records]
    assert f"Not found: {first}." in shown.err
    assert first not in [row["id"] for row in run("list-videos", "--limit", "0").records]


def test_videos_of_a_time_are_listed(run: Cli) -> None:
    every = run("list-videos", "--limit", "0").records
    start, end = every[9]["created_at"], every[4]["created_at"]

    shown = run("list-videos", "--limit", "0", "--created-from", start, "--created-to", end)

    inside = [row["id"] for row in every if start <= row["created_at"] <= end]
    assert inside == [row["id"] for row in shown.records]


def test_covers_are_fresh_each_time_a_video_is_read(run: Cli) -> None:
    video = run("list-videos", "--limit", "1").records[0]

    again = only(run("get-videos", "--video-id", video["id"]))

    assert video["cover_image_url"] != again["cover_image_url"]


# --- embedded -------------------------------------------------------------------------------------


def test_any_public_video_can_be_embedded(run: Cli, public: str) -> None:
    video = run("list-videos", "--limit", "1").records[0]

    row = only(run("get-embedded-video", "--url", video["share_url"], "--connection", public))

    assert f"https://www.tiktok.com/player/v1/{video['id']}" == row["player_url"]
    assert f'data-video-id="{video["id"]}"' in row["html"]


def test_short_links_are_as_good(run: Cli, public: str, simulator: Running) -> None:
    [video, *_] = [one for one in control(simulator, "GET", "videos") if one["public"]]

    row = only(run("get-embedded-video", "--url", video["short_url"], "--connection", public))

    assert video["id"] == row["embed_product_id"]


def test_a_video_that_is_gone_is_refused_in_plain_words(
    run: Cli, public: str, simulator: Running
) -> None:
    video = control(simulator, "POST", "videos", caption="Soon gone")
    control(simulator, "POST", "videos/delete", id=video["id"])

    shown = run("get-embedded-video", "--url", video["share_url"], "--connection", public)

    assert shown.code == 1
    assert "deleted, private or blocked" in shown.err


def test_an_address_elsewhere_is_not_asked_about(run: Cli, public: str) -> None:
    shown = run("get-embedded-video", "--url", "https://example.com/1", "--connection", public)

    assert shown.code == 2
    assert "is no address of a TikTok video" in shown.err


# --- posts ----------------------------------------------------------------------------------------


def test_a_video_is_published_in_chunks_and_its_status_is_told(
    run: Cli, bare: Cli, workspace: Path, simulator: Running, clip: Path
) -> None:
    made = only(run("create-video-post", "--file", str(clip), "--title", "Now #summer", "--yes"))
    simulator.clock.move(10)
    status = only(run("get-video-post", "--publish-id", made["publish_id"]))

    post = posts(simulator)[made["publish_id"]]
    content = clip.read_bytes()
    assert hashlib.sha256(content).hexdigest() == post["sha256"]
    assert ("Now #summer", "SELF_ONLY") == (post["caption"], post["privacy_level"])
    assert ("PROCESSING_UPLOAD", len(content)) == (made["status"], made["uploaded_bytes"])
    assert "PUBLISH_COMPLETE" == status["status"]
    listed = bare("--workspace", str(workspace), "executions", "list", "--limit", "1").records
    shown = bare("--workspace", str(workspace), "executions", "show", listed[0]["id"])
    calls = shown.records[0]["operations"][0]["calls"]
    assert ["POST", "PUT", "PUT"] == [one["method"] for one in calls]
    assert "upload_token=•••" in shown.out
    assert "upload_token=" not in shown.out.replace("upload_token=•••", "")


def test_a_public_post_becomes_a_video(run: Cli, simulator: Running) -> None:
    address, level = "https://media.example.com/clip.mp4", "PUBLIC_TO_EVERYONE"
    made = only(run("create-video-post", "--url", address, "--privacy", level, "--yes"))
    simulator.clock.move(15)

    status = only(run("get-video-post", "--post", made["publish_id"]))

    assert "PROCESSING_DOWNLOAD" == made["status"]
    [video_id] = status["post_ids"]
    assert only(run("get-videos", "--ids", video_id))["id"] == video_id


def test_a_draft_waits_for_its_creator(run: Cli, simulator: Running, clip: Path) -> None:
    made = only(run("create-video-post", "--file", str(clip), "--draft", "--yes"))
    simulator.clock.move(10)
    waiting = only(run("get-video-post", "--post", made["publish_id"]))
    control(simulator, "POST", "posts/finish", publish_id=made["publish_id"])
    finished = only(run("get-video-post", "--post", made["publish_id"]))

    assert ["SEND_TO_USER_INBOX", "PUBLISH_COMPLETE"] == [waiting["status"], finished["status"]]


def test_a_dry_run_begins_no_post(run: Cli, simulator: Running, clip: Path) -> None:
    before = posts(simulator)

    shown = run("create-video-post", "--file", str(clip), "--dry-run")

    assert shown.code == 0
    assert "Summer.mp4" in shown.err
    assert before == posts(simulator)


def test_who_may_see_it_is_checked_before_anything_is_begun(run: Cli, simulator: Running) -> None:
    before = posts(simulator)

    shown = run(
        "create-video-post", "--url", "https://media.example.com/clip.mp4",
        "--privacy-level", "FOLLOWER_OF_CREATOR", "--yes",
    )  # fmt: skip

    assert shown.code == 2
    assert "this account offers" in shown.err
    assert before == posts(simulator)


def test_a_post_that_fails_says_why(run: Cli, simulator: Running) -> None:
    address = "https://unverified.example.com/clip.mp4"
    made = only(run("create-video-post", "--url", address, "--yes"))
    simulator.clock.move(15)

    status = only(run("get-video-post", "--post", made["publish_id"]))

    assert ("FAILED", "video_pull_failed") == (status["status"], status["fail_reason"])


# --- sounds ---------------------------------------------------------------------------------------


def test_a_sound_is_uploaded(run: Cli, simulator: Running, sound: Path) -> None:
    row = only(run("upload-sound", "--file", str(sound), "--yes"))

    assert row["share_id"].startswith("share.")
    assert ("Summer.wav", "wav", 12.0) == (row["file_name"], row["format"], row["seconds"])
    assert 1 == simulator.effects.as_json()["objects"][row["share_id"]]


def test_where_sounds_are_taken_no_more_that_is_told(
    bare: Cli, tmp_path: Path, sound: Path
) -> None:
    with Running(Options(port=0, ads=20, seed=11, speed=0, sounds=False)) as simulator:
        asyncio.run(creator_workspace(simulator, tmp_path / "w", deadline=3.0))
        place = str(tmp_path / "w")
        shown = bare("--workspace", place, "run", "upload-sound", "--file", str(sound), "--yes")

    assert shown.code == 1
    assert "404" in shown.err
    assert "no longer documents" in shown.err


def test_a_sound_that_is_too_short_is_never_sent(
    run: Cli, simulator: Running, tmp_path: Path
) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, [0.0] * 8_000, 8_000)
    before = simulator.effects.as_json()["requests"]

    shown = run("upload-sound", "--file", str(path), "--yes")

    assert shown.code == 2
    assert "plays 1.0 seconds" in shown.err
    assert before == simulator.effects.as_json()["requests"]


# --- what was not granted -------------------------------------------------------------------------


def test_what_the_owner_did_not_agree_to_is_told_before_anything_is_sent(
    bare: Cli, tmp_path: Path, simulator: Running, sound: Path
) -> None:
    asyncio.run(creator_workspace(simulator, tmp_path / "w", scopes=["user.info.basic"]))
    place = str(tmp_path / "w")

    videos = bare("--workspace", place, "run", "list-videos")
    sounds = bare("--workspace", place, "run", "upload-sound", "--file", str(sound), "--yes")

    assert (videos.code, sounds.code) == (1, 1)
    assert "video.list" in videos.err
    assert "share.sound.create" in sounds.err
