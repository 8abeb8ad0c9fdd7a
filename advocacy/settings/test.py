"""Tests: the same code on real servers; only what makes a run fast and repeatable differs."""

import os

# Placeholders, so that tools which only read the code need no server and no secret.
os.environ.setdefault("DATABASE_URL", "postgres://app_user:none@127.0.0.1:1/none")
os.environ.setdefault("ADVOCACY_SECRET_KEY", "for tests and checks only, never for serving anybody at all")
os.environ.setdefault("ADVOCACY_FIELD_KEYS", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")

from advocacy.settings.base import *

DEMO_ALLOWED = True
EVEN_ANSWER_SECONDS = 0.0
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_NAME = "advocacy_session"
# http://localhost is the one address without TLS at which browsers know passkeys.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# A pool keeps connections that the fixtures cannot swap between owner and user.
DATABASES = {alias: server | {"OPTIONS": {}} for alias, server in DATABASES.items()}
LOGGING = LOGGING | {"root": {"handlers": ["console"], "level": "WARNING"}}
