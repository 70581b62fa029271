# SPDX-License-Identifier: GPL-3.0-or-later
# fancurve. `make help` lists what can be made.
#
# CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR belong to you; what the project needs is added, never put in their place.

BUILD     ?= build
PREFIX    ?= /usr/local
CFLAGS    ?= -O2 -g
PYTHON    ?= /usr/bin/python3
CLANG     ?= clang
IPMI      ?= 1
SAN       ?=
WERROR    ?=
V         ?=
VERSION   := $(shell sed -n 's/^\#\# \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)
Q         := $(if $(V),,@)

# A recipe without the sanitizer's suffix must never link with its objects.
OUT := $(BUILD)$(if $(SAN),/san)

LIBS_IPMI := $(if $(filter 1,$(IPMI)),libfreeipmi)
PKGS      := $(LIBS_IPMI) yaml-0.1 libsystemd
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Wvla -Wundef \
        -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wformat=2
ifneq ($(WERROR),)
WARN += -Werror
endif
IS_CLANG := $(shell $(CC) --version 2>/dev/null | grep -c clang)
ifneq ($(IS_CLANG),0)
# Left out: padding and C++ and C90 compatibility are no concern here; the defaults of the two switch warnings contradict
# each other, and -Wswitch-enum is the one wanted; unsafe-buffer and declaration-after-statement are matters of taste.
WARN += -Weverything -Wno-padded -Wno-declaration-after-statement -Wno-covered-switch-default \
        -Wno-disabled-macro-expansion -Wno-unsafe-buffer-usage -Wno-unknown-warning-option -Wno-reserved-identifier \
        -Wno-reserved-macro-identifier -Wno-pre-c11-compat -Wno-switch-default -Wno-documentation-unknown-command -Wno-atomic-implicit-seq-cst
endif

ALL_CFLAGS   = -std=c11 $(WARN) $(EXTRA) $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) $(CFLAGS)
ALL_CPPFLAGS = -I. -DFC_VERSION='"$(or $(VERSION),0)"' -DFC_HAVE_IPMI=$(IPMI) $(CPPFLAGS)
ALL_LDFLAGS  = $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
MACHINE     := $(shell $(CC) -dumpmachine 2>/dev/null)
# gcc refuses a float with -mgeneral-regs-only where the architecture has the option. A sanitizer needs its library.
CORE_CFLAGS  = -ffreestanding -fstack-usage $(if $(SAN),,$(if $(filter x86_64% aarch64%,$(MACHINE)),-mgeneral-regs-only))

