/* Finding the files of an input. */
#include "bench/trial/input.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct input inputs[INPUT_KINDS] = {
    [INPUT_WORDS] = {"words", "/usr/share/dict/words",
                     "install wamerican, or name a word list with --words=FILE"},
    [INPUT_LICENCES] = {"licences", "/usr/share/common-licenses",
                        "install base-files, or name a folder of texts with --licences=DIR"},
    [INPUT_ISO_CODES] = {"iso-codes", "/usr/share/iso-codes/json",
                         "install iso-codes, or name a folder of JSON files with --iso-codes=DIR"},
    [INPUT_WORDNET] = {"wordnet", "/usr/share/wordnet",
                       "install wordnet-base, or name a folder of WordNet 3.0 with --wordnet=DIR"},
    [INPUT_DPKG_STATUS] = {"dpkg-status", "/var/lib/dpkg/status",
                           "copy it from a Debian or Ubuntu system, and name the copy with "
                           "--dpkg-status=FILE"},
    [INPUT_TZDATA] = {"tzdata", "/usr/share/zoneinfo/tzdata.zi",
                      "install tzdata, or name a file of that form with --tzdata=FILE"},
};

struct found {
    dev_t device;
    ino_t inode;
    char *path;
};

struct search {
    struct found *files;
    size_t length;
    size_t capacity;
};

static bool is_known(const struct search *search, const struct stat *status)
{
    for (size_t i = 0; i < search->length; i++)
        if (search->files[i].device == status->st_dev && search->files[i].inode == status->st_ino)
            return true;
    return false;
}

static bool reserve(struct search *search)
{
    if (search->length < search->capacity)
        return true;
    size_t capacity = search->capacity == 0 ? 16 : 2 * search->capacity;
    struct found *files = realloc(search->files, capacity * sizeof(files[0]));
    if (files == NULL)
        return false;
    search->files = files;
    search->capacity = capacity;
    return true;
}

/* Adds a regular file that is not there yet; anything else is passed over. */
static bool add(struct search *search, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    if (!S_ISREG(status.st_mode) || is_known(search, &status))
        return true;
    char *copy = strdup(path);
    if (copy == NULL || !reserve(search)) {
        free(copy);
        return false;
    }
    search->files[search->length++] = (struct found){status.st_dev, status.st_ino, copy};
    return true;
}

static bool add_folder(struct search *search, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return false;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (length >= (int)sizeof(path))
            errno = ENAMETOOLONG;
        ok = ok && length < (int)sizeof(path) && add(search, path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool input_list(const char *path, struct input_files *files)
{
    *files = (struct input_files){0};
    struct search search = {0};
    struct stat status;
    bool ok = stat(path, &status) == 0 &&
              (S_ISDIR(status.st_mode) ? add_folder(&search, path) : add(&search, path));
    files->paths = ok ? calloc(search.length + 1, sizeof(files->paths[0])) : NULL;
    if (files->paths == NULL)
        ok = false;
    for (size_t i = 0; i < search.length; i++) {
        if (ok)
            files->paths[i] = search.files[i].path;
        else
            free(search.files[i].path);
    }
    files->length = ok ? search.length : 0;
    free(search.files);
    return ok;
}

void input_list_free(struct input_files *files)
{
    for (size_t i = 0; i < files->length; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct input_files){0};
}

void input_problem(enum input_kind kind, const char *path, char *problem, size_t size)
{
    int length = snprintf(problem, size, "%s: %s (%s)", path, strerror(errno), inputs[kind].remedy);
    if (length >= (int)size)
        memcpy(problem + size - 4, "...", 4);
}

bool input_check(enum input_kind kind, const char *path, char *problem, size_t size)
{
    struct input_files files;
    if (!input_list(path, &files)) {
        input_problem(kind, path, problem, size);
        return false;
    }
    bool ok = files.length > 0;
    if (!ok) {
        errno = ENOENT;
        input_problem(kind, path, problem, size);
    }
    for (size_t i = 0; ok && i < files.length; i++) {
        ok = access(files.paths[i], R_OK) == 0;
        if (!ok)
            input_problem(kind, files.paths[i], problem, size);
    }
    input_list_free(&files);
    return ok;
}
