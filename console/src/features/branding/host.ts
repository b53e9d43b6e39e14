/** The host name in what a person typed or pasted, in the form in which DNS has it; as typed when there is none. */
export function hostOf(typed: string): string {
  const text = typed.trim();
  try {
    return new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`).hostname;
  } catch {
    return text;
  }
}