CORE_SRC := $(wildcard core/*.c)
HAL_SRC  := $(wildcard hal/*.c)
SIM_SRC  := $(filter-out sim/ipmi_module.c,$(wildcard sim/*.c))
HOST_SRC := $(filter-out host/main.c,$(wildcard host/*.c host/agents/*.c host/bridges/*.c))
obj       = $(patsubst %.c,$(OUT)/%.o,$(1))

BIN    := $(OUT)/fancurve
MODULE := $(OUT)/ipmi_sim_r730.so
CORE_LIB := $(OUT)/libfancurve.a
HAL_LIB  := $(OUT)/libfc_hal.a
SIM_LIB  := $(OUT)/libfc_sim.a
HOST_LIB := $(OUT)/libfc_host.a

# Unit tests stand in the folder of their room, and link with that room and those below it.
UNIT_core := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/core/test_*.c))
UNIT_hal  := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/hal/test_*.c))
UNIT_sim  := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/sim/test_*.c))
UNIT_host := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/host/test_*.c))
UNIT      := $(UNIT_core) $(UNIT_hal) $(UNIT_sim) $(UNIT_host)

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help

all: $(BIN) $(MODULE) ## Build the program (build/fancurve), the core library and the simulated BMC's module

help: ## List the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

$(OUT)/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(CORE_CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE $(ALL_CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(CORE_LIB): $(call obj,$(CORE_SRC))
$(HAL_LIB): $(call obj,$(HAL_SRC))
$(SIM_LIB): $(call obj,$(SIM_SRC))
$(HOST_LIB): $(call obj,$(HOST_SRC))
$(OUT)/%.a:
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BIN): $(OUT)/host/main.o $(HOST_LIB) $(SIM_LIB) $(HAL_LIB) $(CORE_LIB)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcsv -lm -pthread

# The plant inside OpenIPMI's ipmi_sim: one shared object, loaded with `loadlib` into a program that no sanitizer watches.
MODULE_SRC := sim/ipmi_module.c $(SIM_SRC) $(CORE_SRC) hal/hal.c
$(MODULE): Makefile $(MODULE_SRC) $(wildcard sim/*.h core/*.h hal/*.h)
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE $(ALL_CPPFLAGS) -std=c11 $(WARN) $(EXTRA) $(CFLAGS) -fPIC -shared -fvisibility=hidden -o $@ $(MODULE_SRC) -lm

$(UNIT_core): $(OUT)/%: $(OUT)/%.o $(CORE_LIB)
$(UNIT_hal): $(OUT)/%: $(OUT)/%.o $(HAL_LIB) $(CORE_LIB)
$(UNIT_sim): $(OUT)/%: $(OUT)/%.o $(SIM_LIB) $(HAL_LIB) $(CORE_LIB)
$(UNIT_host): $(OUT)/%: $(OUT)/%.o $(OUT)/tests/unit/host/rig.o $(HOST_LIB) $(SIM_LIB) $(HAL_LIB) $(CORE_LIB)
$(UNIT):
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(PKG_LIBS) -lcsv -lm -pthread

# A handle of the ipmi driver that tests/daemon/test_hal.py drives.
$(OUT)/tests/daemon/hal_client: $(OUT)/tests/daemon/hal_client.o $(HAL_LIB) $(CORE_LIB)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm -pthread

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# ---- what people type ----

.PHONY: run deps deps-test check ci bench bless install uninstall clean unit house format

EXAMPLE := docs/examples/simulated-r730.yaml

run: deps ## Install what is missing, build, and run the daemon on a simulated R730, sixty times faster than life
	@$(MAKE) --no-print-directory $(BIN)
	$(BIN) run -c $(EXAMPLE) --verbose

deps: ## Install what the build needs (Debian packages; asks sudo only if you are not root)
	@.ci/deps build

deps-test: ## Install what the tests need as well, without starting servers on your machine
	@.ci/deps build test

check: deps-test ## Install what the tests need and run all of them (at most 10 minutes)
	@$(PYTHON) tests/check.py --make "$(MAKE)" --build "$(BUILD)" check

ci: deps-test ## What is too long for check
	@$(PYTHON) tests/check.py --make "$(MAKE)" --build "$(BUILD)" ci

bench: deps-test ## Measure and print the numbers
	@$(MAKE) --no-print-directory all $(BUILD)/tests/bench/core_step
	@FANCURVE_BUILD=$(BUILD) $(PYTHON) tests/bench/bench.py

bless: all ## Rewrite the golden traces: say in the commit why they changed
	@FANCURVE_BUILD=$(BUILD) $(PYTHON) tests/golden/golden.py --bless

# ---- stages of check; each can be run alone ----

unit: $(UNIT)

house: $(BIN) ## Includes point one way; core is freestanding
	@FANCURVE_BUILD=$(BUILD) $(PYTHON) tests/house.py

format: ## Does clang-format agree?
	@find core hal host sim tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror

$(OUT)/tests/bench/core_step: $(OUT)/tests/bench/core_step.o $(CORE_LIB)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

# ---- installation ----

BINDIR  = $(DESTDIR)$(PREFIX)/bin
UNITDIR = $(DESTDIR)/lib/systemd/system
ETCDIR  = $(DESTDIR)/etc/fancurve

install: all ## Install program, unit and example configuration (PREFIX, DESTDIR)
	install -D -m 755 $(BIN) $(BINDIR)/fancurve
	install -D -m 644 $(CORE_LIB) $(DESTDIR)$(PREFIX)/lib/libfancurve.a
	install -d $(DESTDIR)$(PREFIX)/include/fancurve/core
	install -m 644 core/*.h $(DESTDIR)$(PREFIX)/include/fancurve/core
	install -D -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/fancurve/README.md
	install -D -m 644 docs/examples/fancurve.yaml $(DESTDIR)$(PREFIX)/share/doc/fancurve/examples/fancurve.yaml
	install -d -m 750 $(ETCDIR)
	install -d $(UNITDIR)
	sed 's|/usr/bin/fancurve|$(PREFIX)/bin/fancurve|; s|/usr/share/doc|$(PREFIX)/share/doc|' debian/fancurve.service > $(UNITDIR)/fancurve.service

uninstall: ## Remove what install put there; configuration and state stay
	rm -f "$(BINDIR)/fancurve" "$(UNITDIR)/fancurve.service"
	rm -f "$(DESTDIR)$(PREFIX)/lib/libfancurve.a"
	rm -rf "$(DESTDIR)$(PREFIX)/share/doc/fancurve" "$(DESTDIR)$(PREFIX)/include/fancurve"

clean: ## Remove what was built
	rm -rf $(BUILD)
