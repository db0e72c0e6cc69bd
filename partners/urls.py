"""Addresses of the partner network. Lists carry their area; things stand alone."""

from django.urls import URLPattern, path

from partners.views import imports, invitations, partnerships, people, programs, turnover

app_name = "partners"
urlpatterns: list[URLPattern] = [
    path("areas/<slug:slug>/partners/", partnerships.partnership_list, name="partnership_list"),
    path("areas/<slug:slug>/partners/add/", partnerships.partnership_add, name="partnership_add"),
    path("partners/<int:pk>/", partnerships.partnership_detail, name="partnership_detail"),
    path("partners/<int:pk>/edit/", partnerships.partnership_edit, name="partnership_edit"),
    path("partners/<int:pk>/archive/", partnerships.partnership_archive, name="partnership_archive"),
    path("partners/<int:pk>/restore/", partnerships.partnership_restore, name="partnership_restore"),
    path("partners/<int:pk>/history/", partnerships.partnership_history, name="partnership_history"),
    path("programs/", programs.program_list, name="program_list"),
    path("programs/<slug:code>/", programs.program_detail, name="program_detail"),
    path("areas/<slug:slug>/imports/", imports.import_list, name="import_list"),
    path("areas/<slug:slug>/imports/add/", imports.import_add, name="import_add"),
    path("areas/<slug:slug>/imports/<slug:kind>.csv", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/commit/", imports.import_commit, name="import_commit"),
    path("imports/<int:pk>/put-aside/", imports.import_put_aside, name="import_put_aside"),
    path("imports/<int:pk>/unreadable.csv", imports.import_unreadable, name="import_unreadable"),
    # people and invitations
    path("areas/<slug:slug>/accounts/", people.seat_list, name="seat_list"),
    path("areas/<slug:slug>/accounts/<int:pk>/add/", people.seat_add, name="seat_add"),
    path("areas/<slug:slug>/invitations/", invitations.invitation_list, name="invitation_list"),
    path("areas/<slug:slug>/invitations/add/", invitations.invitation_add, name="invitation_add"),
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    path("organizations/<int:pk>/people/", people.colleague_list, name="colleague_list"),
    path("organizations/<int:pk>/people/invite/", invitations.colleague_invite, name="colleague_invite"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/deactivate/", turnover.person_deactivate, name="person_deactivate"),
    path("seats/<int:pk>/end/", turnover.seat_end, name="seat_end"),
]
