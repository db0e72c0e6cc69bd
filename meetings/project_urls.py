"""Addresses of projects."""

from django.urls import path

from meetings.views import project_parts, projects

urlpatterns = [
    path("areas/<slug:slug>/projects/", projects.project_list, name="project_list"),
    path("areas/<slug:slug>/projects/compare/", projects.project_compare, name="project_compare"),
    path("areas/<slug:slug>/projects/add/", projects.project_add, name="project_add"),
    path("projects/<int:pk>/", projects.project_detail, name="project_detail"),
    path("projects/<int:pk>/edit/", projects.project_edit, name="project_edit"),
    path("projects/<int:pk>/archive/", projects.project_archive, name="project_archive"),
    path("projects/<int:pk>/restore/", projects.project_restore, name="project_restore"),
    path("projects/<int:pk>/history/", projects.project_history, name="project_history"),
    path("projects/<int:pk>/partners/add/", project_parts.project_partner_add, name="project_partner_add"),
    path("projects/partners/<int:pk>/edit/", project_parts.project_partner_edit, name="project_partner_edit"),
    path("projects/partners/<int:pk>/remove/", project_parts.project_partner_remove, name="project_partner_remove"),
    path("projects/<int:pk>/outcomes/add/", project_parts.outcome_add, name="project_outcome_add"),
    path("projects/outcomes/<int:pk>/edit/", project_parts.outcome_edit, name="project_outcome_edit"),
    path("projects/outcomes/<int:pk>/remove/", project_parts.outcome_remove, name="project_outcome_remove"),
    path("projects/outcomes/<int:pk>/restore/", project_parts.outcome_restore, name="project_outcome_restore"),
    path("projects/outcomes/<int:pk>/count/", project_parts.count_record, name="project_count_record"),
    path("projects/counts/<int:pk>/remove/", project_parts.count_remove, name="project_count_remove"),
]
