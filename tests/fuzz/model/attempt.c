/* Children, and leaving out steps. */
#include "tests/fuzz/model/attempt.h"

#include "alloc/base/os.h"
#include "bench/exit_status.h"
#include "tests/fuzz/model/run.h"
#include "tests/sanitized.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SECONDS_MAX = SANITIZED ? 60 : 20, /* of one script: it hangs */
    SHORTER_SECONDS = SANITIZED ? 10 : 2,
    SHORTER_MAX = 600, /* attempts to make it shorter */
};

static FILE *said; /* what the child writes to stderr */

void attempt_start(void)
{
    problem =
        mmap(NULL, sizeof *problem, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(problem != MAP_FAILED, "mmap: %s", strerror(errno));
    said = tmpfile();
    CHECK(said != NULL, "tmpfile: %s", strerror(errno));
}

/* --- children ------------------------------------------------------------------------------------------------------- */

static void begin_script(unsigned seconds)
{
    memset(problem->lines, 0, sizeof problem->lines);
    problem->step = 0;
    problem->text[0] = '\0';
    alarm(seconds);
}

/* The first line of what the child said before it was ended. */
static void read_said(const char *how)
{
    char line[PROBLEM_TEXT - 100] = "";
    rewind(said);
    while (fgets(line, sizeof line, said) != NULL && strspn(line, "=\n") == strlen(line))
        continue;
    line[strcspn(line, "\n")] = '\0';
    snprintf(problem->text, sizeof problem->text, "%s: %s", how, line);
}

/* Whatever ended it. */
static void explain(int status)
{
    char how[64];
    if (problem->text[0] != '\0')
        return;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(how, sizeof how, "it hangs");
    else if (WIFSIGNALED(status))
        snprintf(how, sizeof how, "it was ended by %s", strsignal(WTERMSIG(status)));
    else
        snprintf(how, sizeof how, "it ended with status %d", WEXITSTATUS(status));
    read_said(how);
}

/* Runs `play` in a child; false if it ended well. */
static bool child_fails(void (*play)(const void *context), const void *context)
{
    int status;
    fflush(NULL);
    CHECK(ftruncate(fileno(said), 0) == 0, "ftruncate: %s", strerror(errno));
    rewind(said);
    pid_t child = fork();
    CHECK(child >= 0, "fork: %s", strerror(errno));
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(fileno(said), STDERR_FILENO);
        play(context);
        exit(EXIT_DONE);
    }
    CHECK(waitpid(child, &status, 0) == child, "waitpid: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DONE)
        return false;
    explain(status);
    return true;
}

static void play_given(const void *seconds)
{
    begin_script(*(const unsigned *)seconds);
    run_script();
}

/* --- files ---------------------------------------------------------------------------------------------------------- */

static void play_file(const char *path)
{
    static uint8_t bytes[sizeof problem->script.bytes];
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL, "%s cannot be read: %s", path, strerror(errno));
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    snprintf(problem->file, sizeof problem->file, "%s", path);
    script_set(&problem->script, bytes, size);
    begin_script(SECONDS_MAX);
    run_script();
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void play_files(const void *path)
{
    struct dirent **entries;
    char name[PROBLEM_FILE];
    const int length = scandir(path, &entries, is_visible, alphasort);
    if (length < 0)
        play_file(path);
    for (int i = 0; i < length; i++) {
        const int fits =
            snprintf(name, sizeof name, "%s/%s", (const char *)path, entries[i]->d_name);
        CHECK(fits > 0 && (size_t)fits < sizeof name, "a name of %d bytes", fits);
        play_file(name);
        free(entries[i]);
    }
    if (length >= 0)
        free(entries);
}

bool attempt_files(const char *path)
{
    const bool failed = child_fails(play_files, path);
    if (!failed)
        problem->file[0] = '\0';
    return failed;
}

/* --- random scripts ------------------------------------------------------------------------------------------------- */

static void play_random(const void *context)
{
    const struct attempt_range *range = context;
    const uint64_t end_ns = os_clock_ns() + range->seconds * UINT64_C(1000000000);
    uint64_t left = range->steps;
    for (uint64_t i = 0; left > 0; i++) {
        const uint64_t steps = left < range->steps_of_script ? left : range->steps_of_script;
        problem->seed = range->seed + i;
        script_random(&problem->script, problem->seed, (size_t)steps);
        begin_script(SECONDS_MAX);
        run_script();
        left -= steps;
        if (range->seconds != 0 && os_clock_ns() >= end_ns)
            break;
    }
}

bool attempt_random(const struct attempt_range *range) { return child_fails(play_random, range); }

bool attempt_given(const struct script *script)
{
    const unsigned seconds = SECONDS_MAX;
    problem->script = *script;
    return child_fails(play_given, &seconds);
}

/* --- leaving out ---------------------------------------------------------------------------------------------------- */

static void without(struct script *script, size_t at, size_t steps)
{
    uint8_t *bytes = script->bytes + at * SCRIPT_STEP;
    if (steps > script->steps - at)
        steps = script->steps - at;
    script->steps -= steps;
    memmove(bytes, bytes + steps * SCRIPT_STEP, (script->steps - at) * SCRIPT_STEP);
}

/* Leaves out pieces of that many steps, if it then still fails; `shortest` is the shortest that does. */
static void leave_out(struct script *shortest, size_t piece, unsigned *left)
{
    const unsigned seconds = SHORTER_SECONDS;
    for (size_t at = 0; at<shortest->steps && * left> 0; (*left)--) {
        problem->script = *shortest;
        without(&problem->script, at, piece);
        if (child_fails(play_given, &seconds))
            *shortest = problem->script;
        else
            at += piece;
    }
}

/* The last attempt is with the shortest, so that `problem` tells of it.  One that fails only sometimes may pass then: it is
 * told of as it was. */
void attempt_minimize(void)
{
    static struct problem first;
    static struct script shortest;
    unsigned left = SHORTER_MAX;
    first = *problem;
    shortest = problem->script;
    if (problem->step < shortest.steps)
        shortest.steps = problem->step + 1;
    for (size_t piece = (shortest.steps + 1) / 2; piece > 0; piece /= 2)
        leave_out(&shortest, piece, &left);
    leave_out(&shortest, 1, &left); /* what the last ones made superfluous */
    if (!attempt_given(&shortest))
        *problem = first;
    problem->tally = first.tally;
}
