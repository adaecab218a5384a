# Duban: build, test, try out.  `make help` lists the goals.
#
#   build/bin        release programs       build/proto     protoc-c output, py/ for the tests
#   build/asan/bin   with ASan and UBSan    build/*/tests   unit tests, their tools, the bench programs
#   build/fuzz       with libFuzzer too     build/fuzz/found/  inputs that broke a claim
#   build/valgrind   unit tests for valgrind, without the sanitizers
#
# A new source file, service, message file or test needs no edit here. A folder services/x with
# a main.c becomes duban-x (services/cli: duban); tests/unit/test_x.c links common, and
# tests/unit/x/test_y.c the service x as well; so do tests/fuzz/fuzz_x.c and tests/fuzz/x/fuzz_y.c.

VERSION := 0.1.0
BUILD   ?= build
VARIANT ?= release
ifeq ($(origin CC),default)
CC := gcc
endif
PYTHON  := /usr/bin/python3

PACKAGES := gcc make pkg-config libzmq3-dev liblmdb-dev libprotobuf-c-dev protobuf-c-compiler protobuf-compiler \
	libsodium-dev libmicrohttpd-dev libgnutls28-dev libexpat1-dev libqrencode-dev zlib1g-dev libxlsxwriter-dev libfyaml-dev \
	libjansson-dev libcurl4-openssl-dev libcmocka-dev python3 python3-zmq python3-protobuf python3-pytest python3-pytest-xdist python3-pytest-timeout \
	python3-hypothesis python3-jsonschema python3-yaml python3-icalendar python3-openpyxl khal python3-aiosmtpd vdirsyncer prometheus openssl curl \
	wrk zbar-tools chromium fonts-wqy-microhei valgrind clang clang-tidy mold $(if $(shell command -v npm),,nodejs npm)

ifeq ($(VARIANT),release)
OUT      := $(BUILD)
# gcc sees each program whole: rules is a tenth faster (make bench). clang would want a linker of its own for that.
OPTIMISE := -O2 -g $(if $(findstring gcc,$(CC)),-flto=auto)
else ifeq ($(VARIANT),asan)
OUT      := $(BUILD)/asan
OPTIMISE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),valgrind)
OUT      := $(BUILD)/valgrind
OPTIMISE := -O1 -g
else ifeq ($(VARIANT),fuzz)
OUT      := $(BUILD)/fuzz
OPTIMISE := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else
$(error VARIANT must be release, asan, valgrind or fuzz, not "$(VARIANT)")
endif

STANDARD := -std=c11 -D_GNU_SOURCE -DDUBAN_VERSION='"$(VERSION)"' $(OPTIMISE) $(CFLAGS)
# missing-braces: protoc-c's own initialisers of a oneof whose first member is bytes
WARNINGS := -Wall -Wextra -Werror -Wno-missing-braces
ifneq ($(filter asan valgrind,$(VARIANT)),)
WARNINGS += -Wno-maybe-uninitialized   # gcc sees ghosts there with checks of its own, or at -O1
endif
INCLUDES := -Icommon -I$(BUILD)/proto
LIBS     := -Wl,--as-needed -lzmq -llmdb -lprotobuf-c -lsodium -lmicrohttpd -lexpat -lqrencode -lz -lgnutls -lxlsxwriter -lfyaml \
            -ljansson -lcurl -lm

