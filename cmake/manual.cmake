# Programs whose memory is freed by hand, to compare counting with: some workloads, one program for each allocator.
#
#   refbench-manual        malloc and free of the C library, or of a sanitizer, which then looks for leaks
#   refbench-manual_pools  the project's own allocator; not with sanitizers, for which the allocator has tests of its own

refbench_glob(manual_sources bench/manual/*.c bench/json.c bench/build_id.c bench/describe_topology.c
              bench/trial/court.c bench/trial/pin.c bench/trial/process.c bench/trial/zipf.c)

# refbench_add_manual(NAME HEADER SOURCE...)
function(refbench_add_manual name header)
    set(program refbench-${name})
    add_executable(${program} ${manual_sources} ${ARGN})
    target_compile_definitions(
        ${program} PRIVATE MANUAL_MEMORY_HEADER="bench/manual/${header}.h" REFBENCH_FLAGS="${REFBENCH_FLAGS}")
    target_link_libraries(${program} PRIVATE refbench-options gbench Threads::Threads PkgConfig::HWLOC PkgConfig::URCU m)
    add_dependencies(programs ${program})
endfunction()

refbench_glob(below alloc/base/check.c alloc/base/os.c alloc/base/refusal.c alloc/base/topology.c)
refbench_add_manual(manual malloc ${below})
if(NOT REFBENCH_SANITIZE)
    refbench_glob(allocator alloc/*.c alloc/base/*.c)
    refbench_add_manual(manual_pools pools ${allocator})
endif()
