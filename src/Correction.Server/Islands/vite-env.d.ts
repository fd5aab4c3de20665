declare module "*?url" {
  const url: string;
  export default url;
}

/** See words/plugin.ts. */
declare module "virtual:words" {
  export const zh: Readonly<Record<string, string>>;
  export const en: Readonly<Record<string, string>>;
}
