# What find_package(refbench) reads, and what the project itself begins with.
#
# A strategy kept elsewhere builds its own program:
#
#   project(mine LANGUAGES C CXX)                   # bench/refbench new-runtime mine --dir DIR writes it all
#   find_package(refbench REQUIRED)                 # installed, or -Drefbench_DIR=<this tree>/cmake
#   refbench_add_runtime(mine mine/rc.h mine/rc.c)  # build/bin/refbench-mine, -mine-debug and -mine-explore
#   enable_testing()
#   refbench_add_models(model/mine_drop.c)          # model.mine_drop
#   refbench_add_strategy_tests(mine)               # contract.mine.*, stress.mine.*; check.mine, scenario.mine with REFBENCH_DEBUG=ON

option(REFBENCH_DEBUG "Check assertions and invariants" OFF)
option(REFBENCH_WERROR "Compiler warnings are errors" OFF)
set(REFBENCH_POOL_KIB 16 CACHE STRING "Size of a pool: 16 or 64")
set_property(CACHE REFBENCH_POOL_KIB PROPERTY STRINGS 16 64)
set(REFBENCH_DEBUG_INFO "-g" CACHE STRING "What a debugger learns from builds of type Debug: -g, or lines only: -g1")
set(REFBENCH_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread")

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH REFBENCH_ROOT)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

include(${CMAKE_CURRENT_LIST_DIR}/compiler.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/lists.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/contract.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/runtime.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/conformance.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/explore.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/test.cmake)

refbench_read_list(WORKLOAD bench/workloads/workloads.def REFBENCH_WORKLOADS)
foreach(workload IN LISTS REFBENCH_WORKLOADS)
    refbench_require_file(bench/workloads/${workload}.c bench/workloads/workloads.def WORKLOAD ${workload})
endforeach()
