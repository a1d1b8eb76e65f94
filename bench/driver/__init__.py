"""The driver of refbench: plans, starts one process per measurement, keeps what it says, prints it.

The flow, one noun per file:

    program   a runtime program and what it says of itself
    input     the files its workloads read
    arm       what one process measures           plan      all arms of a block, their order
    process   a child: started, watched, reaped   reading   what it printed
    trial     one process as a line of the store  noise     what disturbed it
    manifest  what was asked, and with what       store     the folder of a run
    journal   its lines, whatever befalls them    past      what a run has behind it
    session   a run from first to last trial      pace      how long it takes
    resume    a run that goes on                  shard     every n-th block of a plan
    merger    one run of several of a plan
    suite     which workloads a run is of         setting   what is set of them
    cell      all trials of one arm               micro     those of micro benchmarks
    look      how long trials last
    drift     whether speeds are steady
    pauses, latency    what processes tell of both, several taken together
    summary   what the trials come to             printout  the summary as text

    overhead  what that is over the floors        claims    two of the folklore, settled by it

of comparisons:

    side      what is compared                    comparison  two of them, workload by workload
    verdict   faster, slower, same, unclear       signed_rank, rank_test  what it rests on
    baseline  a run kept for a gate               export      other tools' forms

of explanations:

    calibration    what single operations cost    explain_units    units out of benchmarks
    explain_profile  what workloads do            explain_sites    where objects are made
    explain   the sum, and what is left           character        what workloads are like

of allocators, a session of the same kind:

    alloc_program  what measures one of them      allocator  ours, and the peers there are
    preload   whose malloc a process gets         alloc_plan  who does which test, in which order
    alloc_trial, alloc_session  as above          signed_rank  paired ratios with intervals
    alloc_target  the figures to reach            alloc_summary, alloc_printout  as above
    alloc_control  whether cores were far or busy

of cases of conformance, whose runs are not kept:

    case_program   what carries them, built      case_trial   what the ending of one means
    job       commands, two at a time            check_printout  a table, and the failures
    deep      every way of finding faults, by stages: deep_cases, deep_scenarios, deep_fuzz,
              deep_injection, deep_stress         deep_program, deep_stage, deep_printout

of the machine:

    kernel    the files it tells of itself in     cgroup, counters   what we may use of it
    machine   its facts and its state             topology, handoff  what is near to what
    environment  all of it, as a run keeps it     advice             what of it disturbs

of the tour:

    tour_program  what a program shows        tour_page   a statement as a page
    tour_text     what is said of it          tour_canvas, tour_scene  boxes and arrows
    tour_objects, tour_costs, tour_memory, tour_collector  its drawings

and around it: lock (one run at a time on a machine), record (JSON on disk), figures (which are drawn
by results/analysis), progress, table, quantity, duration, option, refusal, and a *_command for each
command of cli.

The driver never measures by itself and never changes the machine.  It needs the standard library
alone, so that it runs on a bare node.
"""
