/* photo.c - what a report says of its photos, taken from the files themselves. */
#include "photo.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "photo_kind.h"

enum { PIECE_BYTES = 64 * 1024 };

/* Read through once: 0, or -1 with errno. */
static int measure(FILE *file, Duban__Evidence *photo, enum photo_kind *kind)
{
    uint8_t piece[PIECE_BYTES];
    crypto_hash_sha256_state state;
    size_t size;

    crypto_hash_sha256_init(&state);
    while ((size = fread(piece, 1, sizeof piece, file)) > 0) {
        crypto_hash_sha256_update(&state, piece, size);
        if (photo->size_bytes == 0)
            *kind = photo_kind_of(bytes_of(piece, size));
        photo->size_bytes += size;
    }
    crypto_hash_sha256_final(&state, photo->sha256.data);
    return ferror(file) ? -1 : 0;
}

static bool read_file(struct cli *cli, const char *path, Duban__Evidence *photo)
{
    FILE *file = fopen(path, "rb");
    enum photo_kind kind = PHOTO_NONE;
    int result = file == NULL ? -1 : measure(file, photo, &kind);

    if (result == -1)
        cli->failure = cli_fail_system(cli, errno, "读不了照片 %s", "cannot read the photo %s", path);
    else if (photo->size_bytes == 0)
        cli->failure = cli_fail(cli, "照片 %s 是空文件，请重新拍照或选对文件", "the photo %s is an empty file; choose another", path);
    else if (kind == PHOTO_NONE)
        cli->failure = cli_fail(cli, "%s 不是照片：只收 JPEG、PNG、WebP、HEIC、AVIF，请选对文件",
                                "%s is no photo: JPEG, PNG, WebP, HEIC and AVIF are taken; choose another file", path);
    if (file != NULL)
        fclose(file);
    return result == 0 && kind != PHOTO_NONE;
}

static Duban__Evidence *read_photo(struct cli *cli, char *text)
{
    Duban__Evidence *photo = cli_take(cli, sizeof *photo);
    char *equals = strchr(text, '='), *path = equals == NULL ? text : equals + 1;
    char *slash = strrchr(path, '/');

    duban__evidence__init(photo);
    photo->sha256 = (ProtobufCBinaryData){ crypto_hash_sha256_BYTES, cli_take(cli, crypto_hash_sha256_BYTES) };
    photo->name = slash == NULL ? path : slash + 1;
    photo->here = true;
    if (equals != NULL) {
        *equals = '\0';
        photo->item = text;
    }
    return read_file(cli, path, photo) ? photo : NULL;
}

static size_t count_commas(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == ',';
    return count;
}

bool photos_read(struct cli *cli, const char *text, Duban__Report *report)
{
    char *left = text_of(&cli->arena, "%s", text), *one;

    if (text[0] == '\0')
        return true;
    report->evidence = cli_take(cli, (count_commas(text) + 1) * sizeof(void *));
    while ((one = strsep(&left, ",")) != NULL) {
        Duban__Evidence *photo = read_photo(cli, one);

        if (photo == NULL)
            return false;
        report->evidence[report->n_evidence++] = photo;
    }
    return true;
}

bool photo_shows(const Duban__Evidence *photo, const char *item)
{
    return photo->item[0] == '\0' || strcmp(photo->item, item) == 0;
}
