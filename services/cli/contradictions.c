/* contradictions.c - duban contradictions: what was kept and changed nothing, for whoever can settle it. */
#include "cli.h"
#include "names.h"

enum { SHOWN_DAYS = 7, INDENT = 4 };
#define DAY_MS (24 * 3600 * INT64_C(1000))

/* A week back from the policy time of rules, unless --since says otherwise. False with cli->failure. */
static bool begin_ms(struct cli *cli, int64_t *at_ms)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const Duban__Reply *reply;

    cli->failure = EXIT_WRONG_USE;
    if (cli_has(cli, "since"))
        return cli_time(cli, "--since", cli_text(cli, "since"), at_ms);
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_RULES);
    if (reply == NULL)
        return false;
    *at_ms = reply->as_of_ms - SHOWN_DAYS * DAY_MS;
    return true;
}

static void print_one(struct cli *cli, const Duban__Fact *fact)
{
    struct words about = words_of_subject(cli, fact), who = title_of(cli, fact->actor);
    unsigned long long entry = fact->entry_sequence;

    show_words_at(&cli->show, show_time(&cli->show, fact->at_s), COLOUR_BOLD, about);
    show_words(&cli->show, INDENT, COLOUR_NONE, words_of_fact(cli, fact));
    show_words(&cli->show, INDENT, COLOUR_GREY,
               (struct words){ text_of(&cli->arena, "记录 %llu，%s", entry, who.zh),
                               text_of(&cli->arena, "entry %llu, %s", entry, who.en[0] == '\0' ? who.zh : who.en) });
}

static void print_all(struct cli *cli, const struct listing *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        print_one(cli, facts->rows[i]);
    if (facts->count == 0)
        show_line(&cli->show, "（无）", "(none)");
}

enum exit_code command_contradictions(struct cli *cli)
{
    Duban__FactKind kept_only[] = { DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, DUBAN__FACT_KIND__FACT_KIND_PASS_NOT_COUNTED,
                                    DUBAN__FACT_KIND__FACT_KIND_VISIT_NOT_COUNTED,
                                    DUBAN__FACT_KIND__FACT_KIND_NOT_JUDGED };
    Duban__FactsQuery which = DUBAN__FACTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing facts;
    int64_t since_ms;

    if (!begin_ms(cli, &since_ms))
        return cli->failure;
    which.from_s = since_ms / 1000;
    which.n_kinds = sizeof kept_only / sizeof kept_only[0];
    which.kinds = kept_only;
    query.body_case = DUBAN__QUERY__BODY_FACTS;
    query.facts = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_FACTS, &facts))
        return cli->failure;
    if (!listing_begin(cli, &facts))
        return cli->failure;
    print_all(cli, &facts);
    return EXIT_FINE;
}
