// From areas to their corners as a list for the keyboard, and from a typed address to a corner.

function iconOf(name) {
  const shape = document.querySelector(`[data-area-icons] [data-icon=${name}] svg`);
  return shape ? shape.cloneNode(true) : document.createTextNode(name === "add" ? "+" : "×");
}

function small(label, act, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small button-icon";
  button.setAttribute("aria-label", label);
  button.title = label;
  button.append(iconOf(name));
  button.addEventListener("click", act);
  return button;
}

function row(corner, area, number, on) {
  const { words, named, keys, insert, remove, show } = on;
  const line = document.createElement("li");
  line.className = "row area-corner";
  const main = document.createElement("button");
  main.type = "button";
  main.className = "button button-quiet button-small";
  main.dataset.corner = `${area}-${number}`;
  main.textContent = named(corner, number);
  main.setAttribute("aria-describedby", "area-keys-hint");
  main.addEventListener("keydown", (event) => keys(event, area, number));
  main.addEventListener("click", () => show(corner));
  line.append(
    main,
    small(words.insert.replace("{n}", number + 1), () => insert(area, number), "add"),
    small(words.remove.replace("{n}", number + 1), () => remove(area, number), "remove"),
  );
  return line;
}

/** Fill `place` with every area's corners; `on` holds words and what the buttons do. */
export function corners(place, areas, on) {
  place.replaceChildren(
    ...areas.map((ring, area) => {
      const group = document.createElement("div");
      const title = document.createElement("p");
      title.className = "row strong small";
      title.append(
        on.words.areaName.replace("{n}", area + 1),
        small(on.words.removeArea.replace("{n}", area + 1), () => on.removeArea(area), "remove"),
      );
      const list = document.createElement("ol");
      list.className = "list-plain";
      list.append(...ring.map((corner, number) => row(corner, area, number, on)));
      group.append(title, list);
      return group;
    }),
  );
}

/** Look up what was typed; each place that is found is a button which hands over its corner. */
export function search({ input, button, list, url, none, say }, found) {
  async function ask() {
    const body = new URLSearchParams({ q: input.value });
    const answer = await fetch(url, { method: "POST", body }).catch(() => null);
    const items = answer?.ok ? (await answer.json()).items : [];
    list.replaceChildren(...items.map(choice));
    if (!items.length) say(none);
    list.querySelector("button")?.focus();
  }
  function choice(item) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "button button-quiet button-small";
    one.textContent = item.label;
    one.addEventListener("click", () => {
      list.replaceChildren();
      input.value = "";
      input.focus();
      found([Number(item.lon.toFixed(6)), Number(item.lat.toFixed(6))]);
    });
    const line = document.createElement("li");
    line.append(one);
    return line;
  }
  button.addEventListener("click", ask);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    ask();
  });
}
