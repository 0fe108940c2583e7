// Latencies of one run, all kept: a percentile is then exact.
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>

struct samples {
    float *seconds;
    size_t count, capacity;
};

void samples_add(struct samples *samples, double seconds);
void samples_sort(struct samples *samples);

// Of sorted samples, in milliseconds; 0 when there are none.
double samples_percentile(const struct samples *samples, double percentile);

#endif
