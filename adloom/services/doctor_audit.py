"""What the doctor says of the audit: whole, or where it was touched."""

from typing import Final

from adloom.services.session import Session
from scheduler.audit_check import Verdict, verify
from scheduler.findings import Finding, fail, ok

__all__ = ["look_at_audit"]

MOST_TOLD: Final = 5
ADVICE: Final = "Keep a copy of the file; compare it with a backup, and with a head noted elsewhere"


async def look_at_audit(session: Session) -> list[Finding]:
    """Follow the chain from its first row to the head that is noted apart from it."""
    return told(await verify(await session.journal_database()))


def told(verdict: Verdict) -> list[Finding]:
    """What a look at the chain found, a few flaws one by one."""
    if not verdict.flaws:
        if not verdict.rows:
            return [ok("audit", "nothing was changed yet")]
        said = f"{verdict.rows:,} changes, each as it was written; the head is {verdict.head}"
        return [ok("audit", said)]
    found = [fail("audit", one.text, ADVICE) for one in verdict.flaws[:MOST_TOLD]]
    more = len(verdict.flaws) - MOST_TOLD
    return found + ([fail("audit", f"and {more} more such places")] if more > 0 else [])
