"""Notes at a meeting: saved as they are typed, or by the button; both texts if two people wrote."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.lookups import get_meeting, get_of_meeting
from meetings.context.pages import room_form_context, room_url
from meetings.forms.room import NoteForm, note_facts
from meetings.models import AgendaItem, Meeting, MeetingNote
from meetings.room import notes
from meetings.room.reading import record_of
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, say_done
from onestop.editing.versions import ChangedMeanwhile
from onestop.ui.presentation import clock
from partners.rules import demand


def meeting_note(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the notes on a meeting as a whole."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    return _edit(request, meeting, None)


def item_note(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the notes on an item of the agenda."""
    item = get_of_meeting(request, AgendaItem.objects.all(), pk)
    demand(request, "meetings.plan_meetings", item.meeting.group)
    return _edit(request, item.meeting, item)


def _edit(request: SignedIn, meeting: Meeting, item: AgendaItem | None) -> HttpResponse:
    place = f"item-{item.pk}" if item else "whole"
    record = record_of(meeting)
    if record is None or record.opened_at is None:
        return redirect(room_url(meeting))
    note = notes.note_of(meeting, item)
    version = str(note.version if note else 0)
    form = NoteForm(request.POST or None, initial=note_facts(note), version=version)
    is_quiet = request.method == "POST" and "quietly" in request.POST
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            saved = save(form, lambda: _save(request, meeting, item, form))
        except ChangedMeanwhile:
            note = notes.note_of(meeting, item)
            if is_quiet:
                return JsonResponse({"problem": _conflict_words(note)}, status=409)
            context = _conflict(form, note)
        else:
            if saved:
                if is_quiet:
                    return _saved(notes.note_of(meeting, item))
                say_done(request, _("The notes are saved."))
                return redirect(room_url(meeting, place))
    if is_quiet:
        return JsonResponse({"problem": " ".join(str(each) for errors in form.errors.values() for each in errors)},
                            status=422)  # fmt: skip
    title = _("Notes on %(item)s") % {"item": item.title} if item else _("Notes on the meeting")
    context |= room_form_context(meeting, title, form, place, submit=_("Save notes"))
    context["notes_key"] = f"{request.user.pk}:{meeting.pk}:{place}"
    return render(request, "meetings/room/note.html", context)


def _save(request: SignedIn, meeting: Meeting, item: AgendaItem | None, form: NoteForm) -> bool:
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    notes.save_note(meeting, item, text=text, version=form.number, by=request.user, at=timezone.now())
    return True


def _saved(note: MeetingNote | None) -> JsonResponse:
    if note is None:
        return JsonResponse({"version": 0, "saved": ""})
    words = _("Saved at %(time)s.") % {"time": clock(timezone.localtime(note.saved_at))}
    return JsonResponse({"version": note.version, "saved": words})


def _conflict_words(note: MeetingNote | None) -> str:
    return _("%(person)s saved other notes meanwhile. Your text is still here.") % {"person": _who(note)}


def _who(note: MeetingNote | None) -> str:
    return str(note.saved_by) if note and note.saved_by else _("Someone else")


def _conflict(form: NoteForm, note: MeetingNote | None) -> dict[str, object]:
    """Return both texts; the form keeps that of this person, and saves over the other one from now on."""
    typed = str(form.data.get("text", ""))
    form.reconcile(note_facts(note), str(note.version if note else 0))
    theirs = note.text if note else ""
    return {"person": _who(note), "conflict": {"label": _("Notes"), "theirs": theirs, "yours": typed}}
