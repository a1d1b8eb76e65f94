# Tests that one build of the project is enough for.
#
#   model.<name>               tests/model/<name>.pml, explored by spin, or <name>.c, by tests/model/explore
#   fault.<strategy>.<fault>   tests/stress/faults.def: a strategy with a seeded fault, which a test must find
#   fault.exchange.<fault>     tests/exchange/faults.def: the same, the allocator
#   fault.check                tests/conformance/faults.def: the same, what cases must find
#   program.cases              tests/program, on the program that carries the cases of the first strategy
#   driver.<name>              tests/driver/<name>_test.py
#   micro.<strategy>           every micro benchmark but the large ones, for a moment
#   contract.gil_linked.<name> tests/contract, on gil with containers found by lists; and check.gil_linked
#   package.*                  tests/package: a strategy outside of the tree, built with the installed package

refbench_glob(models tests/model/*.pml tests/model/*.c)
foreach(model IN LISTS models)
    get_filename_component(stem ${model} NAME_WE)
    refbench_add_test(model.${stem} 300 ${REFBENCH_ROOT}/tests/model/run ${model})
endforeach()

# refbench_add_fault_test(SUBJECT FAULT PROGRAM [ARGUMENT...]): the program must find the fault: end by itself, in time, and
# say what is wrong.
function(refbench_add_fault_test subject fault program)
    set(name fault.${subject}.${fault})
    refbench_add_test(${name} 150 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/expect_failure.py
        --pattern "leaked |[.][ch]:[0-9]+: " --timeout 120 $<TARGET_FILE:${program}> ${ARGN})
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT REFBENCH_FAULT=${fault})
endfunction()

refbench_read_list(FAULT tests/stress/faults.def faults)
foreach(fault IN LISTS faults)
    string(REPLACE "." ";" fault ${fault})
    list(GET fault 0 strategy)
    refbench_add_fault_test(${fault} test-stress.${strategy}.stress)
endforeach()

refbench_read_list(FAULT tests/exchange/faults.def faults)
foreach(fault IN LISTS faults)
    string(REPLACE "." ";" fault ${fault})
    refbench_add_fault_test(${fault} test-exchange --operations=300000)
endforeach()

refbench_add_test(fault.check 200 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/conformance/faults_test.py
    ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})

list(GET REFBENCH_STRATEGIES 0 first_strategy)
refbench_add_test(program.cases 120 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/program/cases_test.py
    $<TARGET_FILE:refbench-${first_strategy}-debug>)

refbench_glob(driver_tests tests/driver/*_test.py)
foreach(file IN LISTS driver_tests)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    refbench_add_test(driver.${stem} 300 /usr/bin/python3 -B ${file})
endforeach()

foreach(strategy IN LISTS REFBENCH_STRATEGIES)
    refbench_add_test(micro.${strategy} 120
        $<TARGET_FILE:refbench-${strategy}> "--benchmark_filter=^micro/([^c]|call|collect_young|collect_full/1M)" --benchmark_min_time=0.001)
endforeach()

refbench_add_tests(contract contract.gil_linked 300 runtime-gil_linked workloads-gil_linked)
refbench_add_check(gil_linked)

set(prefix ${CMAKE_BINARY_DIR}/package/prefix)
refbench_add_test(package.install 60
    sh -c "rm -rf ${prefix} && exec ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --prefix ${prefix}")
refbench_add_test(package.strategy 300
    ${CMAKE_CTEST_COMMAND} --build-and-test tests/package ${CMAKE_BINARY_DIR}/package/build
    --build-generator Ninja --build-options -DCMAKE_PREFIX_PATH=${prefix} -DREFBENCH_DEBUG=ON
    --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --tests-regex "^(contract|check)[.]outside")
set_tests_properties(package.install PROPERTIES FIXTURES_SETUP package)
set_tests_properties(package.strategy PROPERTIES FIXTURES_REQUIRED package PROCESSORS 2)
