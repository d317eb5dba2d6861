"""The script of a chart's HTML page: ``SCRIPT``. It never inserts text as markup."""

from __future__ import annotations

SCRIPT = """\
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const map = document.getElementById("map");
  const graph = document.getElementById("graph");
  const panel = document.getElementById("panel");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const drawn = Array.from(map.querySelectorAll(".node"));
  const lines = Array.from(map.querySelectorAll("[data-a]"));
  const rows = Array.from(document.querySelectorAll("tbody tr"));
  const chips = Array.from(document.querySelectorAll(".chip"));
  const onward = data.nodes.map(() => []);
  const back = data.nodes.map(() => []);
  for (const [from, to, words] of data.edges) {
    onward[from].push([to, words]);
    back[to].push([from, words]);
  }
  let chosen = -1;
  let zoom = 1;
  const size = [map.viewBox.baseVal.width, map.viewBox.baseVal.height];

  function spread(start, links) {
    const found = new Set(start);
    const waiting = Array.from(start);
    while (waiting.length) {
      for (const [next] of links[waiting.pop()]) {
        if (!found.has(next)) { found.add(next); waiting.push(next); }
      }
    }
    return found;
  }

  function along(start) {
    const found = spread(start, onward);
    for (const one of spread(start, back)) found.add(one);
    return found;
  }

  function meant(node) {
    const text = search.value.trim().toLowerCase();
    if (text && !node.find.includes(text)) return false;
    const kinds = new Map();
    for (const chip of chips) {
      if (chip.getAttribute("aria-pressed") !== "true") continue;
      const by = chip.dataset.by;
      if (!kinds.has(by)) kinds.set(by, []);
      kinds.get(by).push(chip.dataset.value);
    }
    for (const [by, values] of kinds) {
      const own = by === "finding" ? node.found.map((one) => one.code) : [node[by]];
      if (!values.some((value) => own.includes(value))) return false;
    }
    return true;
  }

  function asked() {
    return search.value.trim() !== "" ||
      chips.some((chip) => chip.getAttribute("aria-pressed") === "true");
  }

  function update() {
    let shown = null;
    let hits = null;
    if (asked()) {
      hits = new Set();
      data.nodes.forEach((node, at) => { if (meant(node)) hits.add(at); });
      shown = along(hits);
    }
    if (chosen >= 0) shown = along(new Set([chosen]));
    drawn.forEach((one) => {
      const at = Number(one.dataset.n);
      one.classList.toggle("dim", shown !== null && !shown.has(at));
      one.classList.toggle("hit", chosen < 0 && hits !== null && hits.has(at));
      one.classList.toggle("chosen", at === chosen);
      one.setAttribute("aria-pressed", at === chosen ? "true" : "false");
    });
    for (const line of lines) {
      const gone = shown !== null &&
        !(shown.has(Number(line.dataset.a)) && shown.has(Number(line.dataset.b)));
      line.classList.toggle("dim", gone);
    }
    let count = 0;
    rows.forEach((row) => {
      row.hidden = hits !== null && !hits.has(Number(row.dataset.n));
      if (!row.hidden) count += 1;
    });
    status.textContent = hits === null ? "" : count + " of " + data.nodes.length + " match";
  }

  function seek() {
    const hit = drawn.find((one) => one.classList.contains("hit"));
    if (!hit) return;
    const own = hit.getBoundingClientRect();
    const around = graph.getBoundingClientRect();
    const down = own.top - around.top - (around.height - own.height) / 2;
    const right = own.left - around.left - (around.width - own.width) / 2;
    graph.scrollBy(right, down);
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function list(title, links) {
    if (!links.length) return;
    element("h3", title, panel);
    const items = element("ul", "", panel);
    for (const [to, words] of links) {
      const item = element("li", "", items);
      const button = element("button", data.nodes[to].name, item);
      button.type = "button";
      button.addEventListener("click", () => choose(to, true));
      if (words) element("span", " (" + words + ")", item);
    }
  }

  function tell(node, at) {
    panel.textContent = "";
    element("h2", node.label, panel);
    element("p", node.kind + " " + node.name + (node.app ? " in " + node.app : ""), panel);
    if (node.place) {
      const where = element("p", "", panel);
      const link = element(node.link ? "a" : "span", node.place, where);
      if (node.link) link.href = node.link;
      element("pre", node.source, panel);
    }
    for (const note of node.notes) element("p", note, panel);
    if (node.found.length) element("h3", "Findings", panel);
    for (const one of node.found) {
      const box = element("div", "", panel);
      box.className = "finding";
      element("strong", one.code + " " + one.message, box);
      element("p", one.place, box);
      element("pre", one.source, box);
      if (one.hint) element("p", one.hint, box);
    }
    list("Comes from", back[at]);
    list("Leads to", onward[at]);
    panel.hidden = false;
  }

  function choose(at, move) {
    chosen = at;
    if (at < 0) panel.hidden = true;
    else tell(data.nodes[at], at);
    update();
    if (move && at >= 0) {
      const one = drawn.find((node) => Number(node.dataset.n) === at);
      one.focus();
      one.scrollIntoView({ block: "center", inline: "center" });
    }
  }

  function scale(by) {
    zoom = by === 0 ? 1 : Math.min(4, Math.max(0.1, zoom * by));
    map.setAttribute("width", String(size[0] * zoom));
    map.setAttribute("height", String(size[1] * zoom));
  }

  function step(from, key) {
    if (key === "ArrowRight") return onward[from].length ? onward[from][0][0] : -1;
    if (key === "ArrowLeft") return back[from].length ? back[from][0][0] : -1;
    const open = drawn.filter((one) => !one.classList.contains("dim"));
    const at = open.findIndex((one) => Number(one.dataset.n) === from);
    const next = open[at + (key === "ArrowDown" ? 1 : -1)];
    return next ? Number(next.dataset.n) : -1;
  }

  for (const one of drawn) {
    const at = Number(one.dataset.n);
    one.addEventListener("click", (event) => {
      event.stopPropagation();
      choose(chosen === at ? -1 : at, false);
    });
    one.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(chosen === at ? -1 : at, false);
      } else if (event.key.startsWith("Arrow")) {
        event.preventDefault();
        const next = step(at, event.key);
        if (next >= 0) drawn.find((node) => Number(node.dataset.n) === next).focus();
      }
    });
  }
  map.addEventListener("click", () => choose(-1, false));
  for (const row of rows) {
    const name = row.querySelector("button");
    name.addEventListener("click", () => choose(Number(row.dataset.n), true));
  }
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      const on = chip.getAttribute("aria-pressed") === "true";
      chip.setAttribute("aria-pressed", on ? "false" : "true");
      update();
      seek();
    });
  }
  search.addEventListener("input", () => { update(); seek(); });
  document.getElementById("in").addEventListener("click", () => scale(1.25));
  document.getElementById("out").addEventListener("click", () => scale(0.8));
  document.getElementById("reset").addEventListener("click", clear);

  function clear() {
    search.value = "";
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    scale(0);
    choose(-1, false);
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target === search;
    if (event.key === "Escape") clear();
    else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
    else if (event.key === "+") scale(1.25);
    else if (event.key === "-") scale(0.8);
  });
  update();
})();
"""
