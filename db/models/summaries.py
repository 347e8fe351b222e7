"""What a story's page shows and is dear to compute: kept, and made anew where the story changed."""

from sqlmodel import Field, SQLModel


class StorySummary(SQLModel, table=True):
    """A story's figures. They name reactions and accounts by their ids, and hold nobody's words."""

    __tablename__ = "story_summary"
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    state: str  # what the figures rest on, so that they are made anew only where it changed
    made_at: str
    took: float  # seconds that making them took
    figures: str  # JSON: what the page shows
    series: str  # JSON: stance and reach over time, thinned, as the charts draw them
    curve: str  # JSON: how large the story was at each age, to be compared with others
