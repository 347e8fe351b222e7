"""Language models' answers, kept so that the same question is not paid for twice."""

from collections.abc import Iterator, MutableMapping

from sqlalchemy import Engine, delete
from sqlmodel import col, func, select

from .engine import reading, writing
from .models import ModelAnswer
from .statements import statements

SQL = statements("assessments")


class AnswerCache(MutableMapping[str, str]):
    """Language models' answers by what was asked, each written at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getitem__(self, key: str) -> str:
        with reading(self._engine) as connection:
            found = connection.execute(select(ModelAnswer.answer).where(ModelAnswer.key == key)).scalar()
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(SQL["keep_answer"], {"key": key, "answer": value})

    def __delitem__(self, key: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(ModelAnswer).where(col(ModelAnswer.key) == key))

    def __iter__(self) -> Iterator[str]:
        with reading(self._engine) as connection:
            return iter(connection.execute(select(ModelAnswer.key).order_by(ModelAnswer.key)).scalars().all())

    def __len__(self) -> int:
        with reading(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(ModelAnswer)).scalar_one())
