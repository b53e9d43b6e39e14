// Tells the dashboard around how it goes with the framed page, and the framed page who is looking: when it has loaded,
// when it asks, and again before the token is over while somebody looks at it. None of that is a person's doing, so
// none of it keeps the session from being idle.
(() => {
  const frame = document.getElementById("page");
  const { origin, tab, organization } = frame.dataset;
  const identify = frame.dataset.identify !== undefined;
  let busy = false;
  let due = 0;
  const report = (state) => parent.postMessage({ type: "retinue:frame", state }, location.origin);
  // A browser shows its own page for one that can't be reached, and calls that loaded, too. Some servers refuse this
  // question and answer the frame, so that "silent" is a guess.
  async function answers() {
    try {
      await fetch(frame.src, { method: "HEAD", mode: "no-cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
      return true;
    } catch {
      return false;
    }
  }
  async function tell() {
    if (busy || !identify) return;
    busy = true;
    try {
      const headers = { "Retinue-Activity": "none" };
      if (organization) headers["Retinue-Organization"] = organization;
      const address = `/api/v1/dashboard/tabs/${encodeURIComponent(tab)}/token`;
      const response = await fetch(address, { method: "POST", credentials: "same-origin", headers });
      if (!response.ok) return; // signed out, or not allowed any more: the dashboard around says so
      const { token, expires_at } = await response.json();
      // By the server's clock, whatever this machine's says: a fifth of the time is left then.
      due = Date.now() + 0.8 * (Date.parse(expires_at) - Date.parse(response.headers.get("Date") ?? Date()));
      frame.contentWindow.postMessage({ type: "retinue:token", token, expires_at }, origin);
    } catch {
      // Offline: it is tried again below.
    } finally {
      busy = false;
    }
  }
  // Not only when it has loaded: what can't be reached may be over before anything here listens.
  let known = false;
  answers().then((there) => {
    known = true;
    report(there ? "shown" : "silent");
  });
  frame.addEventListener("load", () => {
    if (!known) report("shown"); // it was faster than the question
    tell();
  });
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    report("shown");
    if (event.data?.type === "retinue:ready") tell();
  });
  setInterval(() => {
    if (due > 0 && Date.now() >= due && document.visibilityState === "visible") tell();
  }, 5000);
})();
