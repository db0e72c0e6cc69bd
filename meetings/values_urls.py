"""URLs of shared values, the resource map and raised issues."""

from django.urls import path

from meetings.views import needs, raised, raised_steps, values

urlpatterns = [
    path("areas/<slug:slug>/values/", values.values_detail, name="values_detail"),
    path("areas/<slug:slug>/values/draft/", values.values_draft, name="values_draft"),
    path("areas/<slug:slug>/values/draft/discard/", values.values_discard, name="values_discard"),
    path("areas/<slug:slug>/values/adopt/", values.values_adopt, name="values_adopt"),
    path("areas/<slug:slug>/values/history/", values.values_history, name="values_history"),
    path("partners/<int:pk>/values/affirm/", values.values_affirm, name="values_affirm"),
    # the resource map
    path("areas/<slug:slug>/resource-map/", needs.resource_page, name="resource_map"),
    path("areas/<slug:slug>/resource-map/add/", needs.need_add, name="need_add"),
    path("needs/<int:pk>/edit/", needs.need_edit, name="need_edit"),
    path("needs/<int:pk>/remove/", needs.need_remove, name="need_remove"),
    path("needs/<int:pk>/restore/", needs.need_restore, name="need_restore"),
    path("needs/<int:pk>/history/", needs.need_history, name="need_history"),
    path("needs/<int:pk>/met/add/", needs.need_met_add, name="need_met_add"),
    path("needs/met/<int:pk>/edit/", needs.need_met_edit, name="need_met_edit"),
    path("needs/met/<int:pk>/remove/", needs.need_met_remove, name="need_met_remove"),
    path("needs/<int:pk>/recommend/", needs.need_recommend, name="need_recommend"),
    # issues up, answers down
    path("areas/<slug:slug>/raised/", raised.raised_list, name="raised_list"),
    path("areas/<slug:slug>/raised/add/", raised.raised_add, name="raised_add"),
    path("states/<str:code>/raised/", raised.state_raised_list, name="state_raised_list"),
    path("raised/<int:pk>/", raised.raised_detail, name="raised_detail"),
    path("raised/<int:pk>/edit/", raised.raised_edit, name="raised_edit"),
    path("raised/<int:pk>/history/", raised.raised_history, name="raised_history"),
    path("raised/<int:pk>/send/", raised_steps.raised_send, name="raised_send"),
    path("raised/<int:pk>/note/", raised_steps.raised_note, name="raised_note"),
    path("raised/<int:pk>/pass-on/", raised_steps.raised_pass_on, name="raised_pass_on"),
    path("raised/<int:pk>/answer/", raised_steps.raised_answer, name="raised_answer"),
    path("raised/<int:pk>/close/", raised_steps.raised_close, name="raised_close"),
    path("raised/<int:pk>/reopen/", raised_steps.raised_reopen, name="raised_reopen"),
]
