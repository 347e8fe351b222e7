// Labelling by keys: 1 to 4 say a stance, U takes it back, J and K go on and back. Forms work without it.
"use strict";
(() => {
  const forms = [...document.querySelectorAll("form.label[data-keys]")];
  let place = 0;

  const show = (next, scroll) => {
    place = Math.max(0, Math.min(forms.length - 1, next));
    forms.forEach((form, n) => form.parentElement.classList.toggle("current", n === place && forms.length > 1));
    if (scroll && forms.length) forms[place].parentElement.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, stance) => {
    const said = form.querySelector(".said");
    const body = new URLSearchParams([...new FormData(form), ["stance", stance]]);
    said.textContent = "…";
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      said.textContent = "not kept: load the page again";
      return false;
    }
    const undone = stance === "undo";
    for (const button of form.querySelectorAll("button")) {
      if (button.value === "undo") button.hidden = undone;
      else if (button.value === stance) button.setAttribute("aria-pressed", "true");
      else button.removeAttribute("aria-pressed");
    }
    said.textContent = undone ? "taken back" : `kept: ${stance}`;
    return true;
  };

  forms.forEach((form, n) =>
    form.addEventListener("submit", (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      show(n, false);
      send(form, event.submitter.value);
    }),
  );

  document.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select")) return;
    const key = event.key.toLowerCase();
    if (key === "j") show(place + 1, true);
    else if (key === "k") show(place - 1, true);
    else if (forms.length && (key === "u" || "1234".includes(key))) {
      const form = forms[place];
      const own = place;
      const stance = key === "u" ? "undo" : form.querySelectorAll("button.pick")[Number(key) - 1].value;
      if (key !== "u") show(place + 1, true); // at once: the next key is for the next one, however slow the server
      if (!(await send(form, stance))) show(own, true);
    } else return;
    event.preventDefault();
  });
  show(0, false);
})();
