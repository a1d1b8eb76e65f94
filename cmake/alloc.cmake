# Allocators: programs that measure one each, from the same tests (bench/alloc), whose loops are compiled for each.
#
# Not with sanitizers, which bring allocators of their own.
#
#   alloc-alone               object library: the allocator without a runtime
#   alloc-base                library: what stands below it
#   refbench-alloc-<variant>  program: the tests on that variant, bench/alloc/variants/<variant>.h
#
# The programs of allocators that are not ours have of ours only what the tests themselves need.

set(REFBENCH_ALLOCATORS)
if(REFBENCH_SANITIZE)
    return()
endif()

refbench_glob(sources alloc/*.c alloc/base/*.c)
add_library(alloc-alone OBJECT ${sources})
target_link_libraries(alloc-alone PUBLIC refbench-options Threads::Threads PkgConfig::HWLOC PkgConfig::URCU)

# A library, of which a program takes what it needs.
refbench_glob(sources alloc/base/*.c)
list(FILTER sources EXCLUDE REGEX "/index\\.c$") # on liburcu, for the object layer
add_library(alloc-base STATIC EXCLUDE_FROM_ALL ${sources})
target_link_libraries(alloc-base PUBLIC refbench-options Threads::Threads PkgConfig::HWLOC)

# The tests that every variant has, and what they share.
refbench_glob(alloc_tests bench/alloc/*.c)
list(REMOVE_ITEM alloc_tests ${REFBENCH_ROOT}/bench/alloc/enumerate.c ${REFBENCH_ROOT}/bench/alloc/library.c)
list(APPEND alloc_tests ${REFBENCH_ROOT}/bench/json.c ${REFBENCH_ROOT}/bench/trial/pin.c)

set_source_files_properties(bench/alloc/library.c PROPERTIES COMPILE_DEFINITIONS _GNU_SOURCE) # dladdr

# refbench_add_allocator(VARIANT LIBRARY... [SOURCES FILE...])
function(refbench_add_allocator variant)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
    set(program refbench-alloc-${variant})
    add_executable(${program} ${alloc_tests} ${arg_SOURCES})
    set_target_properties(${program} PROPERTIES EXCLUDE_FROM_ALL ${REFBENCH_DEBUG}) # there, nobody runs them
    target_compile_definitions(
        ${program} PRIVATE ALLOCATOR_HEADER="bench/alloc/variants/${variant}.h" REFBENCH_FLAGS="${REFBENCH_FLAGS}")
    target_link_libraries(${program} PRIVATE ${arg_UNPARSED_ARGUMENTS})
    add_dependencies(programs ${program})
    set(REFBENCH_ALLOCATORS ${REFBENCH_ALLOCATORS} ${variant} PARENT_SCOPE)
endfunction()

refbench_add_allocator(inlined alloc-alone SOURCES bench/alloc/enumerate.c)
refbench_add_allocator(called alloc-alone)
refbench_add_allocator(freelist alloc-base)
refbench_add_allocator(malloc alloc-base ${CMAKE_DL_LIBS} SOURCES bench/alloc/library.c)
if(TARGET PkgConfig::PYTHON) # not with sanitizers (cmake/peers.cmake)
    refbench_add_allocator(obmalloc alloc-base PkgConfig::PYTHON ${CMAKE_DL_LIBS} SOURCES bench/alloc/library.c)
endif()
