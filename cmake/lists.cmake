# Reading the .def lists that C reads too.

# refbench_read_list(WORD FILE VARIABLE): the names in all lines `WORD(name)` of FILE; of a line `WORD(one, other)`
# one.other.  FILE is read again when it changes.
function(refbench_read_list word file variable)
    set(path ${REFBENCH_ROOT}/${file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(STRINGS ${path} lines REGEX "^${word}\\(")
    set(name "[a-z][a-z_0-9]*")
    set(names)
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "^${word}\\((${name}(, ${name})*)\\)")
            message(FATAL_ERROR "${file}: cannot read the line '${line}': it must be ${word}(name), "
                                "with a name of small letters, digits and underscores")
        endif()
        string(REPLACE ", " "." entry ${CMAKE_MATCH_1})
        list(APPEND names ${entry})
    endforeach()
    if(NOT names)
        message(FATAL_ERROR "${file} has no line ${word}(name)")
    endif()
    set(${variable} ${names} PARENT_SCOPE)
endfunction()

# refbench_require_file(FILE LIST WORD NAME): stops unless FILE, which LIST promises by WORD(NAME), exists.
function(refbench_require_file file list word name)
    if(NOT EXISTS ${REFBENCH_ROOT}/${file})
        message(FATAL_ERROR "${list} names ${word}(${name}), but there is no ${file}: "
                            "write that file, or take the line out of ${list}")
    endif()
endfunction()
