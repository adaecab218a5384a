/* each_file.c - the plain program around a target: every file of the folders or files named on the
 * command line, once. Tells each before it is tried, so that a crash has a name; the last line
 * counts them.
 */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { MAX_INPUT_BYTES = 4 * 1024 * 1024, PATH_BYTES = 4096 };

static _Noreturn void give_up(const char *path, const char *why)
{
    (void) fprintf(stderr, "%s: %s\n", path, why);
    exit(EXIT_FAILURE);
}

/* In memory of exactly its size, so that a read beyond it is seen. */
static void try_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rbe");
    uint8_t *data = malloc(size > 0 ? size : 1);

    (void) printf("%s\n", path);
    (void) fflush(stdout);
    if (file == NULL || data == NULL || size > MAX_INPUT_BYTES || fread(data, 1, size, file) != size)
        give_up(path, "cannot be read, or is too large");
    (void) fclose(file);
    (void) LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static size_t try_path(const char *path);

static size_t try_folder(const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    char inner[PATH_BYTES];
    size_t tried = 0;

    if (count == -1)
        give_up(path, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            (void) snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
            tried += try_path(inner);
        }
        free(names[i]);
    }
    free(names);
    return tried;
}

static size_t try_path(const char *path)
{
    struct stat status;

    if (stat(path, &status) == -1)
        give_up(path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return try_folder(path);
    try_file(path, (size_t) status.st_size);
    return 1;
}

int main(int argc, char **argv)
{
    size_t tried = 0;

    for (int i = 1; i < argc; i++)
        tried += try_path(argv[i]);
    (void) printf("%zu inputs\n", tried);
    return tried > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
