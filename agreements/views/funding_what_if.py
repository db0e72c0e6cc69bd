"""What if: changes to a budget side by side with today. They are kept in the address, and saved when adopted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.forms.funding_what_if import TRY_FORMS, AdoptForm
from agreements.funding.adoption import adopt, first_open_of, seal_of, settled_in
from agreements.funding.plans import ZERO
from agreements.funding.sheets import BudgetShares, shares_of_budget
from agreements.funding.what_if import MOST_CHANGES, Tried, read_changes, tried_shares
from agreements.funding.what_if_words import bases_of, words_of
from agreements.funding_context import budget_breadcrumbs, budget_form, budget_tabs, get_budget
from agreements.models import FundingBudget
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from partners.rules import demand, may


@dataclass(frozen=True)
class Beside:
    """A partner or pool as it is today, and as it would be."""

    thing: Any
    today: Decimal
    then: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more it would be."""
        return self.then - self.today


@dataclass(frozen=True)
class Trial:
    """Changes to a budget, and the shares that follow from them."""

    shares: BudgetShares
    bases: dict[int, Any]
    first_open: int
    changes: Sequence[Tried]
    rows: Sequence[Any]
    is_whole: bool

    @property
    def words(self) -> list[str]:
        """The changes in words."""
        return [words_of(change, self.shares, self.bases) for change in self.changes]

    @property
    def texts(self) -> list[str]:
        """The changes as they are in an address."""
        return [change.text() for change in self.changes]

    def beside(self, things: dict[int, Any], name: str) -> list[Beside]:
        """Return payers or pools with their amounts of today and then; ``name`` is that of a share's field."""
        sums: dict[str, dict[int, Decimal]] = {key: defaultdict(lambda: ZERO) for key in ("today", "then")}
        for key, rows in (("today", self.shares.rows), ("then", self.rows)):
            for each in rows:
                sums[key][getattr(each, name)] += each.amount
        return [Beside(thing, sums["today"][pk], sums["then"][pk]) for pk, thing in things.items()]


def _trial(budget: FundingBudget, texts: Sequence[str]) -> Trial:
    shares = shares_of_budget(budget)
    first_open = first_open_of(shares.periods)
    changes = read_changes(texts, shares.plan, first_open=first_open or len(shares.periods) + 1)
    rows, is_whole = tried_shares(shares.plan, changes, settled_in(shares, first_open))
    return Trial(shares, bases_of(shares), first_open, changes, rows, is_whole)


def _query(texts: Sequence[str]) -> str:
    return urlencode([("change", text) for text in texts])


def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Show shares with changes beside those of today, and take further changes."""
    budget = get_budget(request, pk)
    trial = _trial(budget, request.GET.getlist("change"))
    address = reverse("agreements:what_if", args=[pk])
    forms = []
    for form_class, label in TRY_FORMS:
        is_sent = request.GET.get("add") == form_class.kind
        form = form_class(
            request.GET if is_sent else None,
            shares=trial.shares,
            bases=trial.bases,
            first_open=trial.first_open or len(trial.shares.periods) + 1,
        )
        if is_sent and len(trial.changes) < MOST_CHANGES and form.is_valid():
            return redirect(f"{address}?{_query([*trial.texts, form.change().text()])}")
        forms.append((form, label, is_sent))
    without = [
        f"{address}?{_query([*trial.texts[:place], *trial.texts[place + 1 :]])}" for place in range(len(trial.texts))
    ]
    payers = trial.beside(dict(trial.shares.payers), "payer")
    pools = trial.beside(dict(trial.shares.pools), "pool")
    adopt_url = reverse("agreements:what_if_adopt", args=[pk])
    context = {
        "title": _("What if"),
        "crumbs": budget_breadcrumbs(budget),
        "here": _("What if"),
        "tabs": budget_tabs(request, budget),
        "budget": budget,
        "trial": trial,
        "changes": list(zip(trial.words, without, strict=True)),
        "is_full": len(trial.changes) >= MOST_CHANGES,
        "forms": forms,
        "payers": payers,
        "pools": pools,
        "total": Beside(None, sum((p.today for p in payers), ZERO), sum((p.then for p in payers), ZERO)),
        "clear_url": address,
        "adopt_url": f"{adopt_url}?{_query(trial.texts)}",
        "may_adopt": may(request.user, "agreements.keep_budget", budget.agreement),
        "settled": [each for each in trial.shares.periods if each.number < trial.first_open or not trial.first_open],
    }
    return render(request, "agreements/funding/what_if.html", context)


@idempotent
def what_if_adopt(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for the reason, and write changes into the budget."""
    budget = get_budget(request, pk)
    demand(request, "agreements.keep_budget", budget.agreement)
    texts = (request.POST if request.method == "POST" else request.GET).getlist("change")
    trial = _trial(budget, texts)
    form = AdoptForm(request.POST or None)
    back = f"{reverse('agreements:what_if', args=[pk])}?{_query(trial.texts)}"
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: adopt(
                budget,
                changes=trial.changes if len(trial.changes) == len(texts) else (),
                words=trial.words,
                reason=form.cleaned_data["reason"],
                seen=request.POST.get("seen", ""),
                by=request.user,
                at=timezone.now(),
            ),
        )
        if done:
            say_done(request, _("The changes are adopted."))
            return redirect(budget)
    context = budget_form(budget, _("Adopt changes"), form, submit=_("Adopt changes"), cancel_url=back)
    context |= {"trial": trial, "seen": seal_of(trial.rows)}
    return render(request, "agreements/funding/what_if_adopt.html", context)
