/*
 * Versions of Debian packages: [epoch:]upstream[-revision], and their order.
 *
 * Compared are the epochs as numbers, then the upstream parts, then the revisions.  Of two parts, runs of other characters
 * and runs of digits are compared in turn: the former character by character, '~' before the end of the part, the end before
 * letters, letters before everything else; the latter as numbers of any length.
 * Source: Debian Policy, 5.6.12, "Version".
 */
#ifndef BENCH_TRIAL_DPKG_VERSION_H
#define BENCH_TRIAL_DPKG_VERSION_H

#include "bench/trial/span.h"

/* Below, at or above 0, as `a` is earlier than `b`, equal, or later.  Any bytes have a place in the order. */
int dpkg_version_compare(struct span a, struct span b);

#endif
