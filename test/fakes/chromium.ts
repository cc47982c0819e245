import { chromium, type Browser } from "playwright-core";

/** Debian's Chromium, unless CHROMIUM names another. */
export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Works as root and without a graphics card, and calls nobody. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens it; `display`: with a window on that X display. */
export const launchChromium = ({
  more = [],
  display = null,
}: Readonly<{ more?: readonly string[]; display?: string | null }> = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [...ARGUMENTS, ...more],
    ...(display === null ? {} : { headless: false, env: { ...process.env, DISPLAY: display } }),
  });
