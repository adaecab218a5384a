// enketo.mjs - one of our forms in Enketo's form engine, as its web page shows it.
import { HELPERS } from "./host.mjs";

/* What Enketo's server does: the form and its lists, as the engine wants them. Every cell of our lists is quoted. */
const OPEN = `async (id) => {
    ${HELPERS}
    const { Form } = await import("enketo-core");
    const { transform } = await import("enketo-transformer/web");
    const list = await read("/duban/formList?formID=" + id);
    const xform = await (await fetch(at_gateway(texts(list, "downloadUrl")[0]))).text();
    const made = await transform({ xform });
    const external = [];
    for (const media of (await read(at_gateway(texts(list, "manifestUrl")[0]))).getElementsByTagName("mediaFile")) {
        const csv = await (await fetch(at_gateway(texts(media, "downloadUrl")[0]))).text();
        const cells = [...csv.matchAll(/"((?:[^"]|"")*)"([,\\n])/g)];
        const xml = document.implementation.createDocument(null, "root");
        const width = cells.findIndex((cell) => cell[2] === "\\n") + 1;
        for (let at = width; at < cells.length; at += width) {
            const item = xml.documentElement.appendChild(xml.createElement("item"));
            for (let column = 0; column < width; column++)
                item.appendChild(xml.createElement(cells[column][1])).textContent = cells[at + column][1].replaceAll('""', '"');
        }
        external.push({ id: texts(media, "filename")[0].replace(".csv", ""), xml });
    }
    document.getElementById("app").replaceChildren(document.createRange().createContextualFragment(made.form));
    window.form = new Form(document.querySelector("form.or"), { modelStr: made.model, external });
    return window.form.init();
}`;

/* What its page does when somebody presses "submit". */
const SEND = `async () => {
    const { files } = await import("enketo-core");
    await window.form.validate();
    const invalid = [...document.querySelectorAll(".invalid-required, .invalid-constraint")].map((one) => one.dataset.containsRefTarget);
    const body = new FormData();
    body.append("xml_submission_file", new Blob([window.form.getDataStr({ irrelevant: false })], { type: "text/xml" }), "xml_submission_file");
    for (const file of files.getCurrentFiles())
        body.append(file.name, file, file.name);
    const answer = await fetch("/duban/submission", { method: "POST", body });
    const reply = new DOMParser().parseFromString(await answer.text(), "text/xml");
    return { invalid, status: answer.status, message: reply.getElementsByTagName("message")[0].textContent };
}`;

/** What the engine finds wrong with the form: nothing. */
export const open_form = (page, id) => page.evaluate(`(${OPEN})(${JSON.stringify(id)})`);

/** {"invalid": paths, "status", "message"} */
export const send_form = (page) => page.evaluate(`(${SEND})()`);

/** The box of a question of a list, to be filled with a label of it. */
export const list_of = (page, path) => page.locator(`label[data-contains-ref-target="${path}"] input.autocomplete`);

export const choice_of = (page, path, value) => page.locator(`input[name="${path}"][value="${value}"]`);
