"""The doorbell: rung after commit, and a broker that is away costs no work."""

import socket
import threading
from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connections, transaction

from advocacy.kernel import queues
from advocacy.organisations.models import Organisation
from tests.conftest import NOW
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rung() -> Iterator[list[str]]:
    """An application that keeps what is sent in memory."""
    before = current_app._get_current_object()
    application = Celery("tests", broker="memory://", set_as_current=True)
    application.conf.task_default_queue = "tests-of-the-doorbell"
    heard: list[str] = []

    def listen() -> list[str]:
        with application.connection_for_read() as connection:
            queue = connection.SimpleQueue("tests-of-the-doorbell")
            while queue.qsize():
                message = queue.get(block=False)
                heard.append(message.headers["task"])
                message.ack()
            queue.close()
        return heard

    yield listen
    listen()
    before.set_current()


@pytest.fixture
def answered_by() -> Iterator[object]:
    """Make the broker of the current application stand at an address."""
    before = current_app._get_current_object()

    def use(address: str) -> Celery:
        application = Celery("tests", broker=address, set_as_current=True)
        application.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        return application

    yield use
    before.set_current()


def test_the_bell_rings_once_the_transaction_has_committed(rung):
    with transaction.atomic():
        queues.ring("reminders.tasks.plan")
        assert rung() == []

    assert rung() == ["reminders.tasks.plan"]


def test_a_transaction_that_is_rolled_back_rings_nothing(rung):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queues.ring("reminders.tasks.plan")
        _ = 1 / 0

    assert rung() == []


def test_outside_a_transaction_the_bell_rings_at_once(rung):
    queues.ring("reminders.tasks.plan")

    assert rung() == ["reminders.tasks.plan"]


def test_what_was_written_stays_when_the_broker_is_dead(answered_by):
    answered_by("redis://127.0.0.1:1/0")

    with transaction.atomic():
        make_organisation(name="Harbor", slug="harbor", now=NOW)
        queues.ring("reminders.tasks.plan")

    assert Organisation.objects.filter(slug="harbor").exists()


def test_a_broker_that_never_answers_does_not_hold_the_page_up(answered_by):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        application = answered_by(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")

        def ring() -> None:
            application.set_current()  # each thread has its own
            queues.ring("reminders.tasks.plan")
            connections.close_all()

        ringing = threading.Thread(target=ring, daemon=True)
        ringing.start()
        ringing.join(timeout=settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] + 2)

        assert not ringing.is_alive()
