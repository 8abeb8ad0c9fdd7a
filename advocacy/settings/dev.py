"""Development and the demo: the server on this machine, mail kept in the viewer."""

from advocacy.settings.base import *

DEBUG = True
DEMO_ALLOWED = True
SESSION_COOKIE_NAME = "advocacy_session"
# http://localhost is the one address without TLS at which browsers know passkeys.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
