import { describe, expect, it } from "vitest";
import { rowsAt, type Frame } from "./film";

const row = (key: string, ...cells: string[]) => ({ key, label: key, href: null, cells });

describe("a film", () => {
  const frames: Frame[] = [{ at: 10, rows: [row("a", "1"), row("b", "1")] }, { at: 20, rows: [row("a", "2")] }, { at: 30, rows: [row("b")] }];

  it("shows nothing before it begins, and then what its frames have left standing", () => {
    expect([9, 10, 29, 30].map((at) => rowsAt(frames, at).map((shown) => shown.key + shown.cells.join()))).toEqual([[], ["a1", "b1"], ["a2", "b1"], ["a2"]]);
  });
});
