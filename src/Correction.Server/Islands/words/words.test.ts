import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { article, page, word } from "../shared/i18n";
import { zh } from "../shared/strings.zh";
import { read } from "./plugin";

afterEach(() => { document.documentElement.lang = "zh-CN"; });

describe("words", () => {
  it("are the pages' own, in the page's language", () => {
    expect(word("ZoneKind", "exclusion")).toBe(read("Texts.resx")["ZoneKind.exclusion"]);
    document.documentElement.lang = "en";
    expect(word("ZoneKind", "exclusion")).toBe(read("Texts.en.resx")["ZoneKind.exclusion"]);
  });

  it("take arguments by place", () => expect(page("Shape.Circle", 200)).toContain("200"));

  it("of a value that has none show the value", () => expect(word("AlertKind", "unheardOf")).toBe("unheardOf"));

  it("number articles as laws do", () => {
    expect([1, 10, 11, 20, 29, 69, 104, 110, 121].map((n) => article(String(n)))).toEqual(
      ["第一条", "第十条", "第十一条", "第二十条", "第二十九条", "第六十九条", "第一百零四条", "第一百一十条", "第一百二十一条"]);
    expect(article("29 ¶1")).toBe("第二十九条第一款");
    document.documentElement.lang = "en";
    expect(article("29 ¶1")).toBe("Art. 29(1)");
  });

  it("of the islands are all used", () => {
    const root = join(import.meta.dirname, "..");
    const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/node_modules|strings\.|\.test\./.test(file))
      .map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    expect(Object.keys(zh).filter((key) => !sources.includes(`"${key}"`) && !sources.includes(`\`${key.slice(0, key.lastIndexOf(".") + 1)}`))).toEqual([]);
  });
});
