"""Make the demo, and unmake it: through the same services as the pages, with invented people only."""

import os
import shutil
from datetime import date, datetime, timedelta

import psycopg
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from psycopg import sql

from advocacy.accounts import services as accounts
from advocacy.accounts.models import AccessKey, User
from advocacy.accounts.roles import ROLES
from advocacy.demo import public, work
from advocacy.demo.cast import CLIENTS, HARBOR, OPERATOR, PASSWORD, PEOPLE, SIERRA, address
from advocacy.demo.people import REACH, add_people, coverage_of
from advocacy.demo.stories import STORIES, Story
from advocacy.directory import services as directory
from advocacy.kernel.errors import Refusal
from advocacy.organisations.doors import DOORS
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.appeals import services as appeals
from cases.casefile import services as casefile
from cases.casefile.models import Case, Event
from cases.casefile.services import CALIFORNIA
from cases.clients import services as clients
from cases.clients.models import Client
from cases.documents import services as documents
from cases.documents.models import PaperKind
from cases.grievances import services as grievances
from cases.imr import services as imr
from cases.messages import services as talk

PLACES = {
    "harbor": {"phone": "(510) 555-0142", "postal_address": "12 Dock Street, Oakland, CA 94607"},
    "sierra": {"phone": "(559) 555-0177", "postal_address": "1420 Fulton Street, Fresno, CA 93721"},
}

# What Bob wrote, and what the client answered.
TALK = {
    "maria": (
        "Hola, María. Preparamos la solicitud al estado. Falta una firma: se la explico por teléfono.",
        "Gracias. Trabajo de noche, llámeme después de las 2.",
    ),
    "ngozi": (
        "Hello Ngozi, the plan is late with its answer. We called them today.",
        "Thank you. Should I call them too?",
    ),
}

LETTER = """{plan}
Notice of denial

We have reviewed the request for {service}. The request is denied. {stated}

You have the right to file a grievance with us within 180 days of this letter.
(This letter is invented. It belongs to the demo.)
"""


STATED = {
    "coverage": "This service is not a covered benefit of your plan.",
    "experimental": "This treatment is considered experimental or investigational.",
}


class DemoNotAllowed(Refusal):
    words = "The demo is made in development only: these settings refuse it."


def is_seeded() -> bool:
    """True if the demo's organisations are there."""
    return Organisation.objects.filter(is_demo=True).exists()


def seed(now: datetime) -> None:
    """Make organisations, people and cases around today.

    Raises: DemoNotAllowed.
    """
    if not settings.DEMO_ALLOWED:
        raise DemoNotAllowed
    directory.sync_directory(now=now)
    people = _people(now)
    for _, slug in (HARBOR, SIERRA):
        organisation = Organisation.objects.get(slug=slug)
        with scope(organisation.pk, door=Door.JOB):
            for story in (story for story in STORIES if story.slug == slug):
                with transaction.atomic():
                    _tell(story, by=people[story.owner], now=now)
            with transaction.atomic():
                work.phone_and_plan(now=now)
            if slug == "harbor":
                with transaction.atomic():
                    _open_portal(people["bob"], now)
                    public.tell_stories(by=people["alice"], now=now)
                    public.write_article(by=people["alice"], now=now)
                    public.ask_for_help(organisation=organisation, now=now)


def _people(now: datetime) -> dict[str, User]:
    long_ago = now - timedelta(days=400)
    with transaction.atomic():
        places = {
            slug: Organisation.objects.create(
                name=name, slug=slug, is_demo=True, created_at=long_ago, **PLACES[slug]
            )
            for name, slug in (HARBOR, SIERRA)
        }
        name, sign_in = OPERATOR
        accounts.create_person(
            email=address(sign_in), name=name, password=PASSWORD, now=long_ago, is_operator=True, is_demo=True
        )
        people = {}
        for name, sign_in, slug, role in PEOPLE:
            user = accounts.create_person(
                email=address(sign_in), name=name, password=PASSWORD, now=long_ago, is_demo=True
            )
            accounts.join(user=user, organisation=places[slug], role=ROLES[role], now=long_ago)
            people[sign_in] = user
    return people


def _tell(story: Story, *, by: User, now: datetime) -> None:
    """Write one story's facts, each by the service a person would use."""
    today = now.astimezone(CALIFORNIA).date()
    case = _open(story, by, now)
    if story.note:
        casefile.write_note(case=case, text=story.note, by=by, now=now)
    if story.denied is None:
        return
    dated_on = today - timedelta(days=story.denied)
    stated = STATED.get(story.reason, "We find that the service is not medically necessary.")
    denial = casefile.record_denial(
        case=case,
        reason=story.reason,
        reason_as_stated=stated,
        amount=None,
        dated_on=dated_on,
        received_on=min(dated_on + timedelta(days=4), today),
        how_received="mail",
        by=by,
        now=now,
    )
    if story.recommended is not None:
        casefile.record_review_facts(denial=denial, facts={"recommended": story.recommended}, by=by, now=now)
    letter = LETTER.format(plan=story.plan, service=story.service, stated=stated).encode()
    documents.keep_document(
        case=case,
        upload=SimpleUploadedFile("refusal-letter.txt", letter, "text/plain"),
        title=f"Refusal letter, {dated_on:%b} {dated_on.day}",
        event=Event.objects.filter(case=case).first(),
        kind=PaperKind.REFUSAL_LETTER,
        by=by,
        now=now,
    )
    _appeal(story, case, today, by, now)
    work.keep_papers(story, case, by=by, now=now)


