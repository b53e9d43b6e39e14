import {
  ActionIcon,
  Button,
  Combobox,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  defaultVariantColorsResolver,
  Loader,
  type MantineColorsTuple,
  Menu,
  Modal,
  NativeSelect,
  Tooltip,
} from "@mantine/core";
import { contrast, ensureContrast, parseHex, readableOn, shades } from "./color";

const defaultAccent = "#3b5bdb";
const lightPage = "#ffffff";
const darkPage = "#17181a";

const gray: MantineColorsTuple = [
  "#fafafa",
  "#f4f4f5",
  "#e9e9eb",
  "#dddde0",
  "#c3c3c8",
  "#9a9aa1",
  "#66666d",
  "#4b4b51",
  "#2e2e33",
  "#18181b",
];
const dark: MantineColorsTuple = [
  "#e8e8ea",
  "#b9babf",
  "#9c9da4",
  "#6f7077",
  "#3c3d42",
  "#2e2f33",
  "#1f2023",
  "#17181a",
  "#111214",
  "#0b0c0d",
];

/** The tenant's colour, or the product's where the tenant's can't be read. */
export function accentOf(color: string | null | undefined): string {
  return color && parseHex(color) ? color : defaultAccent;
}

export function makeTheme(color: string) {
  const tuple = shades(color) as unknown as MantineColorsTuple;
  return createTheme({
    primaryColor: "accent",
    colors: { accent: tuple, gray, dark },
    fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
    fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
    lineHeights: { xs: "1.35", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
    spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
    radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
    defaultRadius: "sm",
    cursorType: "pointer",
    focusRing: "auto",
    respectReducedMotion: true,
    headings: { fontWeight: "600" },
    variantColorResolver: (input) => {
      const resolved = defaultVariantColorsResolver(input);
      const isAccent = !input.color || input.color === "accent";
      if (input.variant === "filled" && isAccent) return { ...resolved, color: "var(--accent-contrast)" };
      return resolved;
    },
    components: {
      Button: Button.extend({ defaultProps: { size: "sm" } }),
      ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: 32 } }),
      Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withinPortal: true } }),
      Loader: Loader.extend({ defaultProps: { size: "sm" } }),
      // A menu may hold nothing but its items, and the first takes the focus.
      Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
      NativeSelect: NativeSelect.extend({ defaultProps: { size: "sm" } }),
      // What drops down stands out from the fields that it covers: they are as wide and as white.
      Combobox: Combobox.extend({ defaultProps: { shadow: "md" } }),
      Modal: Modal.extend({
        defaultProps: {
          centered: true,
          radius: "lg",
          padding: "lg",
          overlayProps: { backgroundOpacity: 0.4 },
        },
      }),
      Drawer: Drawer.extend({ defaultProps: { overlayProps: { backgroundOpacity: 0.4 } } }),
    },
  });
}

/** The variables of one colour scheme: a fill that stands out from the page and text that reads on it. */
function accentVariables(color: string, page: string, isDark: boolean): Record<string, string> {
  const fill = ensureContrast(color, page, 3);
  const tuple = shades(color);
  const text = ensureContrast(color, isDark ? "#26272b" : "#f1f1f3", 4.6);
  const hover = isDark ? (tuple[5] ?? fill) : (tuple[7] ?? fill);
  const hoverFill = contrast(hover, readableOn(fill)) >= 4.5 ? hover : fill;
  const names: Record<string, string> = {
    filled: fill,
    "filled-hover": hoverFill,
    light: `color-mix(in srgb, ${fill} ${isDark ? 18 : 9}%, transparent)`,
    "light-hover": `color-mix(in srgb, ${fill} ${isDark ? 26 : 14}%, transparent)`,
    "light-color": text,
    outline: text,
    "outline-hover": `color-mix(in srgb, ${fill} 8%, transparent)`,
    text,
  };
  const variables: Record<string, string> = {
    "--accent": fill,
    "--accent-contrast": readableOn(fill),
    "--accent-text": text,
    "--mantine-color-anchor": text,
    "--mantine-primary-color-contrast": readableOn(fill),
  };
  for (const [name, value] of Object.entries(names)) {
    variables[`--mantine-color-accent-${name}`] = value;
    variables[`--mantine-primary-color-${name}`] = value;
  }
  return variables;
}

export function makeResolver(color: string): CSSVariablesResolver {
  return () => ({
    variables: {},
    light: {
      ...accentVariables(color, lightPage, false),
      "--mantine-color-body": lightPage,
      "--mantine-color-text": "#1c1c1f",
      "--mantine-color-dimmed": "#65656c",
      "--mantine-color-placeholder": "#6e6e76",
      "--mantine-color-error": "#c22929",
      "--mantine-color-default-border": "#dcdce0",
      "--mantine-color-default-hover": "#f5f5f6",
      "--page-subtle": "#fafafa",
      "--line": "#e8e8eb",
      "--row-hover": "#f7f7f8",
    },
    dark: {
      ...accentVariables(color, darkPage, true),
      "--mantine-color-body": darkPage,
      "--mantine-color-text": "#e9e9eb",
      "--mantine-color-dimmed": "#a4a5ac",
      "--mantine-color-placeholder": "#93949b",
      "--mantine-color-error": "#ff8787",
      "--mantine-color-default": "#1f2023",
      "--mantine-color-default-border": "#3a3b40",
      "--mantine-color-default-hover": "#27282c",
      "--page-subtle": "#131415",
      "--line": "#2b2c30",
      "--row-hover": "#1d1e21",
    },
  });
}
