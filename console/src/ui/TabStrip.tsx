import { Tabs, type TabsListProps } from "@mantine/core";
import { useEffect, useRef } from "react";

/** The row of a page's tabs. Where it is wider than the page, the chosen one is in sight. */
export function TabStrip(props: TabsListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = list.current;
    const chosen = row?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (!row || !chosen) return;
    const before = chosen.offsetLeft - row.scrollLeft;
    if (before < 0 || before + chosen.offsetWidth > row.clientWidth) row.scrollLeft = chosen.offsetLeft - 24;
  });
  return <Tabs.List ref={list} {...props} />;
}
