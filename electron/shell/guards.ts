import type { App, Session, WebContents } from "electron";
import type { Log } from "../kit/log.ts";
import { isOwnPage } from "./page.ts";

/** A packing screen needs no camera, no location, no clipboard of others, no device: whatever asks is refused. */
export const refusePermissions = ({ session, log }: Readonly<{ session: Session; log: Log }>): void => {
  session.setPermissionRequestHandler((_, permission, answer) => {
    log.warn({ permission }, "Refused a permission");
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
};

const guardContents = (contents: WebContents, log: Log): void => {
  const stay = (event: Readonly<{ preventDefault: () => void; url: string }>): void => {
    if (isOwnPage(event.url)) return;
    event.preventDefault();
    log.warn({ url: event.url }, "Refused to leave the page");
  };
  contents.on("will-navigate", stay);
  contents.on("will-frame-navigate", stay);
  contents.on("will-redirect", stay);
  contents.on("will-attach-webview", (event) => {
    event.preventDefault();
    log.warn({}, "Refused a webview");
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warn({ url }, "Refused a new window");
    return { action: "deny" };
  });
};

/** Every page of the process, whoever made it: it stays where it is and opens nothing. */
export const guardEveryPage = ({ app, log }: Readonly<{ app: App; log: Log }>): void => {
  app.on("web-contents-created", (_, contents) => guardContents(contents, log));
};
