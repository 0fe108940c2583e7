#include "samples.h"

#include <stdlib.h>

void samples_add(struct samples *s, double seconds) {
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 4096;
        s->seconds = realloc(s->seconds, s->capacity * sizeof *s->seconds);
        if (!s->seconds) {
            abort();
        }
    }
    s->seconds[s->count++] = (float)seconds;
}

static int compare(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

void samples_sort(struct samples *s) {
    if (s->count) {
        qsort(s->seconds, s->count, sizeof *s->seconds, compare);
    }
}

double samples_percentile(const struct samples *s, double percentile) {
    if (!s->count) {
        return 0;
    }
    size_t index = (size_t)((double)s->count * percentile / 100);
    return s->seconds[index < s->count ? index : s->count - 1] * 1e3;
}
