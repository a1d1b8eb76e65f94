"""Analysis of runs: reads what the driver keeps in results/runs, and draws it.  Never measures.

    python3 -m analysis figures RUN      from the folder results

    folder      a run as it lies on disk         optional    what else its folder may hold
    histogram   the pauses of a process          table       columns and rows; a .csv
    style       looks of runtimes, sizes         palette     colours, light and dark
    svg         alone                            within      within a page
    telling     what to hover over and select by
    figure      a definition: one table, one drawing of it, kept as .svg, .pdf and .csv
    figures     all definitions                  writing     them, beside something else
    left_out    what a panel does not draw, and why
    panels      how many side by side            by_cell     one for each workload and threads
    labels      names beside the ends of lines   spread      places apart from each other
    percentile_axis, time_axis
    throughput  operations per second by threads
    pauses, latency     by percentile            mmu         minimum mutator utilisation
    safepoint   waiting against pausing          order       the trials as they were run
    beside      what was compared with the base  naming      workloads and ratios in few letters
    bars, heat, forest  of it, as bars with their means, as numbers, with verdicts; grouped: the bars
    overhead    lower bounds of the costs        attribution where the time goes
    memory      what processes hold over time    allocator   arenas and pools
    conformance cases that runtimes pass

A figure draws what stands in its table and nothing else, so whoever doubts one can look.  The same
run gives the same bytes.  Only what was measured soundly is drawn as a line, and nothing names the
host.
"""
