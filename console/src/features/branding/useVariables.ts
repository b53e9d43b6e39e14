import { useLayoutEffect, useRef } from "react";

/** Sets CSS variables on an element by script, which the page's strict policy allows. */
export function useVariables(variables: Record<string, string>) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    for (const [name, value] of Object.entries(variables)) ref.current?.style.setProperty(name, value);
  });
  return ref;
}
