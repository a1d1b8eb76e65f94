# Conformance: refbench-<NAME>-debug, which holds a runtime to the cases of tests/conformance, assertions on.
#
# In a build with assertions it is linked with the same runtime-<NAME> as refbench-<NAME>; elsewhere with one of its own,
# runtime-<NAME>-debug.  There nobody needs it to measure, so this project builds it only when it is asked for.

# refbench_add_debug_program(NAME HEADER [SOURCE...]): as refbench_add_runtime is called.
function(refbench_add_debug_program name)
    set(library runtime-${name})
    if(NOT REFBENCH_DEBUG)
        set(library runtime-${name}-debug)
        refbench_add_runtime_library(${name}-debug ${ARGN})
        set_target_properties(${library} PROPERTIES ASSERTIONS ON)
        target_compile_options(${library} PUBLIC -O1)
    endif()
    refbench_glob(cases tests/conformance/*.c tests/fuzz/model/*.c)
    set(program refbench-${name}-debug)
    add_executable(${program} ${cases} ${REFBENCH_ROOT}/bench/json.c)
    set_target_properties(${program} PROPERTIES ASSERTIONS ON)
    target_link_libraries(${program} PRIVATE ${library})
    if(NOT REFBENCH_DEBUG AND CMAKE_SOURCE_DIR STREQUAL REFBENCH_ROOT)
        set_target_properties(${program} ${library} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
endfunction()
