import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { shortcutsEnabled } from "@/app/preferences";
import classes from "./ui.module.css";
import { useShortcuts } from "./useShortcuts";

type Props = { value: string; onChange: (value: string) => void; placeholder: string; label?: string };

/** A search field that waits for a pause in typing. The key / jumps to it. */
export function SearchInput({ value, onChange, placeholder, label }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    // The address changed by other means (back, a link, "clear"): follow it.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  const router = useRouter({ warn: false });
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      change.current(text);
    }, 250);
    // Whoever leaves for another page, which may take a moment to arrive, is not called back to the list.
    const forget = router?.subscribe("onBeforeNavigate", ({ pathChanged }) => {
      if (pathChanged) clearTimeout(timer);
    });
    return () => {
      clearTimeout(timer);
      forget?.();
    };
  }, [text, router]);
  useShortcuts({ "/": () => input.current?.focus() });
  return (
    <TextInput
      ref={input}
      className={classes.search}
      type="search"
      aria-label={label ?? placeholder}
      aria-keyshortcuts={shortcutsEnabled() ? "/" : undefined}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} stroke={1.75} />}
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
