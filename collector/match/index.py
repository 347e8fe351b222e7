"""All that is watched, in one index: which stories an address, a post or some words may concern, however many stories there are."""

from collections.abc import Collection, Mapping

from ..records import Post
from ..urls import canonical, host_of, plain_host
from .tie import linked
from .unlinked import Unlinked


class Index:
    """The articles, the reactions on one platform, and the words of stories, each by the story's id."""

    def __init__(
        self, articles: Mapping[int, Collection[str]], posts: Mapping[int, Collection[str]], unlinked: Unlinked
    ) -> None:
        self._articles: dict[str, list[int]] = {}
        for story, addresses in articles.items():
            for address in addresses:
                self._articles.setdefault(address, []).append(story)
        self._hosts = {plain_host(address) or host_of(address) for address in self._articles}
        self.posts: dict[str, list[int]] = {}
        """Ids of reactions, each with the stories that it reacts to."""
        for story, ids in posts.items():
            for post in ids:
                self.add(story, post)
        self.unlinked = unlinked
        self.may_say = unlinked.may_tie

    def add(self, story: int, post: str) -> None:
        """Adds a post that reacts to a story."""
        stories = self.posts.setdefault(post, [])
        if story not in stories:
            stories.append(story)

    def of(self, post: Post) -> list[int]:
        """The stories that a post reacts to by what it links to, answers or quotes."""
        found = [story for address in linked(post) for story in self._articles.get(address, ())]
        for other in (post.quotes, post.in_reply_to):
            found += self.posts.get(other, ()) if other else ()
        return list(dict.fromkeys(found))

    def may_be_at(self, link: str) -> bool:
        """Whether an address may be an article's; what is plainly on another host is not folded."""
        host = plain_host(link)
        return (host is None or host in self._hosts) and canonical(link) in self._articles
