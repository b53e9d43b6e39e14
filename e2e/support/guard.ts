import type { BrowserContext, ConsoleMessage } from "@playwright/test";

const violationMark = "Content-Security-Policy violation:";

/**
 * Collects what must never happen on any page: errors on the console, exceptions nobody caught,
 * violations of the Content-Security-Policy, answers of the server that it could not give.
 */
export async function watch(context: BrowserContext, faults: string[]): Promise<void> {
  await context.addInitScript((mark) => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(mark, event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber);
    });
  }, violationMark);
  context.on("console", (message) => {
    if (message.type() === "error" && !isRefusal(message) && !isSandbox(message) && !isElsewhere(message)) {
      faults.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (event) => faults.push(`exception: ${event.error().stack ?? event.error().message}`));
  context.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
}

/** The browser reports each refused request of the API, and each page that is refused or not there; that is the server's work. */
function isRefusal(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return (
    /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text()) &&
    (new URL(url).pathname.startsWith("/api/v1/") || url === message.page()?.url())
  );
}

/** Mails are shown in a frame that may run no scripts; the script above is the one it keeps out. */
function isSandbox(message: ConsoleMessage): boolean {
  return message.text().startsWith("Blocked script execution in 'about:srcdoc'");
}

/** A page from elsewhere that is not there: the browser reports it, and the dashboard says so. */
function isElsewhere(message: ConsoleMessage): boolean {
  const page = message.page()?.url();
  if (!page || !message.text().endsWith("net::ERR_CONNECTION_REFUSED")) return false;
  return new URL(message.location().url).origin !== new URL(page).origin;
}
