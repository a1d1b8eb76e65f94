"""The driver of refbench: plans, starts one process per measurement, keeps what it says, prints it.

The flow, one noun per file:

    program   a runtime program and what it says of itself
    input     the files its workloads read
    arm       what one process measures           plan      all arms of a block, their order
    process   a child: started, watched, reaped   reading   what it printed
    trial     one process as a line of the store  noise     what disturbed it
    manifest  what was asked, and with what       store     the folder of a run
    session   a run from first to last trial      pace      how long it takes
    cell      all trials of one arm               micro     those of micro benchmarks
    summary   what the trials come to             printout  the summary as text

and around it: lock (one run at a time on a machine), machine (its facts), record (JSON on disk),
progress, table, quantity, duration, option, refusal, and a *_command for each command of cli.

The driver never measures by itself and never changes the machine.  It needs the standard library
alone, so that it runs on a bare node.
"""
