"""What the manual costs: python -m tests.benchmarks.manual [partners] [services] [pages] (on servers of its own).

With the third word the PDF is left out.
"""

import gzip
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any


def main(partners: int, services: int, with_pdf: bool) -> None:
    """Print what gathering, the pages and the PDF of a manual of this size cost."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from tests.servers import SERVERS

    SERVERS.start()
    try:
        _measure(partners, services, with_pdf)
    finally:
        SERVERS.stop()


def _measure(partners: int, services: int, with_pdf: bool) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    name = f"benchmark_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    before = connection.settings_dict["NAME"]
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        _run(partners, services, with_pdf)
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(partners: int, services: int, with_pdf: bool) -> None:
    from django.test import Client
    from django.urls import reverse
    from django.utils.timezone import localdate

    from onestop.files.pdf import make_pdf
    from partners.manual import paper
    from partners.manual.contents import Manual
    from partners.manual.differences import differences
    from partners.manual.gathering import gather
    from partners.models import Role
    from tests import factories

    area = _network(partners, services)
    print(f"{partners} partners, {services:,} services")
    manual = _time("gather", lambda: gather(area, today=localdate()))
    held = _time("to JSON, and its fingerprint", lambda: (manual.to_json(), manual.digest()))[0]
    _time("read a snapshot, and compare", lambda: differences(Manual.read(held), manual))
    client = Client()
    client.force_login(factories.seat(Role.STAFF, area))
    chapter = reverse("partners:manual_partner", args=[manual.partners[0].id])
    part = reverse("partners:manual_part", args=[area.slug, "index"])
    for url in (reverse("partners:manual", args=[area.slug]), chapter, part, reverse("partners:manual_whole", args=[area.slug])):  # fmt: skip # noqa: E501
        client.get(url)
        answer = _time(url, lambda url=url: client.get(url))  # type: ignore[misc]
        print(f"  {answer.status_code}, {len(answer.content) / 1e3:.0f} kB, {len(gzip.compress(answer.content)) / 1e3:.0f} kB gzip")  # fmt: skip # noqa: E501
        if mark := answer.get("ETag"):
            _time("  the same again: 304", lambda url=url, mark=mark: client.get(url, headers={"if-none-match": mark}))  # type: ignore[misc]
    html = _time("the page that is printed", lambda: paper.html_of(manual, {}))
    if with_pdf:
        made = _time("the PDF", lambda: make_pdf(html))
        print(f"  {made.pages} pages, {len(made.data) / 1e6:.1f} MB")
    print(f"the process took {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _time(what: str, act: Callable[[], Any]) -> Any:
    begun, used = time.perf_counter(), time.process_time()
    done = act()
    print(f"{what}: {time.perf_counter() - begun:.2f} s ({time.process_time() - used:.2f} s of processor)")
    return done


def _network(partners: int, services: int) -> Any:
    from partners.coverage.programs import load_programs
    from partners.models import Program, Service, ServiceCenter, ServiceProgram
    from tests import factories

    load_programs()
    area = factories.make_area(name="Riverbend")
    centers = [factories.make_center(area, name=f"Center {number}", hours="Mon to Fri, 8 to 5") for number in range(3)]
    programs = list(Program.objects.all())
    rows = []
    for number in range(partners):
        partner = factories.make_partnership(area, name=f"Agency of many words {number}", framework="hosted")
        partner.programs.add(programs[number % len(programs)])
        for kind in ("main", "alternate"):
            factories.make_representative(partner, name=f"Person {number} {kind}", kind=kind, job_title="Director")
        factories.make_location(partner.organization, name=f"Office {number}", street="640 Level Street")
        factories.make_presence(partner, centers[number % 3], desk=f"Desk {number}")
        rows += [_service(partner, number, each) for each in range(services // partners)]
    made = Service.objects.bulk_create(rows)
    ServiceCenter.objects.bulk_create(ServiceCenter(service=each, center=centers[each.pk % 3]) for each in made)
    ServiceProgram.objects.bulk_create(
        ServiceProgram(service=each, program=programs[each.pk % len(programs)]) for each in made
    )
    return area


def _service(partner: Any, number: int, each: int) -> Any:
    from partners.models import Service

    words = "Classes in reading, writing and mathematics that lead to a diploma, in small groups, at your own pace."
    return Service(
        partnership=partner, name=f"Service {each} of agency {number}", description=f"{words} {words}", kind="basic",
        audience="Adults who have no diploma and want to work", groups=["adults", "low_income"],
        eligibility="Eighteen or over, resident of the county, with income below twice the federal poverty level",
        documents="A photo ID, proof of residence, proof of income for three months", cost="Free",
        how_to_get_in="Call, or come to the front desk on any weekday before noon", hours="Mon to Fri, 9 AM to 4 PM",
        wait_time="About two weeks", languages=["English", "Spanish"], modes=["in_person", "group"],
        accommodations=["asl", "large_print", "childcare"], funding_sources=["WIOA Title II", "State funds"],
        keywords=[f"word {number}", f"topic {each}", "diploma"], phone="(555) 555-0142",
        website="https://agency.example/services",
    )  # fmt: skip


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()] or [40, 150]
    main(numbers[0], numbers[1], with_pdf="pages" not in sys.argv)
