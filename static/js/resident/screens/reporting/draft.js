// From what was filled in so far to a row on the phone, photos included, until it is sent or thrown away.
import { forget, keep, kept } from "../../store.js";
import { go } from "../../router.js";

export const ORDER = ["kategoria", "opis", "zdjecia", "miejsce", "podobne", "sprawdz"];
const EMPTY = { category: "", answers: {}, description: "", photos: [], place: null, address: "", public: true };

export async function load() {
  return { ...EMPTY, ...(await kept("draft")) };
}

export async function save(draft) {
  await keep("draft", draft);
}

export const discard = () => forget("draft");

export async function next(draft, step) {
  await save(draft);
  await go(`zglos/${ORDER[ORDER.indexOf(step) + 1]}`);
}
