import { describe, expect, it } from "vitest";
import { linkPieces } from "./links";
import { withoutInlineStyles } from "./MailView";

describe("links in a mail's text", () => {
  it("are found with their hash, without the full stop after them", () => {
    const text =
      "Open http://127.0.0.1:8080/reset-password#token=a_b-c.\nOr not (see https://example.org/x).";
    const pieces = linkPieces(text);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.flatMap((piece) => piece.href ?? [])).toEqual([
      "http://127.0.0.1:8080/reset-password#token=a_b-c",
      "https://example.org/x",
    ]);
  });

  it("are never made of anything but http and https", () => {
    expect(linkPieces("javascript:alert(1) ftp://x data:text/html,x").some((piece) => piece.href)).toBe(
      false,
    );
  });
});

describe("the frame of a mail", () => {
  it("puts style attributes aside and leaves words alone", () => {
    const html = '<p class="a" style="color:red">style="x" <a style=\'b\' href="#">go</a></p>';
    expect(withoutInlineStyles(html)).toBe(
      '<p class="a" data-style="color:red">style="x" <a data-style=\'b\' href="#">go</a></p>',
    );
  });
});
