# The two commands of the README. Both need git, make and Python 3.11 or newer; all else goes into .venv.
.PHONY: demo test

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# What Qt asks of the system, by Debian's names; loading Qt's own X11 plugin tells whether it is all there.
QT_PACKAGES = libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libgssapi-krb5-2 libwayland-cursor0 \
	libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0 libxcb-shape0 \
	libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libxkbcommon0
QT_LOADS = import ctypes, pathlib, sys; from PySide6 import QtNetwork, QtWidgets; sys.platform != "linux" or \
	ctypes.CDLL(str(pathlib.Path(QtWidgets.__file__).parent / "Qt/plugins/platforms/libqxcb.so"))

# Root on Debian installs $(1); everyone else is told what to install.
debian = { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive && \
	{ apt-get install -qq --no-install-recommends $(1) >/dev/null 2>&1 || \
	{ apt-get update -qq && apt-get install -qq --no-install-recommends $(1) >/dev/null; }; }; } || \
	{ echo "Please install, by their Debian names: $(strip $(1))" >&2; false; }

# Where a C compiler and Python's headers are, the fold is compiled; elsewhere it is the same Python, at little more than half the speed.
SOURCES := pyproject.toml $(shell find wallboard feeds themes -type f ! -name '*.pyc' 2>/dev/null)
CAN_COMPILE = command -v cc >/dev/null && .venv/bin/python -c 'import sys, sysconfig; from pathlib import Path; \
	sys.exit(not Path(sysconfig.get_path("include"), "Python.h").exists())'

demo: .venv/built
	.venv/bin/wallboard demo

test: .venv/installed
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/pytest -n 2
	@$(MAKE) --no-print-directory .venv/built
	@! $(CAN_COMPILE) || { mkdir -p build/tests && ln -sfn ../../tests build/tests/tests && \
		WALLBOARD_COMPILED=1 .venv/bin/pytest -n 2 -o pythonpath=build/tests tests/core tests/feeds; }

.venv/built: .venv/installed $(SOURCES)
	@if $(CAN_COMPILE); then echo "Compiling the fold, from a copy that may fill up with what is made" && \
		rm -rf build/source && mkdir -p build/source && \
		cp -r pyproject.toml README.md LICENSE wallboard feeds themes build/source && HATCH_BUILD_HOOKS_ENABLE=1 \
		.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --force-reinstall ./build/source; \
		else echo "No C compiler (Debian: gcc python3-dev): the fold stays interpreted, at little more than half the speed"; fi
	@touch $@

.venv/installed: pyproject.toml constraints.txt | .venv/bin/pip
	.venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@.venv/bin/python -c '$(QT_LOADS)' 2>/dev/null || $(call debian,$(QT_PACKAGES)) || \
		echo "Without them the wall may not open, and the tests of its pictures may fail." >&2
	@touch $@

.venv/bin/pip:
	@[ -n "$(PYTHON)" ] || { echo "Wallboard needs Python 3.11 or newer, and found none. Name yours: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		$(call debian,$$package); }
	$(PYTHON) -m venv .venv
