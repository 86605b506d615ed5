# The two commands of the README, and what they are made of. Everything happens in .venv, made on first use.
PYTHON ?= $(firstword $(foreach name,python3.11 python3 python,$(shell command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin
PLUGINS := geometric color weather experimental dataset
PROJECTS := . $(PLUGINS:%=plugins/augcore_%)
PYPROJECTS := pyproject.toml $(PLUGINS:%=plugins/augcore_%/pyproject.toml)
EDITABLE := -e '.[cli]' $(PLUGINS:%=-e plugins/augcore_%)

.PHONY: demo test test-all lint types wheels bench bench-guard docs-targets docs-gallery docs-fusion clean help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# pip is the truth; where uv is on the PATH it does the same work faster.
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python $(1); \
          else $(BIN)/python -m pip install -q --disable-pip-version-check $(1); fi

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made $(PYPROJECTS)
	$(call INSTALL,$(EDITABLE))
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-dev.txt
	$(call INSTALL,-r requirements-dev.txt)
	@touch $@

$(VENV)/.benched: $(VENV)/.installed benchmarks/requirements.txt
	$(call INSTALL,-r benchmarks/requirements.txt)
	@touch $@

demo: $(VENV)/.installed  ## augment the sample photographs into out/
	$(BIN)/augcore run examples/pipeline.yaml --coco examples/data/annotations.json --images examples/data/images \
		--out out --copies 8 --seed 7
	@echo "Open out/contact_sheet.png"

test: $(VENV)/.tested  ## all tests of the core and of every plugin, slow properties on a small budget
	$(BIN)/python -m pytest -q -m "not slow" -n 2

test-all: $(VENV)/.tested  ## the same with the slow ones in full
	AUGCORE_TEST_BUDGET=full $(BIN)/python -m pytest -q -n 2

# OpenCV 4 rounds, chunks channels and refuses other things than 5, which `make test` runs with.
OPENCVS := 4.11.0.86 4.14.0.94
PIXEL_TESTS := tests/test_resample.py tests/test_resample3d.py tests/test_pixels.py tests/test_cases.py \
	$(patsubst %,tests/targets/test_%.py,channels dtypes value_range blobs) \
	$(patsubst %,plugins/augcore_%/tests,color weather)
IS_VERSION := import cv2, sys; version, folder = sys.argv[1:]; print("OpenCV", cv2.__version__, "of", cv2.__file__); \
	assert version.startswith(cv2.__version__ + ".") and folder in cv2.__file__, f"not {version} of {folder}"

.PHONY: test-opencv $(OPENCVS:%=test-opencv-%)
test-opencv: $(OPENCVS:%=test-opencv-%)  ## what touches pixels, with older releases of OpenCV laid over the environment

$(OPENCVS:%=test-opencv-%): test-opencv-%: $(VENV)/.tested $(VENV)/opencv-%/.installed
	PYTHONPATH=$(CURDIR)/$(VENV)/opencv-$* $(BIN)/python -W error -c '$(IS_VERSION)' $* $(VENV)/opencv-$*
	PYTHONPATH=$(CURDIR)/$(VENV)/opencv-$* $(BIN)/augcore doctor
	PYTHONPATH=$(CURDIR)/$(VENV)/opencv-$* $(BIN)/python -m pytest -q -m "not slow" -n 2 $(PIXEL_TESTS)

$(VENV)/opencv-%/.installed: $(VENV)/.made
	rm -rf $(@D)
	$(call INSTALL,--no-deps --target $(@D) opencv-python==$*)
	@touch $@

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.tested
	$(BIN)/mypy

wheels: $(VENV)/.tested  ## the six wheels into dist/
	rm -rf dist
	for project in $(PROJECTS); do $(BIN)/python -m build -q --wheel --outdir dist $$project || exit 1; done

bench: $(VENV)/.benched  ## every library of the field side by side, into benchmarks/results; takes half an hour
	$(BIN)/python -m benchmarks all

bench-guard: $(VENV)/.installed  ## what became slower since those results, as augcore over the bare kernels
	$(BIN)/python -m benchmarks guard

docs-targets: $(VENV)/.tested  ## docs/targets.md and its pictures, from the code
	$(BIN)/python docs/make_targets.py

docs-gallery: $(VENV)/.tested  ## docs/gallery, a picture of every transform, with the annotations drawn in
	$(BIN)/python docs/make_gallery.py

docs-fusion: $(VENV)/.tested  ## docs/fusion.md: how near to the truth merged warps come; takes ten minutes
	$(BIN)/python docs/make_fusion.py

clean:
	rm -rf $(VENV) out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
