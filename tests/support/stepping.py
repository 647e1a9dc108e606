"""A worker's run, and what happens in the world when it has come to a given step."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db

Happens = Callable[[], AbstractContextManager[Session] | None]


class AtStep:
    """The transaction factory of a worker: once its run has told the step, something happens.

    What happens may give the worker's next transaction in place of an ordinary one.
    """

    def __init__(self, step: str, happens: Happens) -> None:
        self.step, self._happens = step, happens
        self.happened = False

    def __call__(self) -> AbstractContextManager[Session]:
        if not self.happened and self.step in running_steps():
            self.happened = True
            return self._happens() or db.transaction()
        return db.transaction()


def running_steps() -> list[Any]:
    with db.transaction() as session:
        return list(session.scalars(text("SELECT step FROM runs WHERE state = 'running'")))
