// Makes src/generated/{server,client,protocol}.ts from the Python schemas. Types only: the bundle holds nothing of them,
// so `--if-possible` lets a build go on where no Python with the schemas is at hand (building a wheel in isolation).
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(here, "..", "src", "generated");

function pythons() {
  const named = process.env.GENSTUDIO_PYTHON;
  const own = join(root, ".venv", "bin", "python");
  return [named, existsSync(own) ? own : undefined, "python3"].filter(Boolean);
}

function readSchemas() {
  const reasons = [];
  for (const python of pythons()) {
    try {
      const options = { cwd: root, maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PYTHONPATH: root } };
      return JSON.parse(execFileSync(python, [join(here, "schema.py")], options).toString());
    } catch (error) {
      reasons.push(`${python}: ${String(error.stderr ?? error.message).trim().split("\n").at(-1)}`);
    }
  }
  throw new Error(`No Python can read the schemas. Set GENSTUDIO_PYTHON to one with pydantic.\n${reasons.join("\n")}`);
}

function writeIfChanged(name, text) {
  const path = join(out, name);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

async function main() {
  const schemas = readSchemas();
  mkdirSync(out, { recursive: true });
  const style = { bannerComment: "/* Made by scripts/types.mjs from genstudio/schema. Do not edit. */", declareExternallyReferenced: true };
  for (const side of ["server", "client"]) {
    writeIfChanged(`${side}.ts`, await compile(schemas[side], schemas[side].title, { ...style, unreachableDefinitions: true }));
  }
  const lines = [
    style.bannerComment,
    `export type Protocol = ${schemas.protocol};`,
    `export type SocketName = ${schemas.sockets.map((name) => JSON.stringify(name)).join(" | ")};`,
    `export type { ServerEvents } from "./server.ts";`,
    `export type { ClientEvents } from "./client.ts";`,
  ];
  writeIfChanged("protocol.ts", `${lines.join("\n")}\n`);
}

try {
  await main();
} catch (error) {
  if (!process.argv.includes("--if-possible")) throw error;
  console.warn(`Types not refreshed. ${error.message}`);
}
