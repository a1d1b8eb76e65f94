# Static checks, one ctest entry each: lint.<tool>.
#
# A tool that is missing fails its test, by name: a check that is skipped in silence checks nothing.

add_custom_target(lint)

refbench_glob(c_files
    alloc/*.[ch] alloc/base/*.[ch] gc/*.[ch] runtimes/*.[ch] runtimes/rc/*.[ch] runtimes/object/*.[ch]
    runtimes/enumerate/*.[ch] bench/*.[ch] bench/*.cc bench/trial/*.[ch] bench/alloc/*.[ch] bench/alloc/*/*.[ch]
    bench/tour/*.[ch] bench/workloads/*.[ch] bench/peers/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch])
refbench_glob(python_files cmake/*.py bench/driver/*.py results/analysis/*.py tests/*.py tests/*/*.py)
foreach(script bench/refbench bench/run tests/run tests/lint/python_style tests/model/run tests/fault/run .ci/run
    cmake/install-packages)
    set(first_line)
    if(EXISTS ${REFBENCH_ROOT}/${script})
        file(STRINGS ${REFBENCH_ROOT}/${script} first_line LIMIT_COUNT 1)
    endif()
    if(first_line MATCHES "python")
        list(APPEND python_files ${REFBENCH_ROOT}/${script})
    elseif(first_line MATCHES "sh$")
        list(APPEND shell_files ${REFBENCH_ROOT}/${script})
    endif()
endforeach()

# refbench_add_lint(NAME TIMEOUT COMMAND...)
function(refbench_add_lint name timeout)
    add_test(NAME lint.${name} COMMAND ${ARGN} WORKING_DIRECTORY ${REFBENCH_ROOT})
    set_tests_properties(lint.${name} PROPERTIES TIMEOUT ${timeout})
endfunction()

refbench_add_lint(format 60 clang-format-14 --dry-run -Werror ${c_files})
refbench_add_lint(black 60 ${REFBENCH_ROOT}/tests/lint/python_style ${python_files})
set_tests_properties(lint.black PROPERTIES SKIP_RETURN_CODE 77)
refbench_add_lint(pyflakes 60 pyflakes3 ${python_files})
foreach(file IN LISTS shell_files)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${REFBENCH_ROOT} OUTPUT_VARIABLE name)
    refbench_add_lint(shell.${name} 10 sh -n ${file})
endforeach()

# Both checkers take one compile command for each file, that of the first strategy which compiles it.
set(commands ${CMAKE_BINARY_DIR}/lint/compile_commands.json)
refbench_add_lint(commands 10
    /usr/bin/python3 -B tests/lint/one_command_per_file.py ${CMAKE_BINARY_DIR}/compile_commands.json ${commands})
set_tests_properties(lint.commands PROPERTIES FIXTURES_SETUP commands)

# Nearly all of clang-tidy's time is the static analyzer's, which walks paths until it has seen 225000 states of a function.
# The first 50000 take a third of that time; the long form sees all.
set(budget)
if(NOT REFBENCH_FULL)
    set(budget -extra-arg=-Xclang -extra-arg=-analyzer-config -extra-arg=-Xclang -extra-arg=max-nodes=50000)
endif()
refbench_add_lint(tidy 1200 run-clang-tidy-14 -quiet -j 2 -p ${CMAKE_BINARY_DIR}/lint ${budget})
refbench_add_lint(cppcheck 300
    cppcheck --project=${commands} --std=c17 --enable=warning,performance,portability --inline-suppr
    --suppressions-list=tests/lint/cppcheck-suppressions.txt --error-exitcode=1 --quiet -j 2
    --template={file}:{line}:\ {severity}:\ {message}\ [{id}])
set_tests_properties(lint.tidy lint.cppcheck PROPERTIES FIXTURES_REQUIRED commands PROCESSORS 2)

refbench_glob(lint_tests tests/lint/*_test.py)
foreach(file IN LISTS lint_tests)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    refbench_add_lint(${stem} 120 /usr/bin/python3 -B ${file})
endforeach()
