"""Posts that were published or failed, for the clients that want to know."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from adloom.simulator.creator_tokens import open_id_of
from adloom.simulator.open_platform.posts import Posts

__all__ = ["Published"]

#: The events that follow from the end of a post (open_platform_and_events.md §I.6).
EVENTS: Final[Mapping[str, str]] = {
    "FAILED": "video.upload.failed",
    "PUBLISH_COMPLETE": "video.publish.completed",
}


class Published:
    """Notices how posts end.

    Args:
        posts: All of them.
    """

    def __init__(self, posts: Posts):
        self._posts = posts
        self._told: set[str] = set()
        self._clients: dict[str, str] = {}

    def client_of(self, open_id: str) -> str:
        """The client that knows a creator by this id."""
        return self._clients.get(open_id, "")

    def news(self, clients: Collection[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """What ended since the last time: the creator, the event and more about it.

        Args:
            clients: The client keys that want to know; nothing is noticed for others.
        """
        if not clients:
            return
        self._clients = {open_id_of(client): client for client in clients}
        for post in self._posts.all():
            event = EVENTS.get(post.status)
            if event is None or post.publish_id in self._told:
                continue
            self._told.add(post.publish_id)
            content = {"publish_id": post.publish_id}
            if post.fail_reason:
                content["fail_reason"] = post.fail_reason
            yield post.plan.open_id, event, content
