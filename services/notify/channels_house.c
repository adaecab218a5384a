/* channels_house.c - the section house: of notify.yaml: by which channel, and where, the house itself tells that rules stands
 * still. Addresses stand in files of their own: the vault cannot be asked when ingest is what is down. */
#include "channels_private.h"

#include <string.h>

#include "channel.h"

static void read_channel_name(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    enum channel_number number;
    struct choices choices;

    (void) key;
    if (!yaml_is_scalar(reading->faults, value))
        return;
    if (channel_named(value->text, &number) && channels_section_name(number) != NULL) {
        *(enum channel_number *) target = number;
        return;
    }
    choices = choices_for(value->text);
    for (int i = 0; i < CHANNEL_COUNT; i++)
        if (channels_section_name((enum channel_number) i) != NULL)
            choices_add(&choices, channels_section_name((enum channel_number) i));
    file_complain_unknown(reading->faults, value->place, "渠道", "channel", &choices);
}

static void read_way(struct reading *reading, const struct yaml *value, struct house_way *way)
{
    static const struct key keys[] = {
        { "channel", read_channel_name, offsetof(struct house_way, channel), 0, 0, true },
        { "address_file", channels_secret_line, offsetof(struct house_way, address), 0, 0, false },
        { "address_credential", channels_credential_line, offsetof(struct house_way, address), 0, 0, false },
    };

    channels_read_keys(reading, value, keys, COUNT(keys), way);
}

static void read_ways(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    struct channels *channels = target;

    (void) key;
    if (!yaml_is_list(reading->faults, value))
        return;
    if (value->count == 0 || value->count > HOUSE_WAYS_MOST) {
        file_complain(reading->faults, value->place, "to 应有 1 至 %d 项，现为 %zu 项", "to should have 1 to %d entries, not %zu",
                      (int) HOUSE_WAYS_MOST, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        read_way(reading, entry, &channels->house[channels->house_count++]);
}

void channels_read_house(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    static const struct key keys[] = {
        { "after", channels_value_wait, offsetof(struct channels, house_after_ms), 0, DAY_MS, false },
        { "to", read_ways, 0, 0, 0, true },
    };

    (void) key;
    channels_read_keys(reading, value, keys, COUNT(keys), target);
}

static void check_way(struct reading *reading, const struct yaml *entry, const struct house_way *way)
{
    const struct channel *channel = channel_of(way->channel);
    const struct yaml *file = yaml_member(entry, "address_file"), *credential = yaml_member(entry, "address_credential");
    const struct yaml *address = file != NULL ? file : credential;

    if (!reading->channels->of[way->channel].is_set)
        file_complain(reading->faults, yaml_place(entry, "channel", NULL), "channels 中没有 %s 一节，用不了；请补上",
                      "there is no section %s in channels, so that it cannot be used; add it", channel->name);
    if (address == NULL)
        file_complain(reading->faults, entry->place, "缺少 address_file 或 address_credential；请补上一个",
                      "address_file or address_credential is missing; add one of them");
    else if (file != NULL && credential != NULL)
        file_complain(reading->faults, credential->key_place, "address_file 与 address_credential 只能写一个；请删去一个",
                      "address_file and address_credential exclude each other; remove one");
    else if (way->address != NULL && channel->address_fault(way->address) != NULL)
        file_complain(reading->faults, address->place, "文件中的地址不能用于渠道 %s：应为该渠道的网址、手机号或邮箱",
                      "the address in that file is none for channel %s: a web address, phone number or mail address of that channel",
                      channel->name);
}

void channels_check_house(struct reading *reading, const struct yaml *house)
{
    const struct yaml *to = house != NULL && house->kind == YAML_MAP ? yaml_member(house, "to") : NULL;
    const struct yaml *entry = to != NULL ? to->first : NULL;

    for (size_t i = 0; i < reading->channels->house_count && entry != NULL; i++, entry = entry->next)
        if (entry->kind == YAML_MAP && reading->channels->house[i].channel != CHANNEL_SPOOL)
            check_way(reading, entry, &reading->channels->house[i]);
}
