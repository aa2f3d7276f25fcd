"use strict";
(() => {
  const root = document.documentElement;
  const lang = root.lang;
  const byId = (id) => document.getElementById(id);
  const read = (id) => (byId(id) ? JSON.parse(byId(id).textContent) : null);
  const words = read("words");
  const make = (tag, attributes = {}, ...children) => {
    const own = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) own.setAttribute(name, "");
      else if (value !== false && value != null) own.setAttribute(name, value);
    }
    own.append(...children);
    return own;
  };
  const collator = new Intl.Collator(lang, { numeric: true, sensitivity: "base" });

  /* The theme: what the system wants, until a reader wants the other. */
  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const tellTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    tellTheme();
  });
  system.addEventListener("change", tellTheme);
  tellTheme();

  /* Everything that opens and closes; on paper everything is open but the tables behind pictures. */
  const folds = () => [...document.querySelectorAll("main details")];
  const behind = "numbers-behind";
  const openAll = byId("open-all");
  if (folds().length) {
    openAll.hidden = false;
    openAll.addEventListener("click", () => {
      const open = openAll.getAttribute("aria-pressed") !== "true";
      for (const fold of folds()) fold.open = open;
      openAll.setAttribute("aria-pressed", String(open));
      openAll.textContent = open ? words.close : words.open;
    });
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds().filter((fold) => !fold.open && !fold.classList.contains(behind));
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });
  const print = byId("print");
  print.hidden = false;
  print.addEventListener("click", () => window.print());

  /* A link into something that is closed opens it. */
  const reveal = () => {
    let own = location.hash ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    for (; own; own = own.parentElement) if (own.tagName === "DETAILS") own.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  /* Tables are copied as text with tabs, which spreadsheets take apart again. */
  const lines = (table) =>
    [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join("\t")).join("\n");
  const select = (table) => {
    const range = document.createRange();
    range.selectNode(table);
    const chosen = getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  };
  const copy = async (table, button, rows) => {
    let done = false;
    try {
      await navigator.clipboard.writeText(rows ? rows() : lines(table));
      done = true;
    } catch {
      select(table);
      try {
        done = document.execCommand("copy");
      } catch {
        done = false;
      }
      if (done) getSelection().removeAllRanges();
    }
    button.textContent = done ? words.copied : words.selected;
    setTimeout(() => (button.textContent = words.copy), 2500);
  };
  const copyButton = (table, rows) => {
    const label = table.caption ? `${words.copy}: ${table.caption.textContent}` : null;
    const button = make("button", { type: "button", class: "copy", "aria-label": label }, words.copy);
    button.addEventListener("click", () => {
      button.removeAttribute("aria-label");
      copy(table, button, rows);
    });
    return button;
  };
  for (const scroll of document.querySelectorAll(".scroll")) scroll.after(copyButton(scroll.querySelector("table")));

  /* Numbers as the language writes them. */
  const marks = lang === "vi" ? { point: ",", thousands: "." } : { point: ".", thousands: "," };
  const number = (value, decimals) => {
    const own = Math.max(decimals, (String(Math.abs(value)).split(".")[1] || "").length);
    const [whole, fraction] = Math.abs(value).toFixed(own).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, marks.thousands);
    return (value < 0 ? "−" : "") + grouped + (fraction ? marks.point + fraction : "");
  };
  const signed = (value, decimals) => (value > 0 ? "+" : "") + number(value, decimals);
  const parsed = (text) => {
    const own = text.replaceAll(marks.thousands, "").replace(marks.point, ".").replace("−", "-").match(/[+-]?\d+(\.\d+)?/);
    return own ? Number(own[0]) : null;
  };

  /* What has no value stands last, whichever way it is sorted. */
  const compare = (one, other, direction) => {
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    return direction * (typeof one === "number" && typeof other === "number" ? one - other : collator.compare(one, other));
  };

  /* Tables that were there already. */
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      if (head.tagName !== "TH") return;
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.hasAttribute("aria-sort") && other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const isNumber = head.classList.contains("number");
        const key = (row) => {
          const text = row.cells[at].textContent.trim();
          return text === "" || text === "–" ? null : isNumber ? parsed(text) : text;
        };
        const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
        rows.sort(([one], [other]) => compare(one, other, down ? -1 : 1));
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  }

  /* The drill-down. */
  const data = read("data");
  if (!data) return;
  const say = data.words;
  const fill = (text, gaps) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in gaps ? gaps[name] : whole));
  const at = (entries, group) => (Array.isArray(entries) ? entries[group] : entries === undefined ? null : entries);
  const known = (entry) => (typeof entry === "number" ? entry : null);
  const capital = (text) => (/^n(,|$)/.test(text) ? text : text.charAt(0).toLocaleUpperCase(lang) + text.slice(1));
  const PAGE = 100;
  const SVG = "http://www.w3.org/2000/svg";
  const title = (group) => data.groups[group].map((own) => own ?? say.noName).join(", ");
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
  const titles = data.groups.map((_, group) => title(group));
  const searched = titles.map(folded);
  const place = byId("drill-table");
  const pages = byId("drill-pages");
  const status = byId("drill-status");
  const choice = byId("drill-kpi");
  const search = byId("drill-search");
  const state = { kpi: 0, sort: "name", direction: 1, page: 0, group: null };

  const level = (kpi, entry) => (known(entry) === null ? "–" : number(entry, kpi.decimals));
  const why = (entry) => (typeof entry === "string" ? data.whys[Number(entry)] : null);
  const span = (kpi, low, high, print) => {
    if (known(low) === null && known(high) === null) return "";
    const end = (limit) => (known(limit) === null ? "…" : print(limit, kpi.decimals));
    return `[${end(low)}${lang === "vi" ? "; " : ", "}${end(high)}]`;
  };
  const hasFixed = (kpi) => kpi.fixed !== undefined;
  /* The change that the verdict is of. */
  const judged = (kpi, group) => {
    const fixed = known(at(kpi.fixed, group));
    return fixed === null
      ? [at(kpi.change, group), at(kpi.low, group), at(kpi.high, group)]
      : [fixed, at(kpi.fixed_low, group), at(kpi.fixed_high, group)];
  };
  const changeText = (kpi, value, low, high) =>
    known(value) === null ? "–" : `${signed(value, kpi.decimals)} ${span(kpi, low, high, signed)}`.trim();
  const rows = (kpi, group) => {
    const print = (entry) => (known(entry) === null ? "–" : number(entry, 0));
    return data.two ? `${print(at(kpi.n_was, group))} → ${print(at(kpi.n, group))}` : print(at(kpi.n, group));
  };
  const verdictText = (kpi, group) => {
    const own = known(at(kpi.verdict, group));
    return own === null ? (kpi.better === 0 ? say.information : "–") : data.verdicts[own].join(" ");
  };
  const verdictClass = (kpi, group) => ["good", "bad"][at(kpi.verdict, group)] || "";
  const rank = (kpi, group) => {
    const own = known(at(kpi.beside.rank, group));
    return own === null ? "–" : `${own} (${at(kpi.beside.best, group)}–${at(kpi.beside.worst, group)})`;
  };

  /* What can stand in a column: its heading, its text, by what it is sorted. */
  const columns = (kpi) => {
    const isNumber = true;
    const all = [
      data.two && { id: "was", head: say.was, isNumber, text: (g) => level(kpi, at(kpi.was, g)), key: (g) => known(at(kpi.was, g)) },
      { id: "is", head: say.is, isNumber, text: (g) => level(kpi, at(kpi.is, g)), key: (g) => known(at(kpi.is, g)) },
      data.two && {
        id: "change", head: say.change, isNumber,
        text: (g) => changeText(kpi, at(kpi.change, g), at(kpi.low, g), at(kpi.high, g)),
        key: (g) => known(at(kpi.change, g)),
      },
      data.two && hasFixed(kpi) && {
        id: "fixed", head: say.fixed, isNumber,
        text: (g) => changeText(kpi, at(kpi.fixed, g), at(kpi.fixed_low, g), at(kpi.fixed_high, g)),
        key: (g) => known(at(kpi.fixed, g)),
      },
      data.two && { id: "verdict", head: say.verdict, text: (g) => verdictText(kpi, g), className: (g) => verdictClass(kpi, g), key: (g) => known(at(kpi.verdict, g)) },
      kpi.beside && {
        id: "place", head: say.place, text: (g) => (known(at(kpi.beside.place, g)) === null ? "–" : data.places[at(kpi.beside.place, g)]),
        key: (g) => known(at(kpi.beside.place, g)),
      },
      kpi.beside && {
        id: "drawn", head: say.drawn, isNumber,
        text: (g) => {
          const own = at(kpi.beside.drawn, g);
          return known(own) === null ? "–" : `${number(own, kpi.decimals)} ${span(kpi, at(kpi.beside.drawn_low, g), at(kpi.beside.drawn_high, g), number)}`;
        },
        key: (g) => known(at(kpi.beside.drawn, g)),
      },
      kpi.beside && { id: "rank", head: say.rank, isNumber, text: (g) => rank(kpi, g), key: (g) => known(at(kpi.beside.rank, g)) },
      { id: "n", head: data.two ? say.n : "n", isNumber, text: (g) => rows(kpi, g), key: (g) => known(at(kpi.n, g)) },
    ];
    return all.filter(Boolean);
  };

  /* A change on the scale of all that are shown, with no change in the middle. */
  const reach = (kpi) => {
    let most = 0;
    for (let group = 0; group < titles.length; group += 1) {
      for (const own of judged(kpi, group)) if (known(own) !== null) most = Math.max(most, Math.abs(own));
    }
    return most;
  };
  const drawing = (kpi, group, most) => {
    const [value, low, high] = judged(kpi, group).map(known);
    const svg = document.createElementNS(SVG, "svg");
    const add = (tag, attributes) => {
      const own = document.createElementNS(SVG, tag);
      for (const [name, own_value] of Object.entries(attributes)) own.setAttribute(name, String(own_value));
      svg.append(own);
    };
    for (const [name, own] of [["viewBox", "0 0 120 16"], ["width", "120"], ["height", "16"], ["aria-hidden", "true"], ["class", `strip ${verdictClass(kpi, group)}`]]) svg.setAttribute(name, own);
    add("line", { x1: 60, x2: 60, y1: 0, y2: 16, class: "none" });
    if (value === null || most === 0) return svg;
    const x = (own) => (60 + (own / most) * 56).toFixed(1);
    if (low !== null || high !== null) {
      add("line", { x1: low === null ? 0 : x(low), x2: high === null ? 120 : x(high), y1: 8, y2: 8 });
    }
    add("circle", { cx: x(value), cy: 8, r: 3.5 });
    return svg;
  };

  const chosen = () => {
    const kpi = data.kpis[state.kpi];
    const wanted = folded(search.value.trim());
    const found = titles.map((_, group) => group).filter((group) => searched[group].includes(wanted));
    const sorter = columns(kpi).find((column) => column.id === state.sort);
    const key = sorter ? sorter.key : (group) => titles[group];
    return found.sort((one, other) => compare(key(one), key(other), state.direction) || one - other);
  };

  const head = (id, text, isNumber) => {
    const sorted = state.sort === id ? (state.direction > 0 ? "ascending" : "descending") : "none";
    const button = make("button", { type: "button", "data-sort": id }, id === "name" ? text : capital(text));
    button.addEventListener("click", () => {
      state.direction = state.sort === id ? -state.direction : 1;
      state.sort = id;
      state.page = 0;
      show();
      place.querySelector(`[data-sort="${id}"]`).focus();
    });
    return make("th", { scope: "col", class: isNumber ? "number" : null, "aria-sort": sorted }, button);
  };

  const tabled = (caption, heads, body, text) => {
    const table = make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
    const scroll = make("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": fill(say.table, { name: caption }) }, table);
    return [scroll, copyButton(table, text)];
  };

  const showAll = () => {
    const kpi = data.kpis[state.kpi];
    const own = columns(kpi);
    const found = chosen();
    const count = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, count - 1);
    const shown = found.slice(state.page * PAGE, (state.page + 1) * PAGE);
    const most = data.two ? reach(kpi) : 0;
    const body = shown.map((group) => {
      const open = make("button", { type: "button", class: "link" }, make("bdi", {}, titles[group]));
      open.addEventListener("click", () => {
        state.group = group;
        show();
        place.querySelector("h3").focus();
      });
      const cells = own.map((column) => {
        const classes = [column.isNumber ? "number" : "", column.className ? column.className(group) : ""].join(" ").trim();
        const reason = { was: at(kpi.was, group), is: at(kpi.is, group), change: at(kpi.change, group) }[column.id];
        return make("td", { class: classes || null, title: why(reason) }, column.text(group));
      });
      if (most > 0) cells.splice(own.findIndex((column) => column.id === "verdict"), 0, make("td", { class: "drawing" }, drawing(kpi, group, most)));
      return make("tr", {}, make("th", { scope: "row" }, open), ...cells);
    });
    const heads = [head("name", data.by.join(", "), false), ...own.map((column) => head(column.id, column.head, column.isNumber))];
    if (most > 0) heads.splice(1 + own.findIndex((column) => column.id === "verdict"), 0, make("th", { scope: "col" }, say.drawing));
    const unit = kpi.unit ? ` (${kpi.unit})` : "";
    const text = () => [[data.by.join(", "), ...own.map((column) => column.head)], ...found.map((group) => [titles[group], ...own.map((column) => column.text(group))])]
      .map((cells) => cells.join("\t")).join("\n");
    place.replaceChildren(...tabled(kpi.name + unit, heads, body, text), notes(kpi, found));
    status.textContent = found.length ? fill(say.shown, { n: number(found.length, 0), all: number(titles.length, 0) }) : say.nothing;
    turn(count);
  };

  /* What is to be known of the figures of a table: why changes have no interval, and where all stand together. */
  const notes = (kpi, found) => {
    const told = new Set();
    for (const group of found) {
      for (const entry of [at(kpi.was, group), at(kpi.is, group), at(kpi.change, group)]) if (why(entry)) told.add(`–: ${why(entry)}`);
      for (const entry of judged(kpi, group).slice(1)) if (why(entry)) told.add(`${say.noInterval}: ${why(entry)}`);
      const bits = at(kpi.flags, group) || 0;
      data.flags.forEach((flag, bit) => bits & (1 << bit) && told.add(flag));
    }
    const centre = kpi.beside ? [`${say.together}: ${number(kpi.beside.centre, kpi.decimals)} ${kpi.unit}`.trim()] : [];
    return make("div", {}, ...[...centre, ...told].map((text) => make("p", { class: "note" }, text)));
  };

  const turn = (count) => {
    if (count < 2) return pages.replaceChildren();
    const button = (text, step) => {
      const own = make("button", { type: "button", disabled: state.page + step < 0 || state.page + step >= count }, text);
      own.addEventListener("click", () => {
        state.page += step;
        show();
        place.querySelector(".scroll").focus();
      });
      return own;
    };
    const told = fill(say.page, { page: number(state.page + 1, 0), pages: number(count, 0) });
    pages.replaceChildren(button(say.previous, -1), make("span", {}, told), button(say.next, 1));
  };

  /* One group, all its KPIs. */
  const showOne = () => {
    const group = state.group;
    const back = make("button", { type: "button" }, say.back);
    back.addEventListener("click", () => {
      state.group = null;
      show();
      choice.focus();
    });
    const told = data.kpis.filter((kpi) => known(at(kpi.was, group)) !== null || known(at(kpi.is, group)) !== null);
    const cell = (text, isNumber, className) => make("td", { class: [isNumber ? "number" : "", className || ""].join(" ").trim() || null }, text);
    const line = (kpi) => {
      const was = data.two ? [cell(level(kpi, at(kpi.was, group)), true)] : [];
      const is = cell(`${level(kpi, at(kpi.is, group))} ${kpi.unit}`.trim(), true);
      const change = data.two ? [
        cell(changeText(kpi, at(kpi.change, group), at(kpi.low, group), at(kpi.high, group)), true),
        cell(changeText(kpi, at(kpi.fixed, group), at(kpi.fixed_low, group), at(kpi.fixed_high, group)), true),
        cell(verdictText(kpi, group), false, verdictClass(kpi, group)),
      ] : [];
      const own = kpi.beside ? known(at(kpi.beside.place, group)) : null;
      return make("tr", {}, make("th", { scope: "row" }, kpi.name), ...was, is, ...change, cell(own === null ? "–" : data.places[own]), cell(rows(kpi, group), true));
    };
    const heads = [[say.kpi], ...(data.two ? [[say.was, 1]] : []), [say.is, 1], ...(data.two ? [[say.change, 1], [say.fixed, 1], [say.verdict]] : []), [say.place], [data.two ? say.n : "n", 1]]
      .map(([text, isNumber]) => make("th", { scope: "col", class: isNumber ? "number" : null }, capital(text)));
    const name = make("h3", { tabindex: "-1" }, make("bdi", {}, titles[group]));
    place.replaceChildren(back, name, ...tabled(titles[group], heads, told.map(line)));
    status.textContent = "";
    pages.replaceChildren();
  };

  const show = () => (state.group === null ? showAll() : showOne());

  let box = null;
  data.kpis.forEach((kpi, index) => {
    if (!box || box.label !== kpi.axis) choice.append((box = make("optgroup", { label: kpi.axis })));
    box.append(make("option", { value: index }, kpi.name));
  });
  const restart = () => {
    state.page = 0;
    state.group = null;
    show();
  };
  choice.addEventListener("change", () => {
    state.kpi = Number(choice.value);
    const sortable = ["name", ...columns(data.kpis[state.kpi]).map((column) => column.id)];
    if (!sortable.includes(state.sort)) [state.sort, state.direction] = ["name", 1];
    restart();
  });
  search.addEventListener("input", restart);
  for (const link of document.querySelectorAll("a[data-kpi]")) {
    link.addEventListener("click", () => {
      choice.value = String(data.kpis.findIndex((kpi) => kpi.id === link.dataset.kpi));
      choice.dispatchEvent(new Event("change"));
    });
  }
  byId("no-script").hidden = true;
  byId("drill").hidden = false;
  show();
})();
