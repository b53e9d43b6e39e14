import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTenantColor } from "./brand";
import { makeQueryClient } from "./query";
import { makeRouter } from "./router";
import { accentOf, makeResolver, makeTheme } from "./theme";

const colorSchemes = localStorageColorSchemeManager({ key: "retinue-theme" });
const queryClient = makeQueryClient((path) => router.navigate({ href: path }));
const router = makeRouter(queryClient);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

export function App({ nonce }: { nonce: string }) {
  return (
    <QueryClientProvider client={queryClient}>
      <I18nProvider i18n={i18n}>
        <Themed nonce={nonce} />
      </I18nProvider>
    </QueryClientProvider>
  );
}

function Themed({ nonce }: { nonce: string }) {
  const color = accentOf(useTenantColor());
  const theme = useMemo(() => makeTheme(color), [color]);
  const resolver = useMemo(() => makeResolver(color), [color]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-left" limit={3} />
      <RouterProvider router={router} />
    </MantineProvider>
  );
}
