"""A form that adds something, sent twice at the same moment, adds one object."""

import threading

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse

from onestop.editing.idempotency import FIELD, new_key
from partners.models import Service
from partners.upkeep import services as upkeep_services
from partners.views import services
from tests.add_forms.partners import SERVICE
from tests.at_once import wait_for_lock


def texts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_requests_at_the_same_moment_waits_for_the_first(partner, cast, monkeypatch):
    """The first has written its service but not committed when the second arrives."""
    address = reverse("partners:service_add", args=[partner.pk])
    sent = {FIELD: new_key()} | SERVICE
    written, go_on, answers = threading.Event(), threading.Event(), {}
    add_service = upkeep_services.add_service

    def add_slowly(*args, **kwargs):
        service = add_service(*args, **kwargs)
        if not written.is_set():
            written.set()
            assert go_on.wait(20)
        return service

    monkeypatch.setattr(services, "add_service", add_slowly)

    def send(number):
        client = Client()
        client.force_login(cast["manager"])
        answers[number] = client.post(address, sent)
        connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(2)]
    threads[0].start()
    assert written.wait(20)
    threads[1].start()
    wait_for_lock(lambda: 1 not in answers)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert [answers[number].status_code for number in range(2)] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert texts(answers[0]) == texts(answers[1]) != []
    assert Service.objects.filter(name=SERVICE["name"]).count() == 1
