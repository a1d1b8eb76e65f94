# Every test of the project.
#
#   unit.<name>                  tests/unit, on the runtime of the first strategy and what workloads share
#   gc.<name>                    tests/gc, on the collector alone, with the client tests/gc/fake_client.h
#   contract.<strategy>.<name>   tests/contract, on some strategies or all
#   stress.<strategy>.<name>     tests/stress, on every strategy, with the address sanitizer on those
#   check.<strategy>             tests/conformance, likewise, in builds with assertions: bench/refbench check
#   scenario.<strategy>          tests/scenario, likewise, on the program refbench-<strategy>-explore
#   exchange.<readers>           tests/exchange, on the allocator, without and with late readers
#   fuzz.<strategy>              tests/fuzz/model, likewise: random operations, on the strategy and on a model
#   fuzz.<name>                  tests/fuzz, on the first strategy
#   program.<runtime>            tests/program, on the program refbench-<strategy>, and on refbench-tally
#   program.profile              the same, on refbench-profile
#   snapshot.<runtime>           the same, the snapshots of the allocator that these programs take
#   tour.<runtime>               the same, the tour that these programs give
#   program.<peer>               tests/program, on the program of a peer, if it is built
#   program.alloc                tests/program, on the programs refbench-alloc-<variant>, in builds without assertions

list(GET REFBENCH_STRATEGIES 0 first_strategy)
refbench_add_tests(unit unit 60 runtime-${first_strategy} workloads-${first_strategy})

