// From names and texts to elements: text is always text, never markup.
const SVG = "http://www.w3.org/2000/svg";

function setProperty(element, name, value) {
  if (name === "class") element.className = value;
  else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (["value", "checked", "disabled", "hidden", "selected", "indeterminate"].includes(name)) element[name] = value;
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
}

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name, css = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${css}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function button(words, { kind = "", symbol = "", type = "button", press, ...rest } = {}) {
  return h(
    "button",
    { type, class: `button ${kind ? `button-${kind}` : ""}`.trim(), on: press ? { click: press } : {}, ...rest },
    symbol ? icon(symbol) : null,
    h("span", {}, words),
  );
}

export function link(words, href, { kind = "", symbol = "", ...rest } = {}) {
  const css = kind === "" ? "" : `button ${kind === "plain" ? "" : `button-${kind}`}`.trim();
  return h("a", { href, class: css, ...rest }, symbol ? icon(symbol) : null, h("span", {}, words));
}

const NOTICES = { info: "info", ok: "circle-check", warn: "triangle-alert", danger: "circle-alert" };

export function notice(tone, words, ...more) {
  const css = tone === "info" ? "notice" : `notice notice-${tone}`;
  const role = tone === "danger" ? "alert" : "status";
  return h("div", { class: css, role }, icon(NOTICES[tone]), h("div", { class: "notice-text" }, h("p", {}, words), ...more));
}

export function pill(words, tone = "", symbol = "") {
  return h("span", { class: `pill ${tone ? `pill-${tone}` : ""}`.trim() }, symbol ? icon(symbol) : null, words);
}

let numbers = 0;

// A field with its label, hint and mistake tied together for a screen reader.
export function field(label, input, { hint = "", mistake = "", optional = "" } = {}) {
  input.id ||= `f-${++numbers}`;
  const described = [];
  const parts = [h("label", { class: "label", for: input.id }, label, optional ? h("span", { class: "muted" }, ` ${optional}`) : null)];
  if (hint) {
    parts.push(h("p", { class: "hint", id: `${input.id}-hint` }, hint));
    described.push(`${input.id}-hint`);
  }
  if (mistake) {
    parts.push(h("p", { class: "errorlist", id: `${input.id}-mistake` }, mistake));
    described.push(`${input.id}-mistake`);
    input.setAttribute("aria-invalid", "true");
  }
  if (described.length) input.setAttribute("aria-describedby", described.join(" "));
  return h("div", { class: "field" }, parts, input);
}

export function tick(label, checked, change, { hint = "", disabled = false } = {}) {
  const input = h("input", { type: "checkbox", id: `f-${++numbers}`, checked, disabled, on: { change: () => change(input.checked, input) } });
  const words = h("span", {}, label, hint ? h("span", { class: "hint" }, hint) : null);
  return h("label", { class: "app-tick", for: input.id }, input, words);
}

export function chooseOne(legend, name, options, chosen, change) {
  const boxes = options.map(([value, words]) => {
    const input = h("input", { type: "radio", name, value, checked: value === chosen, on: { change: () => change(value) } });
    return h("label", { class: "app-tick" }, input, h("span", {}, words));
  });
  return h("fieldset", { class: "app-choice" }, h("legend", { class: "label" }, legend), boxes);
}

// Asks in plain words; resolves to whether the person agreed.
export function confirm({ title, text, yes, no, danger = false }) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      box.close();
      box.remove();
      resolve(value);
    };
    const box = h(
      "dialog",
      { class: "app-dialog", "aria-labelledby": "dialog-title", on: { cancel: answer(false) } },
      h("h2", { id: "dialog-title" }, title),
      h("p", {}, text),
      h("div", { class: "button-row" }, button(yes, { kind: danger ? "danger" : "primary", press: answer(true) }), button(no, { press: answer(false) })),
    );
    document.body.append(box);
    box.showModal();
  });
}
