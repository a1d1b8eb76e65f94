# Every test of the project.
#
#   unit.<name>                  tests/unit, on the runtime of the first strategy
#   gc.<name>                    tests/gc, on the collector alone, with the client tests/gc/fake_client.h
#   contract.<strategy>.<name>   tests/contract, on every strategy and on the borrowing one of tests/contract/borrow.h
#   stress.<strategy>.<name>     tests/stress, likewise
#   program.<runtime>            tests/program, on the program refbench-<strategy>, and on refbench-tally

list(GET REFBENCH_STRATEGIES 0 first_strategy)
refbench_add_tests(unit unit 60 runtime-${first_strategy})

refbench_glob(sources gc/*.c alloc/base/*.c)
add_library(gc-alone OBJECT ${sources})
target_compile_definitions(gc-alone PUBLIC GC_CLIENT_HEADER="tests/gc/fake_client.h")
target_link_libraries(gc-alone PUBLIC refbench-options Threads::Threads)
refbench_add_tests(gc gc 60 gc-alone)

refbench_add_runtime_library(borrow tests/contract/borrow.h tests/contract/borrow.c)
refbench_add_workloads(borrow)
foreach(strategy IN LISTS REFBENCH_STRATEGIES ITEMS borrow)
    refbench_add_strategy_tests(${strategy})
endforeach()
refbench_add_program_test(tally)
