# Peers: programs that measure somebody else's runtime, for the driver to show beside ours.  Each is built where its
# library is installed.  Not with sanitizers: they would look for faults in a library that is not compiled for them.

if(REFBENCH_SANITIZE)
    return()
endif()

pkg_check_modules(PYTHON QUIET IMPORTED_TARGET python3-embed)
if(NOT PYTHON_FOUND)
    message(STATUS "No refbench-cpython: libpython3-dev is not installed (cmake/install-packages --for bench)")
    return()
endif()
# Its own files, and those of ours that know of no runtime.
refbench_glob(sources bench/peers/cpython/*.c bench/micro.c bench/micro_raw.c bench/json.c bench/build_id.c
              bench/trial/pin.c bench/trial/process.c alloc/base/check.c alloc/base/os.c alloc/base/refusal.c alloc/base/topology.c)
add_executable(refbench-cpython ${sources})
target_link_libraries(refbench-cpython PRIVATE refbench-options gbench Threads::Threads PkgConfig::HWLOC PkgConfig::PYTHON)
target_compile_definitions(refbench-cpython PRIVATE REFBENCH_FLAGS="${REFBENCH_FLAGS}")
add_dependencies(programs refbench-cpython)
