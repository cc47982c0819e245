import { existsSync, readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

/** One file of the built screen, ready to be served. */
export type Asset = Readonly<{ path: string; contentType: string; cacheControl: string }>;

export type Assets = Readonly<{
  /** False where the screen has not been built. */
  built: boolean;
  /** Finds the file for a URL's path (still percent-encoded); null when there is none. */
  find: (urlPath: string) => Asset | null;
}>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".pdf": "application/pdf",
  ".txt": "text/plain; charset=utf-8",
};

/** The bundler puts hashed names here: such a file never changes under its name. */
const HASHED_FOLDER = "/assets/";

const assetOf = (path: string, urlPath: string): Asset => ({
  path,
  contentType: CONTENT_TYPES[extname(path).toLowerCase()] ?? "application/octet-stream",
  cacheControl: urlPath.startsWith(HASHED_FOLDER)
    ? "public, max-age=31536000, immutable"
    : urlPath.endsWith(".html")
      ? "no-store"
      : "no-cache",
});

const decoded = (urlPath: string): string | null => {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return null;
  }
};

/**
 * The files of the built screen. They are listed once and only what is on the list is served, so no path can lead out
 * of the folder, however it is written.
 */
export const createAssets = (folder: string): Assets => {
  const files = new Map<string, Asset>();
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const urlPath = `/${relative(folder, path).split(sep).join("/")}`;
      files.set(urlPath, assetOf(path, urlPath));
    }
  }
  return {
    built: files.has("/index.html"),
    find: (urlPath) => {
      const path = decoded(urlPath);
      return path === null ? null : (files.get(path === "/" ? "/index.html" : path) ?? null);
    },
  };
};
