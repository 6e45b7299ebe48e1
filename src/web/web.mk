# The page for browsers, called by "make web" (Makefile.am), which gives srcdir, SOURCES (all
# of the rooms up to the window), VERSION and JANSSON (jansson's source: there is no package
# of it for WebAssembly). What needs other programs, plug-ins or GLPK is swapped for alone.c,
# and so is what reads files that no page has.
EMCC = emcc
NODE_PATH ?= /usr/share/nodejs
export NODE_PATH
objects = web-objects
# What thinks is to be fast, and what is looked at small: a page is waited for.
HOT = src/models/mixture src/models/ctw src/models/bits src/models/goal \
	src/planners/mcts src/planners/tree src/planners/expectimax envs/grid
SWAPPED = %/child.c %/talk.c %/plugins.c %/lp.c %/runs.c %/runs_draw.c %/cast.c
unread = envs/exec.c agents/exec.c envs/cassandra%
sources = $(filter-out $(SWAPPED) $(unread),$(filter %.c,$(SOURCES))) src/web/web.c src/web/alone.c
jansson = $(notdir $(wildcard $(JANSSON)/src/*.c))
all_objects = $(sources:%.c=$(objects)/%.o) $(jansson:%.c=$(objects)/jansson/%.o)
data = $(wildcard $(srcdir)/demos/*.demo $(srcdir)/maps/*)
rooms = base core shelf play models planners laws run batch api stats figure view web
flags = -std=gnu11 -flto -ffp-contract=off -DHAVE_CONFIG_H -DURSA_DATADIR='"/ursa"' \
	-I. -I$(objects)/jansson $(rooms:%=-I$(srcdir)/src/%) -I$(srcdir)/envs \
	-I$(srcdir)/agents -I$(JANSSON)/src -idirafter /usr/include
exports = open open_trace error backdrop resize draw text message key click drag pump pause \
	typing go link demos keys hash
comma = ,
empty =
names = $(subst $(empty) $(empty),$(comma),$(exports:%=_web_%))
# Not -Oz: its logarithms are others, and runs are to be those of the program.
link = -Os -flto -s ALLOW_MEMORY_GROWTH=1 -s INITIAL_MEMORY=33554432 \
	-s TOTAL_STACK=2097152 -s MODULARIZE=1 -s EXPORT_NAME=ursa_module \
	-s ENVIRONMENT=web -s INCOMING_MODULE_JS_API=print,printErr,wasmBinary \
	-s EXPORTED_FUNCTIONS=$(names) \
	-s EXPORTED_RUNTIME_METHODS=ccall,FS,UTF8ToString -s FORCE_FILESYSTEM=1 -s TEXTDECODER=2 -s SUPPORT_ERRNO=0 -s MALLOC=emmalloc

web/ursa.html: $(objects)/ursa.js $(objects)/data.json \
		$(wildcard $(srcdir)/src/web/page.* $(srcdir)/src/web/*.js)
	@node '$(srcdir)/src/web/pack.js' $(objects)/data.json $(objects)/ursa.wasm >$(objects)/packed
	@$(AWK) -v version='$(VERSION)' -v module='$(objects)/ursa.js' \
		-v packed='$(objects)/packed' -v unpack='$(srcdir)/src/web/unpack.js' \
		-v script='$(srcdir)/src/web/page.js' -f '$(srcdir)/src/web/page.awk' \
		'$(srcdir)/src/web/page.html' >$@.new
	@mv $@.new $@
	@echo "  PAGE     $@: $$(wc -c <$@) bytes, gzipped $$(gzip -9cn $@ | wc -c)"

$(objects)/data.json: $(data) $(srcdir)/src/web/data.awk
	@LC_ALL=C $(AWK) -f '$(srcdir)/src/web/data.awk' $(data) >$@

# Once more through wasm-opt: a little smaller; it is not needed.
$(objects)/ursa.js: $(all_objects) $(srcdir)/src/web/web.mk
	@echo "  EMCCLD   $@"
	@$(EMCC) $(link) $(all_objects) -o $@
	@if command -v wasm-opt >/dev/null; then wasm-opt -Oz $(objects)/ursa.wasm \
		-o $(objects)/ursa.wasm; fi

$(objects)/%.o: $(srcdir)/%.c $(objects)/jansson/jansson_config.h
	@mkdir -p '$(@D)'
	@echo "  EMCC     $*.c"
	@$(EMCC) $(if $(filter $(HOT),$*),-O2,-Oz) $(flags) -MMD -MP -c '$<' -o '$@'

$(objects)/jansson/%.o: $(JANSSON)/src/%.c $(objects)/jansson/jansson_config.h
	@echo "  EMCC     jansson/$*.c"
	@$(EMCC) -Oz -flto -I$(objects)/jansson -I$(JANSSON)/src -DHAVE_CONFIG_H -c '$<' -o '$@'

# What its configure would find out.
$(objects)/jansson/jansson_config.h: $(JANSSON)/src/jansson_config.h.in
	@mkdir -p '$(@D)'
	@sed -e 's/@json_inline@/inline/' -e 's/@json_have_[a-z_]*@/1/' '$<' >'$@'
	@echo '#define HAVE_STDINT_H 1' >'$(@D)/jansson_private_config.h'
	@echo '#define INITIAL_HASHTABLE_ORDER 3' >>'$(@D)/jansson_private_config.h'

-include $(sources:%.c=$(objects)/%.d)
