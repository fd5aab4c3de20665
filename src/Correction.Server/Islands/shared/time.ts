import { language, t } from "./i18n";

/** Officers read Beijing time, wherever the computer thinks it is. */
export const zone = "Asia/Shanghai";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = language() === "en" ? "en-GB" : "zh-CN";
  const key = `${locale}:${name}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, { timeZone: zone, hour12: false, ...options })));
  return found;
}

export const clockTime = (at: Date): string => format("clock", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);

export const dayTime = (at: Date): string =>
  format("day", { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).format(at);

/** The clock time when `at` is today, else with the day before it. */
export function shortTime(at: Date, now: Date): string {
  return localDate(at) === localDate(now) ? clockTime(at) : dayTime(at);
}

/** `yyyy-MM-dd` in local time. */
export const localDate = (at: Date): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

/** The instants at which a local day begins and ends. China has no summer time, and +08:00 the year round. */
export function dayBounds(date: string): { from: Date; to: Date } {
  const from = new Date(`${date}T00:00:00+08:00`);
  return { from, to: new Date(from.getTime() + 86_400_000) };
}

export function ago(at: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  if (seconds < 5) return t("time.now");
  if (seconds < 60) return t("time.seconds", { n: seconds });
  if (seconds < 3_600) return t("time.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("time.hours", { n: Math.floor(seconds / 3_600) });
  return t("time.days", { n: Math.floor(seconds / 86_400) });
}

/** A length of time in two units, without a sign. */
export function span(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  if (seconds < 3_600) return t("span.minutes", { m: Math.floor(seconds / 60), s: String(seconds % 60).padStart(2, "0") });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 2_880) return t("span.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
  return t("span.days", { d: Math.floor(minutes / 1_440), h: Math.floor(minutes / 60) % 24 });
}
