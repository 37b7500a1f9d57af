// From the server's sanitised HTML to elements of our own making: what is not on the list becomes its text.
import { h } from "./dom.js";

const ALLOWED = new Set(["P", "BR", "STRONG", "EM", "B", "I", "UL", "OL", "LI", "H2", "H3", "H4", "BLOCKQUOTE", "CODE", "PRE", "HR", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "TEMPLATE", "SVG", "MATH", "HEAD", "TITLE"]);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);
const DEEPEST = 24;

function address(text) {
  try {
    const url = new URL(text, location.origin);
    return SCHEMES.has(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function anchor(node, depth) {
  const href = address(node.getAttribute("href") ?? "");
  const inner = children(node, depth);
  return href ? h("a", { href, rel: "noopener noreferrer", target: "_blank" }, inner) : inner;
}

function element(node, depth) {
  const name = node.tagName.toUpperCase();
  if (DROPPED.has(name) || depth > DEEPEST) return null;
  if (name === "A") return anchor(node, depth);
  // The page has its own h1.
  if (name === "H1") return h("h2", {}, children(node, depth));
  return ALLOWED.has(name) ? h(name.toLowerCase(), {}, children(node, depth)) : children(node, depth);
}

function children(node, depth) {
  return [...node.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return document.createTextNode(child.data);
    return child.nodeType === Node.ELEMENT_NODE ? element(child, depth + 1) : null;
  });
}

export function rich(html) {
  // A document made by DOMParser runs no scripts and loads nothing.
  const parsed = new DOMParser().parseFromString(String(html ?? ""), "text/html");
  return h("div", { class: "prose letter-text" }, children(parsed.body, 0));
}

// Plain text in paragraphs, for what has no HTML.
export function plain(text) {
  const paragraphs = String(text ?? "").split(/\n{2,}/).filter((part) => part.trim());
  return h("div", { class: "prose letter-text" }, paragraphs.map((part) => h("p", { class: "kept-lines" }, part)));
}
