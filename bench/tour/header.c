/* Bytes in hexadecimal, and fields cut out of them. */
#include "bench/tour/header.h"

#include <stdlib.h>
#include <string.h>

struct field {
    char name[32];
    unsigned bits;
    bool is_signed;
};

/* The field that `*text` begins with, which moves behind it; false at the end. */
static bool next_field(const char **text, struct field *field)
{
    const char *name = *text + strspn(*text, " ");
    size_t length = strcspn(name, ":");
    if (name[length] == '\0' || length >= sizeof field->name)
        return false;
    memcpy(field->name, name, length);
    field->name[length] = '\0';
    char *end;
    field->bits = (unsigned)strtoul(name + length + 1, &end, 10);
    field->is_signed = *end == 's';
    *text = end + field->is_signed;
    return field->bits >= 1 && field->bits <= 64;
}

size_t header_field_bits(void)
{
    const char *text = RC_HEADER_FIELDS;
    struct field field;
    size_t bits = 0;
    while (next_field(&text, &field))
        bits += field.bits;
    return bits;
}

/* `bits` of them from number `first` on, as a little-endian number. */
static uint64_t cut(const unsigned char *bytes, size_t first, unsigned bits)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bits && i < 64; i++) {
        size_t bit = first + i;
        value |= (uint64_t)(bytes[bit / 8] >> bit % 8 & 1) << i;
    }
    return value;
}

static int64_t with_sign(uint64_t value, unsigned bits)
{
    uint64_t sign = UINT64_C(1) << (bits - 1);
    return (int64_t)((value ^ sign) - sign);
}

static void write_field(struct json *json, const struct field *field, uint64_t value)
{
    json_open(json, NULL, '{');
    json_string(json, "name", field->name);
    json_number(json, "bits", field->bits);
    if (field->is_signed)
        json_integer(json, "value", with_sign(value, field->bits));
    else
        json_number(json, "value", value);
    json_close(json, '}');
}

static void write_fields(struct json *json, const unsigned char *bytes)
{
    const char *text = RC_HEADER_FIELDS;
    struct field field;
    size_t bit = 0;
    json_open(json, "fields", '[');
    for (; next_field(&text, &field); bit += field.bits)
        if (bit + field.bits <= sizeof(struct rc_header) * 8)
            write_field(json, &field, cut(bytes, bit, field.bits));
    json_close(json, ']');
}

void header_write(struct json *json, const char *key, const struct rc_header *header)
{
    unsigned char bytes[sizeof(struct rc_header)];
    char text[2 * sizeof bytes + 1];
    memcpy(bytes, (const void *)header, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    json_open(json, key, '{');
    json_string(json, "bytes", text);
    write_fields(json, bytes);
    json_close(json, '}');
}
