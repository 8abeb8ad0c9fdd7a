# Works with GNU make 3.81 and later. Needs Python 3.11 or later with pip, or uv; nothing else.
#
# PYTHON=/path/to/python3   the interpreter to build with; without it, the newest that is found
# PORT=8001                 where `make run` serves

.DEFAULT_GOAL := help
.PHONY: help setup run test proof lint rule pictures demo-reset clean-data lock force \
  check-style check-types check-imports check-migrations check-deploy

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.stamp
UV_VERSION := 0.13.9

# Nothing is written outside of the checkout, and no interpreter is ever downloaded.
UV_CACHE_DIR ?= $(CURDIR)/.tools/cache
UV_PYTHON_DOWNLOADS := never
# A machine's own certificates, as companies with a proxy add them; uv brings others along.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
UV_SYSTEM_CERTS ?= 1
export UV_SYSTEM_CERTS
endif
PIP_NO_CACHE_DIR := 1
PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP_ROOT_USER_ACTION := ignore
PIP_USER := 0
export UV_CACHE_DIR UV_PYTHON_DOWNLOADS PIP_NO_CACHE_DIR PIP_DISABLE_PIP_VERSION_CHECK PIP_ROOT_USER_ACTION PIP_USER

VERSION_OF := -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'
HAVE := $(shell $(PY) $(VERSION_OF) 2>/dev/null)
WANT := $(if $(PYTHON),$(shell $(PYTHON) $(VERSION_OF) 2>/dev/null),$(HAVE))

# The checks read the settings and no row: any address and any key will do.
CHECKED := ADVOCACY_ENV=test DATABASE_URL=postgresql://none@127.0.0.1:1/none ADVOCACY_SECRET_KEY=only-for-checks \
  ADVOCACY_FIELD_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

# Placeholders: the check reads settings and connects to nothing.
AS_IN_PRODUCTION := ADVOCACY_ENV=prod ADVOCACY_BASE_URL=https://advocacy.example ADVOCACY_HOSTS=advocacy.example \
  ADVOCACY_CLOCK_OFFSET= DATABASE_URL=postgres://app_user@127.0.0.1/advocacy REDIS_URL=redis://127.0.0.1 \
  ADVOCACY_SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-check \
  ADVOCACY_FIELD_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

help:
	@echo "make run         Start everything: database, broker, web, worker, beat. http://localhost:8000"
	@echo "make test        Run the checks and the tests."
	@echo "make setup       Only install what the two need, into $(VENV)."
	@echo "make lint        Only the checks."
	@echo "make proof       The long forms of the tests; writes their figures."
	@echo "make rule        Explain a deadline rule: make rule RULE=dmhc-wait-30d ON=2026-11-02"
	@echo "make pictures    Pictures of every page, and the README's tour, while \`make run\` serves."
	@echo "make demo-reset  Put the demo back to how it was seeded."
	@echo "make clean-data  Stop the servers and remove the data."
	@echo "make lock        Choose versions anew, into requirements.lock."

setup: $(STAMP)

# A virtual environment of another version, or whose interpreter is gone, is built anew.
REBUILD := $(if $(HAVE),$(if $(filter $(HAVE),$(WANT)),,yes),yes)
$(STAMP): $(if $(REBUILD),force)
force:

# Debian's python3 has no venv and guards its own pip: uv goes into .tools, and makes the environment.
# Where uv cannot be had, or cannot reach an index that pip is set up for, pip does the same.
$(STAMP): requirements.lock
	@set -e; began=$$(date +%s); python=; \
	for name in $(if $(PYTHON),'$(PYTHON)',python3.13 python3.12 python3.11 python3); do \
	  python=$$("$$name" -c 'import sys; print(sys.executable if sys.version_info >= (3, 11) else "")' 2>/dev/null) || python=; \
	  if [ -n "$$python" ]; then break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "No Python 3.11 or later found$(if $(PYTHON), at $(PYTHON)). Name one: make setup PYTHON=/path/to/python3"; exit 1; \
	fi; \
	uv=$$(command -v uv || echo .tools/bin/uv); \
	if ! "$$uv" --version >/dev/null 2>&1; then \
	  uv=.tools/bin/uv; echo "Fetching uv..."; mkdir -p .tools; \
	  for pip in "$$python" python3 /usr/bin/python3; do \
	    "$$pip" -m pip install --quiet --upgrade --target .tools "uv==$(UV_VERSION)" 2>.tools/pip.log && break || true; \
	  done; \
	fi; \
	$(if $(REBUILD),rm -rf $(VENV);) echo "Installing requirements.lock into $(VENV)..."; \
	if "$$uv" --version >/dev/null 2>&1 \
	  && { [ -x $(PY) ] || "$$uv" venv --quiet --python "$$python" $(VENV); } \
	  && "$$uv" pip sync --quiet --python $(PY) --require-hashes requirements.lock; then :; \
	else \
	  echo "uv could not do it; trying pip..."; \
	  [ -x $(PY) ] || "$$python" -m venv --without-pip $(VENV); \
	  "$$python" -m pip --python $(PY) install --quiet --require-hashes -r requirements.lock || { \
	    echo "Neither uv nor pip could install requirements.lock."; cat .tools/pip.log 2>/dev/null; exit 1; }; \
	fi; \
	touch $(STAMP); echo "Installed ($$(( $$(date +%s) - began )) s)"

# exec, so that a signal to make reaches the supervisor and not a shell in between.
run: $(STAMP)
	@exec $(PY) manage.py dev

# Side by side: the types take about as long as the others together.
CHECKS := check-types check-style check-imports check-migrations check-deploy
lint: $(STAMP)
	@echo "Checking style, types and imports..."
	@$(MAKE) --no-print-directory -j 2 $(CHECKS)

check-style: $(STAMP)
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --quiet --check .

check-types: $(STAMP)
	@$(CHECKED) $(PY) -m mypy

check-imports: $(STAMP)
	@$(PY) -c 'from importlinter.cli import lint_imports_command as main; main()' --no-logo

check-migrations: $(STAMP)
	@$(CHECKED) $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

check-deploy: $(STAMP)
	@$(AS_IN_PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

test: lint
	@echo "Running the tests..."
	@exec $(PY) -m pytest -n 3 --dist loadfile

proof: $(STAMP)
	@$(PY) -m pytest -m proof
	@exec $(PY) -m tests.security.planted

rule: $(STAMP)
	@$(PY) manage.py explain_deadline --rule '$(RULE)' --on '$(ON)'

# While `make run` serves the demo in another terminal.
pictures: $(STAMP)
	@$(PY) -m tests.browser.pictures http://localhost:$${PORT:-8000}

demo-reset: $(STAMP)
	@$(PY) manage.py seed_demo --reset

clean-data: $(STAMP)
	@$(PY) -m advocacy.embedded.clean

COMPILE := pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml
lock: $(STAMP)
	@uv=$$(command -v uv || echo .tools/bin/uv); \
	  "$$uv" $(COMPILE) --group dev --group embedded -o requirements.lock && "$$uv" $(COMPILE) -o requirements.prod.lock
