# Runtimes: the same sources compiled once for each counting strategy.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(benchmark REQUIRED)
pkg_check_modules(HWLOC REQUIRED IMPORTED_TARGET hwloc)
pkg_check_modules(URCU REQUIRED IMPORTED_TARGET liburcu-memb liburcu-cds)

add_custom_target(programs)

# The only C++, which knows nothing of strategies.
add_library(gbench OBJECT ${REFBENCH_ROOT}/bench/gbench.cc)
target_link_libraries(gbench PUBLIC refbench-options benchmark::benchmark)

# refbench_glob(VARIABLE PATTERN...): files below the root, looked for again at every build.
function(refbench_glob variable)
    list(TRANSFORM ARGN PREPEND ${REFBENCH_ROOT}/)
    file(GLOB files CONFIGURE_DEPENDS ${ARGN})
    set(${variable} ${files} PARENT_SCOPE)
endfunction()

# refbench_add_runtime_library(NAME HEADER [SOURCE...] [TALLY|PROFILE] [ENUMERATE pools|linked] [DEFINITIONS D...])
# The object library runtime-<NAME>; whoever links it is compiled for the same strategy.  ENUMERATE says how containers are
# found: runtimes/enumerate/<it>.h, pools unless told.
function(refbench_add_runtime_library name header)
    cmake_parse_arguments(PARSE_ARGV 2 arg "TALLY;PROFILE" "ENUMERATE" "DEFINITIONS")
    if(NOT arg_ENUMERATE)
        set(arg_ENUMERATE pools)
    endif()
    refbench_glob(sources alloc/*.c alloc/base/*.c gc/*.c runtimes/*.c runtimes/object/*.c runtimes/rc/deferral.c runtimes/rc/tally*.c
                  runtimes/enumerate/${arg_ENUMERATE}.c)
    set(tally 0)
    if(arg_TALLY)
        set(tally 1)
    elseif(arg_PROFILE)
        set(tally 2)
    endif()
    set(library runtime-${name})
    add_library(${library} OBJECT ${sources} ${arg_UNPARSED_ARGUMENTS})
    target_include_directories(${library} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_definitions(
        ${library}
        PUBLIC RC_STRATEGY_HEADER="${header}" GC_CLIENT_HEADER="runtimes/gc_client.h" RC_TALLY=${tally}
               ENUMERATE_HEADER="runtimes/enumerate/${arg_ENUMERATE}.h" ${arg_DEFINITIONS})
    if(arg_PROFILE) # runtimes/rc/tally_calls.h walks the frames
        target_compile_options(${library} PUBLIC -fno-omit-frame-pointer -fno-optimize-sibling-calls)
    endif()
    target_link_libraries(${library} PUBLIC refbench-options Threads::Threads PkgConfig::HWLOC PkgConfig::URCU)
    refbench_hold_to_contract(${library} ${header})
endfunction()

# refbench_share_objects(LIBRARY SHARED FILE...): these sources of the object library LIBRARY are compiled once for all
# libraries that share them, in the object library SHARED.  The files must know of no strategy; there is none for them.
function(refbench_share_objects library shared)
    if(NOT TARGET ${shared})
        add_library(${shared} OBJECT ${ARGN})
        target_link_libraries(${shared} PRIVATE refbench-options Threads::Threads PkgConfig::HWLOC PkgConfig::URCU)
    endif()
    get_target_property(sources ${library} SOURCES)
    list(REMOVE_ITEM sources ${ARGN})
    set_property(TARGET ${library} PROPERTY SOURCES ${sources})
    target_sources(${library} INTERFACE $<TARGET_OBJECTS:${shared}>)
endfunction()

# refbench_share_allocator(LIBRARY): the allocator, below which no strategy is known.
function(refbench_share_allocator library)
    refbench_glob(allocator alloc/*.c alloc/base/*.c)
    refbench_share_objects(${library} runtime-allocator ${allocator})
endfunction()

# refbench_add_workloads(NAME): the object library workloads-<NAME>: the workloads and what they share, for runtime-<NAME>.
function(refbench_add_workloads name)
    list(TRANSFORM REFBENCH_WORKLOADS REPLACE "(.+)" "${REFBENCH_ROOT}/bench/workloads/\\1.c" OUTPUT_VARIABLE workloads)
    refbench_glob(trial bench/trial/*.c)
    add_library(workloads-${name} OBJECT EXCLUDE_FROM_ALL ${workloads} ${trial})
    target_link_libraries(workloads-${name} PUBLIC runtime-${name} m)
    list(FILTER trial INCLUDE REGEX
         "/(corpus|court|dpkg_.*|file|graph|histogram|input|json_scanner|pin|process|tzdata.*|utilisation|wordnet|wordnet_line|zipf)[.]c$")
    refbench_share_objects(workloads-${name} workloads-shared ${trial})
endfunction()

# refbench_add_runtime(NAME HEADER [SOURCE...] [TALLY|PROFILE] [ENUMERATE ...]): the library, and the programs refbench-<NAME>
# and, but for one that only counts or looks, refbench-<NAME>-debug and refbench-<NAME>-explore.
# HEADER is as in #include, from the current source directory or the root; so are the SOURCES from the former.
function(refbench_add_runtime name)
    refbench_add_runtime_library(${name} ${ARGN})
    refbench_share_allocator(runtime-${name})
    refbench_add_workloads(${name})
    refbench_glob(sources bench/*.c bench/tour/*.c)
    set(program refbench-${name})
    add_executable(${program} ${sources})
    target_link_libraries(${program} PRIVATE runtime-${name} workloads-${name} gbench)
    target_compile_definitions(${program} PRIVATE REFBENCH_FLAGS="${REFBENCH_FLAGS}")
    add_dependencies(programs ${program})
    if(NOT TALLY IN_LIST ARGN AND NOT PROFILE IN_LIST ARGN)
        refbench_add_debug_program(${name} ${ARGN})
        refbench_add_explore_program(${name} ${ARGN})
    endif()
endfunction()

# refbench_strategy_sources(NAME VARIABLE): the header and, if there is one, the .c of a line STRATEGY(NAME); and what it shares
# with another strategy, which its header says in lines ` * source FILE...`.
function(refbench_strategy_sources name variable)
    refbench_require_file(runtimes/rc/${name}.h runtimes/rc/strategies.def STRATEGY ${name})
    refbench_glob(source runtimes/rc/${name}.c)
    set(header ${REFBENCH_ROOT}/runtimes/rc/${name}.h)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
    file(STRINGS ${header} lines REGEX "^ [*] source ")
    foreach(line IN LISTS lines)
        string(REGEX MATCHALL "runtimes/rc/[a-z_0-9]+[.]c" shared "${line}")
        list(TRANSFORM shared PREPEND ${REFBENCH_ROOT}/)
        list(APPEND source ${shared})
    endforeach()
    set(${variable} runtimes/rc/${name}.h ${source} PARENT_SCOPE)
endfunction()
