import { t } from "@lingui/core/macro";
import { IconCalendar, IconHash, IconLetterCase, IconListCheck, IconToggleLeft } from "@tabler/icons-react";
import type { CustomField } from "@/api/types";

export type Kind = CustomField["kind"];

export const kinds: Kind[] = ["text", "number", "choice", "date", "boolean"];

export function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    text: t`Text`,
    number: t`Number`,
    choice: t`Choice`,
    date: t`Date`,
    boolean: t`Yes or no`,
  };
  return names[kind];
}

export function kindDescription(kind: Kind): string {
  const words: Record<Kind, string> = {
    text: t`One line of up to 500 characters, such as an employee number.`,
    number: t`A whole or decimal number.`,
    choice: t`One of a list that you write, such as a department.`,
    date: t`A day, such as the first day at work.`,
    boolean: t`Something that is so or not, such as first-aid training.`,
  };
  return words[kind];
}

const icons: Record<Kind, typeof IconHash> = {
  text: IconLetterCase,
  number: IconHash,
  choice: IconListCheck,
  date: IconCalendar,
  boolean: IconToggleLeft,
};

export function KindIcon({ kind }: { kind: Kind }) {
  const Icon = icons[kind];
  return <Icon size={22} stroke={1.75} aria-hidden="true" />;
}
