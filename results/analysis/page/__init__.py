"""The parts of a report: each makes what one chapter shows out of what a run's folder says.

    words      numbers and lists as people read them     grid       a table: columns, rows, cells
    subject    what a number is of                        verdicts   comparisons, by what they compare
    trials     the trials behind numbers                  capability what runtimes do not do alike
    files      what may be missing                        drawings   figures, as many as there is room
    warnings   what was not measured soundly, and where   overview   runtime x workload
    workload   a chapter of each workload                 pausing    pauses and memory of all
    single     single operations                          machine    machine, method, glossary
    several    runs beside each other                bound      what a lower bound was made of

No part writes HTML: templates do, and they escape whatever a run says.
"""
