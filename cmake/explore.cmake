# Exploring: refbench-<NAME>-explore, a whole runtime in which every atomic operation is a step of a schedule.
#
# The runtime is compiled with the instrumentation of the thread sanitizer and linked with tests/model/explore instead of
# that sanitizer's library, of the files of alloc/base that call the system, and of liburcu's table.  Without assertions, for what
# they load would be steps; seeded faults work.

# The machine and the searches, which know nothing of strategies.
function(refbench_add_explorer)
    if(NOT TARGET explorer)
        refbench_glob(sources tests/model/explore/*.c)
        add_library(explorer OBJECT EXCLUDE_FROM_ALL ${sources})
        set_target_properties(explorer PROPERTIES EXPLORED ON)
        target_compile_definitions(explorer PRIVATE _GNU_SOURCE)
        target_compile_options(explorer PRIVATE -O2)
        target_link_libraries(explorer PUBLIC refbench-options)
    endif()
endfunction()

# refbench_make_explored(LIBRARY): each of its atomic operations is a step.
function(refbench_make_explored library)
    set_target_properties(${library} PROPERTIES EXPLORED ON)
    target_compile_definitions(${library} PUBLIC REFBENCH_FAULTS=1 REFBENCH_SPINS=1)
    target_compile_options(${library} PUBLIC -O1 -fsanitize=thread)
endfunction()

# refbench_add_explore_program(NAME HEADER [SOURCE...]): as refbench_add_runtime is called.  No sanitizer can look at it.
function(refbench_add_explore_program name)
    if(REFBENCH_SANITIZE)
        return()
    endif()
    refbench_add_explorer()
    set(library runtime-${name}-explore)
    refbench_add_runtime_library(${name}-explore ${ARGN})
    get_target_property(sources ${library} SOURCES)
    list(FILTER sources EXCLUDE REGEX "alloc/base/(os|barrier|futex|check|task|topology|index)[.]c$|alloc/node[.]c$")
    set_property(TARGET ${library} PROPERTY SOURCES ${sources})
    refbench_make_explored(${library})
    list(FILTER sources INCLUDE REGEX "/alloc/")
    refbench_share_objects(${library} allocator-explored ${sources})
    refbench_make_explored(allocator-explored)

    refbench_glob(scenarios tests/scenario/*.c)
    set(program refbench-${name}-explore)
    add_executable(${program} ${scenarios} ${REFBENCH_ROOT}/bench/json.c ${REFBENCH_ROOT}/bench/trial/deque.c)
    set_target_properties(${program} PROPERTIES EXPLORED ON)
    target_link_libraries(${program} PRIVATE ${library} explorer)
    target_link_options(${program} PRIVATE -no-pie -Wl,-z,now)
    if(NOT REFBENCH_DEBUG AND CMAKE_SOURCE_DIR STREQUAL REFBENCH_ROOT)
        set_target_properties(${program} ${library} allocator-explored PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
endfunction()