refbench_glob(sources gc/*.c alloc/base/*.c)
add_library(gc-alone OBJECT ${sources})
target_compile_definitions(gc-alone PUBLIC GC_CLIENT_HEADER="tests/gc/fake_client.h")
target_link_libraries(gc-alone PUBLIC refbench-options Threads::Threads PkgConfig::HWLOC PkgConfig::URCU)
refbench_add_tests(gc gc 60 gc-alone)

foreach(strategy IN LISTS REFBENCH_HELD)
    refbench_add_strategy_tests(${strategy})
endforeach()

# Tests of what the runtime does on top of any strategy: a sanitizer finds as much without the one whose threads take turns, and
# what a compiler makes of the code is seen on those that count exactly.
set(kinds ${REFBENCH_KINDS})
if(REFBENCH_FULL)
    set(kinds ${REFBENCH_STRATEGIES})
elseif(REFBENCH_SANITIZE)
    list(REMOVE_ITEM kinds gil)
elseif(NOT REFBENCH_DEBUG)
    list(REMOVE_ITEM kinds deferred)
endif()
foreach(strategy IN LISTS kinds)
    refbench_add_contract_tests(${strategy})
endforeach()
# And what only others show: that nothing is freed, what owners rely on who borrow, how much waits then, and that it can be ended;
# and how each comes by room.
set(others frees:none rc_borrow:biased_deferred waiting:biased_deferred settle:biased_deferred settle:refcache settle:hazard
    settle:atomic)
list(TRANSFORM REFBENCH_STRATEGIES PREPEND heap_limit: OUTPUT_VARIABLE limited)
foreach(other IN LISTS others limited)
    string(REPLACE ":" ";" other ${other})
    list(POP_FRONT other subject strategy)
    if(NOT strategy IN_LIST kinds AND strategy IN_LIST REFBENCH_HELD)
        refbench_add_test_file(${REFBENCH_ROOT}/tests/contract/${subject}_test.c contract.${strategy} 300
            runtime-${strategy} workloads-${strategy})
    endif()
endforeach()
refbench_is_built(refbench-tally built)
if(built)
    refbench_add_program_test(tally)
endif()
refbench_is_built(refbench-profile built)
if(built)
    refbench_add_test(program.profile 240 /usr/bin/python3 -B tests/program/profile_test.py
        $<TARGET_FILE:refbench-profile> $<TARGET_FILE:refbench-tally>)
endif()
# A runtime that sanitizers watch is slow, and says nothing more of the work.
set(ours)
if(NOT REFBENCH_SANITIZE)
    set(ours $<TARGET_FILE:refbench-${first_strategy}>)
endif()
foreach(manual manual manual_pools)
    if(TARGET refbench-${manual})
        refbench_add_test(program.${manual} 240 ${REFBENCH_TEST_LAUNCHER} /usr/bin/python3 -B tests/program/manual_test.py
            $<TARGET_FILE:refbench-${manual}> ${ours})
    endif()
endforeach()
if(TARGET refbench-cpython)
    refbench_add_test(program.cpython 240 /usr/bin/python3 -B tests/program/peer_test.py
        $<TARGET_FILE:refbench-cpython> $<TARGET_FILE:refbench-${first_strategy}>)
endif()

# Whatever allocator has a program here does the same work.  Ours keeps more memory in debug builds (alloc/quarantine.h).
if(REFBENCH_ALLOCATORS AND NOT REFBENCH_DEBUG)
    list(TRANSFORM REFBENCH_ALLOCATORS REPLACE "(.+)" "$<TARGET_FILE:refbench-alloc-\\1>" OUTPUT_VARIABLE programs)
    refbench_add_test(program.alloc 120 /usr/bin/python3 -B tests/program/alloc_test.py ${programs})
endif()

# Each does three million operations, or half as many where a sanitizer watches; in the long form two hundred times as many.
refbench_add_test_program(exchange ${REFBENCH_ROOT}/tests/exchange/exchange_test.c runtime-${first_strategy})
set(exchange 60 ${REFBENCH_TEST_LAUNCHER} $<TARGET_FILE:test-exchange>)
if(REFBENCH_FULL)
    set(exchange 7200 ${REFBENCH_TEST_LAUNCHER} $<TARGET_FILE:test-exchange> --full)
endif()
refbench_add_test(exchange.no_readers ${exchange})
refbench_add_test(exchange.late_readers ${exchange} --late-readers)

# Readers of foreign bytes, each with the driver tests/fuzz/mutate.c; and with libFuzzer, where its sanitizer is asked for.
# The readers have one thread.
if(NOT REFBENCH_SANITIZE STREQUAL "thread")
    refbench_glob(fuzz_files tests/fuzz/*_fuzz.c)
endif()
foreach(file IN LISTS fuzz_files)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" stem ${stem})
    set(libraries runtime-${first_strategy} workloads-${first_strategy})
    refbench_add_test_program(fuzz.${stem} ${file} ${libraries})
    target_sources(test-fuzz.${stem} PRIVATE ${REFBENCH_ROOT}/tests/fuzz/mutate.c)
    set(corpus)
    if(IS_DIRECTORY ${REFBENCH_ROOT}/tests/fuzz/corpora/${stem})
        set(corpus --corpus=${REFBENCH_ROOT}/tests/fuzz/corpora/${stem})
    endif()
    refbench_add_test(fuzz.${stem} 120 ${REFBENCH_TEST_LAUNCHER} $<TARGET_FILE:test-fuzz.${stem}> ${corpus})
    if(REFBENCH_SANITIZE MATCHES "fuzzer")
        add_executable(libfuzzer-${stem} EXCLUDE_FROM_ALL ${file})
        set_target_properties(libfuzzer-${stem} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        target_link_libraries(libfuzzer-${stem} PRIVATE ${libraries})
        target_link_options(libfuzzer-${stem} PRIVATE -fsanitize=fuzzer)
    endif()
endforeach()

# The scripts of tests/fuzz/model, from libFuzzer.
if(REFBENCH_SANITIZE MATCHES "fuzzer")
    refbench_glob(sources tests/fuzz/libfuzzer.c tests/fuzz/model/*.c)
    list(FILTER sources EXCLUDE REGEX "/(fuzz|attempt)[.]c$")
    foreach(strategy IN LISTS REFBENCH_STRATEGIES)
        add_executable(libfuzzer-model-${strategy} EXCLUDE_FROM_ALL ${sources})
        set_target_properties(libfuzzer-model-${strategy} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        target_link_libraries(libfuzzer-model-${strategy} PRIVATE runtime-${strategy})
        target_link_options(libfuzzer-model-${strategy} PRIVATE -fsanitize=fuzzer)
    endforeach()
endif()
