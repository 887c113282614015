"use strict";
(() => {
  const data = JSON.parse(document.getElementById("students").textContent);
  const worth = data.chapters.reduce((sum, each) => sum + each.worth, 0);
  const body = document.getElementById("rows");
  const find = document.getElementById("find");
  const show = document.getElementById("show");
  const status = document.getElementById("status");
  const [back, forth] = [document.getElementById("back"), document.getElementById("forth")];
  const heads = [...document.querySelectorAll("th[data-key]")];
  const size = 25;
  let page = 0, key = "name", down = false, kept = data.rows;

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const names = new Map(data.rows.map((row) => [row, plain(row[0])]));
  const order = new Intl.Collator(undefined, { numeric: true }).compare;
  const value = (row) =>
    key === "total" ? row[3] : key === "notes" ? row[4] : key === "name" ? row[0] : row[2][+key];

  function compare(a, b) {
    const [x, y] = [value(a), value(b)];
    if (x === y) return order(a[0], b[0]);
    if (x === null || x === "") return 1;  // what is not there stands last, both ways
    if (y === null || y === "") return -1;
    const way = typeof x === "string" ? order(x, y) : x - y;
    return down ? -way : way;
  }

  function choose() {
    const words = plain(find.value).split(/\s+/).filter(Boolean);
    const fits = {
      all: () => true,
      help: (row) => worth > 0 && row[3] / worth < 0.5,
      notes: (row) => row[4] !== "",
      missing: (row) => row[2].includes(null),
    }[show.value];
    kept = data.rows.filter((row) => fits(row) && words.every((w) => names.get(row).includes(w)));
    kept.sort(compare);
    page = 0;
    draw();
  }

  function element(tag, text, kind) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  const number = (points) => String(Math.round(points * 100) / 100);

  function line(row) {
    const [student, folder, points, total, notes] = row;
    const tr = element("tr");
    const name = element("th");
    name.scope = "row";
    name.append(element("bdi", student));
    tr.append(name);
    tr.append(element("td", number(total), "num"));
    tr.append(element("td", worth ? `${Math.round((100 * total) / worth)}%` : "", "num soft"));
    points.forEach((each, place) => {
      const td = element("td", undefined, "num");
      if (each === null) {
        td.append(element("span", "–", "soft"));
      } else {
        const link = element("a", number(each));
        const file = encodeURIComponent(data.chapters[place].file);
        link.href = `feedback/${encodeURIComponent(folder || student)}/${file}.html`;
        link.setAttribute("aria-label", `${number(each)}, feedback for ${student}`);
        td.append(link);
      }
      tr.append(td);
    });
    tr.append(element("td", notes, "wrong small"));
    return tr;
  }

  function draw() {
    const pages = Math.max(1, Math.ceil(kept.length / size));
    const from = page * size;
    body.replaceChildren(...kept.slice(from, from + size).map(line));
    const to = Math.min(from + size, kept.length);
    status.textContent = kept.length
      ? `${from + 1}–${to} of ${kept.length} student${kept.length === 1 ? "" : "s"}`
      : "No student fits.";
    back.disabled = page === 0;
    forth.disabled = page >= pages - 1;
    for (const head of heads) {
      const ours = head.dataset.key === key;
      head.setAttribute("aria-sort", ours ? (down ? "descending" : "ascending") : "none");
    }
  }

  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      if (key === head.dataset.key) down = !down;
      else { key = head.dataset.key; down = key === "notes"; }
      choose();
    });
  }
  find.addEventListener("input", choose);
  show.addEventListener("change", choose);
  back.addEventListener("click", () => { page -= 1; draw(); });
  forth.addEventListener("click", () => { page += 1; draw(); });
  document.documentElement.classList.add("live");
  choose();
})();
