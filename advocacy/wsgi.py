"""The web application. It refuses to serve while a lock is missing."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"advocacy.settings.{os.environ.get('ADVOCACY_ENV', 'dev')}")

application = get_wsgi_application()

from advocacy.organisations.catalogue import stop_unless_locked  # noqa: E402

stop_unless_locked()
