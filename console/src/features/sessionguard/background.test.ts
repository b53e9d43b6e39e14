import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { afterEach, expect, it, vi } from "vitest";

/** The sources of the console, from its own directory. */
function sources(): string[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.gen\.ts$/.test(name))
    .map((name) => `src/${name}`);
}

/** The object literals in which a query says how often it asks by itself. */
function polls(path: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node) ? node.name : null;
    if (name && name.getText() === "refetchInterval") found.push(node.parent.getText());
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

const quiet = /headers:\s*background\b|\.\.\.background\b/;

// covers E-08
it("says of every query that asks by itself that no person does", () => {
  let count = 0;
  for (const path of sources()) {
    const text = readFileSync(path, "utf8");
    if (!text.includes("refetchInterval")) continue;
    for (const query of polls(path, text)) {
      count++;
      expect(query, `${path}: a query with refetchInterval sends the headers \`background\``).toMatch(quiet);
    }
  }
  expect(count).toBeGreaterThan(2);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.innerHTML = "";
});

// covers A-07, E-08
it("renews the token of an embedded page in time, without keeping the session from being idle", async () => {
  vi.useFakeTimers();
  // By the server's clock, which is an hour behind; the second token lasts for two minutes only.
  const lifetimes = [300, 120, 300, 300];
  const asked: RequestInit[] = [];
  const postMessage = vi.fn();
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    if (init.method === "HEAD") return new Response(); // whether the page answers
    const sent = Date.now() - 3_600_000;
    const expires_at = new Date(sent + (lifetimes[asked.length] ?? 0) * 1000).toISOString();
    asked.push(init);
    return new Response(JSON.stringify({ token: "a.b.c", expires_at }), {
      headers: { Date: new Date(sent).toUTCString() },
    });
  });
  const frame = document.createElement("div"); // as good as an iframe, and loads nothing
  frame.id = "page";
  Object.assign(frame.dataset, {
    origin: "https://orders.example",
    tab: "tab_1",
    organization: "org_1",
    identify: "",
  });
  Object.defineProperty(frame, "contentWindow", { value: { postMessage } });
  document.body.append(frame);
  new Function(readFileSync("../internal/web/frame.js", "utf8"))();
  frame.dispatchEvent(new Event("load"));
  await vi.advanceTimersByTimeAsync(3 * 60_000);
  expect(asked.length).toBe(1);
  await vi.advanceTimersByTimeAsync(70_000);
  expect(asked.length).toBe(2);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(asked.length).toBe(3);
  for (const { headers } of asked) {
    expect(headers).toEqual({ "Retinue-Activity": "none", "Retinue-Organization": "org_1" });
  }
  expect(postMessage).toHaveBeenCalledTimes(3);
});
