"""Where requests from outside come in: checked, kept, and only then confirmed."""

from adloom.intake.application import intake_app
from adloom.intake.events import EventHook
from adloom.intake.hooks import Hook, hook_for
from adloom.intake.server import PORT, intake_server

__all__ = ["PORT", "EventHook", "Hook", "hook_for", "intake_app", "intake_server"]
