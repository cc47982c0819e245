import { readFile } from "node:fs/promises";
import { protocol, type Session } from "electron";
import { errorWords } from "../../shared/error-words.ts";
import type { Assets } from "../bridge/assets.ts";
import { pageHeaders } from "../bridge/guards.ts";
import type { Log } from "../kit/log.ts";

const SCHEME = "packbench";
/** The one page of the app. A scheme of its own has an origin, unlike file:, so that the page's policy means something. */
export const PAGE_URL = `${SCHEME}://app/`;

export const isOwnPage = (address: string): boolean => address.startsWith(PAGE_URL);

/** Must run before Electron is ready. */
export const announceScheme = (): void =>
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);

const words = (status: number, text: string): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { ...pageHeaders, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });

/** Serves the built screen under the app's own scheme, with the same headers as the loopback host. */
export const servePage = ({ session, assets, log }: Readonly<{ session: Session; assets: Assets; log: Log }>): void =>
  session.protocol.handle(SCHEME, async (request) => {
    if (!isOwnPage(request.url)) return words(404, "There is no such host.");
    if (!assets.built) return words(503, "The screen is not built yet. Run: npm run build");
    const asset = assets.find(new URL(request.url).pathname);
    if (asset === null) return words(404, "There is no such file.");
    try {
      const headers = { ...pageHeaders, "Content-Type": asset.contentType, "Cache-Control": asset.cacheControl };
      return new Response(new Uint8Array(await readFile(asset.path)), { headers });
    } catch (error) {
      log.error({ path: asset.path, error: errorWords(error) }, "A file of the screen can't be read");
      return words(500, "A file of the screen can't be read.");
    }
  });
