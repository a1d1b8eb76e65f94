"use strict";
// Filters, sorting, the trials behind a number, light and dark.  The state is the fragment of the address:
// #place?runtime=gil,atomic&threads=1&sort=heat-1:2:d  with place an id, or trials/3,4
(() => {
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const data = JSON.parse(one("data").textContent);
  const form = one("filters");
  const kinds = ["runtime", "workload", "threads", "tag"];
  const boxes = (kind) => $(`input[name=${kind}]`, form);
  let state = new URLSearchParams();
  let place = "";

  const make = (name, text, more = {}) => {
    const made = document.createElement(name);
    if (text !== "") made.textContent = text;
    for (const key in more) made.setAttribute(key, more[key]);
    return made;
  };

  // --- the address
  const read = () => {
    const hash = location.hash.slice(1);
    const at = hash.indexOf("?");
    place = decode(at < 0 ? hash : hash.slice(0, at));
    return new URLSearchParams(at < 0 ? "" : hash.slice(at + 1));
  };
  const decode = (text) => {
    try { return decodeURIComponent(text); } catch { return ""; }
  };
  const address = (where) => {
    const rest = state.toString();
    return "#" + where + (rest ? "?" + rest : "");
  };
  const keep = () => history.replaceState(null, "", address(place));

  // --- filters
  const chosen = (kind) => {
    const all = boxes(kind), on = all.filter((box) => box.checked).map((box) => box.value);
    return on.length === all.length ? null : new Set(on);
  };
  const wanted = () => {
    const found = { runtime: chosen("runtime"), workload: chosen("workload"), threads: chosen("threads") };
    const tags = chosen("tag");
    if (tags) {
      const tagged = Object.keys(data.tags).filter((name) => data.tags[name].some((tag) => tags.has(tag)));
      found.workload = new Set(tagged.filter((name) => !found.workload || found.workload.has(name)));
    }
    return found;
  };
  const filter = () => {
    const asked = wanted();
    for (const kind in asked) {
      const set = asked[kind];
      for (const each of $(`[data-${kind}]`)) {
        const off = "off-" + kind;
        each.classList.toggle(off, !!set && each.dataset[kind] !== "" && !set.has(each.dataset[kind]));
        each.classList.toggle("off", kinds.some((name) => each.classList.contains("off-" + name)));
      }
    }
    const rows = $("tbody tr").filter((row) => !row.closest("#trials")), on = rows.filter((row) => !row.closest(".off"));
    const all = on.length === rows.length;
    one("shown").textContent = all ? "everything is shown" : `${on.length} of ${rows.length} rows are shown`;
  };
  const fromBoxes = () => {
    for (const kind of kinds) {
      const set = chosen(kind);
      if (set) state.set(kind, [...set].map(encodeURIComponent).join(","));
      else state.delete(kind);
    }
    filter();
    keep();
  };
  const toBoxes = () => {
    for (const kind of kinds) {
      const set = state.has(kind) ? new Set(state.get(kind).split(",").map(decode)) : null;
      for (const box of boxes(kind)) box.checked = !set || set.has(box.value);
      if (set) form.querySelector("details").open = true;
    }
    filter();
  };

  // --- sorting
  const value = (row, column, number) => {
    const cell = row.cells[column];
    if (!number) return cell ? cell.textContent : "";
    return cell && cell.dataset.sort !== undefined ? Number(cell.dataset.sort) : NaN;
  };
  const order = (table, column, down) => {
    const head = table.tHead.rows[0].cells[column], number = head.dataset.sorts === "number";
    const keyed = [...table.tBodies[0].rows].map((row) => [value(row, column, number), row]);
    keyed.sort(([a], [b]) => {
      if (!number) return (down ? -1 : 1) * a.localeCompare(b, "en");
      if (isNaN(a) || isNaN(b)) return isNaN(a) - isNaN(b);
      return down ? b - a : a - b;
    });
    table.tBodies[0].append(...keyed.map(([, row]) => row));
    for (const each of table.tHead.rows[0].cells) if (each.dataset.sorts) each.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };
  const sortable = () => {
    for (const head of $("th[data-sorts]")) {
      const button = make("button", head.textContent, { type: "button" });
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const table = head.closest("table"), down = head.getAttribute("aria-sort") === "ascending";
        order(table, head.cellIndex, down);
        state.set("sort", `${table.id}:${head.cellIndex}:${down ? "d" : "a"}`);
        keep();
      });
    }
  };
  const sort = () => {
    const [id, column, way] = (state.get("sort") || "").split(":");
    const table = id && one(id), head = table && table.tHead && table.tHead.rows[0].cells[Number(column)];
    if (head && head.dataset.sorts) order(table, head.cellIndex, way === "d");
  };

  // --- trials
  const rate = (figure) => (figure === null ? "–" : figure.toLocaleString("en-GB", { maximumSignificantDigits: 6 }));
  const group = (number) => {
    const [label, run, total, rows] = data.trials.groups[number];
    const table = make("table", ""), head = make("tr", ""), body = make("tbody", "");
    table.append(make("caption", `${label}: ${total} trial${total === 1 ? "" : "s"}`));
    for (const name of ["block", "order", "try", "op/s", "status", "counts", "contaminated", "reason", "raw file"]) {
      head.append(make("th", name, { scope: "col" }));
    }
    table.append(make("thead", ""), body);
    table.tHead.append(head);
    for (const [block, place_, again, figure, status, spoilt, reason, raw, counts] of rows) {
      const row = make("tr", ""), text = (index) => data.trials.texts[index];
      const cells = [block ?? "–", place_ ?? "–", again, rate(figure), text(status), counts ? "yes" : "no"];
      for (const each of [...cells, text(spoilt), text(reason)]) row.append(make("td", String(each)));
      row.append(file(run, raw));
      body.append(row);
    }
    const box = make("div", "", { class: "box", role: "region", tabindex: "0", "aria-label": label });
    box.append(table);
    if (rows.length < total) box.append(make("p", `The first ${rows.length}; all are in trials.jsonl.`));
    return box;
  };
  const file = (run, raw) => {
    const cell = make("td", ""), name = raw && `raw/${raw}.json`, folder = data.folders[run];
    if (!raw) return cell;
    if (folder === null) cell.textContent = name;
    else cell.append(make("a", name, { href: folder + name.split("/").map(encodeURIComponent).join("/") }));
    return cell;
  };
  const trials = (list) => {
    const numbers = list.split(",").map(Number).filter((n) => Number.isInteger(n) && data.trials.groups[n]);
    const back = make("button", "Back to where you were", { type: "button" });
    back.addEventListener("click", () => history.back());
    one("trials-list").replaceChildren(...numbers.map(group), back);
    one("trials-say").textContent = numbers.length
      ? "The trials this number was made of; those that count are its blocks."
      : "There are no such trials in this report.";
    one("trials").classList.add("here");
    show(one("trials"));
  };
  const show = (target) => {
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  };

  // --- light and dark
  const scheme = () => {
    const button = one("scheme"), root = document.documentElement;
    const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light")) === "dark";
    const tell = () => { button.textContent = dark() ? "Light" : "Dark"; };
    button.hidden = false;
    button.setAttribute("aria-label", "Switch between light and dark");
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      state.set("theme", root.dataset.theme);
      tell();
      keep();
    });
    const asked = state.get("theme");
    if (asked === "dark" || asked === "light") root.dataset.theme = asked;
    tell();
  };

  // --- all of it
  const go = (moved) => {
    state = read();
    toBoxes();
    sort();
    if (place.startsWith("trials/")) trials(place.slice(7));
    else if (place && (moved || location.hash.includes("?"))) show(one(place));
  };
  state = read();
  scheme();
  sortable();
  form.hidden = false;
  if (matchMedia("(max-width:40rem)").matches) one("contents").open = false;
  for (const link of $("a[data-trials]")) link.setAttribute("href", "#trials/" + link.dataset.trials);
  form.addEventListener("change", fromBoxes);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(fromBoxes));
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#"]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", address(link.getAttribute("href").slice(1)));
    go(true);
  });
  addEventListener("popstate", () => go(true));
  addEventListener("hashchange", () => go(true));
  addEventListener("beforeprint", () => $("details").forEach((each) => (each.open = true)));
  go(false);
})();
