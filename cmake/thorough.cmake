# Tests that one build of the project is enough for.
#
#   model.<name>               tests/model/<name>.c, searched by tests/model/explore, and by GenMC if it is there
#   fault.<fault>              alloc/base/faults.def: a runtime with that seeded fault, which the tool that the list names must find
#   inject.<strategy>          tests/inject: the cases of each strategy, each of their allocations failing in its turn
#   program.cases              tests/program, on the program that carries the cases of the first strategy
#   program.scenarios          the same, on the program that explores the scenarios
#   program.fuzz               the same, what it does with --fuzz
#   program.deep               the same, what check --deep says of it, whole and broken, in seconds
#   program.memory             tests/program, on the first strategy's program with too little memory
#   driver.<name>              tests/driver/<name>_test.py
#   report.browser             tests/report: reports in headless Chromium; skipped where it, node or npm is not there
#   micro.<strategy>           every micro benchmark but large collections, for a moment; full collections only on the first
#   check.gil_linked           tests/conformance, on gil with containers found by lists; in the long form contract.gil_linked.<name>, too
#   package.strategy           tests/package: a strategy outside of the tree, built with the installed package
#   package.tutorial           docs/tutorial.md, done block by block with it

refbench_glob(models tests/model/*.c)
foreach(model IN LISTS models)
    get_filename_component(stem ${model} NAME_WE)
    refbench_add_test(model.${stem} 300 ${REFBENCH_ROOT}/tests/model/run ${model})
endforeach()

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${REFBENCH_ROOT}/alloc/base/faults.def)
file(STRINGS ${REFBENCH_ROOT}/alloc/base/faults.def seeds REGEX "^SEED[(]")
foreach(seed IN LISTS seeds)
    string(REGEX REPLACE "^SEED[(]([a-z_0-9]+),.*" "\\1" fault "${seed}")
    refbench_add_test(fault.${fault} 150 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/fault/run
        --build ${CMAKE_BINARY_DIR} ${fault})
endforeach()

list(GET REFBENCH_STRATEGIES 0 first_strategy)
refbench_add_test(program.cases 120 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/program/cases_test.py
    $<TARGET_FILE:refbench-${first_strategy}-debug>)

refbench_add_test(program.scenarios 120 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/program/scenarios_test.py
    $<TARGET_FILE:refbench-${first_strategy}-explore>)
refbench_add_test(program.fuzz 300 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/program/fuzz_test.py
    $<TARGET_FILE:refbench-${first_strategy}-debug>)
refbench_add_test(program.deep 300 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/program/deep_test.py
    $<TARGET_FILE:refbench-${first_strategy}-debug>)
set_tests_properties(program.deep PROPERTIES PROCESSORS 2)
refbench_add_test(program.memory 120 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/program/memory_test.py
    $<TARGET_FILE:refbench-${first_strategy}>)

# Allocations that fail in each case: more of them where one thread runs at a time, and where owners count; all in the
# long form.
foreach(strategy IN LISTS REFBENCH_STRATEGIES)
    set(most 6)
    if(strategy MATCHES "^(gil|biased)$")
        set(most 16)
    endif()
    set(inject --most=${most})
    if(REFBENCH_FULL)
        set(inject --full)
    endif()
    refbench_add_test(inject.${strategy} 7200 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/inject/inject_test.py
        $<TARGET_FILE:refbench-${strategy}-debug> ${inject})
    set_tests_properties(inject.${strategy} PROPERTIES PROCESSORS 2)
endforeach()

refbench_glob(driver_tests tests/driver/*_test.py)
foreach(file IN LISTS driver_tests)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    refbench_add_test(driver.${stem} 300 /usr/bin/python3 -B ${file})
endforeach()
# Ten kills of the driver and of its trials; in the long form two hundred.
if(REFBENCH_FULL)
    set_tests_properties(driver.kill PROPERTIES TIMEOUT 3600)
    set_property(TEST driver.kill APPEND PROPERTY ENVIRONMENT REFBENCH_KILLS=200)
endif()

# Reports of a tenth of 10^5 trials; in the long form of all of them.
set_tests_properties(driver.hostile_report PROPERTIES TIMEOUT 900)
if(REFBENCH_FULL)
    set_property(TEST driver.hostile_report APPEND PROPERTY ENVIRONMENT REFBENCH_FULL=ON)
endif()

refbench_add_test(report.browser 900 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/report/report_test.py ${CMAKE_BINARY_DIR})
set_tests_properties(report.browser PROPERTIES SKIP_RETURN_CODE 77 PROCESSORS 2)

# Full collections of a million objects on the first strategy: the objects and the collector are the same for all.
set(million "|collect_full/1M")
foreach(strategy IN LISTS REFBENCH_STRATEGIES)
    refbench_is_built(refbench-${strategy} built)
    if(built)
        refbench_add_test(micro.${strategy} 120
            $<TARGET_FILE:refbench-${strategy}> "--benchmark_filter=^micro/([^c]|call|collect_young${million})" --benchmark_min_time=0.001)
    endif()
    set(million)
endforeach()

refbench_add_check(gil_linked)
if(REFBENCH_FULL)
    refbench_add_contract_tests(gil_linked)
endif()

set(prefix ${CMAKE_BINARY_DIR}/package/prefix)
refbench_add_test(package.install 60
    sh -c "rm -rf ${prefix} && exec ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --prefix ${prefix}")
refbench_add_test(package.strategy 600
    ${CMAKE_CTEST_COMMAND} --build-and-test tests/package ${CMAKE_BINARY_DIR}/package/build
    --build-generator Ninja --build-options -DCMAKE_PREFIX_PATH=${prefix} -DREFBENCH_DEBUG=ON
    -DCMAKE_BUILD_TYPE=Debug -DREFBENCH_DEBUG_INFO=${REFBENCH_DEBUG_INFO}
    --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --tests-regex "^(contract|check|scenario|fuzz)[.]outside")
set_tests_properties(package.install PROPERTIES FIXTURES_SETUP package)
set_tests_properties(package.strategy PROPERTIES FIXTURES_REQUIRED package PROCESSORS 2)
refbench_add_test(package.tutorial 1200 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/tutorial/tutorial_test.py
    ${prefix}/share/refbench ${CMAKE_BINARY_DIR}/package/tutorial)
set_tests_properties(package.tutorial PROPERTIES FIXTURES_REQUIRED package PROCESSORS 2)
refbench_add_test(package.blocks 60 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/tutorial/blocks_test.py)
