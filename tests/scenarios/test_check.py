"""What can be known before the first run is told before the first run."""

from pathlib import Path

import pytest

from connections.providers import PROVIDERS, provider_named
from modules import find_module
from scenarios.check import check_scenario
from scenarios.environment import WITHOUT_ACCOUNT, Account, Environment
from scenarios.loader import load_scenario
from scenarios.params import as_params
from scenarios.problems import Severity
from tests.scenarios.texts import ACCOUNT, ADS, faults, one_step, scenario_of

WATCH = f"{{id: w, module: watch_ads, connection: acme, params: {{advertiser_ids: [{ACCOUNT}]}}"


def there(text: str, problem: str) -> str:
    """What stands at the place of a problem."""
    line, column = map(int, problem.split(":")[1:3])
    return text.split("\n")[line - 1][column - 1 :]


def noted(name: str, value: str) -> str:
    """A scenario whose last step maps something."""
    return scenario_of(f'{ADS}  - {{id: v, set: {{variables: {{{name}: "{value}"}}}}}}\n')


def test_a_sound_scenario_has_no_problems() -> None:
    text = scenario_of(
        f"""{ADS}
  - id: report
    module: list_ad_reports
    connection: acme
    params: {{advertiser_id: "{{{{ads.advertiser_id}}}}", metrics: [spend, profile_views]}}
  - {{id: gathered, aggregator: {{source: ads, fields: {{spend: "{{{{report.spend}}}}"}}}}}}
  - {{id: each, iterator: {{items: "{{{{gathered.array}}}}"}}}}
  - {{id: keep, store: {{name: a, operation: add, key: "{{{{each.spend}}}}", value: 1}}}}
  - {{id: vars, set: {{variables: {{total: "{{{{gathered.count + 1}}}}"}}}}}}
  - {{id: back, get: {{variables: [total]}}}}
  - id: split
    router:
      routes:
        - when: "{{{{back.total > 1}}}}"
          steps: [{{id: nap, sleep: 1 s}}]
        - steps: [{{id: call, scenario: other, input: {{n: "{{{{keep.added}}}}"}}}}]
""",
        top="schedule: {every: 1 hour}\n",
    )

    assert [] == faults(text)


