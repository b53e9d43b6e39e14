import { type RefObject, useLayoutEffect, useState } from "react";

/** Whether an element has at least so many pixels of room; known before it is painted. */
export function useWide(element: RefObject<HTMLElement | null>, least: number): boolean {
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const room = element.current;
    if (!room) return;
    const measure = () => setWide(room.clientWidth >= least);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(room);
    return () => observer.disconnect();
  }, [element, least]);
  return wide;
}
