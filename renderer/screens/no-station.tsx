import type { Notice } from "../station-store.ts";
import type { LinkState } from "../bridge.ts";
import { useNow } from "../use-station.ts";
import { words } from "../words/en.ts";

const SECOND_MS = 1_000;

/** Nobody answers: the whole screen says so, because nothing on it would be true. */
export const NoStation = ({ link, notice }: { link: LinkState; notice: Notice | null }) => {
  const now = useNow(SECOND_MS / 2);
  const lost = link.name === "lost";
  const refused = link.name === "refused";
  return (
    <div className={lost || refused ? "full full-lost" : "full"} data-link={link.name} role="alert">
      <h1>{refused ? words.link.refused : lost ? words.link.lost : words.link.connecting}</h1>
      <p>{refused ? words.link.refusedText : lost ? words.link.lostText : words.link.connectingText}</p>
      {notice !== null && (
        <p className="full-notice" dir="auto">
          <b>{notice.title}</b>
        </p>
      )}
      {link.retryAt !== null && <p className="full-soft">{words.link.tryAgainIn(Math.ceil((link.retryAt - now) / SECOND_MS))}</p>}
      {lost && <p className="full-soft">{words.link.lostHint}</p>}
    </div>
  );
};
