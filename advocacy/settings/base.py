"""Settings that hold everywhere. The environment is read through `env` alone."""

from pathlib import Path

from csp.constants import NONE, SELF

from advocacy.settings import env
from advocacy.settings.schedule import BEAT_SCHEDULE, TASK_ROUTES

ROOT = env.ROOT
VAR = Path(env.text("ADVOCACY_VAR", str(ROOT / "var")))

SECRET_KEY = env.text("ADVOCACY_SECRET_KEY")
FIELD_KEYS = env.field_keys()
DEBUG = False
ALLOWED_HOSTS = env.words("ADVOCACY_HOSTS", "localhost,127.0.0.1")
BASE_URL = env.text("ADVOCACY_BASE_URL", f"http://localhost:{env.integer('PORT', 8000)}").rstrip("/")
CLOCK_OFFSET = env.text("ADVOCACY_CLOCK_OFFSET", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "django.contrib.admin",
    "advocacy.kernel",
    "advocacy.organisations",
    "advocacy.audit",
    "advocacy.mail",
    "advocacy.accounts",
    "advocacy.directory",
    "cases.clients",
    "cases.casefile",
    "cases.documents",
    "cases.deadlines",
    "cases.messages",
    "cases.grievances",
    "cases.appeals",
    "cases.imr",
    "cases.intake",
    "reminders",
    "advocacy.testimonials",
    "advocacy.library",
    "advocacy.dashboard",
    "advocacy.portal",
    "advocacy.site",
    "drf_spectacular",
    "advocacy.api",
    "advocacy.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "advocacy.accounts.middleware.EvenAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "advocacy.accounts.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "advocacy.accounts.middleware.PrivateAnswers",
    "advocacy.accounts.middleware.RecordRefusals",
]

ROOT_URLCONF = "advocacy.urls"
WSGI_APPLICATION = "advocacy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "advocacy.accounts.context.member",
                "advocacy.demo.context.sign_ins",
            ],
        },
    },
]

# One server, two connections: what the cache counts must hold when the view rolls back, so it
# commits on its own.
DATABASES = {
    "default": env.database("DATABASE_URL")
    | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 0, "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}}},
    "cache": env.database("DATABASE_URL")
    | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 4}},
    },
}
DATABASE_ROUTERS = ["advocacy.organisations.routers.CacheRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
    }
}

AUTH_USER_MODEL = "advocacy_accounts.User"
AUTHENTICATION_BACKENDS = ["advocacy.accounts.backends.WithMemberships"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Sign-in, a new password, a mailed code: no answer comes earlier, whether or not the address is known.
EVEN_ANSWER_SECONDS = 0.5
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:front_door"
ACCOUNT_ADAPTER = "advocacy.accounts.adapter.Adapter"
ACCOUNT_FORMS = {"login": "advocacy.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# A stranger's address gets no mail from us: people come in by invitation.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
# Long enough to fetch an app for codes, or to read what a person's leaving does.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "advocacy.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False

# Who, since when, on what: `accounts.sessions` has the limits; the cookie lasts no longer than any of them.
SESSION_ENGINE = "advocacy.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "advocacy.accounts.views.csrf_failure"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/Los_Angeles"
USE_TZ = True
USE_I18N = True
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [ROOT / "advocacy" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "advocacy" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files", "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DOCUMENT_MAX_BYTES = 25 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

MAIL = env.mail_server("EMAIL_URL")
MAIL_FROM = env.text("ADVOCACY_MAIL_FROM", "reminders@localhost")
# The right-hand side of every Message-ID: ours, and constant.
MAIL_DOMAIN = env.text("ADVOCACY_MAIL_DOMAIN", "localhost")
MAIL_FOLDER = VAR / "mail"
# Connecting and each answer; and the whole of one send, which the lease of a claim must outlast.
MAIL_TIMEOUT_SECONDS = 10
MAIL_LIMIT_SECONDS = 60
# Mail that comes in is posted to /hooks/mail/<secret>/ (docs/runbook.md); without a secret that door is shut.
MAIL_HOOK_SECRET = env.secret("ADVOCACY_MAIL_HOOK_SECRET")
# Whom we write to every 15 minutes to see whether mail arrives; it must come in by the hook. Empty: nobody.
MAIL_CANARY = env.text("ADVOCACY_MAIL_CANARY", "")
DEFAULT_FROM_EMAIL = MAIL_FROM
EMAIL_TIMEOUT = MAIL_TIMEOUT_SECONDS
# Whatever Django itself would send stays here too: `advocacy.mail` is the one door out.
EMAIL_BACKEND = "advocacy.mail.viewer.ViewerBackend"

# Who watches from outside: the secret that opens /metrics, and the page that a worker asks for now and then.
METRICS_TOKEN = env.text("ADVOCACY_METRICS_TOKEN", "")
WATCH_URL = env.address("ADVOCACY_WATCH_URL")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["advocacy.api.authentication.KeyAuthentication"],
    "DEFAULT_FILTER_BACKENDS": ["advocacy.api.filters.Declared"],
    "DEFAULT_PAGINATION_CLASS": "advocacy.api.pages.Pages",
    "DEFAULT_PARSER_CLASSES": ["advocacy.api.parsers.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "advocacy.api.errors.answer",
    "NON_FIELD_ERRORS_KEY": "body",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Advocacy",
    "VERSION": "1",
    "DESCRIPTION": "Clients, cases, their facts and dates, for other programs.",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["advocacy.api.schema.complete"],
    "SERVERS": [{"url": BASE_URL}],
}
API_REQUESTS_A_MINUTE = 600
# Of one calendar; of one place, wrong addresses.
FEED_READS_A_MINUTE = 60

CELERY_BROKER_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
# A ring that cannot be heard costs a request a second at most; the rows are found at the next beat.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "interval_start": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ROUTES = TASK_ROUTES
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "advocacy.kernel.logs.formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
