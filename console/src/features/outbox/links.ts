type Piece = { text: string; href?: string; at: number };

/** Splits text at its http and https addresses; a full stop or bracket after one is not part of it. */
export function linkPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"']+/g)) {
    const href = match[0].replace(/[.,;:!?)\]]+$/, "");
    if (match.index > last) pieces.push({ text: text.slice(last, match.index), at: last });
    pieces.push({ text: href, href, at: match.index });
    last = match.index + href.length;
  }
  if (last < text.length) pieces.push({ text: text.slice(last), at: last });
  return pieces;
}
