"""Every address says who may come in, and every view is short."""

import ast
import inspect
from datetime import date

from advocacy.accounts.roles import Permission
from advocacy.api.doors import Resource
from advocacy.organisations.scope import Door
from tests.architecture.tree import code, tree_of
from tests.security.targets import CONSOLE, Pattern, patterns

# Addresses outside of an organisation's doors, each with its reason.
OPEN = {
    "accounts:front_door": "leads whoever is signed in to their organisation",
    "accounts:theme": "belongs to the person",
    "account_login": "sign-in",
    "account_logout": "sign-out",
    "account_reset_password": "sign-in",
    "account_reset_password_done": "sign-in",
    "account_reset_password_from_key": "sign-in",
    "account_reset_password_from_key_done": "sign-in",
    "account_inactive": "sign-in",
    "accounts:second_step": "sign-in",
    "accounts:join": "comes in by an invitation",
    "accounts:join_link": "comes in by an invitation",
    "accounts:end_session": "belongs to the person",
    "accounts:end_others": "belongs to the person",
    "account_change_password": "belongs to the person",
    "account_reauthenticate": "belongs to the person",
    **dict.fromkeys(("mfa_authenticate", "mfa_login_webauthn"), "sign-in"),
    **dict.fromkeys(
        (
            "mfa_index",
            "mfa_list_webauthn",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_add_webauthn",
            "mfa_remove_webauthn",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
        ),
        "belongs to the person",
    ),
    "reminders:healthz": "numbers for who watches the service",
    "reminders:metrics": "opens with a secret of its own, and holds numbers",
    "reminders:livez": "says that the process answers",
    "reminders:mail_hook": "a mail server's, opened by the secret in its address",
    "mail:index": "development and the demo",
    "mail:detail": "development and the demo",
    "mail:body": "development and the demo",
    "demo:parts": "development and the demo",
}
# Addresses of the API that need no key: they tell what there is, and nothing of anybody.
WITHOUT_A_KEY = {"api:schema", "api:docs", "api:nothing"}
API = "api/"
# A resource is a class of declarations (docs/adr/0018-rest-api.md); its methods are views.
RESOURCES = "advocacy.api.v1.views"
BEFORE_THE_PORTAL = {
    "portal:sign_in",
    "portal:join",
    "portal:code",
    "portal:sign_out",
    "portal:language",
}
LONGEST_VIEW = 25
# Views that may be longer for a while: name -> the day by which they are short.
LONG_VIEWS: dict[str, date] = {}


def staff_patterns() -> list[Pattern]:
    found = [pattern for pattern in patterns() if pattern.route.startswith("o/<slug:org_slug>/")]
    assert len(found) > 20, "the scan found too little to prove anything"
    return found


def test_every_view_of_an_organisation_names_its_door_and_its_permission() -> None:
    bare = [
        pattern.name
        for pattern in staff_patterns()
        if getattr(pattern.view, "door", None) is not Door.STAFF
        or not isinstance(getattr(pattern.view, "required_permission", None), Permission)
    ]

    assert bare == [], "add @staff(Permission.…), see docs/tenancy.md"


def test_every_view_of_a_client_or_of_the_public_names_its_door() -> None:
    doors = {
        "p/": {Door.PORTAL, "threshold"},
        "s/": {Door.PUBLIC},
        "embed/": {Door.PUBLIC, Door.KEY},
        "feeds/": {Door.KEY},
    }
    bare = [
        pattern.name
        for pattern in patterns()
        for prefix, admitted in doors.items()
        if pattern.route.startswith(prefix) and getattr(pattern.view, "door", None) not in admitted
    ]

    assert bare == [], "a view names its door by the decorator that opens it"


def test_only_what_leads_in_stands_before_the_door_of_clients() -> None:
    before = {pattern.name for pattern in patterns() if getattr(pattern.view, "door", None) == "threshold"}

    assert before == BEFORE_THE_PORTAL


def test_every_other_address_is_listed_with_its_reason() -> None:
    listed = ("o/", "p/", "s/", "embed/", "feeds/", API, CONSOLE)
    other = {pattern.name for pattern in patterns() if not pattern.route.startswith(listed)}

    assert other - set(OPEN) == set(), "put it under o/<org_slug>/, or list it with its reason"
    assert set(OPEN) - other == set(), "listed, and there is no such address"


def test_every_address_of_the_api_names_the_permission_of_each_method() -> None:
    addresses = [pattern for pattern in patterns() if pattern.route.startswith(API)]
    resources = [each for each in addresses if each.name not in WITHOUT_A_KEY]
    undeclared = []
    for each in resources:
        resource, actions = each.view.cls, each.view.actions
        assert issubclass(resource, Resource)
        undeclared += [
            f"{each.name} {method}"
            for method, action in actions.items()
            if method not in resource.http_method_names
            or not isinstance(resource.permissions.get(action), Permission)
        ]

    assert len(resources) > 25, "the scan found too little to prove anything"
    assert {each.name for each in addresses} - {each.name for each in resources} == WITHOUT_A_KEY
    assert undeclared == [], "name the action's permission, and the method"


def test_no_resource_declares_a_method_or_a_permission_that_no_address_uses() -> None:
    used: dict[type, tuple[set[str], set[str]]] = {}
    for each in patterns():
        if issubclass(getattr(each.view, "cls", object), Resource):
            methods, actions = used.setdefault(each.view.cls, (set(), set()))
            methods.update(each.view.actions)
            actions.update(each.view.actions.values())

    assert {each: (set(each.http_method_names), set(each.permissions)) for each in used} == {
        each: ({"head", *methods}, actions) for each, (methods, actions) in used.items()
    }


def test_no_two_addresses_have_one_name() -> None:
    names = [pattern.name for pattern in patterns()]

    assert len(names) == len(set(names))


def _holds_views(module: str) -> bool:
    """True for `views`, a package of that name, `<something>_views` beside it, and the console's `admin`."""
    return any(part in {"views", "admin"} or part.endswith("_views") for part in module.split("."))


def test_every_view_is_a_short_function() -> None:
    long, looked_at = {}, 0
    for module, path in code().items():
        if not _holds_views(module) or "admin" in module.split("."):
            continue
        body = tree_of(path).body
        if module.startswith(RESOURCES):
            body = [
                each for node in body for each in (node.body if isinstance(node, ast.ClassDef) else [node])
            ]
        for node in body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            looked_at += 1
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if isinstance(node, ast.ClassDef) or length > LONGEST_VIEW:
                long[f"{module}.{node.name}"] = length

    assert looked_at > 20
    assert set(long) == set(LONG_VIEWS), f"at most {LONGEST_VIEW} lines, and no stale exception: {long}"


def test_every_view_of_ours_stands_in_a_module_of_views() -> None:
    elsewhere = []
    for pattern in patterns():
        module = getattr(pattern.view, "cls", inspect.unwrap(pattern.view)).__module__
        if module.startswith(("advocacy", "cases", "reminders")) and not _holds_views(module):
            elsewhere.append(f"{pattern.name}: {module}")

    assert elsewhere == []