def _open(story: Story, by: User, now: datetime) -> Case:
    client = clients.create_client(
        family_name=story.family_name,
        given_name=story.given_name,
        email=f"{story.family_name.lower()}@demo.example",
        phone="(510) 555-0100",
        language=story.language,
        **REACH.get(story.family_name, {}),
        by=by.pk,
        now=now,
    )
    coverage = clients.add_coverage(
        client=client,
        plan_name=story.plan,
        member_id=f"DEMO-{story.family_name[:3].upper()}-100",
        **coverage_of(story.family_name, story.regulator),
        by=by.pk,
        now=now,
    )
    add_people(client, by=by, now=now)
    opened_at = now - timedelta(days=(story.denied or 2) - 1)
    return casefile.open_case(
        client=client,
        coverage=coverage,
        service=story.service,
        urgency=story.urgency,
        owner=by,
        by=by.pk,
        now=opened_at,
    )


def _open_portal(bob: User, now: datetime) -> None:
    """Two clients of one organisation read their own files: one in Spanish, one in English."""
    for name, sign_in, family_name, language in CLIENTS:
        client = Client.objects.get(family_name=family_name)
        access, _ = clients.invite_to_portal(
            client=client, name=name, email=address(sign_in), capacity="parent" if language == "es" else "self",
            language=language, by=bob, now=now - timedelta(days=20),
        )  # fmt: skip
        key = AccessKey.objects.get(subject_id=access.pk)
        clients.accept_invitation(key=key, user=access.user, now=now - timedelta(days=19))
        User.objects.filter(pk=access.user_id).update(is_demo=True)
        case = Case.objects.get(client=client)
        words = TALK[sign_in]
        talk.write_to_client(case=case, text=words[0], by=bob, now=now - timedelta(days=2))
        talk.write_to_staff(case=case, text=words[1], by=access.user, now=now - timedelta(hours=5))


def _appeal(story: Story, case: Case, today: date, by: User, now: datetime) -> None:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    if story.filed is not None:
        grievance = grievances.file_grievance(
            case=case, filed_on=ago(story.filed), channel="fax", reference=f"FX-{case.number}", by=by, now=now
        )
        if story.acknowledged is not None:
            grievances.record(
                move="acknowledged", grievance=grievance, on=ago(story.acknowledged), by=by, now=now
            )
        if story.answered is not None:
            grievances.record(
                move="answered",
                grievance=grievance,
                on=ago(story.answered),
                outcome=story.outcome,
                by=by,
                now=now,
            )
    if story.complaint is not None:
        appeals.file_complaint(
            case=case,
            filed_on=ago(story.complaint),
            channel="web",
            reference=f"C-{case.number}",
            by=by,
            now=now,
        )
    if story.imr is None:
        return
    filing = imr.file_imr(
        case=case, filed_on=ago(story.imr), channel="web", reference=f"WEB-{case.number}", by=by, now=now
    )
    for move, days, outcome in (
        ("accepted", story.accepted, ""),
        ("records_sent", story.records, ""),
        ("rejected", story.rejected, ""),
        ("decided", story.decided, story.decision),
        ("implemented", story.implemented, ""),
    ):
        if days is not None:
            imr.record(filing=filing, move=move, on=ago(days), outcome=outcome, by=by, now=now)


def remove() -> None:
    """Take the demo away, over the owner's address: no serving role may delete a client's rows.

    Raises: DemoNotAllowed.
    """
    if not settings.DEMO_ALLOWED:
        raise DemoNotAllowed
    demo = list(Organisation.objects.filter(is_demo=True).values_list("pk", flat=True))
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        for table in DOORS:
            name = sql.Identifier(table)
            # The owner is bound by the policies only while they are forced; both statements are one transaction.
            owner.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(name))
            owner.execute(sql.SQL("DELETE FROM {} WHERE organisation_id = ANY (%s)").format(name), [demo])
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in DOORS:
            owner.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))
        for statement in (
            "DELETE FROM heartbeat WHERE organisation_id = ANY (%(demo)s)",
            "DELETE FROM outgoing_mail WHERE organisation_id = ANY (%(demo)s)",
            "DELETE FROM access_key WHERE organisation_id = ANY (%(demo)s)",
            "DELETE FROM sign_in_code WHERE organisation_id = ANY (%(demo)s)",
            "DELETE FROM invitation WHERE organisation_id = ANY (%(demo)s)",
            "DELETE FROM membership WHERE organisation_id = ANY (%(demo)s)",
            "DELETE FROM membership WHERE user_id IN (SELECT id FROM person WHERE is_demo)",
            "DELETE FROM django_admin_log WHERE user_id IN (SELECT id FROM person WHERE is_demo)",
            "DELETE FROM account_emailaddress WHERE user_id IN (SELECT id FROM person WHERE is_demo)",
            "DELETE FROM mfa_authenticator WHERE user_id IN (SELECT id FROM person WHERE is_demo)",
            "DELETE FROM session WHERE user_id IN (SELECT id FROM person WHERE is_demo)",
            "DELETE FROM person WHERE is_demo",
            "DELETE FROM organisation WHERE id = ANY (%(demo)s)",
        ):
            owner.execute(statement, {"demo": demo})
    for organisation_id in demo:
        shutil.rmtree(settings.VAR / "files" / organisation_id.hex, ignore_errors=True)
    shutil.rmtree(settings.MAIL_FOLDER, ignore_errors=True)
