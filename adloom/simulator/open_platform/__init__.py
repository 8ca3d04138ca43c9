"""The Open Platform: creators, their videos, embedding, sounds and posts.

What is answered follows open_platform_and_events.md part I.
"""

__all__: list[str] = []
