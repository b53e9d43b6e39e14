import { formatDateTime, formatRelative } from "@/app/format";

/** A moment as "3 days ago", with the exact time on hover and for programs. */
export function RelativeTime({ at, fallback = "–" }: { at: string | null | undefined; fallback?: string }) {
  if (!at) return <span>{fallback}</span>;
  return (
    <time dateTime={at} title={formatDateTime(at, { dateStyle: "full", timeStyle: "long" })}>
      {formatRelative(at)}
    </time>
  );
}

export function ExactTime({ at }: { at: string }) {
  return (
    <time
      dateTime={at}
      title={formatDateTime(at, { dateStyle: "full", timeStyle: "long" })}
      className="tabular"
    >
      {formatDateTime(at)}
    </time>
  );
}
