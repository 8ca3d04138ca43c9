import pytest

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.open_platform.open_client import OpenClient

FAULT = {"message": "Something went wrong", "code": 400}
VIDEO_FIELDS = {
    "version",
    "type",
    "title",
    "author_url",
    "author_name",
    "author_unique_id",
    "width",
    "height",
    "html",
    "thumbnail_width",
    "thumbnail_height",
    "thumbnail_url",
    "provider_url",
    "provider_name",
    "embed_product_id",
    "embed_type",
}


def test_a_video_can_be_embedded_by_anybody(creator: OpenClient) -> None:
    video = creator.post_video(caption="Two <jars> & a lid")
    answer = creator.embed(video["share_url"])
    told = answer.json

    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert told.keys() == VIDEO_FIELDS
    assert (told["version"], told["type"], told["embed_type"]) == ("1.0", "video", "video")
    assert told["title"] == "Two <jars> & a lid"
    assert told["embed_product_id"] == video["id"]
    assert told["author_url"] in video["share_url"]


def test_the_html_is_a_quotation_and_a_script(creator: OpenClient) -> None:
    video = creator.post_video(caption="Two <jars> & a lid")
    html = creator.embed(video["share_url"]).json["html"]

    assert html.startswith(f'<blockquote class="tiktok-embed" cite="{video["share_url"]}"')
    assert f'data-video-id="{video["id"]}"' in html
    assert html.endswith('<script async src="https://www.tiktok.com/embed.js"></script>')
    assert "Two &lt;jars&gt; &amp; a lid" in html


def test_the_simulator_knows_videos_before_anybody_has_a_token(client: Client) -> None:
    video = client.control("GET", "videos")[0]

    assert OpenClient(client.url).embed(video["share_url"]).json["embed_product_id"] == video["id"]


def test_thumbnails_are_signed_anew_each_time(creator: OpenClient) -> None:
    address = creator.post_video()["share_url"]
    first, second = (creator.embed(address).json for _ in range(2))

    assert first.pop("thumbnail_url") != second.pop("thumbnail_url")
    assert first == second


@pytest.mark.parametrize("site", ["https://vm.tiktok.com/", "https://vt.tiktok.com/"])
def test_short_links_work(creator: OpenClient, site: str) -> None:
    video = creator.post_video()
    link = video["short_url"].removeprefix("https://vm.tiktok.com/")
    told = creator.embed(site + link).json

    assert told["embed_product_id"] == video["id"]
    assert creator.embed(f"https://www.tiktok.com/t/{link}").json["html"] == told["html"]


def test_addresses_may_have_queries_and_other_sites(creator: OpenClient) -> None:
    video = creator.post_video()
    path = video["share_url"].removeprefix("https://www.tiktok.com")
    for address in (
        f"https://www.tiktok.com{path}?is_from_webapp=1#top",
        f"https://www.tiktok.com{path}/",
        f"https://tiktok.com{path}",
        f"https://m.tiktok.com{path}",
        f"http://WWW.TIKTOK.COM{path}",
        f"https://www.tiktok.com/@somebody.else/video/{video['id']}",
    ):
        assert creator.embed(address).json["embed_product_id"] == video["id"]


def test_a_profile_is_rich_and_has_no_thumbnail(creator: OpenClient) -> None:
    known = creator.control("GET", "creators")[0]
    told = creator.embed(known["profile_url"]).json

    assert told.keys() == {
        name for name in VIDEO_FIELDS if "thumb" not in name and name != "author_unique_id"
    }
    assert (told["type"], told["embed_type"]) == ("rich", "profile")
    assert told["embed_product_id"] == known["username"]
    assert told["title"] == f"{known['display_name']}'s Creator Profile"
    assert 'data-embed-type="creator"' in told["html"]
    assert creator.embed(known["short_url"]).json == told


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nothing",
        "https://www.tiktok.com/",
        "https://www.tiktok.com/@nobody",
        "https://www.tiktok.com/@nobody/video/17",
        "https://www.tiktok.com/@nobody/video/123456789012345678901234567890",
        "https://www.tiktok.com/t/unknown/",
        "https://vm.tiktok.com/",
        "https://vm.tiktok.com/ZMabc_0/",
        "https://vm.tiktok.com/ZPabc/",
        "https://video.example.com/@nobody/video/17",
        "ftp://www.tiktok.com/@nobody",
        "https://[www.tiktok.com/@nobody",
    ],
)
def test_everything_else_is_one_and_the_same_http_400(creator: OpenClient, address: str) -> None:
    answer = creator.embed(address)

    assert (answer.status, answer.json) == (400, FAULT)
    assert "access-control-allow-origin" not in answer.headers


def test_hidden_and_deleted_videos_are_an_error_too(creator: OpenClient) -> None:
    hidden, gone = creator.post_video(), creator.post_video()
    creator.control("POST", "videos/hide", {"id": hidden["id"]})
    creator.control("POST", "videos/delete", {"id": gone["id"]})

    assert creator.embed(hidden["share_url"]).json == FAULT
    assert creator.embed(hidden["short_url"]).json == FAULT
    assert creator.embed(gone["share_url"]).json == FAULT
    creator.control("POST", "videos/hide", {"id": hidden["id"], "public": True})
    assert creator.embed(hidden["share_url"]).status == 200


def test_an_address_is_needed(creator: OpenClient) -> None:
    assert creator.send("GET", "/oembed").status == 400


def test_answers_and_errors_are_counted(creator: OpenClient, simulator: Running) -> None:
    creator.embed(creator.post_video()["share_url"])
    creator.embed("nothing")

    assert simulator.effects.codes["ok"] == 1
    assert simulator.effects.codes["HTTP 400"] == 1
