import { en as pageEn, zh as pageZh } from "virtual:words";
import { en } from "./strings.en";
import { zh, type StringKey } from "./strings.zh";

export type { StringKey } from "./strings.zh";

/** The language of the page: `lang` of <html>; everything but English is Chinese. */
export const language = (): "zh" | "en" => (document.documentElement.lang.toLowerCase().startsWith("en") ? "en" : "zh");

export function t(key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  const text = (language() === "en" ? en : zh)[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const pages = (): Readonly<Record<string, string>> => (language() === "en" ? pageEn : pageZh);

/** A text of the pages' resources, with its arguments by place; the key itself where there is none. */
export const page = (key: string, ...values: readonly (string | number)[]): string =>
  (pages()[key] ?? key).replace(/\{(\d)\}/g, (whole, place: string) => String(values[Number(place)] ?? whole));

export const hasWord = (group: string, value: string): boolean => `${group}.${value}` in pages();

/** The word for a value of an enumeration; one the page does not know yet is shown as it came. */
export const word = (group: string, value: string): string => pages()[`${group}.${value}`] ?? value;

/** `29 ¶1` as the law is cited in the page's language. As Words.Of of the pages. */
export function article(text: string): string {
  const number = (digits: string) => (language() === "zh" && /^\d{1,3}$/.test(digits) ? chineseNumber(Number(digits)) : digits);
  const [first = "", paragraph] = text.split("¶").map((part) => part.trim());
  return page("Law.Article", number(first)) + (paragraph ? page("Law.Paragraph", number(paragraph)) : "");
}

function chineseNumber(value: number): string {
  const digits = "零一二三四五六七八九";
  const [hundreds, tens, ones] = [Math.floor(value / 100), Math.floor(value / 10) % 10, value % 10];
  return (hundreds ? `${digits[hundreds]}百` : "")
    + (tens ? `${tens === 1 && !hundreds ? "" : digits[tens]}十` : hundreds && ones ? "零" : "")
    + (ones ? digits[ones] : "");
}
