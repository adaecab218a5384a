#include "channel_limits.h"

const struct channel_limit channel_limits[CHANNEL_LIMITS] = {
    { "sms", "短信", "text message", SMS_TEXT_BYTES },
    { "wecom", "企业微信群机器人", "WeCom group robot", WECOM_TEXT_BYTES },
    { "dingtalk", "钉钉机器人", "DingTalk robot", DINGTALK_TEXT_BYTES },
    { "feishu", "飞书机器人", "Feishu bot", FEISHU_TEXT_BYTES },
    { "webhook", "网络回调", "webhook", WEBHOOK_TEXT_BYTES },
    { "smtp", "邮件", "mail", SMTP_TEXT_BYTES },
};
