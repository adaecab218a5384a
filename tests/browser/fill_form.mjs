// fill_form.mjs GATEWAY AUTHORIZATION PHOTO [NOTE] - an inspection of GATE-1 in ODK Web Forms, as somebody in the field would fill it in:
// the site out of the list, one item passed with its photo, or with a note failed, sent. Prints {"title", "status", "message", "head"}.
import { HELPERS, with_page } from "./host.mjs";

const [gateway, authorization, photo, note] = process.argv.slice(2);
const FORM = "inspection-GATE";

const OPEN = `async (id) => {
    ${HELPERS}
    const { createApp, h } = await import("vue");
    const forms = await import("@getodk/web-forms");
    const list = await read("/duban/formList?formID=" + id);
    const xml = await (await fetch(at_gateway(texts(list, "downloadUrl")[0]))).text();
    const files = {};
    for (const media of (await read(at_gateway(texts(list, "manifestUrl")[0]))).getElementsByTagName("mediaFile"))
        files[texts(media, "filename")[0]] = at_gateway(texts(media, "downloadUrl")[0]);
    const send = async (payload, done) => {
        const head = await fetch("/duban/submission", { method: "HEAD" });
        const answer = await fetch("/duban/submission", { method: "POST", body: payload.data[0] });
        const reply = new DOMParser().parseFromString(await answer.text(), "text/xml");
        window.sent = { status: answer.status, message: texts(reply, "message")[0], head: head.status };
        done({ next: forms.POST_SUBMIT__NEW_INSTANCE });
    };
    const app = createApp({ render: () => h(forms.OdkWebForm, {
        formXml: xml, fetchFormAttachment: (resource) => fetch(files[String(resource).split("/").pop()]), onSubmit: send,
    }) });
    app.use(forms.webFormsPlugin);
    app.mount("#app");
}`;

const question = (page, label) => page.locator(".question-container", { has: page.locator("label", { hasText: label }) }).first();

const sent = await with_page(gateway, authorization, async (page) => {
    await page.evaluate(`(${OPEN})(${JSON.stringify(FORM)})`);
    await page.getByText("检查了吗").waitFor();
    const title = await page.locator("h1").first().innerText();
    await question(page, /^点位/).getByRole("combobox").click();
    await page.getByRole("option", { name: "GATE-1" }).click();
    await page.getByText("已检查", { exact: true }).click();
    const item = page.locator(".p-panel", { has: page.locator("h2", { hasText: "GT-01" }) });
    await item.getByText(note ? "不合格" : "合格", { exact: true }).click();
    if (note)
        await item.getByLabel("看到什么").fill(note);
    await item.locator("input[type=file]").setInputFiles(photo);
    await item.getByRole("img").first().waitFor();
    await page.getByLabel("备注（可不填）").fill("在浏览器里填的");
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForFunction("window.sent");
    return { title, ...(await page.evaluate("window.sent")) };
});
console.log(JSON.stringify(sent));
