"""Problems that an app shows to the staff (Saleor 3.22.36 and later)."""

from datetime import timedelta
from typing import Any

from sandbox.apps import App, Problem
from sandbox.identifiers import global_id
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call

KEY_LENGTHS = range(3, 129)
MESSAGE_LENGTHS = range(3, 2049)
PROBLEM_LIMIT = 100


@mutates("appProblemCreate", "AUTHENTICATED_APP")
def app_problem_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """The problem is shown; the same key within the period only counts up."""
    app, key, message = call.requestor.app, input_["key"].strip(), input_["message"].strip()
    assert app is not None  # noqa: S101  # the decorator let only apps in
    if len(key) not in KEY_LENGTHS:
        raise InputRefused("key", "Key must be between 3 and 128 characters.", "INVALID")
    if len(message) < MESSAGE_LENGTHS.start:
        raise InputRefused("message", "Message must be at least 3 characters.", "INVALID")
    message = message[: MESSAGE_LENGTHS.stop - 1]
    moment = call.now()
    period = timedelta(minutes=input_["aggregation_period"])
    known = next((item for item in app.problem_list if item.key == key and item.dismissed is None), None)
    if known is not None and moment - known.updated_at <= period:
        known.count, known.message, known.updated_at = known.count + 1, message, moment
        problem = known
    else:
        number = call.state.store.number("AppProblem")
        problem = Problem(global_id("AppProblem", number), key, message, moment, moment)
        app.problem_list = [*app.problem_list, problem][-PROBLEM_LIMIT:]
    threshold = input_.get("critical_threshold")
    problem.is_critical = threshold is not None and problem.count >= threshold
    return {"app_problem": problem}


@mutates("appProblemDismiss")
def app_problem_dismiss(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """The problems are put aside, by the app that made them or by staff."""
    own, by_app = call.requestor.app, input_.get("by_app")
    if by_app is not None:
        if own is None:
            raise InputRefused("byApp", "Only apps can use this field.", "INVALID")
        _dismiss(own, by_app, {"by": "APP", "user_email": None})
        return {}
    call.requestor.require("MANAGE_APPS")
    user = call.requestor.user
    wanted = input_.get("by_staff_with_ids") or input_.get("by_staff_with_keys") or {}
    for app in call.state.apps.values():
        if wanted.get("app") in {None, app.id}:
            _dismiss(app, wanted, {"by": "USER", "user_email": user.email if user else None})
    return {}


def _dismiss(app: App, wanted: dict[str, Any], who: dict[str, Any]) -> None:
    ids, keys = set(wanted.get("ids") or ()), set(wanted.get("keys") or ())
    for problem in app.problem_list:
        if problem.dismissed is None and (problem.id in ids or problem.key in keys):
            problem.dismissed = who
