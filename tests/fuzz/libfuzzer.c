/*
 * Scripts from libFuzzer, which prefers those that reach new code of the runtime:
 *
 *     cmake -B build/fuzzer -G Ninja -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 -DREFBENCH_DEBUG=ON \
 *           -DREFBENCH_SANITIZE=address,undefined,fuzzer-no-link
 *     ninja -C build/fuzzer libfuzzer-model-biased
 *     build/fuzzer/tests/libfuzzer-model-biased -max_len=1024 NEW tests/fuzz/corpus
 *
 * With -merge=1 it chooses the few of NEW that are worth keeping in the corpus, which fuzz.<strategy> plays for each strategy.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/model/problem.h"
#include "tests/fuzz/model/run.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    problem_aborts = true;
    script_set(&problem->script, data, size);
    memset(problem->lines, 0, sizeof problem->lines);
    problem->step = 0;
    run_script();
    return 0;
}
