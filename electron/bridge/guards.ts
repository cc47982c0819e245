import { createHash, timingSafeEqual } from "node:crypto";

/** Names under which a browser reaches this server; any other Host is a name someone pointed at 127.0.0.1 (DNS rebinding). */
const OWN_NAMES = ["127.0.0.1", "localhost"];

/** True where the Host header names this very server. */
export const isOwnHost = (host: string | undefined, port: number): boolean =>
  host !== undefined && OWN_NAMES.some((name) => host.toLowerCase() === `${name}:${port}`);

/**
 * True where the Origin header is our own page's. Browsers always send it with a WebSocket and with every cross-site
 * request that changes something; programs that are no browser send none and still need the token.
 */
export const isOwnOrigin = (origin: string | undefined, port: number): boolean =>
  origin === undefined || OWN_NAMES.some((name) => origin.toLowerCase() === `http://${name}:${port}`);

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares in constant time, whatever the lengths. */
export const isSameToken = (given: string | null, expected: string): boolean =>
  given !== null && timingSafeEqual(digest(given), digest(expected));

/**
 * The page may load its own files only; pictures of items come from wherever OMS4 says. No inline script or style, no
 * frame around it, no form out of it.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob: https: http:",
  "media-src 'self' data: blob:",
  "connect-src 'self'",
  "frame-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer that a page gets, in both shells. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()",
};
