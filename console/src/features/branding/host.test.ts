import { describe, expect, it } from "vitest";
import { hostOf } from "./host";

describe("the host name of what was typed", () => {
  it("is taken out of an address and written as DNS has it", () => {
    expect(hostOf(" Help.Example.com ")).toBe("help.example.com");
    expect(hostOf("https://help.example.com/page?x=1")).toBe("help.example.com");
    expect(hostOf("hilfe.bücher.example")).toBe("hilfe.xn--bcher-kva.example");
    expect(hostOf("not a host")).toBe("not a host");
  });
});
