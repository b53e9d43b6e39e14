import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export type Engine = "sqlite" | "postgres";
export type SignIn = { tenant: string; email: string; password: string; user_type: string };

/** A running server of the tests' own: its address and, for a demo, whom to sign in as. */
export type Server = {
  url: string;
  signIns: SignIn[];
  /** Brings back the fresh demo and the present time. */
  reset(): Promise<void>;
  /** Moves the server's clock on, by a Go duration such as "11m". */
  advance(duration: string): Promise<void>;
  stop(): Promise<void>;
};

const run = promisify(execFile);

function binary(): string {
  const path = process.env.RETINUE_BIN;
  if (!path) throw new Error("RETINUE_BIN must name the binary under test: run make test-e2e");
  return path;
}

/** A database of its own in the tests' PostgreSQL, and how to drop it. */
async function newDatabase(): Promise<{ dsn: string; drop: () => Promise<void> }> {
  const superuser = process.env.RETINUE_TEST_POSTGRES ?? "";
  const name = `retinue_e2e_${process.pid}_${Date.now()}`;
  const sql = (text: string) => run("psql", [superuser, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", text]);
  await sql(`CREATE DATABASE ${name}`);
  const dsn = new URL(superuser);
  dsn.pathname = `/${name}`;
  return {
    dsn: dsn.href,
    drop: async () => {
      await sql(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Starts the program and returns what `pick` finds in its output, line by line. */
async function start<T>(args: string[], pick: (line: string) => T | undefined): Promise<[T, ChildProcess]> {
  const child = spawn(binary(), args, {
    stdio: ["ignore", "pipe", "pipe"],
    // Hashing costs as little as is allowed: these tests are not about guessing passwords.
    env: { ...withoutSettings(process.env), RETINUE_ARGON2_MEMORY: "8192", RETINUE_ARGON2_ITERATIONS: "1" },
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said = (said + data).slice(-4000);
  });
  const found = new Promise<T>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const value = pick(line);
      if (value !== undefined) resolve(value);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`retinue ${args[0]} ended with ${code}: ${said}`)));
  });
  return [await found, child];
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("RETINUE_")));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function post(url: string, body?: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
}

function serverAt(url: string, signIns: SignIn[], end: () => Promise<void>): Server {
  return {
    url,
    signIns,
    reset: () => post(`${url}/testing/reset`),
    advance: (duration) => post(`${url}/testing/clock`, { advance: duration }),
    stop: end,
  };
}

/** Runs the demo on a database of its own. */
export async function startDemo(engine: Engine): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), "retinue-e2e-"));
  const database = engine === "postgres" ? await newDatabase() : null;
  const args = ["demo", "--listen", "127.0.0.1:0", "--data", data, "--json"];
  if (database) args.push("--database", database.dsn);
  type Ready = { url: string; sign_ins: SignIn[] };
  const [ready, child] = await start(args, (line) =>
    line.startsWith("{") ? (JSON.parse(line) as Ready) : undefined,
  );
  return serverAt(ready.url, ready.sign_ins, async () => {
    await stop(child);
    await database?.drop();
    await rm(data, { recursive: true, force: true });
  });
}

/** Runs a server without any tenant; its `url` is the set-up link that it prints. */
export async function startEmpty(engine: Engine): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), "retinue-e2e-"));
  const database = engine === "postgres" ? await newDatabase() : null;
  const args = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data];
  if (database) args.push("--database", database.dsn);
  const [link, child] = await start(args, (line) => /https?:\/\/\S+\/setup#token=\S+/.exec(line)?.[0]);
  return serverAt(link, [], async () => {
    await stop(child);
    await database?.drop();
    await rm(data, { recursive: true, force: true });
  });
}
