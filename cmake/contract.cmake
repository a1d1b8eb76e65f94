# The contract: before anything is compiled with a strategy, its header is held to runtimes/rc/contract.h, alone, by
# cmake/contract.py, which says in one line each what it lacks.

# refbench_hold_to_contract(LIBRARY HEADER): once for all libraries with this header.
function(refbench_hold_to_contract library header)
    string(MAKE_C_IDENTIFIER ${header} contract)
    set(contract contract-${contract})
    if(NOT TARGET ${contract})
        set(path ${REFBENCH_ROOT}/${header})
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${header})
            set(path ${CMAKE_CURRENT_SOURCE_DIR}/${header})
        endif()
        cmake_path(GET path PARENT_PATH folder)
        file(GLOB beside CONFIGURE_DEPENDS ${folder}/*.h)
        refbench_glob(contracts runtimes/rc/*.h cmake/contract.py runtimes/rc/contract.c)
        set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${contract}.stamp)
        add_custom_command(
            OUTPUT ${stamp}
            COMMAND /usr/bin/python3 -B ${REFBENCH_ROOT}/cmake/contract.py ${CMAKE_C_COMPILER} ${header} -std=gnu17
                    -I${CMAKE_CURRENT_SOURCE_DIR} -I${REFBENCH_ROOT} -DREFBENCH_DEBUG=0 -DRC_TALLY=0
                    "-DRC_STRATEGY_HEADER=\"${header}\""
            COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
            DEPENDS ${beside} ${contracts}
            COMMENT "Holding ${header} to the contract" VERBATIM)
        add_custom_target(${contract} DEPENDS ${stamp})
    endif()
    add_dependencies(${library} ${contract})
endfunction()
