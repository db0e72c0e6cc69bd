"""The response of every URL of the portal for every role, and that no other role writes anything.

A new URL fails here until the table below has a line for it: its name, its arguments (of ``tests.world``), a method,
and the response for each role:

    ok  the page    go  a redirect    no  refused, 403    --  not found, 404    in  a redirect to sign-in
    xx  not allowed, 405    up  200 or 503, depending on the servers    .  the same as the role before

The roles are: operator (superuser), state administrator, staff, manager of the partner that everything belongs to,
representative of it, manager of another partner in the same area, board member, user without a seat, anonymous.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from onestop.ops import errors
from partners.models import Role
from tests import factories, hostile
from tests.caching import assert_kept_from_caches
from tests.markup import unpaired_tags
from tests.signing_in import sign_in
from tests.thorough import also
from tests.world import build_world

ROLES = ("operator", "state", "staff", "manager", "colleague", "neighbor", "board", "nobody", "anonymous")
FEW = ("staff", "manager", "anonymous")  # who stand for all roles where the matrix is repeated
FIRST = (*FEW, "nobody")  # who differ most in what they see and may do

TABLE = """
# address                                 parts        by    ope sta stf man rep nei boa nob ano
# the machine
health_live                              -            GET   ok  .   .   .   .   .   .   .   .
health_ready                             -            GET   up  .   .   .   .   .   .   .   .
health_metrics                           -            GET   ok  .   .   .   .   .   .   .   .
favicon                                  -            GET   go  .   .   .   .   .   .   .   go
accessibility                            -            GET   ok  .   .   .   .   .   .   .   ok
privacy                                  -            GET   ok  .   .   .   .   .   .   .   ok
# a person's own account
accounts:home                            -            GET   go  .   .   .   .   .   .   .   in
accounts:profile                         -            BOTH  ok  .   .   .   .   .   .   .   in
accounts:theme                           -            POST  go  .   .   .   .   .   .   .   .
accounts:security                        -            GET   ok  .   .   .   .   .   .   .   in
/account/sessions/                       -            GET   go  .   .   .   .   .   .   .   in
/account/2fa/                            -            GET   go  .   .   .   .   .   .   .   in
/account/2fa/webauthn/                   -            GET   go  .   .   .   .   .   .   .   in
accounts:session_end                     session      POST  --  .   .   go  --  .   .   .   in
accounts:sessions_end                    -            POST  go  .   .   .   .   .   .   .   in
accounts:not_me                          token        BOTH  --  .   .   .   .   .   .   .   .
accounts:view_list                       -            GET   ok  .   .   .   .   .   .   .   in
accounts:view_keep                       -            POST  go  .   .   .   .   .   .   .   in
accounts:view_rename                     view         BOTH  --  .   .   ok  --  .   .   .   in
accounts:view_delete                     view         POST  --  .   .   go  --  .   .   .   in
account_login                            -            BOTH  go  .   .   .   .   .   .   .   ok
account_logout                           -            GET   ok  .   .   .   .   .   .   .   go
account_logout                           -            POST  go  .   .   .   .   .   .   .   .
account_inactive                         -            GET   ok  .   .   .   .   .   .   .   .
account_signup                           -            BOTH  go  .   .   .   .   .   .   .   ok
account_reauthenticate                   -            BOTH  ok  .   .   .   .   .   .   .   in
account_email                            -            GET   ok  .   .   .   .   .   .   .   in
account_email                            -            POST  go  .   .   .   .   .   .   .   in
account_email_verification_sent          -            BOTH  go  .   .   .   .   .   .   .   .
account_change_password                  -            BOTH  ok  .   .   .   .   .   .   .   in
account_set_password                     -            BOTH  go  .   .   .   .   .   .   .   in
account_reset_password                   -            BOTH  ok  .   .   .   .   .   .   .   .
account_confirm_login_code               -            BOTH  go  .   .   .   .   .   .   .   .
account_reset_password_from_key_done     -            GET   ok  .   .   .   .   .   .   .   .
account_reset_password_from_key          number+key   BOTH  ok  .   .   .   .   .   .   .   .
account_reset_password_done              -            GET   ok  .   .   .   .   .   .   .   .
account_request_login_code               -            BOTH  go  .   .   .   .   .   .   .   ok
mfa_index                                -            GET   go  .   .   .   .   .   .   .   in
mfa_authenticate                         -            BOTH  go  .   .   .   .   .   .   .   .
mfa_reauthenticate                       -            BOTH  go  .   .   .   .   .   .   .   in
mfa_activate_totp                        -            BOTH  go  .   .   .   .   .   .   .   in
mfa_deactivate_totp                      -            BOTH  --  .   .   .   .   .   .   .   in
mfa_view_recovery_codes                  -            GET   --  .   .   .   .   .   .   .   in
mfa_view_recovery_codes                  -            POST  xx  .   .   .   .   .   .   .   in
mfa_generate_recovery_codes              -            BOTH  go  .   .   .   .   .   .   .   in
mfa_download_recovery_codes              -            BOTH  --  .   .   .   .   .   .   .   in
mfa_list_webauthn                        -            BOTH  go  .   .   .   .   .   .   .   in
mfa_add_webauthn                         -            BOTH  go  .   .   .   .   .   .   .   in
mfa_reauthenticate_webauthn              -            BOTH  go  .   .   .   .   .   .   .   in
mfa_remove_webauthn                      number       BOTH  go  .   .   .   .   .   .   .   in
mfa_edit_webauthn                        number       BOTH  go  .   .   .   .   .   .   .   in
mfa_login_webauthn                       -            BOTH  go  .   .   .   .   .   .   .   .
usersessions_list                        -            GET   go  .   .   .   .   .   .   .   in
# partners
partners:partnership_list                area         GET   ok  .   .   .   .   .   .   --  in
partners:partnership_add                 area         BOTH  ok  no  ok  no  .   .   .   --  in
partners:partnership_detail              partner      GET   ok  .   .   .   .   .   .   --  in
partners:partnership_edit                partner      BOTH  ok  no  ok  .   no  .   .   --  in
partners:partnership_archive             partner      GET   ok  no  ok  no  .   .   .   --  in
partners:partnership_archive             partner      POST  go  no  go  no  .   .   .   --  in
partners:partnership_restore             partner      POST  go  no  go  no  .   .   .   --  in
partners:partnership_history             partner      GET   ok  .   .   .   .   .   .   --  in
partners:partnership_write_picked        area         POST  go  .   .   .   .   .   .   --  in
partners:representative_write_picked     area         POST  go  .   .   .   .   .   .   --  in
partners:write                           area         GET   ok  .   .   .   .   .   .   --  in
partners:partnership_ask_picked          area         POST  go  no  go  no  .   .   .   --  in
partners:partnership_archive_picked      area         POST  go  no  go  no  .   .   .   --  in
partners:partnership_restore_picked      area         POST  go  no  go  no  .   .   .   --  in
# organizations and their places
partners:organization_list               state        GET   ok  .   --  .   .   .   .   .   in
partners:organization_detail             organization GET   ok  .   .   .   .   .   .   --  in
partners:organization_edit               organization BOTH  ok  .   .   .   no  .   .   --  in
partners:organization_archive            organization GET   ok  .   .   no  .   .   .   --  in
partners:organization_archive            organization POST  go  .   .   no  .   .   .   --  in
partners:organization_restore            organization POST  go  .   .   no  .   .   .   --  in
partners:organization_history            organization GET   ok  .   .   .   .   .   .   --  in
partners:organization_propose            organization BOTH  go  .   .   .   no  .   .   --  in
partners:organization_proposal organization_proposal GET   ok  .   --  ok  --  .   .   .   in
partners:organization_proposal_accept organization_proposal POST  go  .   --  no  --  .   .   .   in
partners:organization_proposal_decline organization_proposal POST  ok  .   --  no  --  .   .   .   in
partners:organization_proposal_withdraw organization_proposal POST  no  .   --  go  --  .   .   .   in
partners:location_add                    organization BOTH  ok  .   .   .   no  .   .   --  in
partners:location_list                   area         GET   ok  .   .   .   .   .   .   --  in
partners:location_detail                 location     GET   ok  .   .   .   .   .   .   --  in
partners:location_edit                   location     BOTH  ok  .   .   .   no  .   .   --  in
partners:location_archive                location     GET   ok  .   .   .   no  .   .   --  in
partners:location_archive                location     POST  go  .   .   .   no  .   .   --  in
partners:location_restore                location     POST  go  .   .   .   no  .   .   --  in
partners:location_history                location     GET   ok  .   .   .   .   .   .   --  in
partners:search                          area         GET   ok  .   .   .   .   .   .   --  in
# services
partners:service_list                    area         GET   ok  .   .   .   .   .   .   --  in
partners:stale_list                      area         GET   ok  .   .   .   .   .   .   --  in
partners:stale_ask_picked                area         POST  go  no  go  no  .   .   .   --  in
partners:service_verify_picked           area         POST  go  no  go  .   no  go  no  --  in
partners:service_unverify_picked         area         POST  go  no  go  .   no  go  no  --  in
partners:service_archive_picked          area         POST  go  no  go  .   no  go  no  --  in
partners:service_restore_picked          area         POST  go  no  go  .   no  go  no  --  in
partners:service_add_choose              area         GET   ok  no  ok  no  .   .   .   --  in
partners:service_add                     partner      BOTH  ok  no  ok  .   no  .   .   --  in
partners:service_detail                  service      GET   ok  .   .   .   .   .   .   --  in
partners:service_edit                    service      BOTH  ok  no  ok  .   no  .   .   --  in
partners:service_copy                    service      BOTH  ok  no  ok  .   no  .   .   --  in
partners:service_verify                  service      POST  go  no  go  .   no  .   .   --  in
partners:service_unverify                service      POST  go  no  go  .   no  .   .   --  in
partners:service_archive                 service      POST  go  no  go  .   no  .   .   --  in
partners:service_restore                 service      POST  go  no  go  .   no  .   .   --  in
partners:service_history                 service      GET   ok  .   .   .   .   .   .   --  in
# centers
partners:center_list                     area         GET   ok  .   .   .   .   .   .   --  in
partners:center_add                      area         BOTH  ok  no  ok  no  .   .   .   --  in
partners:center_detail                   center       GET   ok  .   .   .   .   .   .   --  in
partners:center_edit                     center       BOTH  ok  no  ok  no  .   .   .   --  in
partners:center_archive                  center       GET   ok  no  ok  no  .   .   .   --  in
partners:center_archive                  center       POST  go  no  go  no  .   .   .   --  in
partners:center_restore                  center       POST  go  no  go  no  .   .   .   --  in
partners:center_history                  center       GET   ok  .   .   .   .   .   .   --  in
# who is in which center when
partners:presence_board                  area         GET   ok  .   .   .   .   .   .   --  in
partners:presence_print                  area         GET   ok  .   .   .   .   .   .   --  in
partners:presence_list                   area         GET   ok  .   .   .   .   .   .   --  in
partners:presence_choose                 area         GET   ok  no  ok  go  no  go  no  --  in
partners:absence_choose                  area         GET   ok  no  ok  go  no  go  no  --  in
partners:presence_add                    partner      BOTH  ok  no  ok  .   no  .   .   --  in
partners:absence_add                     partner      BOTH  ok  no  ok  .   no  .   .   --  in
partners:presence_detail                 presence     GET   ok  .   .   .   .   .   .   --  in
partners:presence_edit                   presence     BOTH  ok  no  ok  .   no  .   .   --  in
partners:presence_archive                presence     POST  go  no  go  .   no  .   .   --  in
partners:presence_restore                presence     POST  go  no  go  .   no  .   .   --  in
partners:presence_history                presence     GET   ok  .   .   .   .   .   .   --  in
partners:absence_close                   center       BOTH  ok  no  ok  no  .   .   .   --  in
partners:absence_take_back               absence      POST  go  no  go  .   no  .   .   --  in
partners:absence_restore                 absence      POST  go  no  go  .   no  .   .   --  in
partners:certification_add               center       BOTH  ok  no  ok  no  .   .   .   --  in
partners:accessibility_add               center       BOTH  ok  no  ok  no  .   .   .   --  in
partners:review_take_back                review       POST  go  no  go  no  .   .   .   --  in
partners:review_restore                  review       POST  go  no  go  no  .   .   .   --  in
# representatives
partners:representative_list             area         GET   ok  .   .   .   .   .   .   --  in
partners:representative_add              partner      BOTH  ok  no  ok  .   no  .   .   --  in
partners:representative_detail           alternate    GET   ok  .   .   .   .   .   .   --  in
partners:representative_edit             alternate    BOTH  ok  no  ok  .   no  .   .   --  in
partners:representative_make_main        alternate    POST  go  no  go  .   no  .   .   --  in
partners:representative_confirm_signatory alternate   POST  go  no  go  no  .   .   .   --  in
partners:representative_archive          main         GET   ok  no  ok  .   no  .   .   --  in
partners:representative_archive          main         POST  go  no  go  .   no  .   .   --  in
partners:representative_restore          alternate    POST  go  no  go  .   no  .   .   --  in
partners:representative_history          alternate    GET   ok  .   .   .   .   .   .   --  in
# the area
partners:area_detail                     area         GET   ok  .   .   .   .   .   .   --  in
partners:area_edit                       area         BOTH  ok  no  ok  no  .   .   .   --  in
partners:area_history                    area         GET   ok  .   .   .   .   .   .   --  in
# programs
partners:program_list                    -            GET   ok  .   .   .   .   .   .   .   in
partners:program_detail                  program      GET   ok  .   .   .   .   .   .   .   in
# coverage
partners:coverage                        area         GET   ok  .   .   .   .   .   .   --  in
partners:coverage_program                area+carried GET   ok  .   .   .   .   .   .   --  in
partners:coverage_history                area+carried GET   ok  .   .   .   .   .   .   --  in
partners:decision_add                    area+undecided BOTH ok no  ok  no  .   .   .   --  in
partners:decision_edit                   decision     BOTH  ok  no  ok  no  .   .   .   --  in
partners:decision_withdraw               decision     POST  go  no  go  no  .   .   .   --  in
partners:decision_restore                decision     POST  go  no  go  no  .   .   .   --  in
partners:access_add                      area+carried BOTH  ok  no  ok  no  .   .   .   --  in
partners:access_edit                     access       BOTH  ok  no  ok  no  .   .   .   --  in
partners:access_remove                   access       POST  go  no  go  no  .   .   .   --  in
partners:access_restore                  access       POST  go  no  go  no  .   .   .   --  in
# imports
partners:import_list                     area         GET   ok  no  ok  no  .   .   .   --  in
partners:import_add                      area         BOTH  ok  no  ok  no  .   .   .   --  in
partners:import_template                 area+kind    GET   ok  no  ok  no  .   .   .   --  in
partners:import_detail                   run          GET   go  --  go  --  .   .   .   .   in
partners:import_columns                  run          BOTH  ok  --  ok  --  .   .   .   .   in
partners:import_progress                 run          GET   ok  --  ok  --  .   .   .   .   in
partners:import_commit                   run          BOTH  go  --  go  --  .   .   .   .   in
partners:import_put_aside                run          POST  go  --  go  --  .   .   .   .   in
partners:import_unreadable               run          GET   ok  --  ok  --  .   .   .   .   in
# find a service: the public directory
partners:directory                       -            GET   ok  .   .   .   .   .   .   .   .
partners:directory_area                  public_area  GET   ok  .   .   .   .   .   .   .   .
partners:directory_centers               public_area  GET   ok  .   .   .   .   .   .   .   .
partners:directory_paper                 public_area  GET   ok  .   .   .   .   .   .   .   .
partners:directory_code                  public_area  GET   ok  .   .   .   .   .   .   .   .
partners:directory_service               public_service GET ok  .   .   .   .   .   .   .   .
partners:directory_report                public_service BOTH ok .   .   .   .   .   .   .   .
partners:directory_service_paper         public_service GET ok  .   .   .   .   .   .   .   .
partners:directory_service_code          public_service GET ok  .   .   .   .   .   .   .   .
# the resource manual
partners:manual                          area         GET   ok  .   .   .   .   .   .   --  in
partners:manual_whole                    area         GET   ok  .   .   .   .   .   .   --  in
partners:manual_part                     area+part    GET   ok  .   .   .   .   .   .   --  in
partners:manual_partner                  partner      GET   ok  .   .   .   .   .   .   --  in
partners:manual_print_ask                area         POST  go  .   .   .   .   .   .   --  in
partners:manual_print_progress           made         GET   ok  .   .   .   .   .   .   --  in
partners:manual_print_again              made         POST  go  no  go  no  .   .   .   --  in
partners:manual_print_file               made         GET   go  .   .   .   .   .   .   --  in
partners:manual_edition_list             area         GET   ok  .   .   .   .   .   .   --  in
partners:manual_issue                    area         BOTH  ok  no  ok  no  .   .   .   --  in
partners:manual_edition                  edition      GET   ok  .   .   .   .   .   .   --  in
partners:manual_edition_read             edition      GET   ok  .   .   .   .   .   .   --  in
partners:manual_edition_print            edition      POST  go  .   .   .   .   .   .   --  in
# people with accounts
partners:seat_list                       area         GET   ok  .   .   no  .   .   .   --  in
partners:seat_add                        area+person  BOTH  ok  no  ok  no  .   --  .   .   in
partners:invitation_list                 area         GET   ok  no  ok  no  .   .   .   --  in
partners:invitation_add                  area         BOTH  ok  no  ok  no  .   .   .   --  in
partners:invitation_resend               invitation   POST  go  --  go  --  .   .   .   .   in
partners:invitation_withdraw             invitation   POST  go  --  go  --  .   .   .   .   in
partners:invitation_accept               token        BOTH  no  .   .   .   .   .   .   .   ok
partners:colleague_list                  organization GET   ok  .   .   .   .   no  .   --  in
partners:colleague_invite                organization BOTH  ok  .   .   .   no  .   .   --  in
partners:colleague_home                  -            GET   --  .   .   go  .   .   --  .   in
partners:person_history                  person       GET   ok  no  ok  .   no  --  .   .   in
partners:person_detail                   person       GET   ok  .   .   .   .   --  .   .   in
partners:person_deactivate               person       BOTH  ok  no  ok  no  .   --  .   .   in
partners:seat_end                        seat         BOTH  ok  no  ok  .   no  --  .   .   in
# the common language and practices
partners:term_list                       area         GET   ok  .   .   .   .   .   .   --  in
partners:term_book                       area         GET   ok  .   .   .   .   .   .   --  in
partners:term_add                        area         BOTH  ok  no  ok  .   .   .   no  --  in
partners:term_detail                     term         GET   ok  .   .   .   .   .   .   --  in
partners:term_edit                       term         BOTH  ok  no  ok  no  .   .   .   --  in
partners:term_say                        term         BOTH  no  .   .   ok  .   .   no  --  in
partners:term_approve                    term         POST  go  no  go  no  .   .   .   --  in
partners:term_send_back                  term         BOTH  ok  no  ok  no  .   .   .   --  in
partners:term_archive                    term         POST  go  no  go  no  .   .   .   --  in
partners:term_restore                    term         POST  go  no  go  no  .   .   .   --  in
partners:term_history                    term         GET   ok  .   .   .   .   .   .   --  in
partners:practice_list                   area         GET   ok  .   .   .   .   .   .   --  in
partners:practice_add                    area         BOTH  ok  no  ok  .   .   .   .   --  in
partners:practice_detail                 practice     GET   ok  .   .   .   .   .   .   --  in
partners:practice_edit                   practice     BOTH  ok  no  ok  .   no  .   .   --  in
partners:practice_archive                practice     POST  go  no  go  .   no  .   .   --  in
partners:practice_restore                practice     POST  go  no  go  .   no  .   .   --  in
partners:practice_adopt                  practice     BOTH  ok  no  ok  .   no  ok  no  --  in
partners:practice_history                practice     GET   ok  .   .   .   .   .   .   --  in
partners:adoption_end                    adoption     GET   ok  no  ok  .   no  .   .   --  in
partners:adoption_end                    adoption     POST  go  no  go  .   no  .   .   --  in
# upkeep
partners:partnership_confirm             partner      GET   ok  no  ok  .   no  .   .   --  in
partners:partnership_confirm             partner      POST  go  no  go  .   no  .   .   --  in
partners:partnership_ask                 partner      GET   ok  no  ok  no  .   .   .   --  in
partners:partnership_ask                 partner      POST  go  no  go  no  .   .   .   --  in
partners:service_ask_picked              area         POST  go  no  go  no  .   .   .   --  in
partners:service_mend                    service      BOTH  go  no  go  .   no  .   .   --  in
partners:confirm                         question     GET   no  .   .   ok  no  .   .   .   ok
partners:confirm                         question     POST  no  .   .   go  no  .   .   .   go
partners:confirm_opened                  question     POST  no  .   .   204 no  .   .   .   204
partners:confirm_change                  question+service GET no .  .   go  no  .   .   .   go
partners:confirm_change                  question+service POST no . .   go  no  .   .   .   go
partners:proposal_list                   area         GET   ok  .   .   .   .   .   .   --  in
partners:proposal_add                    service      GET   go  ok  go  .   ok  .   .   --  in
partners:proposal_add                    service      POST  go  ok  go  .   ok  .   .   --  in
partners:proposal_detail                 proposal     GET   ok  .   .   .   .   --  .   .   in
partners:proposal_accept                 proposal     POST  go  no  go  .   no  --  .   .   in
partners:proposal_decline                proposal     POST  ok  no  ok  .   no  --  .   .   in
partners:proposal_withdraw               proposal     POST  no  .   .   .   go  --  .   .   in
partners:single_person_list              area         GET   ok  .   .   no  .   .   ok  --  in
# reminders: addresses at which nobody is reached
partners:unreachable_list                area         GET   ok  no  ok  no  .   .   .   --  in
partners:address_works                   area         POST  go  no  go  no  .   .   .   --  in
# what a person was told, and how they want to be told
notices:inbox                            -            GET   ok  .   .   .   .   .   .   .   in
notices:read_picked                      -            POST  go  .   .   .   .   .   .   .   in
notices:read_all                         -            POST  go  .   .   .   .   .   .   .   in
notices:read_take_back                   -            POST  --  .   .   .   .   .   .   .   in
notices:unread_picked                    -            POST  go  .   .   .   .   .   .   .   in
notices:put_off_picked                   later        POST  go  .   .   .   .   .   .   .   in
notices:notice_detail                    notice       GET   --  .   .   ok  --  .   .   .   in
notices:notice_opened                    notice       POST  --  .   .   go  --  .   .   .   in
notices:notice_go                        notice       POST  --  .   .   go  --  .   .   .   in
notices:notice_put_off                   notice       POST  --  .   .   ok  --  .   .   .   in
notices:preferences                      -            BOTH  ok  .   .   .   .   .   .   .   in
notices:preferences_all_weekly           -            POST  go  .   .   .   .   .   .   .   in
notices:preferences_put_back             -            POST  go  .   .   .   .   .   .   .   in
notices:stop                             key          BOTH  --  .   .   .   .   .   .   .   .
# first pages
home                                     -            GET   go  .   .   .   .   .   .   .   in
dashboards:home                          area         GET   ok  .   .   .   .   .   .   --  in
dashboards:own_state                     -            GET   go  .   --  .   .   .   .   .   in
dashboards:state                         state        GET   ok  .   --  .   .   .   .   .   in
dashboards:welcome                       -            GET   ok  .   .   .   .   .   .   .   in
# what is told in an area
partners:notice_list                     area         GET   ok  .   .   no  .   .   .   --  in
partners:notice_send_again               area         POST  go  no  go  no  .   .   .   --  in
partners:notice_withdraw                 area         POST  go  no  go  no  .   .   .   --  in
partners:notice_detail                   area+notice  GET   ok  .   .   no  .   .   .   --  in
partners:notice_mail                     area+notice  GET   ok  .   .   no  .   .   .   --  in
partners:notice_rule_list                area         GET   ok  .   .   no  .   .   .   --  in
partners:notice_weekly_limit                  area         POST  go  no  go  no  .   .   .   --  in
partners:notice_rule_history             area         GET   ok  .   .   no  .   .   .   --  in
partners:notice_rule_edit                area+reminder BOTH ok  no  ok  no  .   .   .   --  in
partners:notice_rule_reset               area+reminder POST go  no  go  no  .   .   .   --  in
partners:notice_kind_list                area         GET   ok  .   .   no  .   .   .   --  in
partners:notice_kind_detail              area+told    GET   ok  .   .   no  .   .   .   --  in
partners:notice_kind_mail                area+told    GET   ok  .   .   no  .   .   .   --  in
partners:notice_planner_list             area         GET   ok  .   .   no  .   .   .   --  in
partners:notice_planner_detail           area+reminder GET  ok  .   .   no  .   .   .   --  in
# what is told anywhere: the operator's desk
notices:admin_list                        -            GET   ok  --  .   .   .   .   .   .   in
notices:admin_send_again                  -            POST  go  --  .   .   .   .   .   .   in
notices:admin_withdraw                    -            POST  go  --  .   .   .   .   .   .   in
notices:admin_detail                      notice       GET   ok  --  .   .   .   .   .   .   in
notices:admin_mail                        notice       GET   ok  --  .   .   .   .   .   .   in
notices:admin_rule_list                   -            GET   ok  --  .   .   .   .   .   .   in
notices:admin_rule_history                -            GET   ok  --  .   .   .   .   .   .   in
notices:admin_rule_edit                   reminder     BOTH  ok  --  .   .   .   .   .   .   in
notices:admin_rule_reset                  reminder     POST  go  --  .   .   .   .   .   .   in
notices:admin_kind_list                   -            GET   ok  --  .   .   .   .   .   .   in
notices:admin_kind_detail                 told         GET   ok  --  .   .   .   .   .   .   in
notices:admin_kind_mail                   told         GET   ok  --  .   .   .   .   .   .   in
notices:admin_planner_list                -            GET   ok  --  .   .   .   .   .   .   in
notices:admin_planner_detail              reminder     GET   ok  --  .   .   .   .   .   .   in
notices:admin_planner_run                 reminder     POST  go  --  .   .   .   .   .   .   in
# for builders
components                               -            GET   ok  .   .   .   .   .   .   .   .
components_confirm                       -            GET   ok  .   .   .   .   .   .   .   .
components_progress                      -            GET   ok  .   .   .   .   .   .   .   .
"""

# These objects are the same for everyone in every area; all others of another area are not found (404).
FOR_ALL = {"program", "token", "number", "question", "later", "key", "public_area", "public_service"}
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Tables of sessions, which any request may write.
OF_SESSIONS = {"django_session", "usersessions_usersession"}


@dataclass(frozen=True)
class Line:
    """The responses of a URL to a method, for each role."""

    name: str
    parts: tuple[str, ...]
    method: str
    answers: dict[str, str]


class Faults(list[str]):
    """The faults found while requesting all URLs."""


def lines() -> list[Line]:
    """Read the table."""
    read = []
    for words in (line.split() for line in TABLE.splitlines()):
        if not words or words[0].startswith("#"):
            continue
        name, parts, method, *answers = words
        for number, answer in enumerate(answers):
            answers[number] = answers[number - 1] if answer == "." else answer
        assert len(answers) == len(ROLES), name
        known = () if parts == "-" else tuple(parts.split("+"))
        for each in ("GET", "POST") if method == "BOTH" else (method,):
            read.append(Line(name, known, each, dict(zip(ROLES, answers, strict=True))))
    return read


LINES = lines()
SHOWN = {line.name for line in LINES if line.method == "GET"}


def patterns(resolver: Any = None, namespace: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name (or the route, if it has no name) and the route of every URL pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, here)
        elif isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else f"/{here}"), here


def address(line: Line, world: Any) -> str:
    """Return the URL of a line in a world."""
    return line.name if line.name.startswith("/") else reverse(line.name, args=[getattr(world, p) for p in line.parts])


def answer_of(response: Any) -> str:
    """Return the response in the notation of the table."""
    code = response.status_code
    if code in (301, 302):
        return "in" if response["Location"].startswith("/account/login/?next=") else "go"
    if str(response.wsgi_request.path) == "/health/ready" and code in (200, 503):
        return "up"
    return {200: "ok", 403: "no", 404: "--", 405: "xx"}.get(code, str(code))


@pytest.fixture(autouse=True)
def _quick(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()


@pytest.fixture
def people(cast: dict[str, User]) -> dict[str, User | None]:
    """A user of each role."""
    operator = factories.make_user("Olga Perez", is_superuser=True, is_staff=True)
    for user in (*cast.values(), operator):
        confirm_address(user)
    return cast | {"operator": operator, "anonymous": None}


@pytest.fixture
def here(area, partner, cast) -> Any:
    """The objects of the users' own area."""
    world = build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])
    hostile.fill()
    return world


