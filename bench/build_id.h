/* Which build this is: the id that the linker puts into every program (the note .note.gnu.build-id). */
#ifndef BENCH_BUILD_ID_H
#define BENCH_BUILD_ID_H

enum { BUILD_ID_LENGTH = 2 * 64 + 1 };

/* Writes the id in hexadecimal digits, or "unknown" if the linker gave none. */
void build_id(char text[BUILD_ID_LENGTH]);

#endif
