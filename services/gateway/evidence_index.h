/* evidence_index.h - which reports declare which photo: what rules says of all reports, asked for bit by bit and kept.
 *
 * Whoever asks for a photo names it by its hash, and a photo that nobody declares is collected some day: both want to know
 * this way round what rules knows by report. What is kept is a hint where to look; whether it is so rules says.
 */
#ifndef DUBAN_GATEWAY_EVIDENCE_INDEX_H
#define DUBAN_GATEWAY_EVIDENCE_INDEX_H

#include "evidence.h"
#include "http.h"
#include "query.pb-c.h"

struct evidence_index {
    struct request house;              /* in whose name is asked: nobody's */
    struct gateway *gateway;
    bool is_asking;
    bool held;                         /* it is being asked for reports in quarantine */
    int64_t next_ms;                   /* monotonic: when all is asked for again */
    uint64_t wanted_sequence;          /* last of the journal when that was begun: less than this rules has not applied, else it is
                                          not complete */
    uint64_t visits_applied_sequence;  /* by rules, when it told the last of those that are not in quarantine */
    int64_t complete_ms;               /* monotonic: when all that is in the journal was asked for last; 0 = never since the start */
};

void evidence_index_open(struct evidence_index *index, struct gateway *gateway);
void evidence_index_close(struct evidence_index *index);

/* Ask for more, if it is time. */
void evidence_index_turn(struct evidence_index *index, int64_t now_ms);

/* Note what these rows declare, in order of their sequences, and how far that goes: as much as there is time for in one turn. is_left:
 * the rest is to be asked for, which may be all. False: not written, logged. */
bool evidence_index_note(struct evidence_index *index, const Duban__EvidenceRows *rows, bool *is_left);

/* Does what is known belong to a journal that ends with that entry? Otherwise it goes, and is asked for anew. False: that is not
 * written, logged. */
bool evidence_index_fits(struct evidence_index *index, uint64_t last_sequence);

/* A question about the photo to rules: of the reports that are known to declare it; of those that are too new to be known where
 * there are none. It lives in the arena of the request; NULL at its limit, or where that cannot be read. */
Duban__Query *evidence_index_question(struct request *request, const uint8_t sha256[SHA256_BYTES]);

#endif
