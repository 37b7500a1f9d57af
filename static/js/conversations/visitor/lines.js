// From a line of the log to what stands on the page: text is text, an address of http(s) becomes a link.
const LINK = /https?:\/\/[^\s<>"'„”]+/gi;
const AFTER = /[.,;:!?)\]}]+$/;

export function element(name, more = {}, ...inside) {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
}

function link(address) {
  let found;
  try {
    found = new URL(address);
  } catch {
    return document.createTextNode(address);
  }
  if (!["http:", "https:"].includes(found.protocol)) return document.createTextNode(address);
  return element("a", { href: found.href, target: "_blank", rel: "noopener noreferrer nofollow", textContent: address });
}

export function linked(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(AFTER, "");
    parts.append(text.slice(from, found.index), link(address));
    from = found.index + address.length;
  }
  parts.append(text.slice(from));
  return parts;
}

export function time(at, language) {
  const words = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
  return element("time", { dateTime: at, textContent: words });
}

export function drawn(line, words, language) {
  const item = element("div", { className: `line line-${line.author}` });
  if (line.seq) item.dataset.seq = line.seq;
  if (line.client_id) item.dataset.client = line.client_id;
  const text = element("p", { className: "line-text" });
  if (line.type === "message") {
    const who = line.author === "visitor" ? words.you : words.office;
    item.append(element("span", { className: "line-who", textContent: who }));
    text.append(linked(line.text));
  } else {
    text.textContent = words.codes[line.code] ?? "";
  }
  item.append(text, time(line.at, language));
  return item;
}
