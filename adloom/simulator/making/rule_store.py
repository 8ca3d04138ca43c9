"""Automated rules as they were created; nothing here acts by them."""

from typing import Any

__all__ = ["Rules"]

FIRST = 7_300_000_000_000_000_001


class Rules:
    """Every account's rules, the oldest first."""

    def __init__(self) -> None:
        self._known: dict[str, list[dict[str, Any]]] = {}
        self._made = 0

    def of(self, advertiser_id: str) -> list[dict[str, Any]]:
        """An account's rules."""
        return list(self._known.get(advertiser_id, []))

    def add(self, advertiser_id: str, rule: dict[str, Any]) -> str:
        """Keep a rule; its id."""
        rule_id = str(FIRST + self._made)
        self._made += 1
        self._known.setdefault(advertiser_id, []).append({**rule, "rule_id": rule_id})
        return rule_id
