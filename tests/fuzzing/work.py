"""How much a piece of work costs: seconds of this thread's processor, so that a busy machine changes nothing.

Python's ``re`` counts no steps. But what is linear takes a few milliseconds for 20,000 characters, and what is
quadratic takes hundreds: between the two lies more than any noise.
"""

import gc
import signal
import time
from collections.abc import Callable
from typing import Any

SHORT, LONG = 10_000, 20_000
NOTHING = 0.02  # seconds; below it no page is slow, and nothing is compared
FAR_TOO_MUCH = 0.5
RATIO = 3  # twice the text is twice the work where it is linear, and four times where it is quadratic


class TooMuchWork(Exception):
    """The work was broken off."""


def seconds_of(act: Callable[[], Any]) -> float:
    """Return what an act costs; at FAR_TOO_MUCH it is broken off, even within an expression."""

    def stop(*_: Any) -> None:
        raise TooMuchWork

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.disable()  # what others have left lying about is not this act's
    begun = time.thread_time()
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, FAR_TOO_MUCH)
            act()
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooMuchWork:
        return FAR_TOO_MUCH
    finally:
        gc.enable()
        signal.signal(signal.SIGVTALRM, before)
    return time.thread_time() - begun


def grows_too_fast(act: Callable[[str], Any], text_of: Callable[[int], str]) -> bool:
    """Return whether twice the text is three times the work, each time that it is looked at; or far too much at all."""
    long, short = text_of(LONG), text_of(SHORT)
    for _ in range(4):
        whole = seconds_of(lambda: act(long))
        if whole >= FAR_TOO_MUCH:
            return True
        if whole < NOTHING or whole < RATIO * seconds_of(lambda: act(short)):
            return False
    return True
