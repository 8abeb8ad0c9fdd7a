# The production image: no compiler, no root, no secret, nothing of the embedded servers or the tests.
FROM python:3.13.9-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.prod.lock .
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.prod.lock

FROM python:3.13.9-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ADVOCACY_ENV=prod ADVOCACY_VAR=/var/lib/advocacy
RUN groupadd --system --gid 10001 advocacy \
  && useradd --system --uid 10001 --gid advocacy --no-create-home advocacy \
  && install -d -o advocacy -g advocacy /var/lib/advocacy
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY advocacy ./advocacy
COPY cases ./cases
COPY reminders ./reminders
COPY templates ./templates
# Placeholders: collecting static files reads the settings and connects to nothing.
RUN ADVOCACY_VAR=/app/var ADVOCACY_SECRET_KEY=build DATABASE_URL=postgres://build@127.0.0.1/build \
    ADVOCACY_FIELD_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ADVOCACY_BASE_URL=https://build.example \
    python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "advocacy.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--access-logfile", "-"]
