// Tells the framed page who is looking: when it has loaded, when it asks, and again before the token is over while
// somebody looks at it. None of that is a person's doing, so none of it keeps the session from being idle.
(() => {
  const frame = document.getElementById("page");
  const { origin, tab, organization } = frame.dataset;
  if (frame.dataset.identify === undefined) return;
  const renewAfter = 4 * 60 * 1000;
  let busy = false;
  let due = 0;
  async function tell() {
    if (busy) return;
    busy = true;
    try {
      const headers = { "Retinue-Activity": "none" };
      if (organization) headers["Retinue-Organization"] = organization;
      const address = `/api/v1/dashboard/tabs/${encodeURIComponent(tab)}/token`;
      const response = await fetch(address, { method: "POST", credentials: "same-origin", headers });
      if (!response.ok) return; // signed out, or not allowed any more: the dashboard around says so
      const { token, expires_at } = await response.json();
      due = Date.now() + renewAfter;
      frame.contentWindow.postMessage({ type: "retinue:token", token, expires_at }, origin);
    } catch {
      // Offline: it is tried again below.
    } finally {
      busy = false;
    }
  }
  frame.addEventListener("load", tell);
  addEventListener("message", (event) => {
    const ours = event.source === frame.contentWindow && event.origin === origin;
    if (ours && event.data?.type === "retinue:ready") tell();
  });
  setInterval(() => {
    if (due > 0 && Date.now() >= due && document.visibilityState === "visible") tell();
  }, 5000);
})();
