/* Reading files whole. */
#include "bench/trial/file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* What to begin with: enough for a regular file, its NUL, and to see that it ends. */
static size_t first_capacity(FILE *file)
{
    struct stat status;
    bool known = fstat(fileno(file), &status) == 0 && status.st_size > 0;
    return known ? (size_t)status.st_size + 2 : 1 << 16;
}

/* The rest of an open file; NULL with errno set if it cannot be read. */
static char *read_all(FILE *file, size_t *length)
{
    size_t capacity = first_capacity(file);
    char *text = malloc(capacity);
    *length = 0;
    while (text != NULL) {
        *length += fread(text + *length, 1, capacity - *length - 1, file);
        if (*length < capacity - 1)
            break;
        char *longer = realloc(text, capacity *= 2);
        if (longer == NULL)
            free(text);
        text = longer;
    }
    if (text != NULL && ferror(file)) {
        free(text);
        return NULL;
    }
    if (text != NULL)
        text[*length] = '\0';
    return text;
}

char *file_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    char *text = read_all(file, length);
    fclose(file);
    return text;
}
