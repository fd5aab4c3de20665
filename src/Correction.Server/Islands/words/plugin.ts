// The words that pages and islands share – kinds, zones, refusals, the law – stand once, in the pages' resources. This
// makes a module of them, so that a zone is not called one thing by the server and another by the map.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const id = "virtual:words";
const resources = join(import.meta.dirname, "../../Pages/Resources");

/** Groups of the resources that islands use; what stands before the first dot. */
const shared = new Set(["AlertKind", "Comma", "Condition", "CutReason", "Day", "EndReason", "Field", "FixUse", "Ground", "Handling", "InterruptionCause", "Law", "Outcome", "Refusal", "Relationship", "Schedule", "Severity", "Shape", "VisitPlace", "VisitStage", "Zone", "ZoneKind"]);

export function words(): Plugin {
  return {
    name: "correction-words",
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load: (module) => (module === `\0${id}`
      ? `export const zh = ${JSON.stringify(read("Texts.resx"))};\nexport const en = ${JSON.stringify(read("Texts.en.resx"))};`
      : null),
  };
}

export function read(file: string): Record<string, string> {
  const xml = readFileSync(join(resources, file), "utf8");
  const entries = [...xml.matchAll(/<data name="([^"]+)"[^>]*>\s*<value>([^<]*)<\/value>/g)];
  return Object.fromEntries(entries.filter(([, key]) => shared.has(key!.split(".")[0]!)).map(([, key, value]) => [key!, plain(value!)]));
}

const plain = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
