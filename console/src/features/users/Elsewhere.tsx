import { plural, t } from "@lingui/core/macro";
import { Radio, Stack } from "@mantine/core";
import type { User } from "@/api/types";
import { formatList } from "@/app/format";
import type { Ref } from "@/features/organizations/choices";
import { namesOf } from "./namesOf";

/** A person, and where they belong as far as the reader sees it. */
export type Belonging = { user: User; organizations: Ref[] };

const othersOf = ({ organizations }: Belonging, here: string) =>
  organizations.filter(({ id }) => id !== here);

/** Those who belong to more than one organization, of which one may be `here`. */
export const severalOf = (people: Belonging[]) =>
  people.filter(({ organizations }) => organizations.length > 1);

/** Those who belong to `here` and elsewhere, too. */
export const movableOf = (people: Belonging[], here: string) =>
  severalOf(people).filter(({ organizations }) => organizations.some(({ id }) => id === here));

/** Says where people belong beside the organization that one looks at; nothing of those who belong to one alone. */
export function Elsewhere({ people, here }: { people: Belonging[]; here: string }) {
  const several = severalOf(people);
  const [first] = several;
  if (!first) return null;
  if (people.length > 1) {
    const who = namesOf(several.map(({ user }) => user));
    return (
      <p>
        {plural(several.length, {
          one: `# of them belongs to several organizations: ${who}.`,
          other: `# of them belong to several organizations: ${who}.`,
        })}
      </p>
    );
  }
  const others = othersOf(first, here);
  const names = formatList(others.map(({ name }) => name));
  const also = others.length < first.organizations.length;
  return <p>{also ? t`They also belong to ${names}.` : t`They belong to ${names}.`}</p>;
}

type ChoiceProps = {
  place: Ref;
  /** How many may leave it and keep their accounts, and how many belong nowhere else. */
  movable: number;
  stuck: number;
  leaves: boolean;
  onChange: (leaves: boolean) => void;
};

/** Whether people leave one organization alone, or go altogether. */
export function LeaveOrDelete({ place, movable, stuck, leaves, onChange }: ChoiceProps) {
  const total = movable + stuck;
  const kept = plural(total, {
    one: "They keep their account and their other organizations.",
    other: "They keep their accounts and their other organizations.",
  });
  const rest = plural(stuck, {
    one: "# person belongs nowhere else, and stays.",
    other: "# people belong nowhere else, and stay.",
  });
  return (
    <Radio.Group
      my="md"
      aria-label={t`What shall happen`}
      value={leaves ? "leave" : "delete"}
      onChange={(value) => onChange(value === "leave")}
    >
      <Stack gap={8}>
        <Radio
          value="leave"
          label={t`Remove from ${place.name} only`}
          description={stuck > 0 ? `${kept} ${rest}` : kept}
        />
        <Radio
          value="delete"
          label={plural(total, { one: "Delete the account", other: "Delete # accounts" })}
        />
      </Stack>
    </Radio.Group>
  );
}
