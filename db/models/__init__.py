"""The tables, as the migrations make them: this is the one description of the schema.

Times are ISO 8601 text in UTC; a time known only to the day is ``YYYY-MM-DD``; unknown is NULL.
"""

from sqlalchemy import Text
from sqlmodel import AutoString, SQLModel

from . import naming  # noqa: F401
from .alerts import Alert, AlertDelivery, AlertMessage, AlertState, AlertSubscriber
from .coordination import CoordinationGroup, CoordinationPost
from .evidence import Evidence, EvidenceBody, Shown
from .forecasts import Forecast
from .keeping import AtOnce, Erased, Secret, ViewText
from .latest import Latest
from .named import NamedPerson, OwnAccount
from .notes import Note, NoteStatus
from .pictures import LeadPicture
from .posts import Account, Observation, Post, PostRevision
from .reach_hour import ReachHour
from .reactions import Identity, Person, Reaction, Review, Voice, Witness
from .readers import Reader
from .remarks import Meaning, Remark, Remarked, RemarkMember
from .stance_hour import StanceHour
from .stances import BalanceChange, EarlierLabel, Label, ModelAnswer, Stance
from .stories import Article, ArticleRevision, Claim, Story, Webmention
from .summaries import StorySummary
from .users import Attempt, Session, Token, User
from .work import Delivery, HostState, JobRun, Look, Spending, StreamCursor, Unheard

for table in SQLModel.metadata.tables.values():
    for column in table.columns:
        if isinstance(column.type, AutoString):  # SQLModel declares a str as VARCHAR; in the database it is TEXT
            column.type = Text()

__all__ = [
    "Account",
    "Alert",
    "AlertDelivery",
    "AlertMessage",
    "AlertState",
    "AlertSubscriber",
    "Article",
    "ArticleRevision",
    "AtOnce",
    "Attempt",
    "BalanceChange",
    "Claim",
    "CoordinationGroup",
    "CoordinationPost",
    "Delivery",
    "EarlierLabel",
    "Erased",
    "Evidence",
    "EvidenceBody",
    "Forecast",
    "HostState",
    "Identity",
    "JobRun",
    "Label",
    "Latest",
    "LeadPicture",
    "Look",
    "Meaning",
    "ModelAnswer",
    "NamedPerson",
    "Note",
    "NoteStatus",
    "Observation",
    "OwnAccount",
    "Person",
    "Post",
    "PostRevision",
    "ReachHour",
    "Reaction",
    "Reader",
    "Remark",
    "RemarkMember",
    "Remarked",
    "Review",
    "Secret",
    "Session",
    "Shown",
    "Spending",
    "Stance",
    "StanceHour",
    "Story",
    "StorySummary",
    "StreamCursor",
    "Token",
    "Unheard",
    "User",
    "ViewText",
    "Voice",
    "Webmention",
    "Witness",
]
