/*
 * Fuzzing: readers of foreign bytes are given damaged inputs and must refuse or accept, never fail.
 *
 * A file tests/fuzz/<name>_fuzz.c defines LLVMFuzzerTestOneInput, which stops the program (CHECK) if something is wrong, and
 * the samples that mutation begins with.  ctest runs it with the small driver mutate.c, on every preset, as fuzz.<name>.
 * clang's libFuzzer, which looks for new paths by itself, is run by hand:
 *
 *   cmake --preset asan -B build/fuzz -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 \
 *       -DREFBENCH_SANITIZE=address,undefined,fuzzer-no-link
 *   cmake --build build/fuzz --target libfuzzer-json
 *   build/fuzz/tests/libfuzzer-json -max_total_time=60
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_sample {
    const char *text;
    size_t length;
};

#define FUZZ_SAMPLE(literal)                                                                       \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

extern const struct fuzz_sample fuzz_samples[];
extern const size_t fuzz_sample_count;

/* The name and the result, 0, are libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
