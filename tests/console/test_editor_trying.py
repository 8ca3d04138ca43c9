"""A draft tried as it stands, and looked at bundle by bundle."""

import json
import re

from tests.console.conftest import Console
from tests.console.editing import HOSTILE, SEARCH, begun
from tests.console.tried import counts, plain, sent, shown_bundles

WATCHING = """\
name: {name}
schedule: {{every: 1 hour}}
steps:
  - id: new
    module: watch_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", limit: 3}}
  - id: keep
    when: "{{{{new.ad_name != 'only this'}}}}"
    set: {{variables: {{name: "{{{{new.ad_name}}}}"}}}}
"""
HOOKED = """\
name: {name}
schedule: immediately
steps:
  - id: hook
    module: watch_webhook
  - id: keep
    when: "{{{{hook.body.pass = 1}}}}"
    set: {{variables: {{said: "{{{{hook.body.said}}}}"}}}}
"""
ROUTED = """\
name: {name}
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", limit: 4}}
  - id: way
    router:
      routes:
        - title: First
          when: "{{{{ads.ad_id != ''}}}}"
          steps:
            - id: one
              set: {{variables: {{a: 1}}}}
            - id: two
              set: {{variables: {{b: 2}}}}
        - title: Second
          steps:
            - id: three
              module: update_ad_status
              connection: practice
              params: {{advertiser_id: "{advertiser}", ad_id: "{{{{ads.ad_id}}}}", status: DISABLE}}
"""


async def test_trying_shows_every_step_and_changes_nothing(console: Console) -> None:
    editor = await begun(console, "try-all")
    before = sent(console)

    run = await editor.tried()
    stayed = int(counts(run)["only"][2].split()[0]) if "dropped" in counts(run)["only"][2] else 0

    assert counts(run)["ads"][:2] == ["1", "4"]
    assert counts(run)["only"][:2] == ["4", str(4 - stayed)]
    assert counts(run)["pause"][:2] == [str(4 - stayed), str(4 - stayed)]
    assert "Nothing was changed." in run
    assert "What it would change" in run
    assert "DISABLE" in run
    assert sent(console) == before
    assert not editor.file.exists()


async def test_trying_does_not_need_a_saved_scenario_nor_leave_a_plan(console: Console) -> None:
    editor = await begun(console, "try-unsaved")
    await editor.tried()

    assert await console.desk.workshop.plans.all(editor.name) == []
    assert (await editor.draft()).is_changed


async def test_a_dropped_bundle_says_why(console: Console) -> None:
    text = SEARCH.replace("!= '<b>no</b>'", "= '<b>no</b>'")
    editor = await begun(console, "try-dropped", text)
    run = await editor.tried()

    dropped = await shown_bundles(editor, run, "steps.1", state="dropped")
    said = plain(dropped)

    assert counts(run)["only"] == ["4", "0", "4 dropped"]
    assert counts(run)["pause"][2] == "nothing came here"
    assert "Why it was dropped:" in said
    assert "&lt;b&gt;no&lt;/b&gt;" in dropped
    assert "<b>no" not in dropped
    assert "Came in" in said
    assert "ad_id" in dropped


async def test_bundles_are_a_table_and_json_with_the_parameters_as_filled_in(
    console: Console,
) -> None:
    editor = await begun(console, "try-bundles")
    run = await editor.tried()

    ads = await shown_bundles(editor, run, "steps.0")
    pause = await shown_bundles(editor, run, "steps.2")

    assert "ad_id</th>" in ads
    assert "What it handed on" in ads
    assert "Parameters as they were filled in" in pause
    assert "&#34;status&#34;: &#34;DISABLE&#34;" in pause
    assert re.search(r"ad_id&#34;: &#34;\d+&#34;", pause)


async def test_names_from_the_platform_are_text(console: Console) -> None:
    text = SEARCH.replace("Look for ads", HOSTILE).replace(
        '"{{{{ads.ad_name}}}}"', '"<img src=y> {{{{ads.ad_name}}}}"'
    )
    editor = await begun(console, "try-hostile", text)
    run = await editor.tried()

    shown = await shown_bundles(editor, run, "steps.1")

    assert "&lt;img src=y&gt;" in shown
    assert "<img" not in run + shown


async def test_a_secret_in_a_bundle_is_dots(console: Console) -> None:
    editor = await begun(console, "try-secret", HOOKED)
    given = json.dumps({"body": {"pass": 1, "said": "hello"}, "access_token": "abc-def"})
    run = await editor.tried(begin="given", given=given)

    shown = await shown_bundles(editor, run, "steps.0")

    assert "hello" in shown
    assert "abc-def" not in shown


async def test_a_draft_with_errors_says_where_instead(console: Console) -> None:
    editor = await begun(console, "try-wrong", SEARCH.replace("status: DISABLE", "status: NO"))

    shown = await editor.tried()

    assert "It cannot be tried yet." in shown
    assert f'href="{editor.base}?step=steps.2"' in shown
    assert console.desk.jobs.all() == []


async def test_up_to_a_step_an_error_behind_it_does_not_matter(console: Console) -> None:
    editor = await begun(console, "try-until", SEARCH.replace("status: DISABLE", "status: NO"))

    run = await editor.tried(place="steps.1")

    assert "It was tried up to" in run
    assert counts(run)["ads"][:2] == ["1", "4"]
    assert counts(run)["only"][0] == "4"
    assert counts(run)["pause"][2] == "nothing came here"


