/**
 * The content security policy of the screens, in the Electron window and in a browser alike: nothing but our own files.
 * Styles may be inline because the grid injects its theme; images come from the service as data addresses.
 * @param connect where the page may connect to besides its own origin
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    ["connect-src 'self'", ...connect].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
