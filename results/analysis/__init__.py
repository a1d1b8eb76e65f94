"""Analysis of runs: reads what the driver keeps in results/runs, and draws it.  Never measures.

    python3 -m analysis figures RUN      from the folder results

    folder      a run as it lies on disk         histogram   the pauses of a process
    table       columns and rows; a .csv         style       colours, lines, fonts
    figure      a definition: one table, one drawing of it, kept as .svg and .csv
    left_out    what a panel does not draw, and why
    throughput  operations per second by threads
    pauses      how long threads were held up, by percentile

A figure draws what stands in its table and nothing else, so whoever doubts one can look.  The same
run gives the same bytes.  Only what was measured soundly is drawn as a line, and nothing names the
host.
"""
