/* calendar_feed.c - lines of a calendar, folded and escaped. */
#include "calendar_feed.h"

#include <inttypes.h>
#include <string.h>

#include "civil.h"

/* ---------------------------------------------------------------- content lines */

struct line {
    FILE *out;
    size_t used;
};

/* What must not be cut goes to the next line whole; the space that begins that one counts there. */
static void put(struct line *line, const char *piece, size_t size)
{
    if (line->used + size > CALENDAR_LINE_BYTES) {
        fputs("\r\n ", line->out);
        line->used = 1;
    }
    fwrite(piece, 1, size, line->out);
    line->used += size;
}

static size_t character_size(const char *text)
{
    size_t size = 1;

    while (((unsigned char) text[size] & 0xc0) == 0x80)
        size++;
    return size;
}

static bool is_control(char character)
{
    return ((unsigned char) character < 0x20 && character != '\t') || character == 0x7f;
}

static void put_escaped(struct line *line, const char *character, size_t size)
{
    const char escaped[2] = { '\\', *character == '\n' ? 'n' : *character };

    if (strchr("\\;,\n", *character) != NULL)
        put(line, escaped, sizeof escaped);
    else if (is_control(*character))   /* may stand in no content line */
        put(line, " ", 1);
    else
        put(line, character, size);
}

static void put_text(struct line *line, const char *text)
{
    size_t size;

    for (; *text != '\0'; text += size) {
        size = character_size(text);
        if (*text != '\r' || text[1] != '\n')
            put_escaped(line, text, size);
    }
}

/* In one language, with the mark before it; "" = nothing is said in that one. */
struct said {
    const char *mark;
    const char *text;
};

static void put_said(struct line *line, struct said said)
{
    if (said.text[0] != '\0')
        put_text(line, said.mark);
    put_text(line, said.text);
}

static void put_line(FILE *out, const char *name, struct said one, struct said other)
{
    struct line line = { out, 0 };

    for (; *name != '\0'; name++)
        put(&line, name, 1);
    put(&line, ":", 1);
    put_said(&line, one);
    if (one.text[0] != '\0' && other.text[0] != '\0')
        put_text(&line, " / ");
    put_said(&line, other);
    fputs("\r\n", out);
}

void calendar_feed_line(FILE *out, const char *name, const char *text, const char *other)
{
    put_line(out, name, (struct said){ "", text }, (struct said){ "", other });
}

/* In UTC, so that no reader needs to know a zone. */
static void put_moment(FILE *out, const char *name, int64_t at_s)
{
    const struct civil at = civil_of(at_s, 0);

    fprintf(out, "%s:%04" PRId32 "%02" PRId32 "%02" PRId32 "T", name, at.year, at.month, at.day);
    fprintf(out, "%02" PRId32 "%02" PRId32 "%02" PRId32 "Z\r\n", at.hour, at.minute, at.second);
}

/* ---------------------------------------------------------------- the object */

/* Whom it is for, and whether all of it is a drill. */
struct reader {
    const char *language;
    bool rehearsal;
};

static void put_words(FILE *out, const char *name, const struct reader *reader, const char *zh, const char *en)
{
    bool is_english = strcmp(reader->language, "en") == 0 && en[0] != '\0';
    bool is_both = strcmp(reader->language, "zh+en") == 0 && strcmp(zh, en) != 0;

    put_line(out, name, (struct said){ reader->rehearsal ? "【演练】" : "", is_english ? "" : zh },
             (struct said){ reader->rehearsal ? "[drill] " : "", is_english || is_both ? en : "" });
}

static void put_words_if_any(FILE *out, const char *name, const struct reader *reader, const Duban__Text *words)
{
    if (words != NULL && words->zh[0] != '\0')
        put_words(out, name, reader, words->zh, words->en);
}

static void put_head(FILE *out, const struct reader *reader)
{
    fputs("BEGIN:VCALENDAR\r\n"
          "VERSION:2.0\r\n"
          "PRODID:-//duban//calendar feed//ZH\r\n"
          "CALSCALE:GREGORIAN\r\n"
          "METHOD:PUBLISH\r\n"
          "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
          "X-PUBLISHED-TTL:PT1H\r\n", out);
    put_words(out, "NAME", reader, "督办", "Duban");
    put_words(out, "X-WR-CALNAME", reader, "督办", "Duban");   /* what NAME was called before RFC 7986 */
}

/* Nobody is busy because something is due. */
static void put_event(FILE *out, const struct reader *reader, const Duban__CalendarRow *row)
{
    const struct reader plain = { .language = reader->language };

    fputs("BEGIN:VEVENT\r\n", out);
    calendar_feed_line(out, "UID", row->uid, "");
    put_moment(out, "DTSTAMP", row->changed_s);
    put_moment(out, "LAST-MODIFIED", row->changed_s);
    fprintf(out, "SEQUENCE:%" PRIu32 "\r\n", row->revision);
    put_moment(out, "DTSTART", row->from_s);
    if (row->until_s > row->from_s)
        put_moment(out, "DTEND", row->until_s);
    put_words_if_any(out, "SUMMARY", reader, row->title);
    put_words_if_any(out, "LOCATION", &plain, row->place);
    put_words_if_any(out, "DESCRIPTION", &plain, row->words);
    fprintf(out, "STATUS:%s\r\n", row->is_off ? "CANCELLED" : "CONFIRMED");
    fputs("TRANSP:TRANSPARENT\r\n"
          "END:VEVENT\r\n", out);
}

void calendar_feed_write(FILE *out, const Duban__Holder *holder, bool rehearsal, Duban__CalendarRow *const *rows, size_t count)
{
    const struct reader reader = { .language = holder->language, .rehearsal = rehearsal };

    put_head(out, &reader);
    for (size_t i = 0; i < count; i++)
        put_event(out, &reader, rows[i]);
    fputs("END:VCALENDAR\r\n", out);
}
