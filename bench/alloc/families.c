/* Walking the families, and what an allocator cannot run. */
#include "bench/alloc/families.h"

#include <string.h>

typedef bool visitor(const struct family *family, const struct test *test, void *context);

static const struct family *const families[] = {
#define FAMILY(name) &family_##name,
#include "bench/alloc/families.def"
#undef FAMILY
};

static bool can_run(const struct test *test)
{
    return test->threads <= ALLOC_THREADS && (ALLOC_TAKES_BACK || !test->gives_away);
}

static bool each_of(const struct family *family, visitor *visit, void *context)
{
    bool more = true;
    for (size_t i = 0; more && i < family->length; i++)
        if (can_run(&family->tests[i]))
            more = visit(family, &family->tests[i], context);
    return more;
}

void families_each(visitor *visit, void *context)
{
    const struct family *own = alloc_own_family();
    bool more = true;
    for (size_t i = 0; more && i < sizeof(families) / sizeof(families[0]); i++)
        more = each_of(families[i], visit, context);
    if (more && own != NULL)
        each_of(own, visit, context);
}

struct search {
    const char *name;
    const struct test *found;
};

static bool compare(const struct family *family, const struct test *test, void *context)
{
    (void)family;
    struct search *search = context;
    if (strcmp(test->name, search->name) == 0)
        search->found = test;
    return search->found == NULL;
}

const struct test *families_find(const char *name)
{
    struct search search = {.name = name};
    families_each(compare, &search);
    return search.found;
}
