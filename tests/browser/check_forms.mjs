// check_forms.mjs GATEWAY AUTHORIZATION - every form that the account is shown is read by two clients of others: ODK Web Forms
// makes a form of it that can be filled in, Enketo's transformer what Enketo shows. Prints {"FORM": {"webForms": true, "enketo": questions}}.
import { HELPERS, with_page } from "./host.mjs";

const [gateway, authorization] = process.argv.slice(2);

const CHECK = `async () => {
    ${HELPERS}
    const { createApp, h } = await import("vue");
    const forms = await import("@getodk/web-forms");
    const { transform } = await import("enketo-transformer/web");
    const list = await read("/duban/formList");
    const found = {};

    for (const xform of list.getElementsByTagName("xform")) {
        const id = texts(xform, "formID")[0];
        const xml = await (await fetch(at_gateway(texts(xform, "downloadUrl")[0]))).text();
        const files = {};
        for (const manifest of texts(xform, "manifestUrl"))
            for (const media of (await read(at_gateway(manifest))).getElementsByTagName("mediaFile"))
                files[texts(media, "filename")[0]] = at_gateway(texts(media, "downloadUrl")[0]);
        const made = await transform({ xform: xml });
        const questions = new DOMParser().parseFromString(made.form, "text/html").querySelectorAll("[name]").length;
        document.getElementById("app").remove();
        const place = document.body.appendChild(Object.assign(document.createElement("div"), { id: "app" }));
        const app = createApp({ render: () => h(forms.OdkWebForm, {
            formXml: xml, fetchFormAttachment: (resource) => fetch(files[String(resource).split("/").pop()]),
        }) });
        app.use(forms.webFormsPlugin);
        app.mount(place);
        while (!document.querySelector(".odk-form, .form-load-failure-dialog, .form-wrapper"))
            await new Promise((drawn) => requestAnimationFrame(drawn));
        found[id] = { webForms: !document.querySelector(".form-load-failure-dialog"), enketo: questions,
                      why: document.querySelector(".form-load-failure-dialog")?.textContent ?? "" };
        app.unmount();
    }
    return found;
}`;

console.log(JSON.stringify(await with_page(gateway, authorization, (page) => page.evaluate(`(${CHECK})()`))));
