import { BrowserWindow } from "electron";
import { PAGE_URL } from "./page.ts";

/** The screen's own dark ground: no white flash in a dim hall. */
const GROUND = { dark: "#0b0f14", light: "#f4f6f8" } as const;

/** The one window: sandboxed, isolated, without Node, showing the app's own page. */
export const openWindow = ({
  preload,
  kiosk,
  theme,
  icon,
}: Readonly<{ preload: string; kiosk: boolean; theme: "dark" | "light"; icon: string }>): BrowserWindow => {
  const window = new BrowserWindow({
    width: 1366,
    height: 768,
    minWidth: 800,
    minHeight: 600,
    show: false,
    kiosk,
    icon,
    title: "Packbench",
    backgroundColor: GROUND[theme],
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // The first scan must sound although nobody has clicked anything
      autoplayPolicy: "no-user-gesture-required",
      // A scan is answered at once also when another window covers ours
      backgroundThrottling: false,
    },
  });
  window.once("ready-to-show", () => {
    if (!kiosk) window.maximize();
    window.show();
  });
  // What fails is seen and tried again by keepPage
  window.loadURL(PAGE_URL).catch(() => {});
  return window;
};
