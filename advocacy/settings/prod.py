"""Production: only tightens."""

from django.core.exceptions import ImproperlyConfigured

from advocacy.settings.base import *

DEMO_ALLOWED = False
if CLOCK_OFFSET:
    raise ImproperlyConfigured("ADVOCACY_CLOCK_OFFSET is for development and tests. Unset it.")
if not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("ADVOCACY_BASE_URL must be the https address people use.")

SECURE_SSL_REDIRECT = True
# Asked from inside the container, where there is no TLS; it says nothing but "ok".
SECURE_REDIRECT_EXEMPT = [r"^livez$"]
ALLOWED_HOSTS += ["localhost"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("ADVOCACY_PROXIES", 1)
