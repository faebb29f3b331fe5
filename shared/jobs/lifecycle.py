"""The arrows between the states of a job. Pure; every change of state in the database carries the old state in its filter."""

from shared.contract.values import ENDS, JobState

_S = JobState

ARROWS: dict[JobState, frozenset[JobState]] = {
    _S.WAITING: frozenset({_S.QUEUED, _S.CANCELLED, _S.FAILED}),
    _S.QUEUED: frozenset({_S.PLANNING, _S.CANCELLED, _S.FAILED}),
    _S.PLANNING: frozenset({_S.PLANNING, _S.PROCESSING, _S.CANCELLING, _S.FAILED}),
    _S.PROCESSING: frozenset({_S.PAUSED, _S.CANCELLING, _S.FAILING, _S.COMPLETED}),
    _S.PAUSED: frozenset({_S.PROCESSING, _S.CANCELLING, _S.FAILING, _S.COMPLETED}),
    _S.CANCELLING: frozenset({_S.CANCELLED}),
    _S.FAILING: frozenset({_S.FAILED}),
    _S.COMPLETED: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
}

END_OF: dict[JobState, JobState] = {
    _S.PROCESSING: _S.COMPLETED,
    _S.PAUSED: _S.COMPLETED,
    _S.CANCELLING: _S.CANCELLED,
    _S.FAILING: _S.FAILED,
}
"""What a job becomes when its last lane closes."""

STOPPING = frozenset({_S.CANCELLING, _S.FAILING})
WRITING = frozenset({_S.PROCESSING, _S.PAUSED}) | STOPPING
"""States in which chunks are worked, or one may still be in hand."""
OPEN = frozenset(_S) - ENDS
"""States that hold figures of the account's quota."""


class ForbiddenMove(Exception):
    """A state was to change in a way that the lifecycle does not know."""


def may_move(old: JobState, new: JobState) -> bool:
    """True where an arrow leads from `old` to `new`."""
    return new in ARROWS[old]


def after_cancel(state: JobState) -> JobState | None:
    """What a cancel makes of a job in this state, or None where it has ended and cannot be cancelled."""
    if state in (_S.WAITING, _S.QUEUED):
        return _S.CANCELLED
    if state in (_S.PLANNING, _S.PROCESSING, _S.PAUSED):
        return _S.CANCELLING
    if state in (_S.CANCELLING, _S.CANCELLED, _S.FAILING):
        return state
    return None


def after_pause(state: JobState) -> JobState | None:
    """What a pause makes of a job in this state, or None where there is nothing to pause."""
    return _S.PAUSED if state in (_S.PROCESSING, _S.PAUSED) else None


def after_resumption(state: JobState) -> JobState | None:
    """What a resumption makes of a job in this state, or None where there is nothing to resume. One that runs goes on."""
    return _S.PROCESSING if state in (_S.PROCESSING, _S.PAUSED) else None
