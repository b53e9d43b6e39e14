import { useCallback, useMemo, useState } from "react";
import { linkPieces } from "./links";
import classes from "./outbox.module.css";

/** A mail's text with its links usable. */
export function MailText({ text }: { text: string }) {
  return (
    <pre className={classes.text}>
      {linkPieces(text).map((piece) =>
        piece.href ? (
          <a key={piece.at} href={piece.href} target="_blank" rel="noreferrer" className="link">
            {piece.text}
          </a>
        ) : (
          <span key={piece.at}>{piece.text}</span>
        ),
      )}
    </pre>
  );
}

/** The same document with its style attributes put aside in data-style. */
export function withoutInlineStyles(html: string): string {
  return html.replace(/(<[a-z][^<>]*?\s)style=/gi, "$1data-style=");
}

/**
 * A mail's HTML in a frame of its own that runs no scripts. The console's security policy applies
 * inside and ignores styles written in the markup, so they are set again through the object model.
 */
export function MailHtml({ html, title }: { html: string; title: string }) {
  const [height, setHeight] = useState(320);
  const source = useMemo(() => withoutInlineStyles(html), [html]);
  const dress = useCallback((frame: HTMLIFrameElement) => {
    const inside = frame.contentDocument;
    if (!inside?.body) return;
    for (const element of inside.querySelectorAll<HTMLElement>("[data-style]")) {
      element.style.cssText = element.dataset.style ?? "";
    }
    for (const link of inside.querySelectorAll("a")) {
      link.target = "_blank";
      link.rel = "noreferrer";
    }
    const margin = Number.parseFloat(getComputedStyle(inside.body).marginTop) || 0;
    setHeight(Math.min(1200, Math.max(160, Math.ceil(inside.body.offsetHeight + 2 * margin))));
  }, []);
  return (
    <iframe
      className={classes.frame}
      title={title}
      srcDoc={source}
      height={height}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      onLoad={(event) => dress(event.currentTarget)}
    />
  );
}
