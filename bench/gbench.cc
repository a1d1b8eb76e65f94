/* The only C++ of the program. */
#include "bench/gbench.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <regex>
#include <string>
#include <vector>

namespace
{

using Run = benchmark::BenchmarkReporter::Run;

size_t failed_runs;
const char *output_format = "console";
const char *file_format = "json";
bool writes_file;

benchmark::State &state_of(gbench_state *state)
{
    return *reinterpret_cast<benchmark::State *>(state);
}

void drop_unless_finite(double &value)
{
    if (!std::isfinite(value))
        value = 0;
}

void leave_out_nan(Run &run)
{
    for (auto counter = run.counters.begin(); counter != run.counters.end();)
        counter =
            std::isfinite(counter->second.value) ? std::next(counter) : run.counters.erase(counter);
    drop_unless_finite(run.real_accumulated_time);
    drop_unless_finite(run.cpu_accumulated_time);
}

/* Reports in valid JSON: what is no number is left out. */
class FiniteReporter : public benchmark::JSONReporter
{
  public:
    void ReportRuns(const std::vector<Run> &runs) override
    {
        std::vector<Run> finite(runs);
        for (Run &run : finite)
            leave_out_nan(run);
        benchmark::JSONReporter::ReportRuns(finite);
    }
};

/* A benchmark whose body is C. */
class Body : public benchmark::internal::Benchmark
{
  public:
    Body(const char *name, gbench_body *body, void *context)
        : Benchmark(name), body_(body), context_(context)
    {
    }

    void Run(benchmark::State &state) override
    {
        body_(reinterpret_cast<gbench_state *>(&state), context_);
    }

  private:
    gbench_body *body_;
    void *context_;
};

/* The value of --name=value, or of the environment variable that the library reads too. */
const char *flag_value(int argc, char **argv, const std::string &name, const char *otherwise)
{
    std::string variable = name;
    for (char &c : variable)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const char *value = std::getenv(variable.c_str());
    const std::string prefix = "--" + name + "=";
    for (int i = 1; i < argc; i++)
        if (std::strncmp(argv[i], prefix.c_str(), prefix.size()) == 0)
            value = argv[i] + prefix.size();
    return value != nullptr ? value : otherwise;
}

bool is_json(const char *format) { return std::strcmp(format, "json") == 0; }

/* The filter as the library reads it: a leading '-' excludes. */
struct Filter {
    std::string pattern = benchmark::GetBenchmarkFilter();
    bool excludes = false;

    Filter()
    {
        if (pattern.empty() || pattern == "all")
            pattern = ".";
        if (pattern[0] == '-') {
            pattern.erase(0, 1);
            excludes = true;
        }
    }

    std::regex expression() const { return std::regex(pattern, std::regex_constants::extended); }
};

} // namespace

void gbench_register(const char *name, gbench_shape shape, gbench_body *body, void *context)
{
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the library owns it
    auto *benchmark = benchmark::internal::RegisterBenchmarkInternal(new Body(name, body, context));
    benchmark->Unit(shape.milliseconds ? benchmark::kMillisecond : benchmark::kNanosecond);
    if (shape.iterations > 0)
        benchmark->Iterations(static_cast<benchmark::IterationCount>(shape.iterations));
    if (shape.manual)
        benchmark->UseManualTime();
    else
        benchmark->UseRealTime();
}

void gbench_flags(int *argc, char **argv, void (*refuse)(void))
{
    output_format = flag_value(*argc, argv, "benchmark_format", output_format);
    file_format = flag_value(*argc, argv, "benchmark_out_format", file_format);
    writes_file = flag_value(*argc, argv, "benchmark_out", "")[0] != '\0';
    benchmark::Initialize(argc, argv, refuse);
}

bool gbench_filter_is_valid(void)
{
    try {
        Filter().expression();
        return true;
    } catch (const std::regex_error &) {
        return false;
    }
}

bool gbench_selects(const char *name, gbench_shape shape)
{
    std::string full = name;
    if (shape.iterations > 0)
        full += "/iterations:" + std::to_string(shape.iterations);
    full += shape.manual ? "/manual_time" : "/real_time";
    const Filter filter;
    return std::regex_search(full, filter.expression()) != filter.excludes;
}

void gbench_context(const char *key, const char *value) { benchmark::AddCustomContext(key, value); }

gbench_outcome gbench_run(void)
{
    std::unique_ptr<benchmark::BenchmarkReporter> display;
    std::unique_ptr<benchmark::BenchmarkReporter> file;
    if (is_json(output_format))
        display = std::make_unique<FiniteReporter>();
    if (writes_file && is_json(file_format))
        file = std::make_unique<FiniteReporter>();
    failed_runs = 0;
    const size_t matched = benchmark::RunSpecifiedBenchmarks(display.get(), file.get());
    benchmark::Shutdown();
    return {matched, failed_runs};
}

const char *gbench_library(void)
{
    static std::string name = "unknown";
    Dl_info info;
    if (dladdr(reinterpret_cast<void *>(&benchmark::Shutdown), &info) != 0 &&
        info.dli_fname != nullptr) {
        const std::unique_ptr<char, decltype(&std::free)> path(realpath(info.dli_fname, nullptr),
                                                               &std::free);
        const std::string full = path != nullptr ? path.get() : info.dli_fname;
        name = full.substr(full.rfind('/') + 1);
    }
    return name.c_str();
}

bool gbench_next(gbench_state *state, uint64_t n)
{
    return state_of(state).KeepRunningBatch(static_cast<benchmark::IterationCount>(n));
}

uint64_t gbench_iterations(const gbench_state *state)
{
    return static_cast<uint64_t>(reinterpret_cast<const benchmark::State *>(state)->max_iterations);
}

void gbench_seconds(gbench_state *state, double seconds)
{
    state_of(state).SetIterationTime(seconds);
}

void gbench_counter(gbench_state *state, const char *name, double value)
{
    if (std::isfinite(value))
        state_of(state).counters[name] = value;
}

void gbench_error(gbench_state *state, const char *message)
{
    failed_runs++;
    state_of(state).SkipWithError(message);
}
