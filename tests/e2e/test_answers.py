"""The answers that the browser tests put in the app's place are answers that the app could give."""

from typing import Any

import pytest
from pydantic import BaseModel

from saleor_influence_app.api.rights import CustomerRights
from saleor_influence_app.consent.agreements import AskedAgain
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.queries.credits import CreditPage
from saleor_influence_app.queries.customer import CustomerValue
from saleor_influence_app.queries.customers import CustomerPage
from saleor_influence_app.queries.differences import LastMoves
from saleor_influence_app.queries.influence import Influence
from saleor_influence_app.queries.link_status import CustomerProfiles, LinkPage
from saleor_influence_app.queries.overview import Overview
from saleor_influence_app.queries.rights import ContestForStaff, RightsRequestPage
from saleor_influence_app.queries.trials import Trial
from saleor_influence_app.queries.week import Week
from tests.support import panel_answers as answers
from tests.support import social_answers

ANSWERS: list[tuple[type[BaseModel], dict[str, Any]]] = [
    *(
        (CustomerValue, answer)
        for answer in (answers.VALUED, answers.NO_EVIDENCE, answers.LEADS, answers.TOGETHER, answers.EARLY)
    ),
    *((CustomerValue, answers.unvalued(state)) for state in ("unknown", "no-orders", "not-yet-run")),
    *((CreditPage, answer) for answer in (answers.INFERRED, answers.PROVEN, answers.NO_ROWS)),
    *((Influence, answer) for answer in (answers.OPEN, answers.SHUT, answers.NO_TIES)),
    *((Overview, answer) for answer in (answers.DONE, answers.READING, answers.FAILED)),
    *((Week, answer) for answer in (answers.WEEK, answers.YOUNG_WEEK)),
    *((LastMoves, answer) for answer in (answers.MOVERS, answers.NO_MOVERS)),
    (CustomerPage, answers.top(4)),
    *((CustomerProfiles, answer) for answer in (social_answers.NOBODY_LINKED, social_answers.LINKED)),
    *((LinkPage, answer) for answer in (social_answers.LINKS, social_answers.NO_LINKS)),
    *((ContestForStaff, answer) for answer in social_answers.ANSWERED),
    *((RightsRequestPage, answer) for answer in (social_answers.REQUESTS, social_answers.NO_REQUESTS)),
    *(
        (CustomerRights, answer)
        for answer in (social_answers.RIGHTS, social_answers.OBJECTED, social_answers.ERASED)
    ),
    (AskedAgain, social_answers.ASKED_AGAIN),
    *(
        (PrivacySettings, answer)
        for answer in (
            social_answers.SETTINGS_NEVER,
            social_answers.SETTINGS_ON,
            social_answers.SETTINGS_OFF,
            social_answers.SETTINGS_LACKING,
        )
    ),
    *((Trial, answer) for answer in answers.TRIALS),
]


@pytest.mark.parametrize(("form", "answer"), ANSWERS)
def test_a_given_answer_has_the_form_of_a_real_one(form: type[BaseModel], answer: dict[str, Any]) -> None:
    assert set(answer) == {*form.model_fields, *form.model_computed_fields}
    form.model_validate(answer)
