# Tests that one build of the project is enough for.
#
#   model.<name>               tests/model/<name>.pml, explored by spin
#   fault.<strategy>.<fault>   tests/stress/faults.def: a strategy with a seeded fault, which a test must find
#   driver.<name>              tests/driver/<name>_test.py
#   package.*                  tests/package: a strategy outside of the tree, built with the installed package

refbench_glob(models tests/model/*.pml)
foreach(model IN LISTS models)
    get_filename_component(stem ${model} NAME_WE)
    refbench_add_test(model.${stem} 300 ${REFBENCH_ROOT}/tests/model/run ${model})
endforeach()

refbench_glob(driver_tests tests/driver/*_test.py)
foreach(file IN LISTS driver_tests)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    refbench_add_test(driver.${stem} 300 /usr/bin/python3 -B ${file})
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
