"""URLs of plans, proposals, consents and strategies."""

from django.urls import path

from meetings.views import consents, plan_proposals, plan_steps, plans, strategies

urlpatterns = [
    path("areas/<slug:slug>/plans/", plans.plan_list, name="plan_list"),
    path("areas/<slug:slug>/plans/add/", plans.plan_add, name="plan_add"),
    path("states/<str:code>/plans/", plans.state_plan_list, name="state_plan_list"),
    path("states/<str:code>/plans/add/", plans.state_plan_add, name="state_plan_add"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/history/", plans.plan_history, name="plan_history"),
    path("plans/<int:pk>/open/", plan_steps.plan_open, name="plan_open"),
    path("plans/<int:pk>/close/", plan_steps.plan_close, name="plan_close"),
    path("plans/<int:pk>/adopt/", plan_steps.plan_adopt, name="plan_adopt"),
    path("plans/<int:pk>/end/", plan_steps.plan_end, name="plan_end"),
    path("plans/<int:pk>/resume/", plan_steps.plan_resume, name="plan_resume"),
    path("plans/<int:pk>/archive/", plan_steps.plan_archive, name="plan_archive"),
    path("plans/<int:pk>/restore/", plan_steps.plan_restore, name="plan_restore"),
    path("plans/<int:pk>/goals/copy/", plan_steps.goals_copy, name="goals_copy"),
    # proposals
    path("plans/<int:pk>/proposals/add/", plan_proposals.proposal_add, name="plan_proposal_add"),
    path("plans/proposals/<int:pk>/", plan_proposals.proposal_answer, name="plan_proposal_answer"),
    path("plans/proposals/<int:pk>/withdraw/", plan_proposals.proposal_withdraw, name="plan_proposal_withdraw"),
    # consent
    path("goals/<int:pk>/consent/", consents.consent_give, name="consent_give"),
    path("goals/<int:pk>/objection/", consents.objection_record, name="objection_record"),
    # strategies and recommended actions
    path("goals/<int:pk>/strategies/add/", strategies.strategy_add, name="strategy_add"),
    path("strategies/<int:pk>/edit/", strategies.strategy_edit, name="strategy_edit"),
    path("strategies/<int:pk>/archive/", strategies.strategy_archive, name="strategy_archive"),
    path("strategies/<int:pk>/restore/", strategies.strategy_restore, name="strategy_restore"),
    path("strategies/<int:pk>/actions/add/", strategies.plan_action_add, name="plan_action_add"),
    path("strategies/actions/<int:pk>/edit/", strategies.plan_action_edit, name="plan_action_edit"),
    path("strategies/actions/<int:pk>/action-item/", strategies.plan_action_assign, name="plan_action_assign"),
    path("strategies/actions/<int:pk>/archive/", strategies.plan_action_archive, name="plan_action_archive"),
    path("strategies/actions/<int:pk>/restore/", strategies.plan_action_restore, name="plan_action_restore"),
]
