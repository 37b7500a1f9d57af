// From the camera or the gallery to a few smaller pictures on the phone.
import { addressOf } from "../../api.js";
import { button, h, icon, notice } from "../../dom.js";
import { t } from "../../i18n.js";
import { LARGEST, MOST, prepare } from "../../photos.js";
import { StorageFull } from "../../store.js";
import { next, save } from "./draft.js";

function choose(id, words, symbol, capture, add) {
  const input = h("input", { type: "file", id, class: "visually-hidden", accept: "image/*", multiple: !capture, capture: capture ? "environment" : null, on: {
    change: async () => {
      await add([...input.files]);
      input.value = "";
    },
  } });
  return h("div", {}, input, h("label", { class: "button app-file", for: id }, icon(symbol), h("span", {}, words)));
}

async function shown(photo, number, remove) {
  return h("li", { class: "app-photo" }, h("img", { src: await addressOf(photo.blob), alt: t("photo.alt", { n: number + 1 }) }), button(t("photo.remove", { n: number + 1 }), { kind: "small", symbol: "trash-2", press: remove }));
}

export async function photos(draft) {
  const list = h("ul", { class: "app-photos" });
  const told = h("div", { "aria-live": "polite" });
  const draw = async () => {
    const rows = draft.photos.map((photo, number) =>
      shown(photo, number, async () => {
        draft.photos.splice(number, 1);
        await save(draft);
        await draw();
      }),
    );
    list.replaceChildren(...(await Promise.all(rows)));
  };
  const add = async (files) => {
    told.replaceChildren();
    for (const file of files) {
      if (draft.photos.length >= MOST) return told.replaceChildren(notice("warn", t("photo.most", { n: MOST })));
      if (!file.type.startsWith("image/")) return told.replaceChildren(notice("warn", t("photo.kind")));
      const photo = await prepare(file);
      if (photo.blob.size > LARGEST) return told.replaceChildren(notice("warn", t("photo.large")));
      draft.photos.push(photo);
      try {
        await save(draft);
      } catch (error) {
        draft.photos.pop();
        told.replaceChildren(notice("danger", error instanceof StorageFull ? t("problem.storage-full") : t("problem.storage-closed")));
      }
    }
    return draw();
  };
  await draw();
  return {
    title: t("photo.title"),
    body: [
      h("p", {}, t("photo.lead")),
      h("div", { class: "app-buttons" }, choose("camera", t("photo.take"), "plus", true, add), choose("gallery", t("photo.choose"), "upload", false, add)),
      told,
      list,
      h("div", { class: "app-buttons" }, button(t("next"), { kind: "primary", press: () => next(draft, "zdjecia"), id: "next" })),
    ],
  };
}
