import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import type { CustomField } from "@/api/types";
import { type ChoiceDraft, moved } from "./fieldForm";
import classes from "./fields.module.css";
import { fieldUsageQuery } from "./queries";

type Props = {
  field: CustomField | null;
  choices: ChoiceDraft[];
  error: string | undefined;
  onChange: (choices: ChoiceDraft[]) => void;
};

/** The list of choices. One that somebody has can get another name, but not go. */
export function ChoicesEditor({ field, choices, error, onChange }: Props) {
  const usage = useQuery({ ...fieldUsageQuery(field?.id ?? ""), enabled: field !== null });
  const list = useRef<HTMLUListElement>(null);
  const add = () => {
    const id = Math.max(0, ...choices.map((choice) => choice.id)) + 1;
    onChange([...choices, { id, value: "", label: "" }]);
    // Once it is drawn, typing goes on in the new line.
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLInputElement>("li:last-child input")?.focus(),
    );
  };
  return (
    <fieldset className={classes.choices}>
      <legend>
        <Trans>Choices</Trans>
      </legend>
      <ul ref={list}>
        {choices.map((choice, at) => (
          <ChoiceRow
            key={choice.id}
            choice={choice}
            number={at + 1}
            people={usage.data?.choices[choice.value] ?? 0}
            first={at === 0}
            last={at === choices.length - 1}
            onName={(label) => onChange(choices.map((old) => (old === choice ? { ...old, label } : old)))}
            onMove={(by) => onChange(moved(choices, at, by))}
            onRemove={() => onChange(choices.filter((old) => old !== choice))}
            onEnter={add}
          />
        ))}
      </ul>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      <Button variant="default" size="xs" leftSection={<IconPlus size={14} stroke={2} />} onClick={add}>
        <Trans>Add a choice</Trans>
      </Button>
    </fieldset>
  );
}

type RowProps = {
  choice: ChoiceDraft;
  number: number;
  people: number;
  first: boolean;
  last: boolean;
  onName: (label: string) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
  onEnter: () => void;
};

function ChoiceRow({ choice, number, people, first, last, onName, onMove, onRemove, onEnter }: RowProps) {
  const name = choice.label.trim() || t`Choice ${number}`;
  const has = people > 0 ? plural(people, { one: "# person has it", other: "# people have it" }) : "";
  return (
    <li className={classes.choice}>
      <TextInput
        className={classes.choiceName}
        aria-label={t`Choice ${number}`}
        description={has || undefined}
        inputWrapperOrder={["input", "description"]}
        maxLength={80}
        autoComplete="off"
        dir="auto"
        value={choice.label}
        onChange={(event) => onName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (choice.label.trim()) onEnter();
        }}
      />
      <div className={classes.actions}>
        <ActionIcon aria-label={t`Move ${name} up`} disabled={first} onClick={() => onMove(-1)}>
          <IconArrowUp size={18} stroke={1.75} />
        </ActionIcon>
        <ActionIcon aria-label={t`Move ${name} down`} disabled={last} onClick={() => onMove(1)}>
          <IconArrowDown size={18} stroke={1.75} />
        </ActionIcon>
        <ActionIcon
          aria-label={t`Remove ${name}`}
          title={people > 0 ? t`Give these people another choice first, or rename this one.` : undefined}
          disabled={people > 0}
          onClick={onRemove}
        >
          <IconX size={18} stroke={1.75} />
        </ActionIcon>
      </div>
    </li>
  );
}
