# Languages, warnings and sanitizers.  Everything hangs on the interface library `refbench-options`.
#
# No link-time optimisation and no -march: a result must not depend on what the compiler could see across files, and
# a program must run on every machine of its architecture.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
foreach(language C CXX) # not -Og, which leaves calls that must be inlined
    set(CMAKE_${language}_FLAGS_RELEASE "-O2 -g")
    set(CMAKE_${language}_FLAGS_DEBUG "-O1 ${REFBENCH_DEBUG_INFO}")
endforeach()

# Not vectorising straight-line code: gcc 12 reads two references that were just stored one by one with a single load of
# 16 bytes, which no store buffer can forward (an instance of three fields: 16.6 instead of 10.7 ns); nor making calls
# of memcpy out of loops over a few fields.
set(straight -fno-tree-slp-vectorize)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    list(APPEND straight -fno-tree-loop-distribute-patterns)
endif()

# The programs tell their build id, also where the linker does not give one by default.
add_link_options(-Wl,--build-id)
# For hundreds of programs of tests; what is measured has the linker of the system.
find_program(REFBENCH_GOLD ld.gold)
mark_as_advanced(REFBENCH_GOLD)
if(REFBENCH_GOLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_link_options(-fuse-ld=gold)
endif()

add_library(refbench-options INTERFACE)
target_include_directories(refbench-options INTERFACE ${REFBENCH_ROOT})
target_compile_options(refbench-options INTERFACE "$<$<COMPILE_LANGUAGE:C>:${straight}>")
# With assertions: what is built so, or each target that says so by its property ASSERTIONS, but not one that says EXPLORED.
target_compile_definitions(refbench-options INTERFACE
                           REFBENCH_DEBUG=$<IF:$<BOOL:$<TARGET_PROPERTY:EXPLORED>>,0,$<OR:$<BOOL:${REFBENCH_DEBUG}>,$<BOOL:$<TARGET_PROPERTY:ASSERTIONS>>>>
                           REFBENCH_POOL_KIB=${REFBENCH_POOL_KIB})

set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wconversion -Wsign-conversion -Wvla -Wcast-qual)
set(c_warnings -Wstrict-prototypes -Wmissing-prototypes)
if(NOT REFBENCH_SANITIZE)
    # Sanitizers add branches, and gcc then warns of paths that nobody wrote.
    list(APPEND warnings -Wnull-dereference)
elseif(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    list(APPEND warnings -Wno-maybe-uninitialized)
endif()
# A newer compiler warns of more, which must not keep anybody from measuring: there, warnings stay warnings.
set(newest_GNU 12)
set(newest_Clang 14)
set(newest ${newest_${CMAKE_C_COMPILER_ID}})
string(REGEX MATCH "^[0-9]+" version ${CMAKE_C_COMPILER_VERSION})
if(REFBENCH_WERROR AND newest AND version LESS_EQUAL newest)
    list(APPEND warnings -Werror)
endif()
target_compile_options(refbench-options INTERFACE ${warnings} "$<$<COMPILE_LANGUAGE:C>:${c_warnings}>")

set(sanitize)
if(REFBENCH_SANITIZE)
    set(sanitize -fsanitize=${REFBENCH_SANITIZE} -fno-sanitize-recover=all)
    target_compile_options(refbench-options INTERFACE ${sanitize} -fno-omit-frame-pointer)
    target_link_options(refbench-options INTERFACE ${sanitize})
endif()

# What the programs say of how they were compiled; warnings make no difference.
string(TOUPPER ${CMAKE_BUILD_TYPE} type)
string(JOIN " " REFBENCH_FLAGS ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}} ${straight} ${sanitize})
