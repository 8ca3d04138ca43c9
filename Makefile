# For a fresh machine: `make demo`, `make console` and `make test`. Everything lands in .venv, here.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo console test check fix wheel-check clean

demo: $(VENV)/.installed            ## see everything work at once, without any account
	@$(BIN)/adloom demo

console: $(VENV)/.installed         ## the web console with a demo account; Ctrl-C ends it
	@$(BIN)/adloom serve --demo

test: check wheel-check             ## everything that has to hold before a change lands
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal --ignore=tests/browser
	$(BIN)/pytest -n 2 --dist loadscope tests/browser
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=95 --include='connections/*,modules/*,adloom/database/*'

check: $(VENV)/.installed-dev       ## format, lint, types, import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fix: $(VENV)/.installed-dev         ## let the tools put right what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel-check: $(VENV)/.installed-dev ## the built package works away from this checkout
	$(BIN)/python -m tests.wheel_check

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage* dist

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "adloom needs Python 3.11 or newer. Name one: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
