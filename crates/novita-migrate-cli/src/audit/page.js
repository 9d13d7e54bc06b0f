"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  // Fields.
  const fields = all("[data-field]");
  const findField = byId("field-search");
  const onlyLost = byId("only-lost");
  const showFields = () => {
    const word = findField.value.trim().toLowerCase();
    for (const row of fields) {
      const matches = row.textContent.toLowerCase().includes(word);
      row.hidden = !matches || (onlyLost.checked && row.dataset.bad !== "1");
    }
    for (const table of all("[data-document]")) {
      table.hidden = !all("[data-field]", table).some((row) => !row.hidden);
    }
  };
  if (findField) {
    findField.addEventListener("input", showFields);
    onlyLost.addEventListener("change", showFields);
  }

  // Groups: by search, by the worst finding, by class.
  const groups = all("[data-group]").map((element) => ({ element, words: element.textContent.toLowerCase() }));
  const search = byId("group-search");
  const clear = byId("clear");
  const choices = all(".choices button");
  const bars = all("[data-code]");
  let worst = "";
  let code = "";
  const count = (number, name) => `${number.toLocaleString("en")} ${name}${number === 1 ? "" : "s"}`;
  const showGroups = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    let payloads = 0;
    for (const { element, words: text } of groups) {
      const matches = words.every((word) => text.includes(word))
        && (!worst || element.dataset.worst === worst)
        && (!code || element.dataset.codes.includes(` ${code} `));
      element.hidden = !matches;
      shown += matches ? 1 : 0;
      payloads += matches ? Number(element.dataset.payloads) : 0;
    }
    byId("shown").textContent = `${count(shown, "group")}, ${count(payloads, "payload")}`;
    byId("nothing").hidden = shown > 0;
    clear.hidden = !code;
    clear.textContent = `${code} ✕`;
    choices.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.worst === worst)));
    bars.forEach((bar) => bar.setAttribute("aria-pressed", String(bar.dataset.code === code)));
  };
  search.addEventListener("input", showGroups);
  choices.forEach((button) => button.addEventListener("click", () => {
    worst = button.dataset.worst;
    showGroups();
  }));
  bars.forEach((bar) => bar.addEventListener("click", () => {
    code = code === bar.dataset.code ? "" : bar.dataset.code;
    showGroups();
    if (code) byId("groups").scrollIntoView();
  }));
  clear.addEventListener("click", () => {
    code = "";
    showGroups();
  });
  showGroups();

  // On paper everything is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