async def test_up_to_a_step_in_a_route_later_routes_are_not_walked(console: Console) -> None:
    editor = await begun(console, "try-routes", ROUTED)

    part = await editor.tried(place="steps.1.router.routes.0.steps.0")
    whole = await editor.tried()

    assert counts(part)["one"][:2] == ["4", "4"]
    assert counts(part)["two"][2] == "nothing came here"
    assert counts(part)["three"][2] == "nothing came here"
    assert "What it would change" not in part
    assert counts(whole)["two"][:2] == ["4", "4"]
    assert counts(whole)["three"][:2] == ["4", "4"]


async def test_a_router_tells_which_way_each_bundle_took(console: Console) -> None:
    editor = await begun(
        console, "try-ways", ROUTED.replace("ads.ad_id != ''", "ads.ad_id = 'none'")
    )
    run = await editor.tried()

    shown = plain(await shown_bundles(editor, run, "steps.1"))

    assert "First" in shown
    assert "Second" in shown
    assert "Why it was dropped:" in shown


async def test_a_step_that_is_gone_cannot_be_tried_up_to(console: Console) -> None:
    editor = await begun(console, "try-gone")

    assert "not there any more" in await editor.act("try", expect=400, place="steps.9")


async def test_a_watch_that_finds_nothing_new_shows_what_a_first_cycle_would(
    console: Console,
) -> None:
    editor = await begun(console, "try-watch", WATCHING)

    run = await editor.tried()
    fewer = await editor.tried(begin="first", limit="2")

    assert "a first cycle would find" in run
    assert counts(run)["new"][1] == "3"
    assert counts(run)["keep"][:2] == ["3", "3"]
    assert counts(fewer)["new"][1] == "2"
    assert await console.desk.workshop.watches.all(editor.name) == []


async def test_given_bundles_are_carried_instead(console: Console) -> None:
    editor = await begun(console, "try-given", HOOKED)
    given = json.dumps([{"body": {"pass": 1, "said": "yes"}}, {"body": {"pass": 0, "said": "no"}}])

    nothing = await editor.tried()
    run = await editor.tried(begin="given", given=given)

    assert "Give it a bundle to begin with." in nothing
    assert "what you gave it" in run
    assert counts(run)["keep"] == ["2", "1", "1 dropped"]


async def test_what_cannot_be_given_is_refused_in_words(console: Console) -> None:
    editor = await begun(console, "try-odd", HOOKED)

    assert "Which bundle?" in await editor.act("try", expect=400, begin="given", given="")
    assert "no JSON" in await editor.act("try", expect=400, begin="given", given="{")
    assert "whole number" in await editor.act("try", expect=400, limit="many")


async def test_a_step_that_fails_says_so_with_its_bundle(console: Console) -> None:
    editor = await begun(console, "try-failing", SEARCH.replace("{{{{ads.ad_id}}}}", "17"))
    run = await editor.tried()

    shown = await shown_bundles(editor, run, "steps.2", state="incomplete")

    assert "What would go wrong" in run
    assert "failed" in counts(run)["pause"][2]
    assert "field-error" in shown


async def test_a_platform_that_does_not_answer_is_a_problem_in_words(console: Console) -> None:
    console.practice.simulator.faults.add(
        [{"kind": "code", "code": 40002, "path": "*/ad/get/", "message": "No."}]
    )
    editor = await begun(console, "try-down")

    run = await editor.tried()
    console.practice.simulator.faults.clear()

    assert "What would go wrong" in run or 'role="alert"' in run


async def test_numbers_go_to_the_nodes(console: Console) -> None:
    editor = await begun(console, "try-badges")
    page = await console.get(editor.base)

    run = await editor.tried()

    assert 'id="ran-ads" hx-morph-skip' in page
    assert 'hx-target="#ran-ads"' in run
    assert re.search(r'class="badge badge-ran[^>]*bundles\?job=', run)


async def test_what_was_tried_is_there_when_the_page_is_loaded_again(console: Console) -> None:
    editor = await begun(console, "try-again")
    await editor.tried()
    await editor.type((await editor.text()).replace("limit: 4", "limit: 3"))

    page = await console.get(editor.base)
    run = await console.get(f"{editor.base}/run")

    assert f'hx-get="{editor.base}/run" hx-trigger="load"' in page
    assert "edited since" in run
    assert counts(run)["ads"][:2] == ["1", "4"]


async def test_trying_again_stops_what_is_still_tried(console: Console) -> None:
    console.practice.simulator.faults.add([{"kind": "slow", "seconds": 2, "path": "*/ad/get/"}])
    editor = await begun(console, "try-stop")
    begun_first = await editor.act("try")
    job = re.search(r"run\?job=([\w-]+)", begun_first)
    assert job is not None

    stopped = await editor.act(f"run/{job[1]}/cancel")

    assert "nothing was changed" in stopped
    assert "every 700ms" in begun_first
    assert "every 700ms" not in stopped


async def test_a_trial_that_ended_with_the_server_is_a_page_that_helps(console: Console) -> None:
    editor = await begun(console, "try-lost")

    answer = await console.client.get(f"{editor.base}/run?job=long-gone")

    assert answer.status_code == 404
    assert "adloom was started anew meanwhile" in answer.text
