"""What a change to a connection means for events that go out by it."""

from adloom.errors import UsageError
from adloom.services.session import Session
from scheduler.sole_runner import runner_of

__all__ = ["refuse_if_taking", "rename_lanes", "tell_waiting", "used_by", "waiting_events"]


def used_by(session: Session, name: str) -> list[str]:
    """The settings that name a connection."""
    intake = session.workspace.settings.events.intake
    return [
        f"events.intake.{address}.{field}"
        for address, settings in intake.items()
        for field in ("secret", "connection")
        if getattr(settings, field) == name
    ]


def refuse_if_taking(session: Session, name: str) -> None:
    """Refuse where a runner takes events for a connection by its name.

    Raises:
        UsageError: It does.
    """
    runner = runner_of(session.workspace.locks)
    if runner is not None and used_by(session, name):
        raise UsageError(
            f"adloom serve ({runner}) takes in events for {name!r}; nothing was changed.",
            hint="Stop it, try again, and change the name in adloom.toml before you start it.",
        )


async def rename_lanes(session: Session, name: str, new_name: str) -> None:
    """Let events go by a connection's new name, with the memory of what was sent.

    Raises:
        UsageError: An earlier connection had the new name, and the outbox still knows it.
    """
    if not session.workspace.events.exists():
        return
    from scheduler.outbox.moving import rename_connection, taken_lanes

    outbox = await session.outbox()
    if await outbox.database.read(lambda work: taken_lanes(work, outbox.workspace, name, new_name)):
        raise UsageError(
            f"Events were sent by an earlier connection named {new_name!r}; nothing was changed.",
            hint="Choose another name.",
        )
    await outbox.database.write(
        lambda work: rename_connection(work, outbox.workspace, name, new_name)
    )


async def tell_waiting(session: Session, name: str) -> None:
    """Say what a connection that is to be removed leaves behind."""
    say = session.wiring.say
    for setting in used_by(session, name):
        say(f"The settings name it: {setting}. That address will take nothing any more.")
    waiting, dead = await waiting_events(session, name)
    if waiting or dead:
        all_of_it = "--all-waiting" if waiting else "--all-dead"
        say(
            f"{waiting:,} events wait for {name} and {dead:,} could not be sent. They stay, and go "
            f"out once a connection of that name is there again. To give them up: "
            f"adloom events drop {all_of_it} --connection {name}"
        )


async def waiting_events(session: Session, name: str) -> tuple[int, int]:
    """How many events wait for a connection, and how many could not be sent by it."""
    if not session.workspace.events.exists():
        return 0, 0
    lanes = [one for one in await (await session.outbox()).counts() if one.lane.connection == name]
    return sum(one.waiting for one in lanes), sum(one.dead for one in lanes)
