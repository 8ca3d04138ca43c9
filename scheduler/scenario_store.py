"""Scenarios in the journal: which there are, which are enabled, and every version of them.

On SQLite the files of the workspace are the truth about what a scenario says, and this store is
the truth about whether and when it runs. A new version changes no cursor.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from adloom.clock import Clock
from adloom.database import Database, Row, Transaction
from adloom.errors import UnknownNameError
from scenarios.model import Scenario
from scheduler.claims import Claims
from scheduler.scenario_files import Reading
from scheduler.scenario_rows import SCENARIO_MIGRATIONS, StoredScenario, scenario_from
from scheduler.synchronising import Changes, Synchronising

__all__ = [
    "SCENARIO_MIGRATIONS",
    "Changes",
    "ScenarioStore",
    "StoredScenario",
]


class ScenarioStore:
    """Keeps scenarios; `DueStore` hands out what is due.

    Args:
        database: The journal's, with `SCENARIO_MIGRATIONS`.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(self, database: Database, clock: Clock, *, workspace: str = "local") -> None:
        self._database = database
        self._clock = clock
        self._workspace = workspace

    # --- what there is --------------------------------------------------------------------------

    async def known(self) -> dict[str, str]:
        """The names of scenarios by the hash of their version, for `ScenarioFiles.read`.

        Those whose time zone is still to be found are left out, so that they are read again.
        """
        rows = await self._all("AND (zone IS NOT NULL OR schedule IS NULL)")
        return {row["hash"]: row["name"] for row in rows}

    async def synchronise(
        self, files: Reading, zone_of: Callable[[Scenario], str | None] = lambda _: None
    ) -> Changes:
        """Take over what the files say; new scenarios are disabled.

        Args:
            files: What lies in the folder.
            zone_of: Tells the time zone of a scenario's account, where its schedule says
                `timezone: account`; None if it is not known yet.
        """
        now = self._clock.now()
        return await self._database.write(
            lambda work: Synchronising(work, self._workspace, now, zone_of).take(files)
        )

    async def all(self) -> list[StoredScenario]:
        """List scenarios by name, those that cannot run included."""
        return [scenario_from(row) for row in await self._all()]

    async def load(self, name: str) -> StoredScenario:
        """Load a scenario.

        Raises:
            UnknownNameError: There is none of this name.
        """
        found = await self._database.read(
            lambda work: work.one(
                "SELECT * FROM scenario WHERE workspace = ? AND name = ?", self._workspace, name
            )
        )
        if found is None:
            known = [one.name for one in await self.all()]
            hint = "See them all: adloom scenarios list"
            raise UnknownNameError("scenario", name, known, hint=hint)
        return scenario_from(found)

    async def load_text(self, version: str) -> str:
        """The text of a version, by its hash.

        Raises:
            UnknownNameError: It was never kept, or has been pruned.
        """
        found = await self._database.read(
            lambda work: work.one(
                "SELECT content FROM scenario_text WHERE workspace = ? AND hash = ?",
                self._workspace,
                version,
            )
        )
        if found is None:
            raise UnknownNameError("version of a scenario", version, [])
        return str(found["content"])

    # --- on and off -----------------------------------------------------------------------------

    async def enable(self, name: str) -> StoredScenario:
        """Run a scenario by its schedule, from now on.

        Raises:
            UnknownNameError: There is none of this name.
        """
        await self.load(name)
        now = self._clock.now()

        def work(work: Transaction) -> None:
            enabled = work.run(
                "UPDATE scenario SET enabled = 1, disabled_reason = NULL, errors_in_row = 0"
                " WHERE workspace = ? AND name = ? AND enabled = 0 RETURNING *",
                self._workspace,
                name,
            )
            for row in enabled:
                Claims(self._workspace, now).begin(work, scenario_from(row))

        await self._database.write(work)
        return await self.load(name)

    async def disable(self, name: str, reason: str | None = None) -> bool:
        """Run a scenario by its schedule no more; whether it was enabled.

        Args:
            name: Its name.
            reason: Why, if adloom does it; None if a person does.

        Raises:
            UnknownNameError: There is none of this name.
        """
        await self.load(name)
        claims = Claims(self._workspace, self._clock.now())
        return await self._database.write(lambda work: claims.disable(work, name, reason))

    async def prune(self, before: datetime, keep: Collection[str] = ()) -> tuple[int, int]:
        """Forget old occurrences and versions that nothing names any more.

        Args:
            before: Occurrences that were claimed before this, and have ended, are forgotten.
            keep: Hashes of versions that executions name.

        Returns:
            How many occurrences and versions were forgotten.
        """

        def work(work: Transaction) -> tuple[int, int]:
            occurrences = work.run(
                "DELETE FROM occurrence WHERE workspace = ? AND claimed_at < ?"
                " AND status <> 'running' RETURNING slot",
                self._workspace,
                before.isoformat(),
            )
            unnamed = work.run(
                "SELECT hash FROM scenario_text t WHERE workspace = ? AND NOT EXISTS (SELECT 1"
                " FROM scenario s WHERE s.workspace = t.workspace AND s.hash = t.hash)"
                " AND NOT EXISTS (SELECT 1 FROM occurrence o"
                " WHERE o.workspace = t.workspace AND o.hash = t.hash)",
                self._workspace,
            )
            versions = {row["hash"] for row in unnamed} - set(keep)
            for version in versions:
                work.run(
                    "DELETE FROM scenario_text WHERE workspace = ? AND hash = ?",
                    self._workspace,
                    version,
                )
            return len(occurrences), len(versions)

        return await self._database.write(work)

    # --- inside ---------------------------------------------------------------------------------

    async def _all(self, condition: str = "") -> list[Row]:
        return await self._database.read(
            lambda work: work.run(
                f"SELECT * FROM scenario WHERE workspace = ? {condition} ORDER BY name",
                self._workspace,
            )
        )
