/* status_gateway.c - of duban status: the door for field apps. */
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "names.h"
#include "status.h"
#include "system_error.h"

/* Its socket goes with it when it ends by itself. */
static bool is_there(struct cli *cli)
{
    return access(text_of(&cli->arena, "%s/gateway.query", cli->run_directory), F_OK) == 0;
}

void status_ask_gateway(struct cli *cli, struct house *house)
{
    const Duban__Reply *reply;

    house->has_gateway = is_there(cli);
    reply = house->has_gateway ? status_ask(cli, GATEWAY_QUERY, DUBAN__REPLY__BODY_GATEWAY) : NULL;
    house->gateway = reply == NULL ? NULL : reply->gateway;
}

/* ---------------------------------------------------------------- what is wrong */

/* Where the photos lie. */
static const char *data_of(const Duban__GatewayStatus *gateway)
{
    return gateway->disk == NULL ? "" : gateway->disk->directory;
}

static void judge_evidence(struct cli *cli, struct house *house)
{
    const Duban__GatewayStatus *gateway = house->gateway;
    struct words why = system_error(gateway->evidence_failing);

    if (gateway->evidence_failing != 0)
        problem(cli, house, SEVERITY_DOOR, "照片存不下（%1$s）%2$.0s：报告照收，照片先留在手机里。检查 %3$s/evidence 谁可写、磁盘是否只读或损坏，原因在 journalctl -u "
                "duban-gateway；改好后不必重新启动，存下一张就恢复",
                "photos cannot be stored (%1$.0s%2$s): reports are taken, photos stay on the phones. Check who may write in %3$s/evidence, and "
                "whether its disk is read-only or failing; journalctl -u duban-gateway says why. Then no restart is needed: it is over "
                "with the first photo that is stored", why.zh, why.en, data_of(gateway));
    if (gateway->evidence_full && !(house->ingest != NULL && house->ingest->intake_stopped))   /* then nothing is taken, as ingest says */
        problem(cli, house, SEVERITY_DOOR, "磁盘将满，暂不接收照片（报告照收，照片先留在手机里）：请在 %1$s 所在的磁盘腾出空间，之后自动恢复",
                "the disk is nearly full and no photos are taken (reports are, photos stay on the phones): free some space where %1$s "
                "lies, then it goes on by itself", data_of(gateway));
}

/* Where its file is to be. */
static const char *file_of(struct cli *cli, const Duban__GatewayStatus *gateway, const ProtobufCBinaryData *sha256)
{
    char hex[2 * crypto_hash_sha256_BYTES + 1] = "";

    if (sha256->len == crypto_hash_sha256_BYTES)
        hex_of(hex, sha256->data, sha256->len);
    return text_of(&cli->arena, "%s/evidence/%.2s/%s", data_of(gateway), hex, hex[0] == '\0' ? "" : hex + 2);
}

static struct words loss_of(const Duban__LostPhotos *lost)
{
    switch (lost->loss) {
    case DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE: return (struct words){ "不见了", "is gone" };
    case DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE: return (struct words){ "大小不对，已损坏", "has another size and is damaged" };
    case DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE: return (struct words){ "读不出来", "cannot be read" };
    case DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT: return (struct words){ "内容变了，已损坏", "holds something else and is damaged" };
    case DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNSPECIFIED:
    case _DUBAN__PHOTO_LOSS_IS_INT_SIZE: break;
    }
    return (struct words){ "有问题", "is not as it came" };
}

static void judge_losses(struct cli *cli, struct house *house)
{
    const Duban__GatewayStatus *gateway = house->gateway;
    const Duban__LostPhotos *lost = gateway->lost_photos;
    struct words how = lost == NULL ? (struct words){ "", "" } : loss_of(lost);

    if (lost != NULL && lost->sha256.len > 0)
        problem(cli, house, SEVERITY_DANGER, "报告申报过、已经存下的照片，有 %1$llu 张丢失或损坏：如第 %2$llu 号报告的 %3$s %4$s%5$.0s。从备份放回（README：恢复）；没有备份，移走坏文件，"
                "请填报人从手机重传。放好后这一条自动消失",
                "photos that reports declare and that were stored are lost or damaged (%1$llu): of report %2$llu, %3$s %4$.0s%5$s. Put it back "
                "from a backup (README: restoring); where there is none, move the damaged file away and have the sender send the photo again. "
                "It is over when the file is whole", (unsigned long long) lost->count, (unsigned long long) lost->report_sequence,
                file_of(cli, gateway, &lost->sha256), how.zh, how.en);
    else if (lost != NULL)
        problem(cli, house, SEVERITY_DANGER, "还有 %1$llu 张照片丢失或损坏，一小时内再查一遍；哪些见 journalctl -u duban-gateway",
                "more photos are lost or damaged (%1$llu), and are looked for again within the hour; journalctl -u duban-gateway names some",
                (unsigned long long) lost->count);
}

