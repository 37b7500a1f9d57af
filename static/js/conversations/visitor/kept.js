// From a chat to what this tab remembers of it: the token, and messages that are not sent yet. No cookie.
const NAME = "icp-chat";
let memory = {}; // a browser that keeps nothing in frames still remembers as long as the page stands

export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "{}");
  } catch {
    return memory;
  }
}

export function keep(more) {
  memory = { ...kept(), ...more };
  try {
    sessionStorage.setItem(NAME, JSON.stringify(memory));
  } catch {
    // See above.
  }
}

export function forget() {
  memory = {};
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // See above.
  }
}
