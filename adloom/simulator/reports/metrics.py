"""What the metrics of the catalogue mean (business_api.md §5.3)."""

from collections.abc import Mapping
from typing import Final

from adloom.catalogue import load
from adloom.simulator.reports.figures import EVENT_OF
from adloom.simulator.reports.formulas import Formula

__all__ = ["NONE", "formula"]

#: What a metric shows that has no value.
NONE: Final = "-"
PERCENT: Final = 100
THOUSAND: Final = 1000


def _sum(*figures: str) -> Formula:
    return Formula(figures)


def _money(figure: str) -> Formula:
    return Formula((figure,), is_money=True)


def _cost(per: str, times: int = 1) -> Formula:
    return Formula(("spend",), (per,), times, is_money=True)


def _rate(figure: str, per: str = "impressions") -> Formula:
    return Formula((figure,), (per,), PERCENT)


def _conversions(name: str) -> dict[str, Formula]:
    """What is told about one kind of conversion, under the names it has for all of them."""
    value = f"{name} value"
    return {
        name: _sum(name),
        f"total_{name}": _sum(name),
        f"cost_per_{name}": _cost(name),
        f"cost_per_total_{name}": _cost(name),
        f"{name}_rate": _rate(name),
        f"{name}_roas": Formula((value,), ("spend",)),
        f"value_per_{name}": Formula((value,), (name,), is_money=True),
        f"value_per_total_{name}": Formula((value,), (name,), is_money=True),
        f"total_{name}_value": _money(value),
    }


ENGAGEMENTS: Final = (
    *("clicks", "likes", "comments", "shares", "follows", "profile_visits"),
    "clicks_on_music_disc",
)
#: Seconds of play: every start counts one, more for whoever stays.
SECONDS: Final = ("video_play_actions", *("video_watched_2s",) * 2, *("video_watched_6s",) * 5)
PLAIN: Final = (
    *("clicks", "comments", "clicks_on_music_disc", "conversion", "follows", "impressions"),
    *("likes", "profile_visits", "reach", "result", "shares", "video_play_actions"),
    *("video_views_p100", "video_views_p25", "video_views_p50", "video_views_p75"),
    *("video_watched_2s", "video_watched_6s"),
)
FORMULAS: Final[Mapping[str, Formula]] = {
    **{name: _sum(name) for name in PLAIN},
    "spend": _money("spend"),
    "cash_spend": _money("spend"),
    "billed_cost": _money("spend"),
    "cpc": _cost("clicks"),
    "cpm": _cost("impressions", THOUSAND),
    "ctr": _rate("clicks"),
    "gross_impressions": _sum("impressions"),
    "cost_per_1000_reached": _cost("reach", THOUSAND),
    "frequency": Formula(("impressions",), ("reach",)),
    **{
        f"{prefix}{name}": made
        for prefix in ("", "real_time_")
        for name, made in (
            ("conversion", _sum("conversion")),
            ("cost_per_conversion", _cost("conversion")),
            ("conversion_rate", _rate("conversion")),
            ("conversion_rate_v2", _rate("conversion")),
            ("result", _sum("result")),
            ("cost_per_result", _cost("result")),
            ("result_rate", _rate("result")),
        )
    },
    # Whoever converts has clicked before.
    "cta_conversion": _sum("conversion"),
    "cost_per_cta_conversion": _cost("conversion"),
    "engaged_view": _sum("video_watched_6s"),
    "paid_engaged_view": _sum("video_watched_6s"),
    "average_video_play": Formula(SECONDS, ("video_play_actions",)),
    "average_video_play_per_user": Formula(SECONDS, ("reach",)),
    "engagements": _sum(*ENGAGEMENTS),
    "engagement_rate": Formula(ENGAGEMENTS, ("impressions",), PERCENT),
    "profile_visits_rate": _rate("profile_visits"),
    **{metric: made for name in EVENT_OF.values() for metric, made in _conversions(name).items()},
    # What the value of payments is called (assumed: it is listed among the decimals).
    "total_complete_payment_rate": _money("complete_payment value"),
    "total_active_pay_roas": Formula(("purchase value",), ("spend",)),
    "real_time_app_install": _sum("app_install"),
    "real_time_app_install_cost": _cost("app_install"),
}
#: Metrics that only ads have which these do not: for a second goal, or for iOS 14.
NEVER: Final = ("secondary_goal", "skan_")


def formula(name: str) -> Formula:
    """How a metric is computed; what is not modelled never happened."""
    metric = load().metric(name)
    if metric is None or name in FORMULAS:
        return FORMULAS[name]
    if metric.type not in ("int", "decimal") or any(word in name for word in NEVER):
        return Formula(fixed=NONE)
    return Formula(fixed="0" if metric.type == "int" else "0.00")
