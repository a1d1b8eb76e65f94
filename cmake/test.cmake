# How a test becomes a program and a ctest entry.

# What sanitizers are told; the others ignore it.
set(REFBENCH_TEST_ENVIRONMENT
    "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
    "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
    "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")

# Thread sanitizers before clang 18 cannot place their shadow if addresses are randomised by more than 28 bits, as
# kernels of 2024 do: then tests run without randomisation, where that is allowed.
set(REFBENCH_TEST_LAUNCHER)
if(REFBENCH_SANITIZE STREQUAL "thread" AND EXISTS /proc/sys/vm/mmap_rnd_bits)
    file(STRINGS /proc/sys/vm/mmap_rnd_bits random_bits LIMIT_COUNT 1)
    execute_process(COMMAND setarch -R true RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
    if(random_bits GREATER 28 AND refused EQUAL 0)
        set(REFBENCH_TEST_LAUNCHER setarch -R)
    endif()
endif()

# refbench_add_test_program(NAME FILE LIBRARY...): the cmocka program test-<NAME>.
function(refbench_add_test_program name file)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(CMOCKA REQUIRED QUIET IMPORTED_TARGET cmocka)
    add_executable(test-${name} ${file})
    set_target_properties(test-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(test-${name} PRIVATE ${ARGN} PkgConfig::CMOCKA)
    target_compile_options(test-${name} PRIVATE $<$<CONFIG:Release>:-g1>)
    # A failed assertion of cmocka does not return, but its header does not say so.
    set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS -Wno-null-dereference)
endfunction()

# refbench_add_test(NAME TIMEOUT COMMAND...): the ctest entry NAME.
function(refbench_add_test name timeout)
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${REFBENCH_ROOT})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${REFBENCH_TEST_ENVIRONMENT}")
endfunction()

# refbench_keep_threaded(VARIABLE): keeps the files that start threads, or have one of the fixtures start them; a thread
# sanitizer finds nothing in the others.
function(refbench_keep_threaded variable)
    set(threaded)
    foreach(file IN LISTS ${variable})
        file(STRINGS ${file} lines REGEX "pthread_create|team_create|worker|crew|start_thread|on_thread")
        if(lines)
            list(APPEND threaded ${file})
        endif()
    endforeach()
    set(${variable} ${threaded} PARENT_SCOPE)
endfunction()

# refbench_add_test_file(FILE PREFIX TIMEOUT LIBRARY...): <name>_test.c as <PREFIX>.<name>.
function(refbench_add_test_file file prefix timeout)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    set(name ${prefix}.${stem})
    refbench_add_test_program(${name} ${file} ${ARGN})
    refbench_add_test(${name} ${timeout} ${REFBENCH_TEST_LAUNCHER} $<TARGET_FILE:test-${name}>)
endfunction()

# refbench_add_tests(FOLDER PREFIX TIMEOUT LIBRARY...): every tests/<FOLDER>/<name>_test.c as <PREFIX>.<name>.
function(refbench_add_tests folder prefix timeout)
    refbench_glob(files tests/${folder}/*_test.c)
    if(REFBENCH_SANITIZE STREQUAL "thread")
        refbench_keep_threaded(files)
    endif()
    foreach(file IN LISTS files)
        refbench_add_test_file(${file} ${prefix} ${timeout} ${ARGN})
    endforeach()
endfunction()

# refbench_add_program_test(NAME): program.<NAME>, the command line of the program refbench-<NAME>; snapshot.<NAME>, the
# snapshots of the allocator that it takes; and tour.<NAME>, the tour that it gives.
function(refbench_add_program_test name)
    foreach(subject program snapshot tour)
        refbench_add_test(${subject}.${name} 240 ${REFBENCH_TEST_LAUNCHER} /usr/bin/python3 -B
            ${REFBENCH_ROOT}/tests/program/${subject}_test.py $<TARGET_FILE:refbench-${name}>)
    endforeach()
endfunction()

# refbench_add_check(NAME): check.<NAME>, all cases of conformance on refbench-<NAME>-debug, where everything has assertions.
function(refbench_add_check name)
    if(REFBENCH_DEBUG)
        refbench_add_test(check.${name} 300 ${REFBENCH_TEST_LAUNCHER} /usr/bin/python3 -B
            ${REFBENCH_ROOT}/bench/refbench check $<TARGET_FILE:refbench-${name}-debug>)
        set_tests_properties(check.${name} PROPERTIES PROCESSORS 2)
    endif()
endfunction()

# refbench_add_scenarios(NAME): scenario.<NAME>, all scenarios on refbench-<NAME>-explore, some random schedules of each.
function(refbench_add_scenarios name)
    if(REFBENCH_DEBUG AND TARGET refbench-${name}-explore)
        set(runs 600)
        if(REFBENCH_FULL)
            set(runs 5000)
        endif()
        refbench_add_test(scenario.${name} 1200 $<TARGET_FILE:refbench-${name}-explore> --all --runs=${runs})
    endif()
endfunction()

# refbench_add_fuzz_test(NAME): fuzz.<NAME>, the corpus and random scripts on refbench-<NAME>-debug; one thread runs at a time
# there, so a thread sanitizer has nothing to see.  REFBENCH_FULL: for ten minutes.
function(refbench_add_fuzz_test name)
    if(NOT REFBENCH_DEBUG OR REFBENCH_SANITIZE STREQUAL "thread")
        return()
    endif()
    set(length --fuzz=60000 --seconds=5)
    if(REFBENCH_FULL)
        set(length --fuzz=100000000 --seconds=600)
    endif()
    refbench_add_test(fuzz.${name} 1200 $<TARGET_FILE:refbench-${name}-debug>
        --fuzz-file=${REFBENCH_ROOT}/tests/fuzz/corpus ${length} --fuzz-minimize)
endfunction()

# refbench_add_models(FILE...): model.<name>, a model of this project's own, searched by tests/model/explore.
function(refbench_add_models)
    foreach(model IN LISTS ARGN)
        get_filename_component(stem ${model} NAME_WE)
        refbench_add_test(model.${stem} 300 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/model/run
            --project ${CMAKE_CURRENT_SOURCE_DIR} ${model})
    endforeach()
endfunction()

# refbench_is_built(TARGET VARIABLE): whether there is such a target and nobody has to ask for it.
function(refbench_is_built target variable)
    set(${variable} OFF PARENT_SCOPE)
    if(TARGET ${target})
        get_target_property(excluded ${target} EXCLUDE_FROM_ALL)
        if(NOT excluded)
            set(${variable} ON PARENT_SCOPE)
        endif()
    endif()
endfunction()

# refbench_add_strategy_tests(NAME): what holds the strategy of runtime-<NAME> to the contract: check.<NAME>, scenario.<NAME>,
# fuzz.<NAME>, stress.<NAME>; and program.<NAME> if it has a program.
function(refbench_add_strategy_tests name)
    refbench_is_built(refbench-${name} built)
    if(built)
        refbench_add_program_test(${name})
    endif()
    refbench_add_check(${name})
    refbench_add_scenarios(${name})
    refbench_add_fuzz_test(${name})
    refbench_add_tests(stress stress.${name} 300 runtime-${name})
endfunction()

# refbench_add_contract_tests(NAME): contract.<NAME>.*, for a runtime with workloads.
function(refbench_add_contract_tests name)
    refbench_add_tests(contract contract.${name} 900 runtime-${name} workloads-${name})
endfunction()
