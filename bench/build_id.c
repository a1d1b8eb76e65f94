/* Walking this program's own notes. */
#include "bench/build_id.h"

#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

static const ElfW(Phdr) * segments(size_t *length)
{
    *length = getauxval(AT_PHNUM);
    return (const ElfW(Phdr) *)getauxval(AT_PHDR);
}

/* Where the program was loaded, against the addresses in its headers. */
static uintptr_t load_offset(const ElfW(Phdr) * header, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (header[i].p_type == PT_PHDR)
            return (uintptr_t)header - header[i].p_vaddr;
    return 0;
}

static size_t padded(size_t size) { return (size + 3) & ~(size_t)3; }

/* The id among the notes in [note, end), or NULL. */
static const unsigned char *find_id(const unsigned char *note, const unsigned char *end,
                                    size_t *length)
{
    while (note + sizeof(ElfW(Nhdr)) <= end) {
        ElfW(Nhdr) header;
        memcpy(&header, note, sizeof(header));
        const unsigned char *name = note + sizeof(header);
        const unsigned char *content = name + padded(header.n_namesz);
        if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
            memcmp(name, "GNU", 4) == 0) {
            *length = header.n_descsz;
            return content;
        }
        note = content + padded(header.n_descsz);
    }
    return NULL;
}

/* The id among all notes of the program, or NULL. */
static const unsigned char *own_id(size_t *length)
{
    size_t count;
    const ElfW(Phdr) *header = segments(&count);
    uintptr_t offset = load_offset(header, count);
    const unsigned char *id = NULL;
    for (size_t i = 0; i < count && id == NULL; i++) {
        const unsigned char *notes = (const unsigned char *)(offset + header[i].p_vaddr);
        if (header[i].p_type == PT_NOTE)
            id = find_id(notes, notes + header[i].p_memsz, length);
    }
    return id;
}

void build_id(char text[BUILD_ID_LENGTH])
{
    size_t length = 0;
    const unsigned char *id = own_id(&length);
    if (id == NULL)
        snprintf(text, BUILD_ID_LENGTH, "unknown");
    for (size_t i = 0; id != NULL && i < length && 2 * i + 2 < BUILD_ID_LENGTH; i++)
        snprintf(text + 2 * i, 3, "%02x", id[i]);
}
