"""How well the public search answers everyday questions, beside plain PostgreSQL full text.

``ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.questions``, with servers and a database of its own, prints the
measures of :mod:`tests.questions.measures` for all questions, by kind and by language, and the milliseconds in the
database; it asserts nothing. Options:

``--held-out``          ask the questions that are kept apart, which shows whether the search was fitted to the others
``--show "QUESTION"``   show the first answers to one question, with their grades; it need not be in the set
``--answers``           print each question with its first three answers, to compare before and after a change
``--worst NUMBER``      show the questions with the lowest nDCG
``--more FOLDER``       first import data sets (HSDS tables in the folder or in folders below it) into areas of their
                        own. Their services have no grades: they only make the right ones harder to find.
"""

import argparse
import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.text import slugify

from partners.models import LocalArea, Service, State
from partners.search import index
from tests.databases import make_template, other_database, template_name
from tests.questions.asking import Library, Search, ask_plain, ask_portal, make_plain
from tests.questions.loading import load_corpus
from tests.questions.measures import Score, mean, score
from tests.questions.reading import KINDS, LANGUAGES, Asked, read_questions
from tests.servers import SERVERS

SEARCHES: dict[str, Search] = {"portal": ask_portal, "plain full text": ask_plain}
ROUNDS = 3
Answers = dict[str, list[str]]
Groups = dict[str, list[Asked]]


def main(chosen: argparse.Namespace) -> None:
    """Load the corpus into a database of its own, ask, print, and throw it away."""
    SERVERS.start()
    try:
        base = settings.DATABASES["default"]["NAME"]
        make_template(template_name(base), base)
        with ExitStack() as stack:
            stack.enter_context(other_database(f"questions_{os.getpid()}", template_name(base)))
            library = Library(load_corpus())
            if chosen.more:
                import_more(chosen.more)
            make_plain()
            run(library, chosen)
    finally:
        connection.close()
        SERVERS.stop()


def run(library: Library, chosen: argparse.Namespace) -> None:
    """Print what the options ask for."""
    questions = read_questions(held_out=chosen.held_out)
    if chosen.show:
        known = [asked for asked in (*questions, *read_questions(held_out=True)) if asked.text == chosen.show]
        for asked in known or [Asked(chosen.show, "en", "phrase", {})]:
            show(library, asked)
    elif chosen.answers:
        for asked in questions:
            say(f"{label(asked)}: " + " | ".join(titles(library, ask_portal(library, asked)[:3])))
    else:
        compare(library, questions, chosen.worst)


# ---------------------------------------------------------------- The corpus
def import_more(folder: Path) -> None:
    """Import each set of HSDS tables in a folder and below it, each into an area of its own."""
    state = State.objects.get()
    sets = sorted({path.parent for path in folder.rglob("services.csv")})
    for tables in sets:
        slug = slugify(tables.name.replace("_", " ")) or f"data-set-{len(tables.parts)}"
        LocalArea.objects.create(state=state, name=f"Data of {slug}", slug=slug, board_name="Board")
        call_command(
            "import_services",
            str(tables),
            area=slug,
            add_missing_partners=True,
            skip_unreadable=True,
            stdout=io.StringIO(),
        )
        say(f"{Service.objects.filter(partnership__area__slug=slug).count()} services of {tables}")
    index.rebuild()


# ---------------------------------------------------------------- The figures
def compare(library: Library, questions: Collection[Asked], worst: int) -> None:
    """Print the measures of each search, and the worst questions of the portal."""
    say(f"{Service.objects.count():,} services, {len(questions)} questions")
    for name, search in SEARCHES.items():
        found = {asked: search(library, asked) for asked in questions}
        scores = {asked: score(found[asked], asked.answers) for asked in questions}
        say(f"\n{name:20}{'questions':>10}{'nDCG@10':>9}{'recall@10':>11}{'no sensible answer':>20}")
        for group, asked_of in groups(questions).items():
            say(row(group, mean([scores[asked] for asked in asked_of]), len(asked_of)))
        say(f"  milliseconds in the database: {figures([cost_of(search, library, asked) for asked in questions])}")
        if worst and search is ask_portal:
            for asked in sorted(questions, key=lambda asked: scores[asked].ndcg)[:worst]:
                say(f"  {scores[asked].ndcg:.2f}  {label(asked)}: {', '.join(titles(library, found[asked][:3]))}")


def groups(questions: Iterable[Asked]) -> Groups:
    """Return the questions in the groups that have a line of their own."""
    every = list(questions)
    by: Groups = {"all": every}
    by |= {f"  {language}": [asked for asked in every if asked.language == language] for language in LANGUAGES}
    by |= {f"  {kind.replace('_', ' ')}": [asked for asked in every if asked.kind == kind] for kind in KINDS}
    by |= {"  in one area": [asked for asked in every if asked.area]}
    return {name: those for name, those in by.items() if those}


def row(name: str, of: Score, number: int) -> str:
    """Return a line of the table."""
    return f"{name:20}{number:>10}{of.ndcg:>9.3f}{of.recall:>11.3f}{of.is_senseless:>20.1%}"


def figures(costs: list[float]) -> str:
    """Return the median and the 95th percentile of milliseconds."""
    return f"median {statistics.median(costs):.1f}, p95 {statistics.quantiles(costs, n=20)[-1]:.1f}"


def cost_of(search: Search, library: Library, asked: Asked) -> float:
    """Return the milliseconds that the statements of a search take: of three rounds the shortest."""
    rounds = []
    for _ in range(ROUNDS):
        taken: list[float] = []
        with connection.execute_wrapper(_clock(taken)):
            search(library, asked)
        rounds.append(sum(taken))
    return min(rounds) * 1000


def _clock(taken: list[float]) -> Callable[..., Any]:
    def run_timed(execute: Callable[..., Any], *args: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*args)
        finally:
            taken.append(time.perf_counter() - begun)

    return run_timed


# ---------------------------------------------------------------- Single questions
def show(library: Library, asked: Asked) -> None:
    """Print the first answers of each search with their grades, and the best answers that the portal misses."""
    say(label(asked))
    for name, search in SEARCHES.items():
        found = search(library, asked)
        of = score(found, asked.answers) if asked.answers else None
        say(f"\n{name}" + (f": nDCG@10 {of.ndcg:.3f}, recall@10 {of.recall:.3f}" if of else ""))
        for key, title in zip(found, titles(library, found), strict=True):
            say(f"  {asked.answers.get(key, '-')}  {title}  [{key}]")
    first = set(ask_portal(library, asked))
    missed = [key for key, grade in asked.answers.items() if grade == 3 and key not in first]
    say(f"\nbest answers that the portal does not show first: {len(missed)}")
    for key, title in zip(missed, titles(library, missed), strict=True):
        say(f"  3  {title}  [{key}]")


def label(asked: Asked) -> str:
    """Return a question, and where it is asked."""
    return f'"{asked.text}"' + (f" in {asked.area}" if asked.area else "")


def titles(library: Library, keys: Iterable[str]) -> list[str]:
    """Return the names of services with their agencies."""
    pks = [library.keys[key] if key in library.keys else int(key.split()[1]) for key in keys]
    by_pk = Service.objects.select_related("partnership__organization").in_bulk(pks)
    return [f"{by_pk[pk].name} ({by_pk[pk].partnership.organization.name})" for pk in pks]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask everyday questions of the public search.")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--show", metavar="QUESTION")
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--worst", type=int, default=0, metavar="NUMBER")
    parser.add_argument("--more", type=Path, metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main(read_options())
