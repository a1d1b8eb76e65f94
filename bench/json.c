/* Commas, quotes and escapes. */
#include "bench/json.h"

static void write_string(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(file, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(file, "\\u%04x", c);
        else
            fputc(c, file);
    }
    fputc('"', file);
}

static void begin(struct json *json, const char *key)
{
    if (json->comma)
        fputc(',', json->file);
    if (key != NULL) {
        write_string(json->file, key);
        fputc(':', json->file);
    }
    json->comma = true;
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    fputc(bracket, json->file);
    json->comma = false;
}

void json_close(struct json *json, char bracket)
{
    fputc(bracket, json->file);
    json->comma = true;
}

void json_string(struct json *json, const char *key, const char *value)
{
    begin(json, key);
    write_string(json->file, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    begin(json, key);
    fprintf(json->file, "%ju", (uintmax_t)value);
}

void json_integer(struct json *json, const char *key, int64_t value)
{
    begin(json, key);
    fprintf(json->file, "%jd", (intmax_t)value);
}

void json_fraction(struct json *json, const char *key, double value)
{
    begin(json, key);
    fprintf(json->file, "%.6f", value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin(json, key);
    fputs(value ? "true" : "false", json->file);
}

void json_null(struct json *json, const char *key)
{
    begin(json, key);
    fputs("null", json->file);
}
