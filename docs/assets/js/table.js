/*
 * Filters and sorts the table of all indicators. Without this file it is a complete table in the order of the topics.
 *
 * The form holds the whole state: three filters and, hidden, the sorted column (`-` before it: downwards). Its fields
 * are also the query of the address, so that what one sees can be sent to others. The words are all in the page.
 */
(function () {
  "use strict";

  const form = document.querySelector("form[data-table]");
  const table = document.getElementById(form.dataset.table);
  const { xep: order, ten: text } = form.elements;
  const picks = form.querySelectorAll("select");
  const clear = form.querySelector("[type=reset]");
  const count = form.querySelector("[role=status]");
  const [body] = table.tBodies;
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const lang = document.documentElement.lang;
  const { compare } = new Intl.Collator(lang);

  // as search does: no marks, đ as d, every word may go on
  const fold = words =>
    words.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const found = new Map(rows.map(row => {
    const { cells, dataset } = row;
    const words = [cells[0].textContent, cells[cells.length - 1].textContent, dataset.words].join(" ");
    return [row, ["", ...fold(words)].join(" ")];
  }));

  // Numbers of one unit stand together; a cell without a number is last in both directions.
  const by = (column, sign) => (one, other) => {
    const [a, b] = [one, other].map(row => row.cells[column]);
    const [x, y] = [a, b].map(cell => cell.dataset.sort);
    if (x === undefined) return sign * compare(a.textContent, b.textContent);
    if (!x || !y) return !x - !y;
    return compare(a.dataset.unit ?? "", b.dataset.unit ?? "") || sign * (x - y);
  };

  function update() {
    const words = fold(text.value);
    const shown = rows.filter(row => {
      const fits = words.every(word => found.get(row).includes(` ${word}`));
      row.hidden = !(fits && [...picks].every(({ name, value }) => !value || row.getAttribute(`data-${name}`) === value));
      return !row.hidden;
    }).length;

    const down = order.value.startsWith("-");
    const column = heads.findIndex(head => head.dataset.key === order.value.replace(/^-/, ""));
    heads.forEach((head, n) => {
      if (n === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    table.toggleAttribute("data-loose", column >= 0 || shown < rows.length);
    body.append(...(column < 0 ? rows : [...rows].sort(by(column, down ? -1 : 1))));

    const { all, some } = count.dataset;
    count.textContent = shown === rows.length ? all : some.replace("{shown}", shown.toLocaleString(lang));

    const state = [...new FormData(form)].filter(([, value]) => value);
    clear.hidden = !state.length;
    const query = state.length ? `?${new URLSearchParams(state)}` : "";
    history.replaceState(history.state, "", location.pathname + query + location.hash);
  }

  // up, down, and back to the order of the topics
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const { key } = head.dataset;
      order.value = order.value === key ? `-${key}` : order.value === `-${key}` ? "" : key;
      update();
    });
    head.append(button);
  }

  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
    if (field?.selectedIndex < 0) field.value = ""; // an option that there is no more
  }
  form.addEventListener("input", update);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => {
    order.value = ""; // a reset passes over hidden fields
    setTimeout(update); // it empties the others after this
    text.focus(); // the button that was pressed goes away
  });
  update();
})();
