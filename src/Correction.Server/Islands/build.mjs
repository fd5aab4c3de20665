// Called by the build of the server: installs what package-lock.json names, when it changed, and builds the islands.
// A lock keeps two builds at once (a solution build and `dotnet run`, say) out of each other's node_modules.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;
const lock = join(tmpdir(), `correction-islands-${createHash("sha256").update(here).digest("hex").slice(0, 16)}`);
/** A build takes seconds, an installation a minute or two: a lock older than this was left by one that was killed. */
const staleAfter = 10 * 60_000;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error : The islands need Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

await hold();
process.on("exit", () => rmSync(lock, { recursive: true, force: true }));

const stamp = join(here, "node_modules", ".installed");
const wanted = createHash("sha256").update(readFileSync(join(here, "package-lock.json"))).digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  npm("ci", "--no-progress", "--loglevel=error");
  writeFileSync(stamp, wanted);
}
npm("run", "--silent", "build");

function npm(...args) {
  // npm is a script on Windows, which only a shell starts; the arguments are fixed words.
  const { status } = spawnSync("npm", args, { cwd: here, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

async function hold() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > staleAfter) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
