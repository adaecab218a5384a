// ask_enketo.mjs GATEWAY AUTHORIZATION CASE TIME... - who ticks that this case has passed its revisit, with the phone's clock at each
// of these times: is he asked whether he knows that it does not count? Prints [true, ...].
import { choice_of, list_of, open_form } from "./enketo.mjs";
import { with_page } from "./host.mjs";

const [gateway, authorization, number, ...times] = process.argv.slice(2);

const asked = await with_page(gateway, authorization, async (page) => {
    const found = [];
    for (const time of times) {
        await page.clock.setFixedTime(time);
        await open_form(page, "revisit");
        const one = list_of(page, "/data/case");
        await one.fill(await page.locator(`#datacase option[data-value="${number}"]`).getAttribute("value"));
        await one.blur();
        await choice_of(page, "/data/outcome", "completed").check();
        await choice_of(page, "/data/result", "pass").check();
        await page.waitForFunction('window.form.getDataStr().includes("<result>pass</result>")');
        found.push(await choice_of(page, "/data/early", "yes").isEnabled());
    }
    return found;
});
console.log(JSON.stringify(asked));
