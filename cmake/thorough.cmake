# Tests that one build of the project is enough for.
#
#   model.<name>               tests/model/<name>.pml, explored by spin, or <name>.c, by tests/model/explore
#   fault.<strategy>.<fault>   tests/stress/faults.def: a strategy with a seeded fault, which a test must find
#   fault.exchange.<fault>     tests/exchange/faults.def: the same, the allocator
#   driver.<name>              tests/driver/<name>_test.py
#   micro.<strategy>           every micro benchmark, for a moment
#   package.*                  tests/package: a strategy outside of the tree, built with the installed package

refbench_glob(models tests/model/*.pml tests/model/*.c)
foreach(model IN LISTS models)
    get_filename_component(stem ${model} NAME_WE)
    refbench_add_test(model.${stem} 300 ${REFBENCH_ROOT}/tests/model/run ${model})
endforeach()

# refbench_add_fault_test(NAME [ARGUMENT...]): test-fault.<NAME> must find the fault: end by itself, in time, and say what is wrong.
function(refbench_add_fault_test name)
    refbench_add_test(fault.${name} 150 /usr/bin/python3 -B ${REFBENCH_ROOT}/tests/expect_failure.py
        --pattern "leaked |[.][ch]:[0-9]+: " --timeout 120 $<TARGET_FILE:test-fault.${name}> ${ARGN})
endfunction()

refbench_read_list(FAULT tests/stress/faults.def faults)
foreach(fault IN LISTS faults)
    string(REGEX REPLACE "\\..*" "" strategy ${fault})
    string(REGEX REPLACE ".*\\." "" omission ${fault})
    refbench_strategy_sources(${strategy} sources)
    refbench_add_runtime_library(${fault} ${sources} DEFINITIONS SEEDED_FAULT=FAULT_${omission})
    refbench_add_test_program(fault.${fault} ${REFBENCH_ROOT}/tests/stress/stress_test.c runtime-${fault})
    refbench_add_fault_test(${fault})
endforeach()

refbench_read_list(FAULT tests/exchange/faults.def faults)
refbench_glob(sources alloc/*.c alloc/base/*.c)
foreach(fault IN LISTS faults)
    string(REGEX REPLACE ".*\\." "" omission ${fault})
    add_library(alloc-${fault} OBJECT ${sources})
    target_compile_definitions(alloc-${fault} PUBLIC SEEDED_FAULT=FAULT_${omission})
    target_link_libraries(alloc-${fault} PUBLIC refbench-options Threads::Threads PkgConfig::HWLOC PkgConfig::URCU)
    refbench_add_test_program(fault.${fault} ${REFBENCH_ROOT}/tests/exchange/exchange_test.c alloc-${fault})
    refbench_add_fault_test(${fault} --operations=300000)
endforeach()

refbench_glob(driver_tests tests/driver/*_test.py)
foreach(file IN LISTS driver_tests)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    refbench_add_test(driver.${stem} 300 /usr/bin/python3 -B ${file})
endforeach()

foreach(strategy IN LISTS REFBENCH_STRATEGIES)
    refbench_add_test(micro.${strategy} 120
        $<TARGET_FILE:refbench-${strategy}> --benchmark_filter=^micro/ --benchmark_min_time=0.001)
endforeach()

set(prefix ${CMAKE_BINARY_DIR}/package/prefix)
refbench_add_test(package.install 60
    sh -c "rm -rf ${prefix} && exec ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --prefix ${prefix}")
refbench_add_test(package.strategy 300
    ${CMAKE_CTEST_COMMAND} --build-and-test tests/package ${CMAKE_BINARY_DIR}/package/build
    --build-generator Ninja --build-options -DCMAKE_PREFIX_PATH=${prefix} -DREFBENCH_DEBUG=ON
    --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --tests-regex "^contract.outside")
set_tests_properties(package.install PROPERTIES FIXTURES_SETUP package)
set_tests_properties(package.strategy PROPERTIES FIXTURES_REQUIRED package PROCESSORS 2)