@pytest.mark.parametrize(
    ("text", "line", "at", "word"),
    [
        # --- what is before a step, on the same path -------------------------------------------
        (noted("a", "{{add.ad_id}}"), 4, "add.ad_id", "no step 'add' (did you mean ads?)"),
        (noted("a", "{{v.a}}"), 4, "v.a", "'v' comes later, or on another route"),
        (noted("a", "x{{1 + ads.ad_nam}}"), 4, "ads.ad_nam", "that is known of (did you mean"),
        (one_step("{id: ads, sleep: 1 s}"), 4, "ads", "name of another step, on line 3"),
        (
            scenario_of(f'{ADS}  - {{id: g, aggregator: {{source: ads, kind: text, value: "x"}}}}\n'
                        '  - {id: v, return: {a: "{{g.text}} {{g.txt}} {{ads.ad_id}}"}}\n'),
            5, "g.txt", "have no 'txt' (did you mean text?)",
        ),
        (
            scenario_of(f'{ADS}  - {{id: g, aggregator: {{source: ads, kind: text, value: "x"}}}}\n'
                        '  - {id: v, return: {a: "{{ads.ad_id}}"}}\n'),
            5, "ads.ad_id", "behind the aggregator 'g'",
        ),
        (
            scenario_of(f'{ADS}  - {{id: n, sleep: 1 s, disabled: true}}\n'
                        '  - {id: v, return: {a: "{{n.x}}"}}\n'),
            5, "n.x", "'n' is disabled",
        ),
        (
            scenario_of(f'{ADS}  - {{id: r, router: {{routes: [{{steps: [{{id: x, sleep: 1 s}}]}}, '
                        '{when: "{{x.a}}", steps: [{id: y, sleep: 1 s}]}]}}\n'),
            4, "x.a", "'x' comes later, or on another route",
        ),
        (
            scenario_of(f"{ADS}  - {{id: r, router: {{routes: [{{steps: [{{id: x, sleep: 1 s}}]}}]"
                        "}}\n"
                        "  - {id: y, sleep: 1 s}\n"),
            5, "{id: y", "comes after a router",
        ),
        (one_step("{id: g, aggregator: {source: adds, fields: {}}}"), 4, "adds", "mean ads"),
        (one_step("{id: g, aggregator: {source: input, fields: {}}}"), 4, "input", "no step"),
        (one_step("{id: g, get: {variables: [total]}}"), 4, "[total]}}", "set by no step"),
        # --- kinds of modules ------------------------------------------------------------------
        (one_step(WATCH + "}"), 4, "watch_ads", "only be the first step"),
        (scenario_of(f"  - {WATCH}, on_error: ignore}}\n"), 3, "ignore", "not for triggers"),
        (scenario_of(f'  - {WATCH}, when: "{{{{now}}}}"}}\n'), 3, '"{{now}}"}', "not for triggers"),
        (scenario_of(ADS.replace("params", "start: now, params")), 3, "now", "is for triggers"),
        (one_step("{id: x, module: serch_ads}"), 4, "serch_ads", "did you mean search_ads"),
        (one_step("{id: x, scenario: a-scenario}"), 4, "a", "calls itself"),
        # --- params ----------------------------------------------------------------------------
        (scenario_of(ADS.replace("connection: acme, ", "")), 3, "{id: ads", "needs a connection"),
        (scenario_of(ADS.replace(f"advertiser_id: {ACCOUNT}", "limit: 1")), 3, "{limit", "requir"),
        (scenario_of(ADS.replace(ACCOUNT, "x")), 3, "x", "is not an id"),
        (scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, limit: -1")), 3, "-1}}", "0 or more"),
        (scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, limi: 1")), 3, "1", "Did you mean limit"),
        (scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, ad_id: [1, x]")), 3, "x", "is not an id"),
        (scenario_of(ADS.replace(ACCOUNT, '"{{ads.x}}"')), 3, "ads.x", "comes later"),
        (
            scenario_of(f'  - {WATCH.replace(f"[{ACCOUNT}]", chr(34) + "{{now}}" + chr(34))}}}\n'),
            3, '"{{now}}"}}', "nothing comes before a trigger",
        ),
        # --- kinds of values -------------------------------------------------------------------
        (noted("a", "{{ads.ad_id + now}}"), 4, "now", "is a date, and a number is needed"),
        (one_step('{id: x, iterator: {items: "{{ads.ad_id}}"}}'), 4, '"{{ads.ad_id', "be a list"),
        (one_step("{id: x, iterator: {items: 5}}"), 4, "5", "must be a list"),
        (
            one_step('{id: x, module: get_ad, connection: acme, params: {advertiser_id: '
                     '"{{ads.advertiser_id}}", ad_id: "{{`ads`}}"}}'),
            4, '"{{`ads`}}"}', "is an object, but must be an id",
        ),
        (
            one_step('{id: x, module: search_ads, connection: acme, params: {advertiser_id: '
                     '"{{ads.advertiser_id}}", limit: "{{now}}"}}'),
            4, '"{{now}}"}}', "is a date, but must be a whole number",
        ),
    ],
)  # fmt: skip
def test_a_problem_is_told_with_its_place(text: str, line: int, at: str, word: str) -> None:
    found = [one for one in faults(text) if word in one]

    assert found, faults(text)
    assert (line, True) == (int(found[0].split(":")[1]), there(text, found[0]).startswith(at))


def test_a_field_nobody_knows_of_is_only_a_warning() -> None:
    scenario = load_scenario(noted("a", "{{ads.something_new}}"))

    assert [Severity.WARNING] == [one.severity for one in check_scenario(scenario)]


@pytest.mark.parametrize(
    "value",
    ["{{ads.ad_id}}", "{{ads.__IMTLENGTH__}}", "{{`ads`}}", "{{input.anything.at[1].all}}"],
)
def test_what_is_there_can_be_mapped(value: str) -> None:
    assert [] == faults(noted("a", value))


def test_parameters_that_are_only_known_later_are_not_judged() -> None:
    text = one_step(
        "{id: x, module: list_ad_reports, connection: acme, params: {advertiser_id: "
        '"{{ads.advertiser_id}}", start_date: "{{now}}", filtering: {ad_ids: ["{{ads.ad_id}}"]}}}'
    )

    assert [] == faults(text)


def test_a_step_that_is_disabled_is_passed_by() -> None:
    text = scenario_of(
        f"{ADS}  - {{id: n, sleep: 1 s, disabled: true}}\n"
        '  - {id: v, return: {a: "{{ads.ad_id}}"}}\n'
    )

    assert [] == faults(text)


ENVIRONMENT = Environment(
    {
        "acme": Account("tiktok-business", frozenset({220, 44})),
        "ours": Account("tiktok", None),
        "old": Account("tiktok-business", frozenset({44})),
        "unsure": Account("tiktok-business", None),
    }
)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("acme", None),
        ("unsure", None),
        ("acmee", "no connection 'acmee' (did you mean acme?)"),
        ("elsewhere", "adloom connections add"),
        ("ours", "'ours' is for tiktok, but the module needs tiktok-business (of the right kind:"),
        ("old", "not granted what the module needs: 220"),
    ],
)
def test_a_connection_that_will_not_do_is_told_before_the_first_run(
    name: str, word: str | None
) -> None:
    scenario = load_scenario(scenario_of(ADS.replace("acme", name)))
    found = [str(one) for one in check_scenario(scenario, ENVIRONMENT)]

    assert (1 if word else 0) == len(found)
    assert all(word in one for one in found if word)


def test_scenarios_that_call_each_other_in_a_circle_are_refused() -> None:
    def calling(name: str, other: str) -> str:
        step = f"  - {{id: c, scenario: {other}}}\n"
        return scenario_of(step).replace("a-scenario", name)

    known = {
        name: load_scenario(calling(name, other))
        for name, other in [("a", "b"), ("b", "c"), ("c", "a")]
    }
    lost = load_scenario(calling("d", "bb"))
    environment = Environment(scenarios=known)

    assert ["calls itself: a → b → c → a"] == [
        one.text for one in check_scenario(known["a"], environment)
    ]
    assert ["there is no scenario 'bb'"] == [one.text for one in check_scenario(lost, environment)]
    assert [] == check_scenario(lost)


def test_only_platforms_without_accounts_do_without_a_connection() -> None:
    anonymous = {name for name in PROVIDERS if provider_named(name).anonymous}

    assert anonymous == WITHOUT_ACCOUNT


def test_values_of_mappings_become_what_a_module_takes() -> None:
    params = as_params(
        find_module("search-ads"), {"advertiser_id": 7, "ad_id": [1, "2"], "name_contains": 5}
    )

    assert {"advertiser_id": "7", "ad_ids": ["1", "2"], "name_contains": "5"} == params.model_dump(
        include={"advertiser_id", "ad_ids", "name_contains"}
    )


def test_problems_name_the_file() -> None:
    scenario = load_scenario(noted("a", "{{ads.new}}"), Path("x/y.yaml"))

    assert str(check_scenario(scenario)[0]).startswith("x/y.yaml:4:37: warning: steps[2].set")
