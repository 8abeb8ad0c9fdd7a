"""The web server of an experiment: the tests' settings, but connections and static files as in service."""

from advocacy.settings import base
from advocacy.settings.test import *  # noqa: F403

DATABASES = base.DATABASES
WHITENOISE_AUTOREFRESH = False
