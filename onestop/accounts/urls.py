"""URLs of a user's own account. They come before allauth's, and redirect its overviews to ours."""

from django.urls import path
from django.views.generic import RedirectView

from onestop.accounts.views import not_me, profile, saved_views, security

app_name = "accounts"

to_security = RedirectView.as_view(pattern_name="accounts:security")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:profile"), name="home"),
    path("profile/", profile.profile_edit, name="profile"),
    path("theme/", profile.theme, name="theme"),
    path("security/", security.security, name="security"),
    path("sessions/", to_security),
    path("2fa/", to_security),
    path("2fa/webauthn/", to_security),
    path("sessions/<int:pk>/end/", security.session_end, name="session_end"),
    path("sessions/end-others/", security.sessions_end, name="sessions_end"),
    path("not-me/<str:token>/", not_me.not_me, name="not_me"),
    path("views/", saved_views.view_list, name="view_list"),
    path("views/keep/", saved_views.view_keep, name="view_keep"),
    path("views/<int:pk>/rename/", saved_views.view_rename, name="view_rename"),
    path("views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
]
