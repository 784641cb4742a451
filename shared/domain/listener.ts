/** Whether a host is this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

export interface ListenerExposure {
  readonly host: string;
  readonly hasTls: boolean;
  /** Addresses or ranges of proxies that speak TLS for it. */
  readonly proxies: readonly string[];
}

/**
 * Why a listener must not be opened so, or null: keys and tokens travel in headers, so that plain HTTP is spoken on this
 * machine, or to a named proxy, and to nobody else.
 */
export function listenerRefusal(
  exposure: ListenerExposure,
): { readonly field: string; readonly message: string } | null {
  if (isLoopbackHost(exposure.host) || exposure.hasTls || exposure.proxies.length > 0) return null;
  return {
    field: 'endpointsHost',
    message:
      'Other machines may reach this address only with a TLS certificate, or through a proxy that is named. Give one of the two.',
  };
}
