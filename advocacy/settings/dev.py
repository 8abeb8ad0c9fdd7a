"""Development and the demo: the server on this machine, mail kept in the viewer."""

from advocacy.settings.base import *

DEBUG = True
DEMO_ALLOWED = True
SESSION_COOKIE_NAME = "advocacy_session"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
