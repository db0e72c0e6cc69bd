"""Count a training as training of the partners' staff: the "trained staff" of program access (20 CFR 678.305(d)(2))."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meetings.models import Training
from meetings.trainings.facts import CannotKeepTraining
from meetings.trainings.participants import participants_of
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _
from partners.coverage.trained_staff import record_training
from partners.models import Partnership, Program, ProgramAccess


@dataclass(frozen=True)
class Outcome:
    """What recording a training comes to: the day, and the access that gets it, or already has it or a later one."""

    on: date
    programs: Sequence[Program]
    hosts: Sequence[Partnership]
    changed: Sequence[ProgramAccess]
    unchanged: Sequence[ProgramAccess]
    refusal: str = ""


def preview_recording(training: Training, *, at: datetime) -> Outcome:
    """Return what recording a training would change now, or why it cannot be recorded; five queries."""
    programs = list(training.programs.order_by("position"))
    hosts = [each.partnership for each in participants_of([training]).get(training.pk, ())]
    on = day_of(training)
    rows = ProgramAccess.objects.current().filter(
        mode=ProgramAccess.Mode.TRAINED, program__in=programs, host__in=[host.pk for host in hosts]
    )
    found = list(
        rows.select_related("program", "center", "host__organization", "partnership__organization").order_by(
            "host__organization__name", "program__position", "center__name", "pk"
        )
    )
    changed = [access for access in found if access.trained_on is None or access.trained_on < on]
    unchanged = [access for access in found if access not in changed]
    refusal = _why_not(training, programs, hosts, at)
    return Outcome(on, programs, hosts, changed, unchanged, refusal)


def _why_not(training: Training, programs: Sequence[Program], hosts: Sequence[Partnership], at: datetime) -> str:
    if training.is_off:
        return _("This training was canceled. Nobody was trained.")
    if training.meeting.ends_at > at:
        return _("This training is not over yet. Record it afterwards.")
    if not programs:
        return _("Choose first which programs the training was about.")
    if not hosts:
        return _("Enter first which partners took part, and with how many staff.")
    return ""


@recorded
def record_trained_staff(training: Training, *, by: User | None, at: datetime) -> list[ProgramAccess]:
    """Record that staff of the partners that took part were trained on the programs, and return the access it changes.

    A second time it changes nothing, unless partners or programs were added meanwhile. A later day always stays.

    :raises CannotKeepTraining: if it was canceled or is not over, or programs or participants are missing.
    """
    # Lock: of two clerks at once, the second finds it recorded.
    training = Training.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=training.pk)
    outcome = preview_recording(training, at=at)
    if outcome.refusal:
        raise CannotKeepTraining(outcome.refusal)
    changed = record_training(programs=outcome.programs, hosts=outcome.hosts, on=outcome.on, by=by, at=at)
    if changed or training.recorded_at is None:
        training.recorded_at = at
        training.save(update_fields=["recorded_at"])
    return changed


def day_of(training: Training) -> date:
    """Return the day of a training, by the clock of its series. Needs the meeting and its series."""
    return training.meeting.local_start.date()
