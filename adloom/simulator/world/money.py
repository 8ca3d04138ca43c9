"""What an account has and spends, minute by minute."""

from dataclasses import dataclass

__all__ = ["Money"]

MINUTE = 60
PART = 1000


@dataclass
class Money:
    """The balance of an account, in thousandths of its currency.

    However often it is settled in between, the balance at a given minute is the same.

    Args:
        balance: What is left.
        minute: Up to which minute of UNIX time spending is accounted for.
        rate: What all delivering ads spend in a minute.
        top_up: What is added each time the balance falls below `floor`; 0 means never.
        floor: See `top_up`.
    """

    balance: int
    minute: int
    top_up: int = 0
    floor: int = 0
    rate: int = 0

    def settle(self, now: int) -> bool:
        """Spend up to `now`; whether the balance ran out in doing so."""
        minutes = now // MINUTE - self.minute
        if minutes <= 0:
            return False
        self.minute += minutes
        if not self.rate:
            return False
        self.balance -= self.rate * minutes
        if self.top_up and self.balance < self.floor:
            missing = self.floor - self.balance
            self.balance += -(-missing // self.top_up) * self.top_up
        if self.balance > 0:
            return False
        self.balance = 0
        return True

    @property
    def shown(self) -> float:
        """The balance as the API tells it."""
        return round(self.balance / PART, 2)
