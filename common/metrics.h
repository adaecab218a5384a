/* metrics.h - Prometheus text format 0.0.4, written by hand.
 *
 * A daemon lists its metrics in one table and renders them when asked (query.proto
 * MetricsQuery). Counters end in _total; units are base units.
 */
#ifndef DUBAN_METRICS_H
#define DUBAN_METRICS_H

#include <stddef.h>
#include <stdint.h>

enum metric_type { METRIC_COUNTER, METRIC_GAUGE };

struct metric {
    const char *name;          /* duban_ingest_receipts_total; a label stands behind it: x_total{channel="sms"}, and
                                  rows that differ in it alone stand together */
    enum metric_type type;
    const char *help;
    const uint64_t *value;
};

/* Render the table into out. The size needed without the zero byte, like snprintf. */
size_t metrics_render(char *out, size_t size, const struct metric *table, size_t count);

#endif
