"""What the tour says of each statement, beside what it shows.

`says` is for those who have never seen the inside of a runtime, `knows` for those who know
CPython's, `measure` are commands that measure what is claimed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    says: str
    knows: str
    measure: tuple = ()  # (command, what it measures)


TEXTS = {
    "names": Text(
        "A name is not a box with a value in it.  It is a cell on the stack, and the cell holds a "
        "reference: the address of an object.  The object lies on the heap, and any number of "
        "names may hold its address.  An assignment copies the address, never the object.",
        "Literals are interned: one object for each text, until its last reference ends.  The "
        "same text made at run time is another object.  `is` compares the addresses, `==` the "
        "texts.",
    ),
    "values": Text(
        "A list is mutable: it changes where it lies, and all who refer to it see the change.  An "
        "int is immutable: `n += 1000` makes another object, and n holds that one from now on.  "
        "The old one stays what it was for whoever still refers to it, and goes with its last "
        "reference.",
        "What moved is the list's table of items, a block of its own that grows.  The list itself "
        "cannot move: references are addresses, and nobody knows where all of them are kept.",
    ),
    "layout": Text(
        "This is memory, read word by word.  Every object, whatever it is, begins with the same "
        "header: how many references to it there are, and the address of its type.  The type says "
        "how to read what follows.  A container, which can hold references, has one word more, "
        "for the collector.",
        "The header is that of PyObject, ob_refcnt and ob_type.  Where CPython has two words in "
        "front of a container, the links of the collector's lists, there is one word behind the "
        "type here (alive, tracked, generation): containers are found by walking their pools.",
    ),
    "counting": Text(
        "Whoever keeps a reference adds 1 to the object's count, and whoever gives one up takes 1 "
        "off: a name, a parameter, an item of a list, a value of a dict.  Whoever takes off the "
        "last one frees the object, there and then.  Nothing has to be searched for.",
        "CPython's `sys.getrefcount(x)` shows one more: its own argument.  The finalizer "
        "(__del__) ran inside of the last `del`, and no collection did.",
    ),
    "sizes": Text(
        "What an object takes is known in advance: a constant for its kind, and so many bytes for "
        "each item.  The constant begins with the header, and so depends on how references are "
        "counted.  Beside this runtime's figures: other runtimes', where they differ, classic "
        "CPython's, and those of the Python that draws this.",
        "n: items, keys or bytes of text; e: entries of a hash table, two thirds of its slots; "
        "i: its index.  Block: what the allocator takes for it.  None and True take no block: "
        "they lie outside of the heap, as the ints from -5 to 256 do.",
    ),
    "ownership": Text(
        "Who frees an object that several parts of a program use?  By hand, all of them have to "
        "agree: if nobody does, it leaks; if two do, or one too early, the program breaks.  With "
        "counting nobody needs to know.  Here each of many things is in one, two or three lists, "
        "and goes with the last list that it is in, whichever that is.",
        "That this costs nearly as little as freeing by hand is a claim, and here is what "
        "measures it:",
        (
            (
                "bench/refbench run '^micro/(raw_)?pair'",
                "a reference taken and ended",
            ),
            (
                "bench/refbench run '^micro/alloc_free'",
                "objects, beside CPython's",
            ),
            ("bench/refbench alloc '^(pair|lifo)/'", "their blocks, beside malloc's"),
        ),
    ),
    "threads": Text(
        "Even a thread that only looks at an object writes to it: it counts.  To count is to read "
        "a number, to add 1 and to write it back; if two threads do so at the same time, one of the "
        "two changes is lost, and then the object is freed too early, or never.  So either only "
        "one thread runs at a time, under a global lock, or each change of a count is made safe.",
        "Native extensions count too (Py_INCREF), so whatever replaces the lock has to carry them "
        "along.  What each way out writes into a header stands above; what it costs is measured:",
        (
            (
                "bench/refbench run words --threads 1",
                "what safety costs one thread",
            ),
            (
                "bench/refbench run 'binary_trees|shared_dict' --threads 1,2",
                "what two gain",
            ),
        ),
    ),
    "memory": Text(
        "The system gives memory in arenas.  An arena is cut into pools, a pool into blocks of one "
        "size, and an object of up to 512 bytes lives in a block.  So an address says it all: which "
        "arena, which pool, which block.  A freed block waits for the next object of its size.  "
        "Memory goes back to the system when a whole arena is free, and one object that stays "
        "keeps all of its arena.",
        "As in obmalloc, where masks find the pool of an address.  But a pool holds one kind of "
        "block, so the collector walks pools of containers alone; and where most of a heap is free "
        "blocks, it gives back pages inside of pools too.",
        (
            (
                "bench/refbench alloc --stats --map --workload words",
                "a picture of arenas",
            ),
        ),
    ),
    "cycles": Text(
        "Two lists hold each other.  When their names go, each count stays at 1, and nobody is "
        "left who could take it off.  So from time to time a collector looks at all containers, "
        "and takes off each count the references that come from among them.  Where something "
        "remains, it comes from outside: such an object lives, and so does all that it leads to.  "
        "The rest is garbage.",
        "This is trial deletion, as in CPython's gcmodule.  All threads stop meanwhile, and every "
        "container of the generation is looked at: that is the pause.",
        (
            ("bench/refbench run 'cycle_churn|wordnet'", "pauses of workloads"),
            ("bench/refbench run '^micro/collect'", "collections, beside CPython's"),
        ),
    ),
    "generations": Text(
        "Most objects die young, so the young are looked at often and the old rarely.  What "
        "survives a collection moves up.  Counter 0 has the containers made minus those freed, "
        "counters 1 and 2 the collections of the generation below.  Whenever a container is made "
        "and counter 0 is over its threshold, the oldest generation that is over is collected, "
        "together with all younger ones.",
        "Generation 2 is left out besides until what is new to it comes to a quarter of what it has: "
        "else the time to build a heap would grow with the heap's square.  The counters are those "
        "of gc.get_count(), the thresholds those of gc.get_threshold() and gc.set_threshold().",
    ),
    "bytes": Text(
        "To a counter, a thousand small objects and a thousand large ones are the same; to the "
        "memory they are not.  Another policy counts bytes: generation 0 is collected when "
        "containers have taken so many bytes more than were freed, the older generations when so "
        "many bytes have moved up into them.",
        "A third policy, bytes-adaptive, lets the oldest generation grow by a quarter first, for "
        "the same reason as the condition of generation 2.",
        (
            (
                "build/release/bin/refbench-gil --gc-policy=bytes "
                "--benchmark_filter=cycle_churn",
                "by bytes",
            ),
        ),
    ),
}
