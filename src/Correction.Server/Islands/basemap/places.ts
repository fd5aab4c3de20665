import type { Position } from "geojson";

/** County seats around Yuanjiang, to orient the eye at street zoom: seats of government, to about a kilometre. */
export interface Place {
  readonly zh: string;
  readonly en: string;
  readonly at: Position;
}

export const places: readonly Place[] = [
  { zh: "沅江", en: "Yuanjiang", at: [112.355, 28.845] },
  { zh: "益阳", en: "Yiyang", at: [112.355, 28.554] },
  { zh: "南县", en: "Nanxian", at: [112.396, 29.362] },
  { zh: "汉寿", en: "Hanshou", at: [111.971, 28.907] },
  { zh: "桃江", en: "Taojiang", at: [112.139, 28.52] },
  { zh: "湘阴", en: "Xiangyin", at: [112.884, 28.689] },
  { zh: "华容", en: "Huarong", at: [112.559, 29.529] },
  { zh: "岳阳", en: "Yueyang", at: [113.129, 29.357] },
  { zh: "常德", en: "Changde", at: [111.698, 29.031] },
  { zh: "长沙", en: "Changsha", at: [112.939, 28.228] },
];
