import { article, hasWord, page, t, word } from "./i18n";

/** RFC 9457 problem details as the server sends them. */
export interface Problem {
  status: number;
  title: string;
  detail?: string;
  code?: string;
  /** Messages by field, of a 400. */
  errors?: Record<string, string[]>;
  basis?: { instrument: string; article: string }[];
}

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
  }
}

export const csrfToken = (): string => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/**
 * Carries out a command. Pass the same `key` when a person presses again after a failure: the server then answers
 * what the first try did instead of doing it twice.
 */
export async function post<T = unknown>(url: string, body: unknown, key: string): Promise<T> {
  return send<T>(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": csrfToken(), "Idempotency-Key": key },
    body: JSON.stringify(body ?? {}),
  });
}

export const get = <T>(url: string, signal?: AbortSignal): Promise<T> => send<T>(url, signal ? { signal } : {});

async function send<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init, headers: { Accept: "application/json", ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ status: 0, title: t("api.network") });
  }
  if (!response.ok) throw new ApiError(await problemOf(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get("Content-Type")?.includes("json")) {
    const body = (await response.json()) as Partial<Problem>;
    return { ...body, status: response.status, title: body.title ?? fallbackTitle(response.status) };
  }
  return { status: response.status, title: fallbackTitle(response.status) };
}

function fallbackTitle(status: number): string {
  switch (status) {
    case 401: return t("api.signedOut");
    case 403: case 404: return t("api.forbidden");
    case 412: return t("api.stale");
    default: return t("api.unexpected", { status });
  }
}

/** What to show a person, in the page's words: the reason, and the rule of law that refused it when there is one. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  const { status, title, detail, code, errors, basis } = error.problem;
  const reason = code && hasWord("Refusal", code) ? word("Refusal", code) : errors ? t("api.malformed") : status === 412 ? t("api.stale") : detail ?? title;
  const rule = basis?.map((b) => word("Law", b.instrument) + (word("Law", b.instrument).endsWith("》") ? "" : " ") + article(b.article)).join(page("Comma"));
  return rule ? page("Refusal.WithBasis", reason, rule) : reason;
}
