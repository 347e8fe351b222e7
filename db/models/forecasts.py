"""What stories were forecast to become, kept so that it can be compared with what they became."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class Forecast(SQLModel, table=True):
    """A forecast of a story's count a week after it came out; one for each age at which one was made."""

    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    counted: str = Field(primary_key=True)  # reactions, engagement
    age: int = Field(primary_key=True)  # hours
    made_at: str
    seen: int = Field(sa_type=BigInteger)  # the count at that age
    low: int = Field(sa_type=BigInteger)  # nine of ten counts come to lie between low and high
    likely: int = Field(sa_type=BigInteger)
    high: int = Field(sa_type=BigInteger)
    alike: int  # cascades that it rests on
    own: int  # stories kept here that it rests on
