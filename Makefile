# Unrolled. `make help` lists what there is; `make lab` is the way in.
# Needs make and any Python 3.10-3.13; everything else goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
# Two stamps: what a student needs is there; everything is.
READY_LAB := $(VENV)/.ready-lab
READY := $(VENV)/.ready
PORT ?= 8888
# Lab opens the browser: "no" leaves it closed, a name (firefox) chooses it.
BROWSER ?= yes
CHAPTERS ?=
# One interpreter of each supported minor version, for `make constraints`.
PYTHONS ?= python3.10 python3.11 python3.12 python3.13
# Those that `make test-long` runs all of the tests on once more, where they are installed.
OTHERS ?= python3.10 python3.13
# How many parts of the tests run side by side.
JOBS ?= 2

# The course's own kernel starts TensorFlow once for all chapters, without oneDNN. It is Linux's.
KERNEL := $(if $(filter Linux,$(shell uname -s)),unrolled,python3)
NBVAL := --nbval --nbval-sanitize-with solutions/sanitize.cfg --nbval-cell-timeout 600
# Chapters that ask for oneDNN, where 3D convolutions take a twentieth of the time.
ONEDNN := $(patsubst %.py,%.ipynb,$(shell grep -l 'onednn=True' solutions/ch*.py))

.DEFAULT_GOAL := help
.PHONY: help lab install setup test test-long check build claims bench soundness picture \
	constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

lab: install ## open JupyterLab on the chapters (PORT=8888, BROWSER=yes, no or a name)
	@env -u BROWSER $(BIN)/unrolled lab --port $(PORT) --browser "$(BROWSER)"

install: $(READY_LAB) ## create .venv with what a student needs, at the versions of constraints.txt

setup: $(READY) ## create .venv with everything in it: to test, to write chapters, to grade

$(READY_LAB): EXTRAS = lab
$(READY): EXTRAS = lab author grade dev
$(READY_LAB) $(READY): pyproject.toml constraints.txt .ci/install.py
	@python=$$(.ci/find-python) || exit 1; \
	if ! $(BIN)/python -c "import pip" >/dev/null 2>&1; then \
		echo "Creating $(VENV) with $$($$python --version)"; \
		$$python -m venv --clear $(VENV) || exit 1; \
	fi; \
	$(BIN)/python .ci/install.py $(EXTRAS) && touch $(READY_LAB) $@

# The parts of the tests, the longest first, so that what is left at the end is short. Each writes
# its log and shows it when it has ended.
PARTS := notebooks soundness rest grading outside lint

test: setup ## run everything, in parts side by side: lint, types, tests, browser, wheel, stored outputs
	@$(MAKE) --no-print-directory --keep-going --jobs $(JOBS) $(PARTS:%=part-%)

# After `make test`, one after the other: the full measure of the checks, the tests that are marked
# `long`, and `make test` once more under each of the other Pythons.
test-long: test ## run what takes hours: every mutant, every attack on every executor, other Pythons
	@$(MAKE) --no-print-directory --keep-going part-full part-long $(OTHERS:%=part-on-%)

check: setup ## run the fast part: lint, types, fast tests; under two minutes
	@failed=0; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/python -m pytest tests -m "not slow and not long and not browser and not wheel" || failed=1; \
	exit $$failed

# These notebooks are our own: no sandbox, which is not everywhere.
part-notebooks: export UNROLLED_NO_SANDBOX = 1
part-notebooks: export UNROLLED_QUIET = 1
part-notebooks: RUN = failed=0; \
	$(BIN)/python -m pytest $(ONEDNN) $(NBVAL) --nbval-kernel-name python3 || failed=1; \
	$(BIN)/python -m pytest solutions $(ONEDNN:%=--ignore %) $(NBVAL) \
		--nbval-kernel-name $(KERNEL) || failed=1; \
	exit $$failed
part-soundness: RUN = $(BIN)/python -m pytest tests/test_soundness_fast.py tests/soundness
part-rest: RUN = $(BIN)/python -m pytest tests -m "not long and not browser and not wheel" \
	--ignore tests/grading --ignore tests/test_soundness_fast.py --ignore tests/soundness
part-grading: RUN = $(BIN)/python -m pytest tests/grading -m "not long and not browser"
part-outside: RUN = $(BIN)/python -m pytest tests -m "not long and browser or not long and wheel"
part-lint: RUN = failed=0; $(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; $(BIN)/mypy || failed=1; exit $$failed
part-full: RUN = $(BIN)/python -m tests.soundness
part-long: RUN = $(BIN)/python -m pytest tests -m long

# Everything again under another Python, in an environment of its own.
part-on-%:
	@if ! "$*" -c "import venv" >/dev/null 2>&1; then \
		echo "$* is not installed: its tests are left out"; \
	else \
		$(MAKE) --no-print-directory test PYTHON="$*" VENV="build/venv-$*"; \
	fi

part-%:
	@mkdir -p build; \
	echo "$*: its log is build/$@.log"; \
	begun=$$(date +%s); status=0; \
	($(RUN)) >build/$@.log 2>&1 || status=$$?; \
	cat build/$@.log; \
	echo "$* took $$(($$(date +%s) - begun)) s"; \
	exit $$status

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
