/*
 * A Debian package as an object: an instance whose needs are first what its stanza says, a list of alternatives for each need,
 * and later, when whoever reads the file has made all packages, a list of packages.
 *
 *   Package(order, name, version, architecture, multi_arch, needs, closure)
 *   Relation(name, qualifier, operator, version)         texts that are not there are empty
 */
#ifndef BENCH_TRIAL_PACKAGE_H
#define BENCH_TRIAL_PACKAGE_H

#include "bench/trial/dpkg_stanza.h"
#include "runtimes/thread.h"

#include <stdint.h>

enum {
    PACKAGE_ORDER, /* int: its place in the file */
    PACKAGE_NAME,
    PACKAGE_VERSION,
    PACKAGE_ARCHITECTURE,
    PACKAGE_MULTI_ARCH,
    PACKAGE_NEEDS,
    PACKAGE_CLOSURE, /* None, and later the set of all packages it needs, itself among them */
    PACKAGE_FIELDS
};

/* The Package that a stanza tells of; null if there is no memory. */
rc_ref package_make(struct thread *T, const struct dpkg_stanza *stanza, uint32_t order);

/* offers[name].append((package, version)) for the package and whatever it provides; both are arguments.  Several threads may
 * do so with one dict.  False if there is no memory. */
bool package_offer(struct thread *T, rc_loc offers, rc_loc package,
                   const struct dpkg_stanza *stanza);

/* Replaces the needs of a package by packages out of `offers`; both are arguments.  How many needs nothing meets is added to
 * *unmet.  False if there is no memory. */
bool package_link(struct thread *T, rc_loc offers, rc_loc package, uint64_t *unmet);

/* The order of a package, which is borrowed. */
uint32_t package_order(struct thread *T, rc_loc package);

#endif
