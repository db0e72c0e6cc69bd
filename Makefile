# The commands of the portal. scripts/setup.py installs what they need the first time, and skips it after that.
PYTHON ?= $(shell command -v python3 || command -v python || echo python3)
VENV = .venv/bin/python
SETUP = $(PYTHON) scripts/setup.py
# Linters only read the settings; they need no servers.
LOOK = ONESTOP_MODE=dev SECRET_KEY=unused $(VENV)
# The settings of a deployment, for `check --deploy`, which connects to nothing.
DEPLOYED = env -u DEBUG ONESTOP_MODE=production SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCD \
	ALLOWED_HOSTS=portal.example.org DATABASE_URL=postgres://localhost/onestop REDIS_URL=redis://localhost/0 PUBLIC_URL=https://portal.example.org \
	MAIL_TRANSPORT_URL=smtp://localhost:25 DEFAULT_FROM_EMAIL=portal@example.org \
	SEAL_PKCS12=pyproject.toml SEAL_PASSWORD=read-when-it-seals

# Compiled once, not by every process.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo dev test lint shell manage messages snapshot setup lock audit

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: ## Run the whole portal with sample data (PORT=8000, ONESTOP_DATA=var)
	@$(SETUP) demo
	@$(VENV) -m onestop.local.supervisor demo

dev: ## Run the same with autoreload, debug toolbar and front-end watch
	@$(SETUP) dev
	@$(VENV) -m onestop.local.supervisor dev

test: ## Run linters and tests (ARGS="-k import" for some tests, ALL=1 with all variants, as before a release)
	@$(SETUP) test
	@$(MAKE) -s check
	@$(VENV) -m pytest -n3 --dist loadgroup $(if $(ALL),--all) $(ARGS)

lint: ## Check style, templates, types, import layers, migrations, deployment settings
	@$(SETUP) lint
	@$(MAKE) -s check

# Two at a time: most of their seconds are those of mypy and djlint.
CHECKS = check-types check-templates check-style check-layers check-migrations check-deployment
.PHONY: check $(CHECKS)
check:
	@$(MAKE) -s -j2 $(CHECKS)
check-style:
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
check-templates:
	$(VENV) -m djlint templates --check --lint
check-types:
	$(LOOK) -m mypy onestop partners agreements meetings tests manage.py
check-layers:
	$(LOOK) -c "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
check-migrations:
	$(LOOK) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
check-deployment:
	$(DEPLOYED) $(VENV) manage.py check --deploy --fail-level WARNING

shell: ## Open Django's shell on the demo's data
	@$(SETUP) dev
	@$(VENV) -m onestop.local.supervisor run shell

manage: ## Run one command on the demo's data: make manage C="import_partners FILE --area riverbend"
	@$(SETUP) dev
	@$(VENV) -m onestop.local.supervisor run $(C)

messages: ## Add texts that have no Spanish to its catalog; or collect all texts for another language: make messages L=so
	@$(SETUP) lint
ifeq ($(or $(L),es),es)
	@$(LOOK) -W ignore::RuntimeWarning -m tests.languages.texts --add || true
else
	@command -v xgettext >/dev/null || { echo "GNU gettext is missing. On Debian and Ubuntu: apt install gettext"; exit 1; }
	@$(LOOK) -W ignore::RuntimeWarning manage.py makemessages --locale $(L)
endif

snapshot: ## Keep the database of a release for the upgrade test: make snapshot V=0.3.0
	@$(SETUP) dev
	@$(VENV) -m tests.upgrades.snapshots $(V)

setup: ## Install everything that the other commands need
	@$(SETUP) all

audit: ## Look up known vulnerabilities of the pinned packages (docs/security.md says how often)
	@$(SETUP) audit

lock: ## Pin the newest versions that pyproject.toml allows
	$(VENV) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links -q --upgrade -o requirements.txt
	$(VENV) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links -q --upgrade --extra demo --extra dev -c requirements.txt -o requirements-dev.txt
