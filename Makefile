# Unrolled. `make help` lists what there is; `make lab` is the way in.
# Needs make and any Python 3.10-3.13; everything else goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8888
# Lab opens the browser: "no" leaves it closed, a name (firefox) chooses it.
BROWSER ?= yes
CHAPTERS ?=
# One interpreter of each supported minor version, for `make constraints`.
PYTHONS ?= python3.10 python3.11 python3.12 python3.13

NBVAL := --nbval --nbval-sanitize-with solutions/sanitize.cfg --nbval-cell-timeout 120

.DEFAULT_GOAL := help
.PHONY: help lab setup test check build claims bench soundness picture constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

lab: setup ## open JupyterLab on the chapters (PORT=8888, BROWSER=yes, no or a name)
	@env -u BROWSER $(BIN)/unrolled lab --port $(PORT) --browser "$(BROWSER)"

setup: $(READY) ## create .venv with everything in it, at the versions of constraints.txt

$(READY): pyproject.toml constraints.txt
	@python=$$(.ci/find-python) || exit 1; \
	if ! $(BIN)/python -c "import pip" >/dev/null 2>&1; then \
		echo "Creating .venv with $$($$python --version)"; \
		$$python -m venv --clear $(VENV) || exit 1; \
	fi; \
	echo "Installing into .venv: some minutes on the first run"; \
	$(BIN)/python -m pip install --quiet --upgrade pip && \
	$(BIN)/python -m pip install --quiet \
		--constraint constraints.txt --editable ".[lab,author,grade,dev]" && \
	touch $@

test: setup ## run everything, in two halves side by side: lint, types, tests, browser, wheel, stored outputs
	@failed=0; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	mkdir -p build; \
	$(BIN)/python -m pytest tests/grading solutions $(NBVAL) >build/second-half.log 2>&1 & half=$$!; \
	$(BIN)/python -m pytest tests --ignore tests/grading || failed=1; \
	wait $$half || failed=1; \
	cat build/second-half.log; \
	exit $$failed

check: setup ## run the fast part: lint, types, fast tests; under two minutes
	@failed=0; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/python -m pytest tests -m "not slow and not browser and not wheel" || failed=1; \
	exit $$failed

build: setup ## run the chapters' sources and write the notebooks (CHAPTERS="ch01 ch02"; all of them if not said)
	@$(BIN)/unrolled build $(CHAPTERS)

claims: setup ## write the book of claims, CLAIMS.md, from the stored solutions
	@$(BIN)/unrolled build --no-run

bench: setup ## measure imports, checks and chapters; prints each figure with its command
	@$(BIN)/python -m benchmarks

soundness: setup ## measure the checks: mistakes named, mutants killed, right answers passed
	@$(BIN)/python -m tests.soundness

picture: setup ## take the pictures of the README in a real browser
	@$(BIN)/python -m tests.browser.picture

constraints: ## resolve constraints.txt anew, for every supported Python (PYTHONS="...")
	@$$(.ci/find-python) .ci/constraints.py $(PYTHONS)

clean: ## remove .venv and every cache
	rm -rf $(VENV) dist build benchmarks/results .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
