import { t } from "@lingui/core/macro";
import { Skeleton, Stack } from "@mantine/core";

/** Rows of a table that is still loading, as tall as the rows to come. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row}>
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <Skeleton height={12} width={`${45 + ((row * 7 + column * 13) % 40)}%`} />
        </td>
      ))}
    </tr>
  ));
}

/** Fields of a form whose values are still loading. */
export function SkeletonFields({ count }: { count: number }) {
  return (
    <>
      <span className="visually-hidden" role="status">{t`Loading`}</span>
      <Stack gap="md" aria-busy="true">
        {Array.from({ length: count }, (_, field) => (
          <div key={field}>
            <Skeleton height={12} width={120} mb={8} />
            <Skeleton height={36} />
          </div>
        ))}
      </Stack>
    </>
  );
}
