/* engine_again.h - what is judged, counted or seen once more: amendments, recomputes, look-backs. Included by engine.h. */
#ifndef DUBAN_RULES_ENGINE_AGAIN_H
#define DUBAN_RULES_ENGINE_AGAIN_H

#include "engine.h"

/* ---------------------------------------------------------------- engine_recount.c */

/* What a recompute would make of a case, or of the open task of a subject, now. */
struct recount {
    const char *kept;              /* why its due stays, a token; NULL when it moves */
    int64_t due_s;                 /* the new one */
    const struct policy_limit *limit;
};
struct recount engine_recount(struct engine *engine, const Duban__Case *case_);
struct recount engine_recount_subject(struct engine *engine, const Duban__Subject *subject);

/* ---------------------------------------------------------------- engine_recompute.c */

/* Decide a request for it; case_ NULL: of a subject, or of a whole policy version. */
bool engine_decide_recompute(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault);

/* What is the same whatever is counted anew: who is asked; the approval as a task of his, started; he told of it; a fact
 * of the refusal. case_ may be NULL. */
struct request engine_recompute_request(const Duban__Case *case_, const char *asked_by);
void engine_recompute_approval(struct engine *engine, Duban__Task *task, const Duban__Case *case_);
void engine_recompute_asked(struct engine *engine, Duban__Task *approval, Duban__Case *case_, Duban__NoticeItem *item);
void engine_recompute_refused(struct engine *engine, const ProtobufCBinaryData *subject, const char *reason);

/* ---------------------------------------------------------------- engine_recompute_subject.c */

bool engine_ask_recompute_of_subject(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault);
bool engine_decide_recompute_of_subject(struct engine *engine, const Duban__Approval *approval, struct fault *fault);
/* Approved: its due moves and its owner is told, or a fact says why not. */
void engine_recompute_subject(struct engine *engine, Duban__Subject *subject, const char *reason);

/* ---------------------------------------------------------------- engine_checked.c */

/* This visit's answer changes the case now: remember how it is before (is_new: it is not there yet). */
void engine_check_begins(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit, bool is_new);

/* Has an answer of this visit changed the case, and was that not taken back? */
bool engine_check_caused(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit);

/* Why what this visit made of the case cannot be taken back (a token); NULL when it can. */
const char *engine_check_stands(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit);

/* The case, which this visit did not open, as it was before it; its tasks with it. Puts it. */
void engine_check_undo(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, char *reason);

/* ---------------------------------------------------------------- engine_withdrawn.c
 *
 * A report is amended: what its answers had caused in complaints, referrals and the like. What somebody has acted on
 * since (taken, returned, answered, promised, delivered, isolated, asked a hospital, concluded) is not undone: it is
 * marked, a contradiction, and the group leader and the lead are told. */

/* The case that the visit had opened is void: what waits for a look-back there and was told something by that visit has its
 * place again. */
void engine_place_withdrawn(struct engine *engine, const Duban__Visit *visit, const Duban__Case *voided);

/* The answer is not what it was: called before the new one is judged. */
void engine_answer_withdrawn(struct engine *engine, const Duban__Visit *visit, const char *item, const char *reason);

/* All its answers have been judged anew, and the visit is put. */
void engine_visit_amended(struct engine *engine, const Duban__Visit *visit, const char *reason);

/* For the kinds: the answer that opened it was withdrawn, it is over. */
void engine_subject_withdraw(struct engine *engine, Duban__Subject *subject);

/* ... what the visit did stands (a token says why); the fact that it does not, and a word to those who were told. */
void engine_subject_kept(struct engine *engine, const Duban__Subject *subject, const char *why);
void engine_subject_note_undone(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, const char *reason);
void engine_subject_tell_undone(struct engine *engine, const Duban__Subject *subject, const char *reason);

/* ---------------------------------------------------------------- engine_lot.c */

enum { LOT_SEED_BYTES = 16 };

/* BLAKE2b-128 over the parts, in the state's arena: a seed, or a digest that seeds hang on. */
ProtobufCBinaryData engine_lot_seed(struct engine *engine, const struct bytes *parts, size_t count);

/* How a seed names a pack. */
struct bytes engine_lot_pack(const struct engine *engine, const ProtobufCBinaryData *version);

/* The rank from which on that seed draws; where a thing lies: BLAKE2b-64 over its parts. */
uint64_t engine_lot_start(const ProtobufCBinaryData *seed);
uint64_t engine_lot_rank(const struct bytes *parts, size_t count);

/* In hexadecimal, for a fact. */
char *engine_lot_words(struct engine *engine, const ProtobufCBinaryData *seed);

/* ---------------------------------------------------------------- engine_look_back.c */

/* The case has been closed: it takes part in a draw where its policy says so. */
void engine_look_back_closed(struct engine *engine, Duban__Case *case_);

/* Its closing does not stand any more: it takes part in no draw. Before closed_ms is cleared; the caller puts the case. */
void engine_look_back_leave(struct engine *engine, Duban__Case *case_);

/* House timer: those of one level under one pack whose moment has come are drawn, the rest a second later. */
void engine_draw_look_backs(struct engine *engine);

/* The item of the case (NULL = there is none) was seen on site; defect: why a pass does not count as one, NULL = it does.
 * Before the case is told. True: a look-back waits there, and the pass was judged as one, whether it counts or not. */
bool engine_look_back_passed(struct engine *engine, Duban__Case *case_, const struct finding *finding, const char *defect);
void engine_look_back_failed(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* He may be gone, or not be sent any more: what he was to see goes to others. */
void engine_look_backs_hand_over(struct engine *engine, const char *account);

/* The case's site stops, or goes on: nobody can see anything there meanwhile. */
void engine_look_back_operates(struct engine *engine, const Duban__Case *case_, bool site_operates);

/* The site is about to be removed: those that wait there are over. */
void engine_look_backs_end_at(struct engine *engine, const char *site);

/* The case is void: one that waits is over, none is drawn. The caller puts the case. */
void engine_look_back_end(struct engine *engine, Duban__Case *case_);

/* A case is as it was before a visit again: figures and draws follow. */
void engine_look_back_undone(struct engine *engine, const Duban__Case *now, Duban__Case *before);

/* The case that has opened after this one at its place is void: this one, if it waits, is what is seen there next. */
void engine_look_back_takes_place(struct engine *engine, const Duban__Case *case_, const Duban__Case *voided);

/* An answer of that visit to a look-back of the case is not what it was. */
void engine_look_back_withdrawn(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, const char *reason);

/* ---------------------------------------------------------------- amendments and appeals */

bool engine_decide_amendment(struct engine *engine, const Duban__Approval *approval, struct fault *fault);
void engine_fill_amendment(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);
bool engine_decide_appeal(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault);
void engine_fill_appeal(struct engine *engine, Duban__NoticeItem *item, const Duban__Case *case_);

/* Whatever was appealed is over: nobody decides it any more. The caller puts the case. */
void engine_end_appeal(struct engine *engine, Duban__Case *case_);

/* The case is void: amendments that wait and ask for nothing but to take its item back are not decided any more. */
void engine_end_amendments_of(struct engine *engine, const Duban__Case *case_);

/* engine_late.c: the case has just been opened by this visit; passes of later visits count for it. */
void engine_heed_later_passes(struct engine *engine, const Duban__Case *case_, const Duban__Visit *finding);

/* Does the answer fail: by its result, or by a number beyond the item's limits? */
bool engine_answer_fails(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer);

/* What one answer of a visit means for the case of its place; the case when it opens or reopens one. */
Duban__Case *engine_judge_answer(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer);

#endif
