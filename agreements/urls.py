"""URLs of agreements."""

from django.urls import path

from agreements.views import agreements, clauses, parties, pdfs, promises, steps, suggestions

app_name = "agreements"

urlpatterns = [
    path("areas/<slug:slug>/agreements/", agreements.agreement_list, name="agreement_list"),
    path("areas/<slug:slug>/agreements/begin/", agreements.agreement_add, name="agreement_add"),
    path("areas/<slug:slug>/agreements/record/", agreements.agreement_record, name="agreement_record"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/edit/", agreements.agreement_edit, name="agreement_edit"),
    path("agreements/<int:pk>/copy/", agreements.agreement_copy, name="agreement_copy"),
    path("agreements/<int:pk>/share/", agreements.agreement_share, name="agreement_share"),
    path("agreements/<int:pk>/take-back/", agreements.agreement_take_back, name="agreement_take_back"),
    path("agreements/<int:pk>/withdraw/", agreements.agreement_withdraw, name="agreement_withdraw"),
    path("agreements/<int:pk>/restore/", agreements.agreement_restore, name="agreement_restore"),
    path("agreements/<int:pk>/history/", agreements.agreement_history, name="agreement_history"),
    # parties
    path("agreements/<int:pk>/parties/add/", parties.party_add, name="party_add"),
    path("agreements/parties/<int:pk>/edit/", parties.party_edit, name="party_edit"),
    path("agreements/parties/<int:pk>/remove/", parties.party_remove, name="party_remove"),
    path("agreements/parties/<int:pk>/restore/", parties.party_restore, name="party_restore"),
    # the text
    path("agreements/<int:pk>/clauses/add/", clauses.clause_add, name="clause_add"),
    path("agreements/clauses/<int:pk>/", clauses.clause_detail, name="clause_detail"),
    path("agreements/clauses/<int:pk>/edit/", clauses.clause_edit, name="clause_edit"),
    path("agreements/clauses/<int:pk>/move/", clauses.clause_move, name="clause_move"),
    path("agreements/clauses/<int:pk>/remove/", clauses.clause_remove, name="clause_remove"),
    path("agreements/clauses/<int:pk>/restore/", clauses.clause_restore, name="clause_restore"),
    path("agreements/clauses/<int:pk>/suggest/", suggestions.suggestion_add, name="suggestion_add"),
    path("agreements/suggestions/<int:pk>/", suggestions.suggestion_detail, name="suggestion_detail"),
    path("agreements/suggestions/<int:pk>/accept/", suggestions.suggestion_accept, name="suggestion_accept"),
    path("agreements/suggestions/<int:pk>/decline/", suggestions.suggestion_decline, name="suggestion_decline"),
    path("agreements/suggestions/<int:pk>/withdraw/", suggestions.suggestion_withdraw, name="suggestion_withdraw"),
    # promises
    path("agreements/<int:pk>/promises/add/", promises.promise_add, name="promise_add"),
    path("agreements/promises/<int:pk>/edit/", promises.promise_edit, name="promise_edit"),
    path("agreements/promises/<int:pk>/remove/", promises.promise_remove, name="promise_remove"),
    path("agreements/promises/<int:pk>/restore/", promises.promise_restore, name="promise_restore"),
    # the way to signature
    path("agreements/<int:pk>/approvals/add/", steps.step_add, name="step_add"),
    path("agreements/approvals/<int:pk>/edit/", steps.step_edit, name="step_edit"),
    path("agreements/approvals/<int:pk>/remove/", steps.step_remove, name="step_remove"),
    path("agreements/approvals/<int:pk>/restore/", steps.step_restore, name="step_restore"),
    path("agreements/<int:pk>/negotiations/add/", steps.negotiation_add, name="negotiation_add"),
    path("agreements/negotiations/<int:pk>/edit/", steps.negotiation_edit, name="negotiation_edit"),
    path("agreements/negotiations/<int:pk>/remove/", steps.negotiation_remove, name="negotiation_remove"),
    path("agreements/negotiations/<int:pk>/restore/", steps.negotiation_restore, name="negotiation_restore"),
    # papers
    path("agreements/<int:pk>/pdf/", pdfs.pdf_ask, name="pdf_ask"),
    path("agreements/<int:pk>/impasse/", pdfs.impasse_report, name="impasse_report"),
    path("agreements/pdfs/<int:pk>/", pdfs.pdf_detail, name="pdf_detail"),
    path("agreements/pdfs/<int:pk>/progress/", pdfs.pdf_progress, name="pdf_progress"),
    path("agreements/pdfs/<int:pk>/again/", pdfs.pdf_again, name="pdf_again"),
    path("agreements/pdfs/<int:pk>/file/", pdfs.pdf_file, name="pdf_file"),
    # elements and versions
    path("agreements/<int:pk>/elements/<slug:code>/", clauses.element_record, name="element_record"),
    path("agreements/<int:pk>/elements/<slug:code>/clear/", clauses.element_clear, name="element_clear"),
    path("agreements/<int:pk>/versions/save/", clauses.version_save, name="version_save"),
    path("agreements/<int:pk>/versions/", clauses.version_compare, name="version_compare"),
]
