"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const rows = [...document.querySelectorAll(".rows > li")];
  const areas = [...document.querySelectorAll(".area")];
  const found = form.querySelector(".found");
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const chosen = [...form.querySelectorAll("[name=status]:checked")].map((box) => box.value);
    for (const row of rows) {
      row.hidden = !words.get(row).includes(text) || (chosen.length > 0 && !chosen.includes(row.dataset.status));
    }
    for (const area of areas) {
      area.hidden = !area.querySelector(".rows > li:not([hidden])");
    }
    found.textContent = rows.filter((row) => !row.hidden).length + " of " + rows.length + " shown";
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = rows.length === 0;
  filter();

  const tools = document.querySelector("#calls .tools");
  if (tools) {
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) {
        document.querySelectorAll("details.call").forEach((call) => { call.open = button.dataset.open === "true"; });
      }
    });
  }
  const show = () => {
    const call = document.getElementById(location.hash.slice(1))?.closest("details.call");
    if (call) {
      call.open = true;
      call.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", show);
  show();
})();
