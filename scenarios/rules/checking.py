"""What keeps a rule from being run, and what may be meant otherwise (platforms.md §4.1, §4.3)."""

from typing import Final

from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.rules.metrics import MetricKind
from scenarios.rules.model import Action, Condition, Rule
from scenarios.rules.words import ActionKind, How, Level, NotifyWhen, Which, Window

__all__ = ["MOST_CONDITIONS", "check_rule"]

#: As many conditions as TikTok takes in a rule; adloom takes more.
MOST_CONDITIONS: Final = 5
#: Times whose conversions are still coming in.
NEWEST: Final = (Window.TODAY, Window.YESTERDAY, Window.LAST_HOUR)
#: Rates, and what is counted after a click: a few of them say nothing yet.
NOISY: Final = (MetricKind.RATE, MetricKind.OWN)


def check_rule(rule: Rule, problems: Problems) -> None:
    """Note what keeps a rule from being run by adloom, and warn of what looks wrong."""
    check = _Checking(rule, problems)
    check.who()
    check.objects()
    for index, condition in enumerate(rule.conditions):
        check.condition(condition, ("when", index))
    check.conditions()
    for index, action in enumerate(rule.actions):
        check.action(action, ("then", index))
    check.actions()
    check.telling()
    check.times()


class _Checking:
    def __init__(self, rule: Rule, problems: Problems):
        self.rule = rule
        self.problems = problems

    def error(self, path: FieldPath, text: str, hint: str | None = None) -> None:
        self.problems.error(self.rule.place_of(path), path, text, hint)

    def warning(self, path: FieldPath, text: str, hint: str | None = None) -> None:
        self.problems.warning(self.rule.place_of(path), path, text, hint)

    def who(self) -> None:
        """An account, and a connection for it."""
        if not self.rule.account:
            self.error(("account",), "is required: the id of the advertiser account")
        if not self.rule.connection:
            self.error(("connection",), "is required: the name of a connection for the account")

    def objects(self) -> None:
        """One group of objects, whose parents are known."""
        if len(self.rule.apply_to) > 1:
            text = "names several groups of objects, which adloom does not run as one rule"
            self.error(("apply_to",), text, "make a rule of each")
        for group in self.rule.apply_to:
            if group.under == "parents":
                text = "does not say what the ids are of"
                self.error(("apply_to", "under"), text, "write campaigns or ad_groups")

    # --- conditions -----------------------------------------------------------------------------

    def condition(self, condition: Condition, path: FieldPath) -> None:
        """What one condition asks for can be told of the objects."""
        metric, level = condition.metric, self.rule.level
        if metric.not_run:
            self.error((*path, "metric"), f"{metric.name} cannot be worked out: {metric.not_run}")
        elif level not in metric.levels:
            text = f"{level}s have no {metric.name}"
            if metric.kind is MetricKind.SPENT:
                text = f"{level}s have no budget of their own"
            self.error((*path, "metric"), text)
        if metric.is_late and condition.over in NEWEST:
            text = f"decides by {metric.name} of {condition.over}, which are still coming in"
            self.warning((*path, "over"), text, "past 7 days is surer")

    def conditions(self) -> None:
        """All of them together."""
        if any(one.metric.kind is MetricKind.NOTHING for one in self.rule.conditions[1:]) or (
            len(self.rule.conditions) > 1
            and self.rule.conditions[0].metric.kind is MetricKind.NOTHING
        ):
            self.error(("when",), "has always among other conditions, where it says nothing")
        if len(self.rule.conditions) > MOST_CONDITIONS:
            text = f"has more than {MOST_CONDITIONS} conditions: adloom holds them all, TikTok not"
            self.warning(("when",), text)
        if self.rule.min_spend is None and self._touches_money and (noisy := self._noisy):
            text = f"is required: {noisy.metric.name} says little before some money was spent"
            self.error(("min_spend",), text, "write for example min_spend: 20, or min_spend: none")

    @property
    def _touches_money(self) -> bool:
        return any(one.kind is not ActionKind.MESSAGE for one in self.rule.actions)

    @property
    def _noisy(self) -> Condition | None:
        """A condition by rates or conversions, where no other one is about the money spent."""
        spent = [
            one for one in self.rule.conditions if one.metric.name == "cost" and _is_floor(one)
        ]
        noisy = (
            one for one in self.rule.conditions if one.metric.kind in NOISY or one.metric.is_late
        )
        return None if spent else next(noisy, None)

    # --- actions --------------------------------------------------------------------------------

    def action(self, action: Action, path: FieldPath) -> None:
        """What one action does can be done to the objects."""
        level = self.rule.level
        if action.kind.is_budget and level is Level.AD:
            self.error(path, "ads have no budget of their own", "look at ad groups")
        if action.kind is ActionKind.BID and level is not Level.AD_GROUP:
            self.error(path, f"{level}s have no bid of their own", "look at ad groups")
        moves = action.how in (How.INCREASE, How.DECREASE)
        if moves and action.bound is None and action.frequency is None:
            word = "at_most" if action.how is How.INCREASE else "at_least"
            text = f"is repeated at every check, and has no {word}"
            self.warning(path, text, f"add {word}, or a frequency")
        for group in self.rule.apply_to:
            already = {
                ActionKind.TURN_OFF: Which.INACTIVE, ActionKind.TURN_ON: Which.ACTIVE,
            }.get(action.kind)  # fmt: skip
            if group.which is already:
                self.warning(path, f"does nothing: {group.which} are so already")

    def actions(self) -> None:
        """They do not undo each other."""
        kinds = {one.kind for one in self.rule.actions}
        if {ActionKind.TURN_ON, ActionKind.TURN_OFF} <= kinds:
            self.error(("then",), "turns the same objects on and off", "make two rules of it")
        budgets = [one.kind for one in self.rule.actions if one.kind.is_budget]
        if ActionKind.BUDGET in budgets and len(set(budgets)) > 1:
            self.error(("then",), "moves the same budgets twice")
        seen: set[ActionKind] = set()
        for index, action in enumerate(self.rule.actions):
            if action.kind in seen:
                text = f"{action.kind} stands there twice"
                self.error(("then", index), text, "make two rules of it")
            seen.add(action.kind)

    # --- the rest -------------------------------------------------------------------------------

    def telling(self) -> None:
        """Somebody can be told."""
        messages = any(one.kind is ActionKind.MESSAGE for one in self.rule.actions)
        if self.rule.tell is None and (messages or self.rule.notify is not NotifyWhen.NEVER):
            text = "is required: the name of a connection for notifications"
            self.error(("tell",), text, "or write notify: never")
        email = self.rule.email
        if email is not None:
            text = "is TikTok's own mail: it goes along when the rule is exported, and is not sent"
            self.warning(("email",), text, "messages go to the connection of tell")

    def times(self) -> None:
        """The times of its checks can be kept."""
        check = self.rule.check
        for index, stretch in enumerate(check.during):
            path = ("check", "custom" if check.is_custom else "during", index)
            if stretch.unit == "DAY" and stretch.numbers:
                text = "TikTok does not say what the numbers of days mean; every day is taken"
                self.warning(path, text, "write weekdays or month_days")
        units = {stretch.unit for stretch in check.during}
        if "MONTH" in units and len(units) > 1:
            self.error(("check",), "has days of the week and of the month", "make two rules of it")
        if check.at is not None and (check.during or check.is_custom):
            text = "a time of the day beside stretches: the stretches are taken"
            self.warning(("check", "at"), text)


def _is_floor(condition: Condition) -> bool:
    """Whether it asks for some money to be spent."""
    return condition.match is not None and condition.match.value in (">", ">=", "between")
