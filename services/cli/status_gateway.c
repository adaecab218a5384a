/* status_gateway.c - of duban status: the door for field apps. */
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "status.h"

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

void status_judge_gateway(struct cli *cli, struct house *house)
{
    if (house->has_gateway && house->gateway == NULL)
        problem(cli, house, SEVERITY_DOOR, "duban-gateway 没有应答：手机上的应用交不上来，先存在手机里。看 journalctl -u duban-gateway，再启动它",
                "duban-gateway does not answer: field apps cannot submit and keep what they have. See journalctl -u duban-gateway, then "
                "start it");
}

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
