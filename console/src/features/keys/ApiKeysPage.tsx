import { t } from "@lingui/core/macro";
import { Page } from "@/ui/Page";
import { KeyList } from "./KeyList";

/** The API keys that the signed-in person may see: their own, and those of service accounts. */
export function ApiKeysPage() {
  return (
    <Page
      title={t`API keys`}
      lead={t`A key lets a program act with the permissions you choose, never with more than its owner holds.`}
    >
      <KeyList />
    </Page>
  );
}