@pytest.fixture
def elsewhere(other_area, cast) -> Any:
    """The objects of an area to which no user has access."""
    [partnership] = other_area.partnerships.all()
    return build_world(other_area, partnership, manager=cast["stranger"], representative=None)


@pytest.fixture
def sibling_area(area: Any, partner: Any) -> Any:
    """An area of the same state in which the same organization is a partner, and the users of that partner."""
    sibling = factories.make_area(state=area.state, name="Downriver", slug="downriver")
    factories.make_partnership(sibling, organization=partner.organization)
    return sibling


@pytest.fixture
def people_of_sibling(people: Any, sibling_area: Any) -> Any:
    """Staff, board and users of the shared organization in the sibling area, and a manager of the organization."""
    [partnership] = sibling_area.partnerships.all()
    places = {
        "sibling staff": (Role.STAFF, sibling_area),
        "sibling board": (Role.BOARD, sibling_area),
        "sibling manager": (Role.MANAGER, partnership),
        "sibling representative": (Role.REPRESENTATIVE, partnership),
        "whole": (Role.MANAGER, partnership.organization),
    }
    found = {key: factories.seat(role, place) for key, (role, place) in places.items()}
    for user in found.values():
        confirm_address(user)
    people |= found
    return people


@pytest.fixture
def few_error_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render the error pages of each user once: of all the others, only the status is looked at."""
    rendered, in_frame = set(), errors._in_frame

    def once(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = (request.user.pk, template)
        if page in rendered:
            return HttpResponse(status=status)
        rendered.add(page)
        return in_frame(request, template, context, status)

    monkeypatch.setattr(errors, "_in_frame", once)


@pytest.fixture
def ask(people, few_error_pages):
    """Return a function that requests the URL of a line as a user; everything written is rolled back."""
    cookies: dict[str, Any] = {}

    def ask(who: str, line: Line, world: Any) -> tuple[str, set[str]]:
        client = Client()
        if user := people[who]:
            if who not in cookies:
                sign_in(client, user)
                client.get("/", follow=True)  # which remembers the area in the session
                cookies[who] = client.cookies
            client.cookies = cookies[who].copy()
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            response = client.generic(line.method, address(line, world), b"", "application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        cache.clear()
        assert_kept_from_caches(response, is_signed_in=user is not None)
        written = {found[1] for query in queries if (found := WRITES.match(query["sql"]))}
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            assert unpaired_tags(response.content.decode()) == [], line.name
            assert hostile.traces(response.content.decode()) == [], line.name
        return answer_of(response), written - OF_SESSIONS

    return ask


def test_every_url_has_a_line():
    named = {name for name, _ in patterns() if not name.startswith(("admin:", "/admin/"))}
    told = {line.name for line in LINES}
    assert named - told == set(), "these URLs need a line in the table"
    assert told - named == set(), "these URLs do not exist"


@pytest.mark.parametrize("who", [*FIRST, *(also(who) for who in ROLES if who not in FIRST)])
def test_every_role_gets_the_responses_of_the_table_in_its_own_area(ask, here, who):
    wrong = Faults()
    for line in LINES:
        answer, written = ask(who, line, here)
        if answer != line.answers[who]:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {line.answers[who]}")
        if written and (line.method == "GET" or answer not in ("ok", "go")):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


@pytest.mark.parametrize("who", [*FEW, *(also(who) for who in ROLES if who not in FEW)])
def test_objects_of_another_area_are_not_found(ask, here, elsewhere, who):
    wrong = Faults()
    for line in LINES:
        if not line.parts or FOR_ALL.intersection(line.parts):
            continue
        expected = line.answers[who] if who in ("operator", "anonymous") else "--"
        answer, written = ask(who, line, elsewhere)
        if answer != expected:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {expected}")
        if written and answer not in ("ok", "go"):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


# What two areas of the same organization share: the organization itself, and what belongs to all of it.
SHARED = """
# address                                 by    staff manager representative board
partners:organization_detail             GET   ok    ok      ok             ok
partners:organization_edit               BOTH  no    no      no             no
partners:organization_archive            BOTH  no    no      no             no
partners:organization_restore            POST  no    no      no             no
partners:organization_history            GET   no    no      no             no
partners:organization_propose            BOTH  ok    ok      no             no
partners:location_add                    BOTH  ok    ok      no             no
partners:colleague_list                  GET   ok    ok      ok             no
partners:colleague_invite                BOTH  ok    ok      no             no
"""


def shared_answers() -> dict[tuple[str, str], dict[str, str]]:
    """Read the table."""
    found = {}
    for words in (line.split() for line in SHARED.splitlines()):
        if words and not words[0].startswith("#"):
            name, method, *answers = words
            known = dict(zip(("staff", "manager", "representative", "board"), answers, strict=True))
            for each in ("GET", "POST") if method == "BOTH" else (method,):
                found[name, each] = known
    return found


@pytest.mark.parametrize("who", ["staff", "manager", also("representative"), also("board")])
def test_roles_in_another_area_of_the_same_organization_give_no_access_to_this_one(ask, here, people_of_sibling, who):
    wrong, shared = Faults(), shared_answers()
    for line in LINES:
        if not line.parts or FOR_ALL.intersection(line.parts):
            continue
        expected = shared.get((line.name, line.method), {}).get(who, "--")
        answer, written = ask(f"sibling {who}", line, here)
        if answer != expected:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {expected}")
        if written and answer not in ("ok", "go"):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


# Differences between a manager of the whole organization and a manager of its partnership in this area.
WHOLE = {
    "partners:organization_proposal_accept": "go",
    "partners:organization_proposal_decline": "ok",
    "partners:organization_proposal_withdraw": "no",
    **dict.fromkeys(("notices:notice_detail", "notices:notice_opened", "notices:notice_go"), "--"),
    **dict.fromkeys(("notices:notice_put_off", "accounts:session_end"), "--"),
    **dict.fromkeys(("accounts:view_rename", "accounts:view_delete"), "--"),
    **dict.fromkeys(("partners:confirm", "partners:confirm_opened", "partners:confirm_change"), "no"),
    "partners:person_history": "no",
}


def test_a_manager_of_the_whole_organization_is_a_manager_in_each_area(ask, here, people_of_sibling):
    wrong = Faults()
    for line in LINES:
        if line.answers["manager"] == line.answers["neighbor"]:
            continue
        expected = WHOLE.get(line.name, line.answers["manager"])
        if (answer := ask("whole", line, here)[0]) != expected:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {expected}")
    assert wrong == []


def test_an_ended_seat_gives_no_access(ask, here, people, area, partner):
    """A user whose seats of all roles have ended is like a user without a seat."""
    former = people["former"] = factories.make_user("Ford Gone")
    confirm_address(former)
    places = [(Role.STATE, area.state), (Role.STAFF, area), (Role.BOARD, area), (Role.MANAGER, partner)]
    for role, place in [*places, (Role.REPRESENTATIVE, partner), (Role.MANAGER, partner.organization)]:
        factories.seat(role, place, former)
    former.memberships.update(ended_at=timezone.now())
    wrong = Faults()
    for line in LINES:
        if len(set(line.answers.values())) == 1:
            continue
        if (answer := ask("former", line, here)[0]) != line.answers["nobody"]:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {line.answers['nobody']}")
    assert wrong == []


@pytest.mark.parametrize("who", ["neighbor", also("board"), also("colleague")])
def test_staff_of_another_area_have_only_the_access_of_their_seat_here(ask, here, people, other_area, who):
    """A user with a seat in this area who is staff in another one writes no more than with this seat alone."""
    factories.seat(Role.STAFF, other_area, people[who])
    wrong = Faults()
    for line in LINES:
        if line.answers[who] == line.answers["staff"]:
            continue
        answer, written = ask(who, line, here)
        if answer != line.answers[who]:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {line.answers[who]}")
        if written and answer not in ("ok", "go"):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


def test_views_for_post_do_not_allow_get(ask, here):
    for line in LINES:
        if line.name not in SHOWN:
            answer, written = ask("operator", Line(line.name, line.parts, "GET", {}), here)
            assert (answer, written) == ("xx", set()), line.name


def test_views_for_get_write_nothing(ask, here):
    acting = {line.name for line in LINES if line.method == "POST"}
    for line in LINES:
        if line.name not in acting:
            answer, written = ask("operator", Line(line.name, line.parts, "POST", {}), here)
            assert (answer in ("ok", "go", "--", "xx"), written) == (True, set()), line.name


@pytest.mark.parametrize(
    ("who", "answers"), [("operator", {"ok", "go", "no", "xx"}), ("staff", {"go", "no"}), ("anonymous", {"go", "in"})]
)
def test_only_the_operator_may_use_the_administration(ask, here, who, answers):
    for name, route in patterns():
        if name.startswith("admin:") and "<" not in route:
            answer, written = ask(who, Line(name, (), "GET", {}), here)
            assert (name, answer in answers or answer, written) == (name, True, set())
