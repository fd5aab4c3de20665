import { en } from "./strings.en";
import { zh, type StringKey } from "./strings.zh";

export type { StringKey } from "./strings.zh";

/** The language of the page: `lang` of <html>; everything but English is Chinese. */
export const language = (): "zh" | "en" => (document.documentElement.lang.toLowerCase().startsWith("en") ? "en" : "zh");

export function t(key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  const text = (language() === "en" ? en : zh)[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The word for a value of an enumeration; one the page does not know yet is shown as it came. */
export function word(group: "kind" | "severity" | "state" | "condition" | "outcome", value: string): string {
  const key = `${group}.${value}`;
  return key in zh ? t(key as StringKey) : value;
}
