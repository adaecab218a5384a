// fill_enketo.mjs GATEWAY AUTHORIZATION PHOTO - an inspection of GATE-1 in Enketo: the site out of the list, one item passed with its
// photo, sent. Prints {"title", "errors", "invalid", "status", "message"}.
import { choice_of, list_of, open_form, send_form } from "./enketo.mjs";
import { with_page } from "./host.mjs";

const [gateway, authorization, photo] = process.argv.slice(2);

const sent = await with_page(gateway, authorization, async (page) => {
    const errors = await open_form(page, "inspection-GATE");
    const title = await page.locator("#form-title").innerText();
    const site = list_of(page, "/data/site");
    await site.fill(await page.locator('#datasite option[data-value="GATE-1"]').getAttribute("value"));
    await site.blur();
    await choice_of(page, "/data/outcome", "completed").check();
    await choice_of(page, "/data/i_GT-01/result", "pass").check();
    await page.locator('input[name="/data/i_GT-01/photo_1"]').setInputFiles(photo);
    await page.waitForFunction('window.form.getDataStr().includes(".png")');
    await page.locator('[name="/data/text"]').fill("在 Enketo 里填的");
    await page.locator('[name="/data/text"]').blur();
    return { title, errors, ...(await send_form(page)) };
});
console.log(JSON.stringify(sent));
