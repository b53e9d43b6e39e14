import { Avatar } from "@mantine/core";
import type { Presence } from "@/api/types";
import { PresenceDot, presenceName } from "./Presence";
import dot from "./Presence.module.css";
import classes from "./ui.module.css";

type Person = {
  name?: string;
  full_name?: string | null;
  photo_thumb_url?: string | null;
  id?: string;
};

/** First letters of the first and last word; works for any script. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0];
  if (!first) return "?";
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last]
    .filter((word) => word !== undefined)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}

/** A person's photo, or their initials. Decorative: the name always stands beside it. */
export function PersonAvatar({ person, size = 32 }: { person: Person; size?: number }) {
  return (
    <Avatar
      src={person.photo_thumb_url ?? null}
      size={size}
      radius={size}
      alt=""
      aria-hidden="true"
      className={classes.avatar}
    >
      {initialsOf(person.name ?? person.full_name ?? "")}
    </Avatar>
  );
}

/** The same with a mark of whether the person is there, which is read out with it. */
export function PersonPresence({
  person,
  presence,
  size,
}: {
  person: Person;
  presence: Presence;
  size?: number;
}) {
  return (
    <span className={dot.person} title={presenceName(presence)}>
      <PersonAvatar person={person} {...(size && { size })} />
      <span className={dot.corner}>
        <PresenceDot presence={presence} />
      </span>
      <span className="visually-hidden">{presenceName(presence)}</span>
    </span>
  );
}

/** The picture of an account in a list: with that mark, if somebody can be behind it. */
export function PersonMark({ person }: { person: Person & { user_type: string; presence: Presence } }) {
  return person.user_type === "service" ? (
    <PersonAvatar person={person} />
  ) : (
    <PersonPresence person={person} presence={person.presence} />
  );
}
