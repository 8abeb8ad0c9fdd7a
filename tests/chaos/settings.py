"""The web server of an experiment: the tests' settings, but with connections and static files as in service."""

from advocacy.settings import base
from advocacy.settings.test import *

DATABASES = {
    alias: DATABASES[alias] | {"OPTIONS": of_service["OPTIONS"]} for alias, of_service in base.DATABASES.items()
}
WHITENOISE_AUTOREFRESH = False
