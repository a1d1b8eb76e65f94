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
    # A failed assertion of cmocka does not return, but its header does not say so.
    set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS -Wno-null-dereference)
endfunction()

# refbench_add_test(NAME TIMEOUT COMMAND...): the ctest entry NAME.
function(refbench_add_test name timeout)
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${REFBENCH_ROOT})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${REFBENCH_TEST_ENVIRONMENT}")
endfunction()

# refbench_add_tests(FOLDER PREFIX TIMEOUT LIBRARY...): every tests/<FOLDER>/<name>_test.c as <PREFIX>.<name>.
function(refbench_add_tests folder prefix timeout)
    refbench_glob(files tests/${folder}/*_test.c)
    foreach(file IN LISTS files)
        get_filename_component(stem ${file} NAME_WE)
        string(REGEX REPLACE "_test$" "" stem ${stem})
        set(name ${prefix}.${stem})
        refbench_add_test_program(${name} ${file} ${ARGN})
        refbench_add_test(${name} ${timeout} ${REFBENCH_TEST_LAUNCHER} $<TARGET_FILE:test-${name}>)
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

# refbench_add_strategy_tests(NAME): contract.<NAME>.* and stress.<NAME>.*, for a runtime with workloads, check.<NAME>, and
# program.<NAME> if it has a program.
function(refbench_add_strategy_tests name)
    if(TARGET refbench-${name})
        refbench_add_program_test(${name})
    endif()
    refbench_add_check(${name})
    refbench_add_tests(contract contract.${name} 300 runtime-${name} workloads-${name})
    refbench_add_tests(stress stress.${name} 300 runtime-${name})
endfunction()
