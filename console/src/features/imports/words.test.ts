import { afterAll, expect, test } from "vitest";
import { activateLanguage, languages } from "@/app/i18n";
import { outcomeName } from "./words";

afterAll(() => activateLanguage("en"));

test.each(languages)("in $label no two outcomes of a line have the same name", async ({ value }) => {
  await activateLanguage(value);
  for (const over of [false, true]) {
    const names = ["error", "skip", "update", "create"].map((action) => outcomeName(action, over));
    expect(new Set(names).size).toBe(4);
  }
});
