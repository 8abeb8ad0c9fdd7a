"""Begin a session as if its person had signed in, with a second step or without."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.test import Client

from advocacy.accounts.models import User

# allauth keeps for whom the records are.
OF_WHOM = "account_authentication_methods_user"


def enter(client: Client, user: User, *, second_step: bool = True) -> Client:
    """Sign the person in, a moment ago: by password, and with a code from an app unless told otherwise."""
    client.force_login(user)
    session = client.session
    at = time.time()
    records = [{"method": "password", "at": at, "email": user.email, "reauthenticated": True}]
    if second_step:
        records.append({"method": "mfa", "at": at, "id": 1, "type": "totp", "reauthenticated": True})
    session[RECORDS], session[OF_WHOM] = records, str(user.pk)
    session.save()
    return client
