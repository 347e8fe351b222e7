// Shows how work goes on without loading the whole page again; without script the page reloads itself.
const shown = () => document.getElementById("progress");
async function renew() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("progress");
      if (!fresh) return location.reload(); // what was waited for is there
      shown().replaceWith(fresh);
      document.title = page.title;
    }
  } catch { /* the server is away for a moment */ }
  if (shown().hasAttribute("data-going")) setTimeout(renew, 1500);
}
setTimeout(renew, 1500);
