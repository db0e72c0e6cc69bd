"""Addresses of the board: its dashboard and points of engagement, and the comparison of a state's areas."""

from django.urls import path

from onestop.dashboards.views import board, comparing, interests, offers, opportunities

urlpatterns = [
    path("areas/<slug:slug>/board/dashboard/", board.board_dashboard, name="board_dashboard"),
    path("areas/<slug:slug>/board/dashboard/<slug:code>/", board.board_rows, name="board_rows"),
    path("areas/<slug:slug>/points-of-engagement/", opportunities.opportunity_list, name="opportunity_list"),
    path("areas/<slug:slug>/points-of-engagement/add/", opportunities.opportunity_add, name="opportunity_add"),
    path("areas/<slug:slug>/points-of-engagement/members/", interests.interest_list, name="interest_list"),
    path("points-of-engagement/<int:pk>/", opportunities.opportunity_detail, name="opportunity_detail"),
    path("points-of-engagement/<int:pk>/edit/", opportunities.opportunity_edit, name="opportunity_edit"),
    path("points-of-engagement/<int:pk>/history/", opportunities.opportunity_history, name="opportunity_history"),
    path("points-of-engagement/<int:pk>/close/", opportunities.opportunity_close, name="opportunity_close"),
    path("points-of-engagement/<int:pk>/reopen/", opportunities.opportunity_reopen, name="opportunity_reopen"),
    path("points-of-engagement/<int:pk>/archive/", opportunities.opportunity_archive, name="opportunity_archive"),
    path("points-of-engagement/<int:pk>/restore/", opportunities.opportunity_restore, name="opportunity_restore"),
    path("points-of-engagement/<int:pk>/offer/", offers.opportunity_offer, name="opportunity_offer"),
    path("points-of-engagement/<int:pk>/take/", offers.opportunity_take, name="opportunity_take"),
    path("offers/<int:pk>/decline/", offers.offer_decline, name="offer_decline"),
    path("offers/<int:pk>/give-back/", offers.offer_give_back, name="offer_give_back"),
    path("offers/<int:pk>/done/", offers.offer_done, name="offer_done"),
    path("states/<str:code>/compare/", comparing.state_compare, name="state_compare"),
    path("board-terms/<int:pk>/interests/", offers.interests_edit, name="interests_edit"),
]
