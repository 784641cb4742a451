/**
 * A link that a seller gave, as it may be opened: a whole https address of a named host, without credentials. Null: it is shown
 * as text. The desktop's own guard (`openExternal`) says no to the rest as well; a browser has no other guard than this.
 */
export function openableLink(address: string | null): { readonly href: string; readonly host: string } | null {
  if (address === null) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const isNamed =
    /\.[a-z][a-z0-9-]*$/i.test(url.hostname) && !/\.(local|localhost|internal|lan|home|arpa)$/i.test(url.hostname);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || !isNamed) return null;
  return { href: url.href, host: url.host };
}
