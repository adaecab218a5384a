/* tables.h - what lies in ingest's environment, and under which key.
 *
 * All keys are big-endian, so that byte order is number order. FORMAT in the meta row
 * "identity" stands for all layouts below. To change what is stored: add 1 to it, teach
 * identity_open the old layout, add a test that opens an old directory.
 */
#ifndef DUBAN_INGEST_TABLES_H
#define DUBAN_INGEST_TABLES_H

#define INGEST_TABLE_NAMES                                                                             \
    {                                                                                                  \
        "meta", "journal", "dedup", "conflict", "conflict_order", "fact", "skip", "vault_text",        \
        "vault_subject", "vault_log", "lost",                                                          \
    }

enum ingest_table {
    TABLE_META,            /* name -> see identity.h */
    TABLE_JOURNAL,         /* sequence u64 -> record (common/record.h) */
    TABLE_DEDUP,           /* client id 16, account key 8 -> sequence u64, stamp_ms u64, payload hash 16 */
    TABLE_CONFLICT,        /* client id 16, account key 8, payload hash 16 -> stamp_ms u64, sequence u64 of the one
                              journaled, account size u8, account, payload without clear personal fields */
    TABLE_CONFLICT_ORDER,  /* number u64, growing -> stamp_ms u64, key in TABLE_CONFLICT 40 */
    TABLE_FACT,            /* notice u64, grade u8, retry u32 (none = 0) -> sequence u64 of the entry that holds the fact */
    TABLE_SKIP,            /* sequence passed over u64 -> sequence u64 of the Skip entry */
    TABLE_VAULT_TEXT,      /* token 16 -> clear text */
    TABLE_VAULT_SUBJECT,   /* subject path, as role_holder_change/clerk-1/phone -> token 16 */
    TABLE_VAULT_LOG,       /* number u64, growing -> stamp_ms u64, purpose u8, token 16, on whose behalf */
    TABLE_LOST,            /* sequence u64 of a record that was damaged when it was the last -> stamp_ms u64, chain digest 32 */
    INGEST_TABLES,
};

#endif