OBJ       := $(OUT)/obj
LIBRARY   := $(OBJ)/common.a
SERVICES  := $(sort $(patsubst services/%/,%,$(dir $(wildcard services/*/*.c))))
MESSAGES  := $(patsubst proto/%.proto,%,$(wildcard proto/*.proto))
GENERATED := $(MESSAGES:%=$(BUILD)/proto/%.pb-c.h)
PYTHON_MESSAGES := $(MESSAGES:%=$(BUILD)/proto/py/%_pb2.py)
PROGRAMS  := $(patsubst services/%/main.c,$(OUT)/bin/duban-%,$(wildcard services/*/main.c))
PROGRAMS  := $(PROGRAMS:%/duban-cli=%/duban)

# `make unit T=arena`, `make fuzz T=csv`: only those with that in their name.
chosen = $(if $(T),$(foreach t,$1,$(if $(findstring $(T),$t),$t)),$1)

UNIT_SOURCES := $(call chosen,$(sort $(wildcard tests/unit/test_*.c tests/unit/*/test_*.c)))
UNIT_TESTS   := $(UNIT_SOURCES:tests/unit/%.c=$(OUT)/tests/%)
FUZZ_SOURCES := $(call chosen,$(sort $(wildcard tests/fuzz/fuzz_*.c tests/fuzz/*/fuzz_*.c)))
FUZZ_TESTS   := $(FUZZ_SOURCES:tests/%.c=$(OUT)/tests/%)
NODE_TOOLS   := $(BUILD)/node/installed $(BUILD)/browser/installed
TOOLS        := $(patsubst tests/unit/%.c,$(OUT)/tests/%,$(wildcard tests/unit/tool_*.c tests/unit/*/tool_*.c)) \
                $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/bench/*.c))
OUR_SOURCES  := $(wildcard common/*.c services/*/*.c tests/unit/*.c tests/unit/*/*.c tests/fuzz/*.c tests/fuzz/*/*.c \
                tests/bench/*.c)

objects = $(patsubst %.c,$(OBJ)/%.o,$(wildcard $1))
# The tests are some 190 programs of much the same objects: mold takes a seventh of ld's time for each.
linker  := $(if $(filter release,$(VARIANT)),,-fuse-ld=mold)
link    = @mkdir -p $(@D) && echo "  link $@" && \
          $(CC) $(OPTIMISE) $(CFLAGS) $(linker) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $1 $(LIBS)
asan    = $(MAKE) --no-print-directory VARIANT=asan

.PHONY: all programs unit-tests fuzz-tests system-tests unit test test-long fuzz valgrind demo run install bench bench-stress bench-large \
        tidy clang deps clean help force
.SECONDARY:
.DELETE_ON_ERROR:

all: programs
programs: $(PROGRAMS)
unit-tests: $(UNIT_TESTS) $(TOOLS) $(PYTHON_MESSAGES)
system-tests: $(PYTHON_MESSAGES) $(NODE_TOOLS)
fuzz-tests: $(FUZZ_TESTS)

unit:
	+@$(asan) unit-tests
	@tests/run unit --build $(BUILD)/asan $(if $(T),--only $(T))

test: programs
	+@$(asan) programs unit-tests fuzz-tests system-tests
	@tests/run all --build $(BUILD)/asan --installed $(BUILD)

test-long:
	+@$(asan) programs unit-tests
	@DUBAN_HISTORIES=3000 DUBAN_HISTORIES_OF_FIGURES=1000 DUBAN_HISTORIES_OF_DAYS=50 DUBAN_EXAMPLES=100 DUBAN_SETS=demo \
	    tests/run system --build $(BUILD)/asan --only agrees_with_the --patience 86400

fuzz:
	+@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang fuzz-tests
	@tests/fuzz/run $(BUILD)/fuzz $(or $(SECONDS),60) $(FUZZ_SOURCES:tests/fuzz/%.c=%)

valgrind:
	+@$(MAKE) --no-print-directory VARIANT=valgrind unit-tests
	@tests/run unit --build $(BUILD)/valgrind --valgrind $(if $(T),--only $(T))

demo: programs
	@deploy/demo/run

run: programs
	@deploy/run

# Settings that are there already stay as they are.
install: programs
	@install -d $(DESTDIR)/etc/duban $(DESTDIR)/usr/share/duban
	@install -D -m 0755 -t $(DESTDIR)/usr/bin $(PROGRAMS)
	@install -D -m 0644 -t $(DESTDIR)/usr/lib/systemd/system deploy/units/*.service
	@install -D -m 0644 deploy/units/duban.sysusers $(DESTDIR)/usr/lib/sysusers.d/duban.conf
	@install -D -m 0644 deploy/units/duban.tmpfiles $(DESTDIR)/usr/lib/tmpfiles.d/duban.conf
	@for file in deploy/settings/*; do \
	    test -e $(DESTDIR)/etc/duban/$${file##*/} || install -m 0644 $$file $(DESTDIR)/etc/duban; done
	@cp -R deploy/packs $(DESTDIR)/usr/share/duban
	@echo '已装好，接下来见 README“装成服务” / installed; README, "As a service", says what comes next'

bench: programs $(TOOLS) $(PYTHON_MESSAGES)
	@tests/bench/run

bench-stress: programs $(TOOLS) $(PYTHON_MESSAGES)
	@tests/bench/run --only stress

bench-large: programs $(TOOLS) $(PYTHON_MESSAGES)
	@tests/bench/run --only large

tidy: $(OUR_SOURCES:%.c=$(OUT)/tidy/%.clean)

clang: $(OUR_SOURCES:%.c=$(OUT)/clang/%.clean)

clean:
	rm -rf $(BUILD)

help:
	@printf '%s\n' \
	'make            编译各守护进程与命令                     build the daemons and the command' \
	'make demo       在演练时钟上看一个乡镇从巡查到销号       watch a township on the rehearsal clock' \
	'make run        以真实时间运行，Ctrl-C 结束              run them in real time until Ctrl-C' \
	'make install    装成 systemd 服务(需 root)，见 README    as services of systemd (as root), see README' \
	'make test       全部测试(ASan/UBSan)，末行为通过与失败数 all tests; the last line counts them' \
	'make test-long  以数千段随机经过与独立推算核对(很久)      the daemons and an oracle over thousands of histories (long)' \
	'make unit       只做单元测试；T=名字 只做其中几个        unit tests only; T=name for some of them' \
	'make fuzz       以随机输入试各解析处；T=名字 SECONDS=秒  random input for every parser, a minute each' \
	'make valgrind   在 valgrind 下做单元测试                 the unit tests under valgrind' \
	'make bench      测速                                     measure the speed' \
	'make bench-stress 十个乡镇 63 天重放测速(先推演约十分钟) 63 days of ten townships, replayed (played first)' \
	'make bench-large 一千万件任务下测速(约一刻钟、40 GB)     the same among ten million open tasks' \
	'make tidy       clang-tidy 检查                          clang-tidy over our sources' \
	'make clang      以 clang 再看一遍有无警告，不生成程序    clang'"'"'s warnings, nothing is built' \
	'make deps       安装所缺的 Debian 软件包(需 root)        install missing Debian packages (as root)' \
	'make clean      删除 build/                              delete build/' \
	'VARIANT=asan 另编译一套带检查的; CC=clang; BUILD=目录    a checked tree; another compiler; another folder'

# ---- Debian packages: looked at once, and again when this file changes

deps: $(BUILD)/deps

$(BUILD)/deps: Makefile
	@command -v dpkg-query >/dev/null || { echo '此处不是 Debian，请自行安装 / not Debian, install these yourself: $(PACKAGES)'; \
	    mkdir -p $(@D) && touch $@ && exit 0; }; \
	missing=$$(for package in $(PACKAGES); do \
	    dpkg-query -W -f '$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed || echo $$package; done); \
	if [ -n "$$missing" ] && [ "$$(id -u)" != 0 ]; then \
	    echo "缺少软件包，请以 root 运行 make deps，或安装：" $$missing >&2; \
	    echo "packages are missing; run make deps as root, or install:" $$missing >&2; exit 1; \
	elif [ -n "$$missing" ]; then \
	    echo "正在安装 / installing:" $$missing; apt-get -qq update && \
	    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $$missing; \
	fi && mkdir -p $(@D) && touch $@

# ---- programs of others that the system tests ask, by npm and as package-lock.json has them

$(NODE_TOOLS): $(BUILD)/%/installed: $(wildcard tests/node/* tests/browser/*) | $(BUILD)/deps
	@mkdir -p $(@D) && cp tests/$*/* $(@D) && \
	if cd $(@D) && npm ci --silent --ignore-scripts --no-audit --no-fund; then touch installed; else \
	    echo '未能安装 tests/$* 中的 npm 软件包，用到它们的测试将不通过 / the npm packages of tests/$* could not be installed:' \
	         'the tests that ask them will fail' >&2; fi

# ---- messages

$(BUILD)/proto/%.pb-c.c $(BUILD)/proto/%.pb-c.h: proto/%.proto | $(BUILD)/deps
	@mkdir -p $(@D) && protoc-c --proto_path=proto --c_out=$(@D) $<

$(BUILD)/proto/py/%_pb2.py: proto/%.proto | $(BUILD)/deps
	@mkdir -p $(@D) && protoc --proto_path=proto --python_out=$(@D) $<

$(OBJ)/proto/%.o: $(BUILD)/proto/%.c $(OBJ)/flags | $(GENERATED)
	@mkdir -p $(@D) && $(CC) $(STANDARD) $(INCLUDES) -MMD -MP -c -o $@ $<

# ---- objects

# Written anew only when the compiler or its flags change, so that everything is compiled again then.
$(OBJ)/flags: force
	@mkdir -p $(@D); echo "$(CC) $(STANDARD) $(WARNINGS)" | cmp -s - $@ || echo "$(CC) $(STANDARD) $(WARNINGS)" > $@

$(OBJ)/%.o: %.c $(OBJ)/flags | $(GENERATED)
	@mkdir -p $(@D) && echo "  $(CC) $<" && $(CC) $(STANDARD) $(WARNINGS) $(INCLUDES) $(OWN) -MMD -MP -c -o $@ $<

$(OUT)/tidy/%.clean: %.c $(OBJ)/%.o .clang-tidy
	@mkdir -p $(@D) && echo "  tidy $<" && clang-tidy --quiet $< -- $(STANDARD) $(INCLUDES) $(OWN) 2>/dev/null && touch $@

# Warnings are found before any code is made.
$(OUT)/clang/%.clean: %.c $(OBJ)/flags | $(GENERATED)
	@mkdir -p $(@D) && echo "  clang $<" && clang -fsyntax-only $(STANDARD) $(WARNINGS) $(INCLUDES) $(OWN) \
	    -MMD -MP -MF $(@:.clean=.d) -MT $@ $< && touch $@

$(OBJ)/tests/% $(OUT)/tidy/tests/% $(OUT)/clang/tests/%: OWN = -Itests/unit -Itests/fuzz

$(LIBRARY): $(call objects,common/*.c) $(MESSAGES:%=$(OBJ)/proto/%.pb-c.o)
	@rm -f $@ && ar rcs $@ $^

# ---- programs and tests of one service. The command replays journals: it has rules inside.

# Around a fuzz target: libFuzzer's own main, or ours that reads files.
fuzz_main := $(if $(filter fuzz,$(VARIANT)),,$(OBJ)/tests/fuzz/each_file.o)
fuzz_libs := $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer) -lcmocka

folders_cli := services/cli services/rules
define service
$1_folders := $(or $(folders_$1),services/$1)
$1_parts   := $$(filter-out %/main.o,$$(call objects,$$(addsuffix /*.c,$$($1_folders))))
$(OBJ)/services/$1/% $(OUT)/tidy/services/$1/% $(OUT)/clang/services/$1/%: OWN = $$(addprefix -I,$$($1_folders))
$(foreach kind,unit fuzz,$(OBJ)/tests/$(kind)/$1/% $(OUT)/tidy/tests/$(kind)/$1/% $(OUT)/clang/tests/$(kind)/$1/%): \
    OWN = -Itests/unit -Itests/unit/$1 -Itests/fuzz $$(addprefix -I,$$($1_folders))
$(OUT)/bin/$(if $(filter cli,$1),duban,duban-$1): $(OBJ)/services/$1/main.o $$($1_parts) $(LIBRARY)
	$$(link)
$(OUT)/tests/$1/test_%: $(OBJ)/tests/unit/$1/test_%.o $$($1_parts) $(LIBRARY)
	$$(call link,-lcmocka)
$(OUT)/tests/fuzz/$1/fuzz_%: $(OBJ)/tests/fuzz/$1/fuzz_%.o $$($1_parts) $(fuzz_main) $(LIBRARY)
	$$(call link,$(fuzz_libs))
$(OUT)/tests/$1/tool_%: $(OBJ)/tests/unit/$1/tool_%.o $$($1_parts) $(LIBRARY)
	$$(call link,-lcmocka)
endef
$(foreach name,$(SERVICES),$(eval $(call service,$(name))))

$(OUT)/tests/fuzz/fuzz_%: $(OBJ)/tests/fuzz/fuzz_%.o $(fuzz_main) $(LIBRARY)
	$(call link,$(fuzz_libs))

$(OUT)/tests/bench/%: $(OBJ)/tests/bench/%.o $(LIBRARY)
	$(link)

$(OUT)/tests/%: $(OBJ)/tests/unit/%.o $(LIBRARY)
	$(call link,-lcmocka)

-include $(shell find $(OBJ) $(OUT)/clang -name '*.d' 2>/dev/null)