static void judge_certificate(struct cli *cli, struct house *house)
{
    const Duban__CertificateState *certificate = house->gateway->certificate;
    const char *when = certificate == NULL ? "" : show_time(&cli->show, certificate->expires_s);

    if (certificate != NULL && certificate->refused)
        problem(cli, house, SEVERITY_DANGER, "新的 https 证书 %1$s 有误，没有采用，仍用原来的；这样重新启动会起不来。duban-gateway --check 指出哪里不对，改好后 "
                "systemctl reload duban-gateway",
                "the new certificate for https %1$s is faulty and not in use, the former one is; a restart would fail. duban-gateway --check "
                "says what is wrong; mend it, then systemctl reload duban-gateway", certificate->path);
    if (certificate != NULL && certificate->is_over)
        problem(cli, house, SEVERITY_DOOR, "https 证书 %1$s 已于 %2$s 过期：手机不再相信它，什么也交不上来。换上新的（gateway.conf 的 tls_certificate、tls_key），再 "
                "systemctl reload duban-gateway",
                "the certificate for https %1$s has expired on %2$s: phones trust it no more and submit nothing. Put a new one in its "
                "place (tls_certificate, tls_key in gateway.conf), then systemctl reload duban-gateway", certificate->path, when);
    else if (certificate != NULL && certificate->expires_soon)
        problem(cli, house, SEVERITY_DANGER, "https 证书 %1$s 将于 %2$s 到期，之后手机什么也交不上来。在那以前换上新的（gateway.conf 的 tls_certificate、tls_key），再 "
                "systemctl reload duban-gateway",
                "the certificate for https %1$s expires on %2$s, and then phones submit nothing. Put a new one in its place before "
                "(tls_certificate, tls_key in gateway.conf), then systemctl reload duban-gateway", certificate->path, when);
}

void status_judge_gateway(struct cli *cli, struct house *house)
{
    if (house->gateway != NULL) {
        judge_evidence(cli, house);
        judge_losses(cli, house);
        judge_certificate(cli, house);
    } else if (house->has_gateway) {
        problem(cli, house, SEVERITY_DOOR, "duban-gateway 没有应答：手机上的应用交不上来，先存在手机里。看 journalctl -u duban-gateway，再启动它",
                "duban-gateway does not answer: field apps cannot submit and keep what they have. See journalctl -u duban-gateway, then "
                "start it");
    }
}

bool status_gateway_takes_all(const struct house *house)
{
    const Duban__GatewayStatus *gateway = house->gateway;

    if (gateway == NULL)
        return !house->has_gateway;
    return gateway->evidence_failing == 0 && !gateway->evidence_full && (gateway->certificate == NULL || !gateway->certificate->is_over);
}

/* ---------------------------------------------------------------- how it is */

void status_print_gateway(struct cli *cli, const struct house *house)
{
    const Duban__GatewayStatus *gateway = house->gateway;

    if (gateway == NULL)
        return;
    show_heading(&cli->show, (struct words){ "网关", "gateway" });
    status_line(cli, "网址", "listening at", gateway->listening);
    status_line(cli, "连接", "connections", number_text(cli, gateway->connections));
    status_line(cli, "请求", "requests", number_text(cli, gateway->requests));
    status_line(cli, "拒绝", "refused", number_text(cli, gateway->refused));
    status_line(cli, "有密码的账号", "accounts with a password", number_text(cli, gateway->accounts));
    status_line(cli, "令牌", "tokens", number_text(cli, gateway->tokens));
}
