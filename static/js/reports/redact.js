// From a drawn rectangle to four number fields, and back: the fields are what is sent.
const SIDES = ["left", "top", "width", "height"];
const SVG = "http://www.w3.org/2000/svg";
const STEP = 10;
const LEAST = 4;

for (const form of document.querySelectorAll("form[data-redact]")) start(form);

function start(form) {
  const stage = form.querySelector(".redact");
  const size = { width: Number(stage.dataset.width), height: Number(stage.dataset.height) };
  const rows = [...form.querySelectorAll(".box-rows > li")].map((row) =>
    SIDES.map((side) => row.querySelector(`[name$="-${side}"]`)),
  );
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  stage.append(svg);

  const read = (row) => row.map((field) => Math.round(Number(field.value.replace(",", "."))));
  const isSet = (row) => row.every((field) => field.value.trim() !== "");
  const free = () => rows.find((row) => !row.some((field) => field.value.trim()));

  function clamp([left, top, width, height]) {
    const w = Math.min(Math.max(width, LEAST), size.width);
    const h = Math.min(Math.max(height, LEAST), size.height);
    return [
      Math.min(Math.max(left, 0), size.width - w),
      Math.min(Math.max(top, 0), size.height - h),
      w,
      h,
    ];
  }

  function write(row, box) {
    clamp(box.map(Math.round)).forEach((value, n) => (row[n].value = value));
    draw();
  }

  function clear(row) {
    for (const field of row) field.value = "";
    draw();
  }

  function draw(focused) {
    const active = focused ?? svg.querySelector("rect:focus")?.dataset.row;
    svg.replaceChildren();
    rows.forEach((row, n) => {
      if (!isSet(row)) return;
      const [left, top, width, height] = read(row);
      const rect = document.createElementNS(SVG, "rect");
      const shape = { x: left, y: top, width, height, tabindex: 0, role: "button" };
      for (const [name, value] of Object.entries(shape)) rect.setAttribute(name, value);
      rect.dataset.row = n;
      const said = { n: n + 1, w: width, h: height };
      rect.setAttribute(
        "aria-label",
        stage.dataset.box.replace(/\{(\w)\}/g, (_whole, name) => said[name]),
      );
      svg.append(rect);
      if (String(n) === String(active)) rect.focus();
    });
  }

  function place(event) {
    const frame = svg.getBoundingClientRect();
    return [
      ((event.clientX - frame.left) / frame.width) * size.width,
      ((event.clientY - frame.top) / frame.height) * size.height,
    ];
  }

  let from = null;
  let row = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.target !== svg || event.button !== 0) return;
    row = free();
    if (!row) return;
    from = place(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
    write(row, [left, top, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])]);
  });
  svg.addEventListener("pointerup", () => {
    from = null;
    row = null;
  });

  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", (event) => {
    const at = event.target.dataset?.row;
    if (at === undefined) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      clear(rows[at]);
      form.querySelector("[data-add]").focus();
      return;
    }
    const way = MOVES[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.altKey ? 1 : STEP;
    const [left, top, width, height] = read(rows[at]);
    const moved = event.shiftKey
      ? [left, top, width + way[0] * step, height + way[1] * step]
      : [left + way[0] * step, top + way[1] * step, width, height];
    write(rows[at], moved);
  });

  form.querySelector("[data-add]").addEventListener("click", () => {
    const empty = free();
    if (!empty) return;
    const [w, h] = [size.width / 5, size.height / 5];
    write(empty, [(size.width - w) / 2, (size.height - h) / 2, w, h]);
    draw(rows.indexOf(empty));
  });
  form.querySelector(".box-rows").addEventListener("input", () => draw());
  draw();
}
