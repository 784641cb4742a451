/** What a person does here. Each role reads everything; commands are allowed by {@link mayRun}. `reader` changes nothing. */
export const roles = ['catalogue', 'finance', 'support', 'integration', 'reader', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** The authority a command needs. `anyone` is a person's own preferences; `integration` is sellers' access and notifications. */
export const authorities = ['anyone', 'review', 'sellers', 'finance', 'orders', 'integration', 'settings'] as const;
export type Authority = (typeof authorities)[number];

const granted: Readonly<Record<Role, readonly Authority[]>> = {
  catalogue: ['anyone', 'review', 'sellers'],
  finance: ['anyone', 'sellers', 'finance'],
  support: ['anyone', 'orders'],
  integration: ['anyone', 'sellers', 'integration'],
  reader: ['anyone'],
  administrator: ['anyone', 'review', 'sellers', 'finance', 'orders', 'integration', 'settings'],
};

/** Whether the role may run a command that needs the authority. */
export function mayRun(role: Role, authority: Authority): boolean {
  return granted[role].includes(authority);
}
