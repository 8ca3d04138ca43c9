"""Every post, from the first call to a video that others can see.

The rules are those of open_platform_and_events.md §I.6.
"""

from collections.abc import Callable, Sequence
from typing import Final

from adloom.simulator.open_platform.creators import Creators
from adloom.simulator.open_platform.post import Plan, Post

__all__ = ["PUBLIC", "Posts"]

PUBLIC: Final = "PUBLIC_TO_EVERYONE"
DAY: Final = 86_400
#: Simulated seconds: how long an address takes uploads, and how long TikTok fetches a file from
#: an address (the latter is assumed).
UPLOAD_LIFE: Final = 3600
FETCH: Final = 10
WAITING: Final = ("PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD")
IN_INBOX: Final = "SEND_TO_USER_INBOX"


class Posts:
    """Every post that was begun.

    Args:
        creators: Own what is posted.
        mint: Makes up names that were never used before, of a kind.
    """

    def __init__(self, creators: Creators, mint: Callable[[str], str]):
        self._creators = creators
        self._mint = mint
        self._posts: dict[str, Post] = {}

    def begin(self, plan: Plan, now: float) -> Post:
        """Start a post."""
        way = f"{'p' if plan.media == 'PHOTO' else 'v'}_{'pub' if plan.direct else 'inbox'}"
        publish_id = f"{way}_{'file' if plan.size else 'url'}~v2.{self._mint('publish')[:19]}"
        status, due = WAITING[not plan.size], None if plan.size else now + FETCH
        post = Post(publish_id, plan, now, self._mint("upload"), status, due)
        self._posts[publish_id] = post
        return post

    def get(self, publish_id: str) -> Post | None:
        """The post of this name."""
        return self._posts.get(publish_id)

    def all(self) -> Sequence[Post]:
        """Every post, in the order in which they were begun."""
        return list(self._posts.values())

    def direct_today(self, open_id: str, now: float) -> int:
        """How many direct posts a creator began within a day."""
        return sum(post.plan.direct for post in self._recent(open_id, now))

    def pending(self, open_id: str, now: float) -> int:
        """How many shares of the last day a creator still has to finish."""
        states = (*WAITING, IN_INBOX)
        recent = self._recent(open_id, now)
        return sum(not post.plan.direct and post.status in states for post in recent)

    def _recent(self, open_id: str, now: float) -> list[Post]:
        every = self._posts.values()
        return [post for post in every if post.plan.open_id == open_id and now - post.at < DAY]

    def finish(self, post: Post, now: float) -> None:
        """Show a post, as its creator does with one in the inbox."""
        post.status, post.due = "PUBLISH_COMPLETE", None
        if post.plan.media == "VIDEO":
            public = not post.plan.direct or post.plan.privacy == PUBLIC
            creator = self._creators.of(post.plan.open_id)
            post.video = creator.post(now, post.plan.caption, public=public)

    def advance(self, now: float) -> None:
        """Let time pass; `now` is simulated UNIX seconds."""
        for post in self._posts.values():
            if post.status not in WAITING:
                continue
            if post.due is None and now >= post.at + UPLOAD_LIFE:
                post.fail("upload_expired")
            elif post.due is not None and now >= post.due:
                self._complete(post, post.due)

    def _complete(self, post: Post, at: float) -> None:
        if post.plan.fail_reason:
            post.fail(post.plan.fail_reason)
        elif post.plan.direct:
            self.finish(post, at)
        else:
            post.status, post.due = IN_INBOX, None
