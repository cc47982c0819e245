import { join } from "node:path";
import type { Environment } from "../kit/settings.ts";

/**
 * Where a station keeps its data unless told otherwise. Both shells use the same place, so that a PC can change from one to the
 * other without losing a parcel.
 */
export const defaultDataFolder = (platform: NodeJS.Platform, environment: Environment, home: string): string => {
  const set = (name: string): string | null => {
    const value = environment[name];
    return value === undefined || value === "" ? null : value;
  };
  if (platform === "win32") return join(set("LOCALAPPDATA") ?? join(home, "AppData", "Local"), "Packbench");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Packbench");
  return join(set("XDG_DATA_HOME") ?? join(home, ".local", "share"), "packbench");
};
