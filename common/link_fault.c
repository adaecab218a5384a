/* link_fault.c - why a session ended, in words. */
#include <assert.h>

#include "link.h"

static const struct link_trouble TROUBLES[] = {
    [LINK_FAULT_SILENT] = { "太久没有收到消息", "nothing heard for too long", false },
    [LINK_FAULT_UNSENT] = { "发不出去", "cannot send", false },
    [LINK_FAULT_UNCONNECTED] = { "连不上", "cannot connect", false },
    [LINK_FAULT_UNHEARD] = { "收不到", "cannot receive", false },
    [LINK_FAULT_NO_MEMORY] = { "内存不足", "out of memory", false },
    [LINK_FAULT_HALF_RECORD] = { "收到的一批记录（BATCH）不完整", "BATCH with half a record", false },
    [LINK_FAULT_BAD_CRC] = { "收到的记录校验不符（CRC）", "BATCH with a bad CRC", false },
    [LINK_FAULT_BATCH_SIZE] = { "收到的一批记录（BATCH）为空或超出额度", "BATCH that is empty or beyond its credit", false },
    [LINK_FAULT_BATCH_CREDIT] = { "收到的一批记录（BATCH）超出额度", "BATCH beyond its credit", false },
    [LINK_FAULT_GAP_INSIDE] = { "收到的一批记录中间有缺号", "BATCH with a gap inside", false },
    [LINK_FAULT_GAP_BEFORE] = { "收到的一批记录之前有缺号", "BATCH with a gap before it", false },
    [LINK_FAULT_NOT_APPLIED] = { "收到的记录没能处理，原因见本程序的日志", "records could not be applied", false },
    [LINK_FAULT_MALFORMED] = { "收到的消息无法解读", "malformed message", false },
    [LINK_FAULT_MALFORMED_FRAMES] = { "收到的帧无法解读", "malformed frames", false },
    [LINK_FAULT_HEADER] = { "对方的应答（HELLO_OK）前后不一", "HELLO_OK that differs from its header", false },
    [LINK_FAULT_OTHER_LINEAGE] = { "对方持有的是另一份数据", "HELLO_OK of another lineage", true },
    [LINK_FAULT_OLDER_START] = { "对方是更早一次启动的程序", "HELLO_OK of an older start", false },
    [LINK_FAULT_NOT_REACHED] = { "对方的记录还不到这里已处理的位置", "HELLO_OK of a stream that does not reach the cursor", true },
    [LINK_FAULT_NOT_ACCEPTED] = { "对方的数据与这里的不是一套，原因见本程序的日志", "HELLO_OK was not accepted", true },
    [LINK_FAULT_REFUSED_LINEAGE] = { "被拒：对方持有的是另一份数据", "refused: the producer holds another data set", true },
    [LINK_FAULT_REFUSED_AHEAD] = { "被拒：这里处理的比对方记录的还多，其中一方是从备份恢复的", "refused: we know more than the producer, one of the two was restored", true },
    [LINK_FAULT_REFUSED_TRIMMED] = { "被拒：对方已没有这里所需的记录", "refused: the producer no longer holds the records after our cursor", true },
    [LINK_FAULT_REFUSED_DIVERGED] = { "被拒：同一序号，对方的内容与这里处理过的不同", "refused: the producer has other content at our cursor", true },
    [LINK_FAULT_REFUSED_VERSION] = { "被拒：两个程序的版本不同", "refused: the producer speaks another version", false },
    [LINK_FAULT_REFUSED_MALFORMED] = { "被拒：对方无法解读这里发出的消息", "refused: the producer cannot read what we sent", false },
    [LINK_FAULT_REFUSED_FULL] = { "被拒：对方的连接数已满", "refused: the producer has no place for us", false },
    [LINK_FAULT_EARLY_FRAME] = { "对方还没应答问候就发来了别的", "a frame before HELLO_OK", false },
    [LINK_FAULT_BYE] = { "对方结束了连接（BYE）", "the producer said BYE", false },
    [LINK_FAULT_UNEXPECTED] = { "收到了此时不该有的消息", "a frame that no producer sends now", false },
    [LINK_FAULT_FRAME_LINEAGE] = { "收到了另一份数据的消息", "a frame of another lineage", false },
    [LINK_FAULT_FRAME_START] = { "对方重新启动过", "a frame of another start", false },
    [LINK_FAULT_UNGREETED] = { "对方还没有应答", "no answer to the greeting yet", false },
};

const struct link_trouble *link_trouble_of(enum link_fault fault)
{
    assert(fault > LINK_FINE && fault < sizeof TROUBLES / sizeof TROUBLES[0]);
    return &TROUBLES[fault];
}
