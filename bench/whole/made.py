"""What the invented answers say."""

NUMBER = 40
"""Posts of an answer."""
AT = "2024-03-05T10:{:02}:00"
WORDS = (
    "Post number {} says that the bridge was never inspected, although the council had promised it twice, and asks who signed"
    " the report that says otherwise."
)
BIO = (
    "Writes about roads, bridges and the money that they take. Lives by the river. Views are my own, and nobody else's."
)
LINK = "https://news.example/2024/03/bridge-closed-after-report"
TITLE = "The bridge is closed after a report that nobody had read"
SUMMARY = "The council closed the old bridge on Tuesday, a day after a report on its piers came to light."


def picture(name: str, n: int, kind: str = "original") -> str:
    """The address of a picture, as long as they are."""
    return f"https://files.social.example/{name}/files/112/{n % 900 + 100}/504/{kind}/{n * 7919 % 10**8:08}a3f1c2.jpg"
