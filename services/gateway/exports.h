/* exports.h - GET /v1/export/NAME.csv and .xlsx: a table of the ledger to take away.
 *
 *   readings.c: who may -> pages of rules -> a file without a name -> (XLSX: a thread puts it together) -> the answer
 *
 * The file is on the disk and not in memory, page after page lives only until it is written, and the loop never waits: a large
 * workbook takes seconds to be put together, and that a thread does which touches nothing else. A few exports at a time; who
 * comes beside them is told "later".
 */
#ifndef DUBAN_GATEWAY_EXPORTS_H
#define DUBAN_GATEWAY_EXPORTS_H

#include <pthread.h>
#include <stdint.h>

enum { EXPORTS_MOST = 2 };             /* at a time */

struct exporting;
struct gateway;
struct request;

struct exports {
    struct gateway *gateway;
    pthread_mutex_t lock;              /* over done */
    struct exporting *done;            /* put together, or failed: not told yet */
    int done_fd;                       /* readable: there are some */
    unsigned under_way, closing;       /* of them: in a thread's hands */
    uint64_t begun, failed;
};

/* 0, or -1 with errno. */
int exports_open(struct exports *exports, struct gateway *gateway);

/* None may be under way. */
void exports_close(struct exports *exports);

/* Answer those that are put together. */
void exports_turn(struct exports *exports);

/* Wait for the threads that still work: what they work on ends with its request. Those that wait for rules are upstream's. */
void exports_settle(struct exports *exports);

void exports_read(struct request *request);

#endif
