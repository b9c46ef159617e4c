# Everything that one does with a checkout. `make` alone lists it.

PYTHON ?= python3
ARGS ?=
PY := .venv/bin/python
PO := $(wildcard blog/translations/*/LC_MESSAGES/messages.po)
LOCALE = $(word 3,$(subst /, ,$<))

# Programs start sooner when Python may keep what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check lint types imports templates catalogues scripts styles bench soak screenshots lighthouse \
	notices lock messages format clean runtime tools python translations fonts

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PORT=5000 SMTP_PORT=2525 HOST=127.0.0.1 INSTANCE=instance DEMO=1 PYTHON=python3 ARGS=   can be set behind it."

run: runtime translations fonts ## install, prepare and start the site; Ctrl-C stops it
	@$(PY) -m dev.prepare
	@exec $(PY) -m blog.core.supervisor Procfile --with-parent \
		--greet "$${HOST:-127.0.0.1}:$${PORT:-5000}" "python -m flask site greeting"

test: tools translations fonts ## install what the tests need and run all of them (ARGS="tests/core -k jobs")
	@$(PY) -m dev.left_out
	@$(PY) -m pytest -n auto --maxprocesses=4 $(ARGS)

check: lint types imports templates catalogues scripts styles ## lint, types, import contracts, templates, translations, scripts, style sheets

lint: tools
	$(PY) -m ruff check
	$(PY) -m ruff format --check

types: tools
	$(PY) -m basedpyright --warnings

imports: tools
	$(PY) -c "from importlinter.cli import lint_imports_command as run; run()" --no-cache --no-logo

templates: tools
	$(PY) -m djlint --lint --quiet templates
	$(PY) -m dev.check_templates
	$(PY) -m dev.check_words

catalogues: tools
	$(PY) -m dev.catalogues check

scripts: tools
	$(PY) -m dev.node_tools run web tsc

styles: tools
	$(PY) -m dev.node_tools run web stylelint "../../blog/static/css/**/*.css"

bench: tools translations fonts ## the performance figures, as ratios
	@$(PY) -m benchmarks $(ARGS)

soak: tools translations fonts ## what takes long: kill the mail door under load (KILLS=1000), fail its disk (FAULTS=50), time sign-ins (PAIRS=500), erase from a large debate (COMMENTS=20000), read mail gone wrong (MUTATIONS=20000), play a challenge (HISTORIES=3000, by 250 on an empty database), answer at once (ROUNDS=1000), export a large ledger (ENTRIES=10000), tamper with ledgers (TAMPERINGS=5000), cross any two acts on a person
	@KILLS=$${KILLS:-1000} SYNCED=$${SYNCED:-1000} $(PY) -m pytest tests/mailroom/test_kills.py -s -p no:randomly $(ARGS)
	@FAULTS=$${FAULTS:-50} $(PY) -m pytest tests/mailroom/test_disk_failures.py -s -p no:randomly $(ARGS)
	@STORM=$${STORM:-10000} $(PY) -m pytest tests/mailroom/test_storms.py -s -p no:randomly $(ARGS)
	@MESSAGES=$${MESSAGES:-200} $(PY) -m pytest tests/mailroom/test_mail_servers.py -p no:randomly $(ARGS)
	@PAIRS=$${PAIRS:-500} $(PY) -m pytest tests/flows/test_silence.py -k takes_as_long -p no:randomly $(ARGS)
	@COMMENTS=$${COMMENTS:-20000} $(PY) -m pytest tests/discussions/test_erasing_at_size.py -s -p no:randomly $(ARGS)
	@MUTATIONS=$${MUTATIONS:-20000} $(PY) -m pytest tests/mailroom/parser/test_mutations.py -s -p no:randomly $(ARGS)
	@HISTORIES=$${HISTORIES:-3000} $(PY) -m pytest tests/challenges/test_histories.py -k sqlite -p no:randomly $(ARGS)
	@ROUNDS=$${ROUNDS:-1000} $(PY) -m pytest tests/challenges/test_races.py -s -p no:randomly $(ARGS)
	@ENTRIES=$${ENTRIES:-10000} LEDGERS=$${LEDGERS:-200} $(PY) -m pytest tests/challenges/test_exporting.py -s -p no:randomly $(ARGS)
	@TAMPERINGS=$${TAMPERINGS:-5000} LEDGERS=$${LEDGERS:-2000} $(PY) -m pytest tests/challenges/test_verifier.py tests/challenges/test_browser_verifier.py -q -p no:randomly $(ARGS)
	@ACTS=all $(PY) -m pytest tests/accounts/test_lock_order.py -n auto --maxprocesses=4 $(ARGS)

screenshots: tools translations fonts ## pictures of all pages and the style guide (ARGS="article desk* --width 360 --dark --nl")
	@$(PY) -m dev.screenshots $(if $(CONTACT),--contact "$(CONTACT)") $(ARGS)

lighthouse: tools translations fonts ## what Lighthouse says of home and article; installs it first (large)
	@$(PY) -m dev.node_tools install lighthouse
	@$(PY) -m dev.lighthouse

format: tools ## write Python the way `make check` wants it
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

messages: tools ## bring the translation catalogues up to date with the sources
	$(PY) -m dev.catalogues update

notices: tools ## list what we build on, with licences, in NOTICE.md
	$(PY) -m dev.notices

lock: tools ## choose the newest versions that pyproject.toml and package.json allow, and write them into the locks (needs uv)
	$(PYTHON) -m dev.lock $(ARGS)
	$(PY) -m dev.node_tools lock $(ARGS)

clean: ## remove what make has made, except the instance folder
	rm -rf .venv build dist dev/*/node_modules screenshots .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(PO:.po=.mo)

# What the goals above rest on.

runtime: python
	@$(PYTHON) dev/bootstrap.py requirements.lock

tools: python
	@$(PYTHON) dev/bootstrap.py requirements-dev.lock
	@$(PY) -m dev.node_tools install web oidc

python:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name yours: make run PYTHON=python3.13" >&2; exit 1; }

translations: $(PO:.po=.mo)

fonts: dev/typefaces.py
	@$(PY) -m dev.typefaces

%.mo: %.po
	@$(PY) -m babel.messages.frontend -q compile -i $< -o $@ -l $(LOCALE)
